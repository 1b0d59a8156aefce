// A list of the form on its section's page: each line in a few words, with its own page to change it.

import { button, counted, el, say } from "./elements.js";
import { at, lineInWords, put } from "./reading.js";
import { forgetUndrawn } from "./marks.js";
import { addFiles, emblem, filesInWords, isPicture, planInWords } from "./photographs.js";
import { pinnedOn } from "./pins.js";
import { state } from "./state.js";

/** @typedef {import("./types.js").Field} Field */
/** @typedef {import("./types.js").Visit} Visit */
/** @typedef {{open: (number: number) => unknown, changed: () => Promise<unknown>}} Acts */

/** Draw a list. @param {Field} field @param {Visit} visit @param {string[]} faults @param {Acts} acts */
export function drawList(field, visit, faults, acts) {
  const items = at(visit.content, field.path) ?? [];
  const id = `q-${field.path.replaceAll("/", "-")}`;
  const title = field.heading ?? field.label;
  const lines = items.map((/** @type {any} */ item, /** @type {number} */ n) => line(field, visit, item, n, acts));
  const isFull = items.length >= (field.most ?? 100);
  const add = field.path === "media" ? photoButtons(field, visit, acts) : [button(items.length ? (field.add ?? `Add another ${field.label.toLowerCase()}`) : `Add: ${field.label.toLowerCase()}`, () => {
    put(visit.content, field.path, [...items, {}]);
    return acts.open(items.length);
  }, "secondary", { id })];
  return el("section", { class: `app-lines ${faults.length ? "govuk-form-group--error" : ""}`, "data-path": field.path, "aria-label": title },
    el("h2", { class: "govuk-heading-s" }, title), field.hint ? el("p", { class: "govuk-hint" }, field.hint) : null,
    faults.length ? el("p", { class: "govuk-error-message" }, faults.join("; ")) : null,
    items.length ? el("ul", { class: "govuk-list app-lines__list" }, ...lines) : null, isFull ? el("p", { class: "govuk-body" }, `No more than ${field.most} can be sent.`) : el("div", { class: "app-beside" }, ...add));
}

/** @param {Field} field @param {Visit} visit @param {any} item @param {number} n @param {Acts} acts */
function line(field, visit, item, n, acts) {
  const words = field.path === "media" && !isPicture(item) ? `${lineInWords(field, item)} · ${planInWords(item)}` : lineInWords(field, item);
  const name = `${field.label} ${n + 1}`;
  return el("li", { class: "app-line" }, field.path === "media" ? emblem(visit, item) : null, el("span", { class: "app-line__words" }, el("strong", {}, name), " ", words),
    button("Change", () => acts.open(n), "secondary", { "aria-label": `Change ${name}` }),
    button("Remove", async () => {
      const { bytes, words: removed } = removeLine(visit, field, n);
      await acts.changed();
      for (const each of bytes) await state.tablet?.dropPhoto(each);
      say(`${name} ${removed}.`);
    }, "secondary", { "aria-label": `Remove ${name}` }));
}

/** Take a line out of a list, and what points to it; return what was done, in words, and where the bytes of a photograph
 * are, drawn on and as it was before, to be dropped once the visit is saved without it. @param {Visit} visit @param {Field} field @param {number} n */
export function removeLine(visit, field, n) {
  const [gone] = items(visit, field).slice(n, n + 1);
  const left = items(visit, field).filter((_each, number) => number !== n);
  put(visit.content, field.path, left.length ? left : undefined);
  visit.reasons = visit.reasons.filter(({ pointer }) => !pointer.startsWith(`/${field.path}`));
  if (field.path !== "media" || !gone) return { bytes: [], words: "removed" };
  const pinned = pinnedOn(visit, gone.sha256);
  for (const number of pinned) delete visit.content.media[number].pin;
  for (const hazard of visit.content.hazards ?? []) if (hazard.photo === gone.sha256) delete hazard.photo;
  const id = visit.photos[gone.sha256];
  delete visit.photos[gone.sha256];
  return { bytes: [id, ...forgetUndrawn(visit, [gone.sha256])].filter(Boolean), words: `removed${pinned.length ? `, with ${counted(pinned.length, "pin")} on it` : ""}` };
}

/** @param {Visit} visit @param {Field} field @returns {any[]} */
function items(visit, field) {
  return at(visit.content, field.path) ?? [];
}

/** @param {Field} field @param {Visit} visit @param {Acts} acts */
function photoButtons(field, visit, acts) {
  const make = (/** @type {string} */ words, /** @type {string} */ how, /** @type {Record<string, any>} */ more) => {
    const id = `q-media-${how}`;
    const input = el("input", { type: "file", class: "app-file__input", id, ...more, onchange: take });
    async function take() {
      const before = items(visit, field).length;
      say("Making it fit to send and locking it…");
      const refused = state.tablet ? await addFiles(state.tablet, visit, [...(input.files ?? [])]) : [];
      await acts.changed();
      const added = items(visit, field).length - before;
      if (added === 1) await acts.open(before);
      say([added ? `${filesInWords(items(visit, field).slice(before))} added. Say what each shows.` : "", ...refused].filter(Boolean).join(" "));
    }
    return el("span", { class: "app-file" }, input, el("label", { class: "govuk-button app-button app-file__label", for: id }, words));
  };
  return [make("Take a photograph", "take", { accept: "image/*", capture: "environment" }), make("Choose photographs", "choose", { accept: "image/*", multiple: true }),
    make("Choose plans (PDF)", "plan", { accept: "application/pdf,.pdf", multiple: true })];
}
