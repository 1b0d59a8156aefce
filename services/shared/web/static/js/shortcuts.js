// Single keys for whoever works this screen all night. In a page: data-shortcut="/" on a field, link or button,
// with data-shortcut-words="Search" if its own text does not say it. "?" lists the keys; they can be turned off there.

const SWITCH = "ravi_keys";
const TYPING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";
const ACTING = "button, input[type=submit]";

function isOff() {
  try { return localStorage.getItem(SWITCH) === "off"; } catch { return false; }
}

function turn(on) {
  try { localStorage.setItem(SWITCH, on ? "on" : "off"); } catch { /* A locked-down terminal keeps no choices. */ }
}

function wordsFor(target) {
  return target.dataset.shortcutWords || target.labels?.[0]?.textContent.trim() || target.textContent.trim();
}

function use(target) {
  target.focus();
  if (target.matches(TYPING)) target.select?.();
  else target.click();
}

function targetOf(key) {
  return document.querySelector(`[data-shortcut="${CSS.escape(key)}"]`);
}

/** Do what keys pressed before this script came were meant for, except to act: nobody may have read yet what it does. */
function useEarly(keys) {
  for (const key of isOff() ? [] : keys) {
    const field = document.activeElement;
    const target = targetOf(key);
    if (field?.matches(TYPING) && field.setRangeText) {
      field.setRangeText(key, field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (target && !target.matches(ACTING)) {
      use(target);
    }
  }
}

function makeList() {
  const list = document.createElement("dialog");
  list.className = "ravi-keys";
  list.setAttribute("aria-labelledby", "ravi-keys-title");
  list.innerHTML = `<h2 id="ravi-keys-title">Keyboard shortcuts</h2><ul></ul>
    <div class="govuk-checkboxes govuk-checkboxes--small"><div class="govuk-checkboxes__item">
      <input class="govuk-checkboxes__input" id="ravi-keys-on" type="checkbox">
      <label class="govuk-label govuk-checkboxes__label" for="ravi-keys-on">Use single-key shortcuts</label>
    </div></div>
    <form method="dialog"><button class="govuk-button govuk-!-margin-bottom-0">Close</button></form>`;
  const choice = list.querySelector("input");
  choice.addEventListener("change", () => turn(choice.checked));
  document.body.append(list);
  return list;
}

function show(list) {
  const lines = [...document.querySelectorAll("[data-shortcut]")].map((target) => {
    const line = document.createElement("li");
    const key = document.createElement("kbd");
    key.textContent = target.dataset.shortcut;
    line.append(key, wordsFor(target));
    return line;
  });
  list.querySelector("ul").replaceChildren(...lines);
  list.querySelector("input").checked = !isOff();
  list.showModal();
}

export function startShortcuts() {
  const early = globalThis.raviEarlyKeys?.() ?? [];
  const button = document.querySelector("[data-ravi-shortcuts]");
  if (!button || !document.querySelector("[data-shortcut]")) return;
  const list = makeList();
  button.hidden = false;
  button.addEventListener("click", () => show(list));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || isOff() || list.open || event.target.matches(TYPING)) return;
    if (event.key === "?") { event.preventDefault(); show(list); return; }
    const target = targetOf(event.key);
    if (target) { event.preventDefault(); use(target); }
  });
  useEarly(early);
}
