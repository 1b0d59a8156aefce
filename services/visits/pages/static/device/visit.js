// Writing a visit: one section a page, or one line of a list; what is not asked for is not there.

import { isShown, isTrue } from "./form.js";
import { button, el, heading, paragraph, say, show } from "./elements.js";
import { knownBlock, pageOf } from "./asking.js";
import { drawField } from "./fields.js";
import { setButtons } from "./header.js";
import { staysSealed } from "./outcome.js";
import { drawList, removeLine } from "./lines.js";
import { notYetChanged } from "./known.js";
import { begunDrawings } from "./marks.js";
import { isPicture, mediumHead } from "./photographs.js";
import { pinBlock } from "./pins.js";
import { danger } from "./lists.js";
import { missingBar, sectionLinks } from "./missing.js";
import { allReasons, at, dropEmptyLines, isAsked, placeOf, put, titleOf } from "./reading.js";
import { openToWrite } from "./saving.js";
import { go, lock, state } from "./state.js";

/** @typedef {import("./types.js").Field} Field */
/** @typedef {import("./types.js").Reason} Reason */
/** @typedef {import("./types.js").Visit} Visit */
/** @typedef {import("./state.js").Page} Page */
/** @typedef {{field: Field | null, element: HTMLElement, applies: () => boolean}} Drawn */

/** Show one page of a visit. @param {Page} page */
export async function showVisit(page) {
  const form = /** @type {import("./types.js").Form} */ (state.form);
  const writing = await openToWrite(page.visit ?? "");
  if (writing === "elsewhere") return showElsewhere();
  if (!writing) return go({ name: "lists" }, { replace: true });
  const { visit } = writing;
  const note = () => writing.changed();
  const letter = page.section || visit.page || form.sections[0].letter;
  const number = Math.max(0, form.sections.findIndex((each) => each.letter === letter));
  const section = form.sections[number];
  if (page.item === undefined) dropEmptyLines(form, visit.content);
  const list = section.fields.find((field) => field.kind === "list" && field.path === page.list);
  const items = list ? (at(visit.content, list.path) ?? []) : [];
  const item = list && page.item !== undefined ? items[page.item] : undefined;
  if (list && page.item !== undefined && !item) return go({ ...page, list: undefined, item: undefined }, { replace: true });
  visit.page = letter;

  const kept = el("p", { class: "govuk-body-s app-kept", role: "status" }, "What you write is kept on this tablet by itself.");
  writing.onSaved = (words) => { kept.textContent = words; };
  const target = item ?? visit.content;
  const pointer = item && list ? `/${list.path}/${page.item}/` : "/";
  const bar = missingBar(visit);
  const links = sectionLinks(visit, letter);
  // No browser may keep what stands in a form that says so.
  const place = el("form", { class: "app-fields", autocomplete: "off", novalidate: true, onsubmit: (/** @type {Event} */ event) => event.preventDefault() });
  /** @type {Drawn[]} */
  const drawn = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let looking;

  /** @param {Field} field @param {any} value */
  function set(field, value) {
    put(target, field.path, value);
    const changed = pointer + field.path;
    visit.reasons = visit.reasons.filter((each) => !`${each.pointer}/`.startsWith(`${changed}/`) && !changed.startsWith(`${each.pointer}/`));
    note();
    showWhatApplies();
    clearTimeout(looking);
    looking = setTimeout(lookAgain, 150);
    known?.draw();
  }
  // What was tapped of the record stands in the questions at once.
  function refill(/** @type {string[]} */ paths) {
    note();
    visit.reasons = visit.reasons.filter(({ pointer }) => !paths.some((path) => `${pointer}/`.startsWith(`/${path}/`)));
    for (const each of drawn) {
      const { field } = each;
      if (!field || !paths.some((path) => `${field.path}/`.startsWith(`${path}/`))) continue;
      const element = drawOne(field);
      each.element.replaceWith(element);
      each.element = element;
    }
    showWhatApplies();
    lookAgain();
    known?.draw();
  }
  function showWhatApplies() {
    for (const { element, applies } of drawn) element.hidden = !applies();
  }
  function lookAgain() {
    const reasons = standing(visit);
    bar.draw(reasons);
    links.draw(reasons);
  }
  const to = (/** @type {number} */ n) => go({ name: "visit", visit: visit.id, section: form.sections[n].letter });
  // On is what this section still lacks, else the next one.
  function goOn() {
    const lacking = standing(visit).filter(({ onlyWarns }) => !onlyWarns).map(({ pointer }) => placeOf(form, pointer)).find((each) => each.letter === letter);
    return lacking ? go({ name: "visit", visit: visit.id, section: letter, field: lacking.list || lacking.field?.path }, { replace: true }) : to(number + 1);
  }
  const known = visit.known && !item ? knownBlock(visit, letter, { changed: refill, open: (fact) => go(pageOf(visit, fact)), goOn }) : null;
  const faultsOf = faultsBy(visit, pointer, page.looking === true);
  const again = async () => { writing.changed(); await writing.flush(); await go({ ...page, section: letter, field: "pin" }, { replace: true }); };
  const drawOne = (/** @type {Field} */ field) => (field.kind === "pin"
    ? pinBlock(visit, page.item ?? 0, { field, id: idOf(pointer + field.path), faults: faultsOf(field), changed: again }) : field.kind === "list"
    ? drawList(field, visit, faultsOf(field), { open: (n) => go({ ...page, section: letter, list: field.path, item: n, field: undefined }), changed: async () => { writing.changed(); await writing.flush(); await go({ ...page, section: letter, list: undefined, item: undefined, field: field.path }, { replace: true }); } })
    : drawField({ field: field.kind === "photo" ? asPhoto(field, visit) : { ...field, hint: item ? field.hint : (visit.filled?.[field.path] ?? field.hint) }, id: idOf(pointer + field.path), value: at(target, field.path), faults: faultsOf(field), set: (value) => set(field, value) }));
  for (const field of (list && item ? list.fields ?? [] : section.fields)) {
    if (!isAsked(field, visit.author)) continue;
    const element = drawOne(field);
    drawn.push({ field, element, applies: () => isShown(form, field, visit.content, item, new Date()) });
    place.append(element);
    for (const notice of field.notices ?? []) {
      const box = el("div", { class: "app-notice", role: "status" }, el("strong", {}, notice.title), notice.words ? ` ${notice.words}` : "");
      drawn.push({ field: null, element: box, applies: () => isTrue(form, notice.when, visit.content, item, new Date()) });
      place.append(box);
    }
  }
  showWhatApplies();

  setButtons([{ words: "Your visits", act: () => go({ name: "lists" }) }, { words: "Lock", act: () => lock() }]);
  const title = item && list ? `${list.label} ${(page.item ?? 0) + 1}` : section.title;
  const foot = item && list
    ? [button("Done", () => go({ ...page, list: undefined, item: undefined, field: list.path })), button("Remove", async () => {
      const { bytes, words } = removeLine(visit, list, page.item ?? 0);
      writing.changed();
      await go({ ...page, list: undefined, item: undefined, field: list.path }, { replace: true });
      for (const each of bytes) await state.tablet?.dropPhoto(each);
      say(`${list.label} ${(page.item ?? 0) + 1} ${words}.`);
    }, "warning")]
    : [number < form.sections.length - 1 ? button("Next", () => to(number + 1)) : button("Look it over and send", () => go({ name: "review", visit: visit.id })), number > 0 ? button("Back", () => to(number - 1), "secondary") : visit.known?.ask_about.length ? button("Back", () => go({ name: "asking", visit: visit.id }), "secondary") : null];
  show(el("p", { class: "govuk-caption-m app-caption" }, titleOf(visit.content)), el("div", { class: "app-top" }, links.element, bar.element),
    heading(item ? title : `${section.letter}. ${title}`), section.sealed || section.letter === "L" ? danger() : null, visit.content.amends && !item && (section.sealed || "ALM".includes(section.letter)) ? staysSealed(visit) : null, section.hint && !item ? paragraph(section.hint) : null, known?.element, item && list?.path === "media" ? mediumHead(visit, page.item ?? 0) : null, place, el("div", { class: "app-foot" }, ...foot), kept);
  lookAgain();
  toField(place, page, pointer);
}

/** Return the question for a photograph as one to choose among those of the visit. @param {Field} field @param {Visit} visit @returns {Field} */
function asPhoto(field, visit) {
  const media = /** @type {{sha256: string, mime: string, caption?: string}[]} */ (visit.content.media ?? []);
  const choices = media.flatMap((each, n) => (isPicture(each) ? [{ code: each.sha256, words: `Photograph ${n + 1}${each.caption ? `: ${each.caption}` : ""}`, group: null, refused: null }] : []));
  return { ...field, kind: "one_of", choices, hint: choices.length ? field.hint : "Take it under Photographs first, then choose it here." };
}

/** @param {HTMLElement} place @param {Page} page @param {string} pointer */
function toField(place, page, pointer) {
  if (!page.field) return;
  const group = [...place.querySelectorAll("[data-path]")].find((each) => /** @type {HTMLElement} */ (each).dataset.path === page.field);
  const id = idOf(pointer + page.field);
  const control = document.getElementById(id) ?? document.getElementById(`${id}-take`) ?? group?.querySelector("input, select, textarea, button");
  const inside = control?.matches("fieldset") ? control.querySelector("input") : control;
  (group ?? control)?.scrollIntoView({ block: "center" });
  /** @type {HTMLElement | null | undefined} */ (inside)?.focus({ preventScroll: true });
}

/** Return the id of the element of a field. @param {string} pointer */
function idOf(pointer) {
  return `q${pointer.replaceAll("/", "-")}`;
}

/** Return everything that stands against a visit: what its own rules say, and what the server said. @param {Visit} visit @returns {Reason[]} */
export function standing(visit) {
  const form = /** @type {import("./types.js").Form} */ (state.form);
  const own = allReasons(form, visit, new Date());
  return [...own, ...notYetChanged(form, visit), ...begunDrawings(visit), ...visit.reasons.filter(({ pointer }) => !own.some((each) => each.pointer === pointer))];
}

/** Return what is wrong at a field of a page; before anybody looked it over, only what the server said.
 * @param {Visit} visit @param {string} pointer @param {boolean} looking @returns {(field: Field) => string[]} */
function faultsBy(visit, pointer, looking) {
  const reasons = (looking ? standing(visit) : visit.reasons).filter(({ onlyWarns }) => !onlyWarns);
  return (field) => {
    const own = pointer + field.path;
    const here = reasons.filter((each) => each.pointer === own || (field.kind !== "list" && (each.pointer.startsWith(`${own}/`) || (own.startsWith(`${each.pointer}/`) && placeOf(/** @type {any} */ (state.form), each.pointer).field === field))));
    return here.map(({ reason }) => reason.charAt(0).toUpperCase() + reason.slice(1));
  };
}

function showElsewhere() {
  setButtons([{ words: "Your visits", act: () => go({ name: "lists" }) }]);
  show(heading("This visit is open in another window"), paragraph("Go on with it there, or close that window and open the visit here again. Two windows cannot write in one visit."),
    button("Back to your visits", () => go({ name: "lists" })));
}
