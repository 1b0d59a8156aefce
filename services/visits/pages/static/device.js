// What makes the form shorter to fill in: questions appear when they matter, lines are added without a reload, the
// tablet says where it is, and what is written is kept on it. Without it, every question is there and the server adds
// the lines.

import { isTrue, valueAt } from "./device/form.js";
import { draftsOf, forget, keep, nameOf, openDraft, putAside, split } from "./drafts.js";

const form = document.querySelector("[data-visit-form]");

// All that is answered, as the form's own conditions read it: groups and lines by their names, yes and no as such.
function answered() {
  const visit = {};
  for (const { name, type, value, checked } of form.elements) {
    if (!name || type === "submit" || (["radio", "checkbox"].includes(type) && !checked)) continue;
    const steps = name.split("/");
    const last = steps.pop();
    let group = visit;
    for (const step of steps) group = group[step] ??= {};
    group[last] = type === "radio" || type === "checkbox" ? { true: true, false: false }[value] ?? value : value;
  }
  return visit;
}

// A part is shown when its condition holds of the visit, or of the line it stands in. What is hidden is not sent.
function showWhatMatters() {
  const visit = answered();
  const known = { conditions: JSON.parse(form.dataset.conditions) };
  form.querySelectorAll("[data-when]").forEach((part) => {
    const line = part.dataset.of ? valueAt(part.dataset.of, visit) : visit;
    part.hidden = !isTrue(known, JSON.parse(part.dataset.when), visit, line);
  });
  form.querySelectorAll("[data-when] :is(input, select, textarea, button)").forEach((field) => {
    field.disabled = field.closest("[data-when][hidden]") !== null;
  });
}

function renumber(text, group, number) {
  const dashed = group.replaceAll("/", "-");
  return text.replace(new RegExp(`^${group}/\\d+(?=/|$)`), `${group}/${number}`)
    .replace(new RegExp(`(^|\\s)${dashed}-\\d+(?=-)`, "g"), `$1${dashed}-${number}`);
}

function emptied(line) {
  line.querySelectorAll(".govuk-error-message").forEach((message) => message.remove());
  line.querySelectorAll("[class*='--error']").forEach((part) => {
    part.classList.remove("govuk-form-group--error", "govuk-input--error", "govuk-select--error", "govuk-textarea--error");
  });
  line.querySelectorAll("input, select, textarea").forEach((field) => {
    if (field.type === "radio" || field.type === "checkbox") field.checked = false;
    else field.value = "";
  });
  return line;
}

function addLine(lines, { focus = true } = {}) {
  const group = lines.dataset.lines;
  const last = [...lines.querySelectorAll(":scope > [data-line]")].pop();
  const number = lines.querySelectorAll(":scope > [data-line]").length;
  const line = emptied(last.cloneNode(true));
  for (const part of line.querySelectorAll("*")) {
    for (const name of ["id", "name", "for", "aria-describedby", "data-of"]) {
      if (part.hasAttribute(name)) part.setAttribute(name, renumber(part.getAttribute(name), group, number));
    }
  }
  line.querySelector("[data-line-number]").textContent = number + 1;
  last.after(line);
  showWhatMatters();
  if (focus) line.querySelector("select, input, textarea").focus();
}

function startLines() {
  form.querySelectorAll("[data-add]").forEach((button) => {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      addLine(button.closest("[data-lines]"));
    });
  });
}

function startFacts() {
  const words = form.querySelector("[data-facts]");
  const facts = [...form.querySelectorAll("textarea[name^='critical_facts/']")];
  function count() {
    const used = facts.filter((fact) => fact.value.trim()).length;
    words.textContent = `${used} of ${facts.length} facts used`;
  }
  words.hidden = false;
  facts.forEach((fact) => fact.addEventListener("input", count));
  count();
}

function startPosition() {
  const place = form.querySelector("[data-position]");
  if (!navigator.geolocation) return;
  const words = place.querySelector("[data-position-words]");
  const fields = ["lat", "lon", "accuracy_m"].map((part) => form.elements[`device_point/${part}`]);
  function take({ coords }) {
    [coords.latitude, coords.longitude, Math.round(coords.accuracy)].forEach((value, n) => { fields[n].value = value; });
    words.textContent = `Position taken, good to ${Math.round(coords.accuracy)} m.`;
  }
  place.hidden = false;
  place.querySelector("[data-position-button]").addEventListener("click", () => {
    words.textContent = "Finding the position…";
    navigator.geolocation.getCurrentPosition(take, () => {
      words.textContent = "No position: write the address instead.";
    }, { enableHighAccuracy: true, timeout: 15000 });
  });
}

// Enter in a field does not send a visit: a glove presses it too easily.
function startKeys() {
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input:not([type=checkbox]):not([type=radio])")) event.preventDefault();
  });
}

// All that is written, in parts that are hidden just now too: [name, value] for each.
function written() {
  return [...form.elements]
    .filter(({ name, type, checked }) => name && type !== "submit" && (!["radio", "checkbox"].includes(type) || checked))
    .map(({ name, value }) => [name, value]);
}

function putBack({ id, fields }) {
  const values = new Map();
  for (const [name, value] of fields) values.set(name, [...(values.get(name) || []), value]);
  form.querySelectorAll("[data-lines]").forEach((lines) => {
    const line = new RegExp(`^${lines.dataset.lines}/(\\d+)/`);
    const most = Math.max(0, ...fields.map(([name]) => Number(name.match(line)?.[1] ?? 0)));
    while (lines.querySelectorAll(":scope > [data-line]").length <= most) addLine(lines, { focus: false });
  });
  for (const field of form.elements) {
    if (!field.name || field.type === "submit" || field.name === "csrf_token" || field.name === "can_show_again") continue;
    const kept = values.get(field.name) || [];
    if (field.type === "radio" || field.type === "checkbox") field.checked = kept.includes(field.value);
    else field.value = kept[0] ?? "";
  }
  form.elements.submission_id.value = id;
  showWhatMatters();
  form.querySelectorAll("textarea").forEach((field) => field.dispatchEvent(new Event("input", { bubbles: true })));
}

function aButton(words, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "govuk-button govuk-button--secondary visit-button";
  button.textContent = words;
  button.addEventListener("click", act);
  return button;
}

function said(words, ...buttons) {
  const row = document.createElement("div");
  row.className = "visit-drafts__row";
  const text = document.createElement("p");
  text.className = "govuk-body";
  text.textContent = words;
  row.append(text, ...buttons);
  return row;
}

function timeOf(at) {
  return new Date(at).toLocaleString("en-GB", { timeZone: "Europe/London", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}

// What was being written in this window comes back by itself; other visits not sent yet are offered.
function startDrafts() {
  const person = form.dataset.person;
  const place = document.querySelector("[data-drafts]");
  const words = document.querySelector("[data-kept-words]");
  const isNew = form.dataset.new !== undefined;
  let timer = 0;
  let leaving = false;

  const id = () => form.elements.submission_id.value;
  const save = () => {
    clearTimeout(timer);
    timer = 0;
    document.querySelector("[data-kept]").hidden = false;
    words.textContent = keep(person, id(), written())
      ? `Kept at ${new Date().toLocaleTimeString("en-GB", { timeZone: "Europe/London", hour: "2-digit", minute: "2-digit" })}.`
      : "This browser is set to keep nothing: send before you leave this page.";
  };
  const again = () => { leaving = true; location.assign(location.pathname); };
  const drop = (draft) => () => { forget(person, draft.id); again(); };

  const open = isNew ? openDraft(person) : undefined;
  if (open) {
    putBack(open);
    place.append(said(
      `This is the visit that you were writing (${nameOf(open)}, ${timeOf(open.at)}). It has not been sent. Write again what concerns people: this tablet did not keep it.`,
      aButton("Begin another visit", () => { putAside(person); again(); }),
      aButton("Throw this one away", drop(open)),
    ));
  }
  const others = isNew ? draftsOf(person).filter((draft) => draft.id !== open?.id) : [];
  for (const draft of others) {
    place.append(said(`Not sent yet: ${nameOf(draft)}, written ${timeOf(draft.at)}.`,
      aButton("Go on with it", () => { keep(person, draft.id, draft.fields, draft.at); again(); }),
      aButton("Throw it away", drop(draft))));
  }
  place.hidden = !place.childElementCount;
  if (open) { history.scrollRestoration = "manual"; place.focus(); }
  document.querySelector("[data-kept]").hidden = false;
  if (!isNew) save();

  form.addEventListener("input", (event) => { if (event.isTrusted) { clearTimeout(timer); timer = setTimeout(save, 300); } });
  form.addEventListener("change", (event) => { if (event.isTrusted) save(); });
  form.addEventListener("submit", () => { if (timer) save(); leaving = true; });
  addEventListener("pagehide", () => { if (timer) save(); });
  addEventListener("pageshow", () => { leaving = false; });
  addEventListener("beforeunload", (event) => {
    if (timer) save();
    if (!leaving && split(written()).never.length) event.preventDefault();
  });
}

if (form) {
  form.addEventListener("change", showWhatMatters);
  startLines();
  startFacts();
  startPosition();
  startKeys();
  showWhatMatters();
  startDrafts();
  document.querySelector("[data-look]")?.focus();
}
