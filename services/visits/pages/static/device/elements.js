// Making parts of a page without a line of HTML in a string: text can never become markup.

/** @typedef {Node | string | null | undefined | false} Child */

/**
 * Return an element. Properties that begin with "on" are listeners; `class`, `for` and the like are attributes.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag @param {Record<string, any>} [properties] @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false).map((child) => /** @type {Node | string} */ (child)));
  return made;
}

/** @param {string} words @param {string} [kind] */
export function heading(words, kind = "l") {
  return el(kind === "l" ? "h1" : kind === "m" ? "h2" : "h3", { class: `govuk-heading-${kind}` }, words);
}

/** @param {...(Child | Child[])} children */
export function paragraph(...children) {
  return el("p", { class: "govuk-body" }, ...children);
}

/** Return a button that does something, never a submit. @param {string} words @param {() => unknown} act @param {string} [kind] @param {Record<string, any>} [more] */
export function button(words, act, kind = "", more = {}) {
  const classes = ["govuk-button", "app-button", kind && `govuk-button--${kind}`].filter(Boolean).join(" ");
  return el("button", { type: "button", class: classes, onclick: () => act(), ...more }, words);
}

/** Return a link to another page of the server. @param {string} words @param {string} href */
export function link(words, href) {
  return el("a", { class: "govuk-link app-link", href }, words);
}

/** Return an error summary: each thing with what it does when pressed. @param {string} title @param {{words: string, go: () => void}[]} faults */
export function errorSummary(title, faults) {
  const items = faults.map(({ words, go }) => el("li", {}, el("button", { type: "button", class: "app-fault", onclick: go }, words)));
  return el("div", { class: "govuk-error-summary app-summary", tabindex: "-1", role: "alert", "data-summary": true },
    el("h2", { class: "govuk-error-summary__title" }, title), el("ul", { class: "govuk-list app-faults" }, ...items));
}

/** Return a time as the crew says it. @param {number | string} at */
export function timeOf(at) {
  return new Date(at).toLocaleString("en-GB", { timeZone: "Europe/London", weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}

/** Return a number with its noun. @param {number} count @param {string} one @param {string} [many] */
export function counted(count, one, many = `${one}s`) {
  return `${count} ${count === 1 ? one : many}`;
}

/** Return the size of something as people say it. @param {number} bytes */
export function size(bytes) {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** Put a page in the place of the one before, and go to its head. @param {...(Child | Child[])} children */
export function show(...children) {
  const main = /** @type {HTMLElement} */ (document.querySelector("[data-main]"));
  say("");
  main.replaceChildren(...el("div", {}, ...children).childNodes);
  document.body.inert = false;
  const title = main.querySelector("h1");
  if (title) {
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
  }
  scrollTo(0, 0);
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let silence;

/** Say something to who uses a screen reader, and show it at the foot for a while. @param {string} words */
export function say(words) {
  const place = document.querySelector("[data-said]");
  if (!place) return;
  place.textContent = words;
  clearTimeout(silence);
  silence = setTimeout(() => { place.textContent = ""; }, 6_000);
}

/** Put these in the place of what stands there; whoever was on a button with a keyboard is on the same one still, or at
 * the head of the page if it is gone: never on another one, which Enter would press. @param {HTMLElement} place @param {...(Node | null)} children */
export function replace(place, ...children) {
  const pressed = () => /** @type {HTMLElement[]} */ ([...place.querySelectorAll("button, a, summary")]);
  const name = (/** @type {HTMLElement} */ each) => each.id || (each.getAttribute("aria-label") ?? each.textContent);
  const before = pressed();
  const number = before.findIndex((each) => each === document.activeElement);
  place.replaceChildren(...el("div", {}, ...children).childNodes);
  if (number < 0) return;
  const same = pressed().find((each) => name(each) === name(before[number]));
  (same ?? document.querySelector("h1"))?.focus({ preventScroll: true });
}

/** Put these in the place of what stands there, unless they look the same: what a finger is on is not pulled from under it.
 * @param {HTMLElement} place @param {...(Node | null)} children */
export function renew(place, ...children) {
  const made = [...el("div", {}, ...children).childNodes];
  const same = made.length === place.childNodes.length && made.every((node, n) => node.isEqualNode(place.childNodes[n]));
  if (!same) replace(place, .../** @type {(Node | null)[]} */ (made));
}
