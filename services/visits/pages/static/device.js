// What makes the form shorter to fill in: questions appear when they matter, lines are added without a reload, the
// tablet says where it is. Without it, every question is there and the server adds the lines.

const form = document.querySelector("[data-visit-form]");

function valueOf(name) {
  const fields = [...form.elements].filter((field) => field.name === name);
  const chosen = fields.find((field) => field.type === "radio" || field.type === "checkbox" ? field.checked : true);
  return chosen ? chosen.value : "";
}

// A part is shown when its question has one of the answers it is for. What is hidden is not sent.
function isWanted(part) {
  const answer = valueOf(part.dataset.when);
  if (part.dataset.is !== undefined) return part.dataset.is.split(" ").includes(answer);
  return !part.dataset.isNot.split(" ").includes(answer);
}

function showWhatMatters() {
  form.querySelectorAll("[data-when]").forEach((part) => { part.hidden = !isWanted(part); });
  form.querySelectorAll("[data-when] :is(input, select, textarea)").forEach((field) => {
    field.disabled = field.closest("[data-when][hidden]") !== null;
  });
}

function renumber(text, group, number) {
  const dashed = group.replaceAll("/", "-");
  return text.replace(new RegExp(`^${group}/\\d+(?=/)`), `${group}/${number}`)
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

function addLine(group, lines, button) {
  const last = [...lines.querySelectorAll(":scope > [data-line]")].pop();
  const number = lines.querySelectorAll(":scope > [data-line]").length;
  const line = emptied(last.cloneNode(true));
  for (const part of line.querySelectorAll("*")) {
    for (const name of ["id", "name", "for", "aria-describedby", "data-when"]) {
      if (part.hasAttribute(name)) part.setAttribute(name, renumber(part.getAttribute(name), group, number));
    }
  }
  line.querySelector("[data-line-number]").textContent = number + 1;
  lines.insertBefore(line, button);
  showWhatMatters();
  line.querySelector("select, input, textarea").focus();
}

function startLines() {
  form.querySelectorAll("[data-add]").forEach((button) => {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      const lines = button.closest("[data-lines]");
      addLine(lines.dataset.lines, lines, button);
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

if (form) {
  form.addEventListener("change", showWhatMatters);
  startLines();
  startFacts();
  startPosition();
  startKeys();
  showWhatMatters();
}
