// Nothing that is typed is lost: a page asks before a changed form is left, and Back puts back what was written there.
// A form that keeps itself (data-keeps-itself) is left alone. A page about which nothing may stay in the browser says
// so with <meta name="ravi-keep" content="no">: it only asks before it is left. A form that must never stop its reader
// (data-fleeting) neither asks nor keeps.

const FORMS = "main form[method='post']:not([data-keeps-itself], [data-held-form], [data-fleeting]):not([action='/sign-in'])";
const NEVER = ["hidden", "password", "file", "submit", "button"];
let leaving = false;

function fieldsOf(form) {
  return [...form.elements].filter((field) => field.name && !NEVER.includes(field.type));
}

function isChanged(field) {
  if (field.type === "radio" || field.type === "checkbox") return field.checked !== field.defaultChecked;
  if (field.tagName === "SELECT") {
    return [...field.options].some((option) => option.defaultSelected)
      ? [...field.options].some((option) => option.selected !== option.defaultSelected)
      : field.selectedIndex > 0;
  }
  return field.value !== field.defaultValue;
}

function changedFields() {
  return [...document.querySelectorAll(FORMS)].flatMap(fieldsOf).filter(isChanged);
}

// Which field of the page it is: forms may share the names of their fields.
function placeOf(field) {
  return `${field.form.getAttribute("action") || ""} ${field.name} ${["radio", "checkbox"].includes(field.type) ? field.value : ""}`;
}

function person() {
  return document.querySelector('meta[name="ravi-person"]')?.content || "";
}

function mayKeep() {
  return person() !== "" && document.querySelector('meta[name="ravi-keep"][content="no"]') === null;
}

// What is written stays with this entry of the window's history, and is gone with the window.
function keep() {
  if (!mayKeep()) return;
  const written = changedFields().map((field) => [placeOf(field), field.type === "checkbox" || field.type === "radio" ? field.checked : field.value]);
  history.replaceState({ ...history.state, raviWritten: written.length ? { by: person(), written } : undefined }, "");
}

function putBack() {
  const kept = history.state?.raviWritten;
  if (!kept || !mayKeep() || kept.by !== person()) return;
  const written = new Map(kept.written);
  for (const field of [...document.querySelectorAll(FORMS)].flatMap(fieldsOf)) {
    if (!written.has(placeOf(field))) continue;
    const value = written.get(placeOf(field));
    if (field.type === "checkbox" || field.type === "radio") field.checked = value;
    else if (field.value === field.defaultValue) field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

export function startForms() {
  const [entry] = performance.getEntriesByType("navigation");
  if (entry && (entry.type === "back_forward" || entry.type === "reload")) putBack();
  document.addEventListener("input", (event) => { if (event.isTrusted && event.target.closest?.(FORMS)) keep(); });
  document.addEventListener("change", (event) => { if (event.isTrusted && event.target.closest?.(FORMS)) keep(); });
  document.addEventListener("submit", (event) => { leaving = !event.defaultPrevented; });
  addEventListener("pageshow", () => { leaving = false; });
  addEventListener("beforeunload", (event) => {
    if (!leaving && changedFields().length) event.preventDefault();
  });
}
