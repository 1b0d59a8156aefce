// What is still missing: a bar that opens to a list of links, and the letters of the sections with a mark on those.

import { counted, el } from "./elements.js";
import { inWords, placeOf } from "./reading.js";
import { go, state } from "./state.js";

/** @typedef {import("./types.js").Visit} Visit */
/** @typedef {import("./types.js").Reason} Reason */

/** Go to where a reason is mended. @param {Visit} visit @param {Reason} reason */
export function toMend(visit, { pointer }) {
  const place = placeOf(/** @type {any} */ (state.form), pointer);
  const list = place.list ? { list: place.list, item: place.number } : {};
  return go({ name: "visit", visit: visit.id, section: place.letter, ...list, field: place.field?.path ?? place.list, looking: true });
}

/** Return the bar, and what draws it anew. @param {Visit} visit */
export function missingBar(visit) {
  const form = /** @type {import("./types.js").Form} */ (state.form);
  const words = el("span", {});
  const links = el("ul", { class: "govuk-list app-faults" });
  const details = el("details", { class: "app-missing" }, el("summary", { class: "app-missing__words" }, words), links);
  const none = el("button", { type: "button", class: "app-missing__none", onclick: () => go({ name: "review", visit: visit.id }) }, "✓ Nothing is missing: look it over");
  const element = el("div", { class: "app-missing__place" }, details, none);
  let shown = "";

  /** @param {Reason[]} reasons */
  function draw(reasons) {
    const missing = reasons.filter(({ onlyWarns }) => !onlyWarns);
    details.hidden = missing.length === 0;
    none.hidden = missing.length > 0;
    words.textContent = `${counted(missing.length, "thing")} still to answer`;
    const sentences = missing.map((reason) => `${placeOf(form, reason.pointer).letter}. ${inWords(form, reason)}`);
    if (sentences.join("\n") === shown) return; // the same ones stay, under a finger too
    shown = sentences.join("\n");
    links.replaceChildren(...missing.map((reason, n) => el("li", {}, el("button", { type: "button", class: "app-fault", onclick: () => toMend(visit, reason) }, sentences[n]))));
  }
  return { element, draw };
}

/** Return the letters of the sections, and what marks those with something to answer. The buttons stay the same ones: a
 * tap that falls between two answers must not fall on one that is just being replaced.
 * @param {Visit} visit @param {string} letter */
export function sectionLinks(visit, letter) {
  const form = /** @type {import("./types.js").Form} */ (state.form);
  const buttons = form.sections.map((section) => el("button", {
    type: "button", class: "app-section", "aria-current": section.letter === letter ? "step" : null, title: section.title,
    onclick: () => go({ name: "visit", visit: visit.id, section: section.letter }),
  }, section.letter));
  const element = el("nav", { class: "app-sections", "aria-label": "Sections of the visit" }, ...buttons);

  /** @param {Reason[]} reasons */
  function draw(reasons) {
    const unfinished = new Set(reasons.filter(({ onlyWarns }) => !onlyWarns).map(({ pointer }) => placeOf(form, pointer).letter));
    form.sections.forEach((section, n) => {
      const isMissing = unfinished.has(section.letter);
      buttons[n].classList.toggle("app-section--missing", isMissing);
      buttons[n].setAttribute("aria-label", `${section.letter}, ${section.title}${isMissing ? ", something to answer" : ""}`);
    });
  }
  return { element, draw };
}
