// A visit that has left the writer's hands: how far it is, or what came back with it and what to do.

import { button, el, errorSummary, heading, link, paragraph, show, timeOf } from "./elements.js";
import { setButtons } from "./header.js";
import { choose, sendButton, sendingNews, stateOf } from "./lists.js";
import { toMend } from "./missing.js";
import { inWords, titleOf } from "./reading.js";
import { closeWriting } from "./saving.js";
import { changed, go, lock, onChange, state } from "./state.js";

/** @typedef {import("./types.js").Visit} Visit */

/** Show a visit that waits, was received, or came back. @param {import("./state.js").Page} page */
export async function showSent(page) {
  await closeWriting();
  const found = await state.tablet?.find(page.visit ?? "");
  if (!found) return go({ name: "lists" }, { replace: true });
  if (found.state === "draft") return go({ name: "visit", visit: found.id }, { replace: true });
  setButtons([{ words: "Your visits", act: () => go({ name: "lists" }) }, { words: "Lock", act: () => lock() }]);
  const title = heading("Your visit");
  const place = el("div", { "aria-live": "polite" });
  const more = el("div", {});
  show(el("p", { class: "govuk-caption-m app-caption" }, titleOf(found.content)), title, place, more);

  let shown = "";
  async function draw() {
    const visit = await state.tablet?.find(page.visit ?? "");
    if (!visit || !place.isConnected) return;
    const words = stateOf(visit);
    title.textContent = visit.state === "returned" ? "Returned to you" : "Your visit";
    if (words !== shown) place.replaceChildren(el("p", { class: `app-state app-state--${visit.state}` }, words));
    shown = words;
    const back = button("Back to your visits", () => { choose(visit.state); go({ name: "lists" }); }, "secondary");
    more.replaceChildren(el("div", {}, visit.state === "returned" ? toDo(visit) : null, ...details(visit)), el("div", { class: "app-beside" }, visit.state === "returned" ? null : news([visit]), back));
  }
  onChange((kind) => { if (kind === "progress" || kind === "changed") draw(); });
  await draw();
}

/** @param {Visit[]} visits */
function news(visits) {
  return sendingNews(visits) ?? (visits[0].state === "waiting" ? sendButton() : null);
}

/** @param {Visit} visit */
function details(visit) {
  if (!visit.receipt) return [];
  return [el("dl", { class: "app-answers__list" }, el("dt", {}, "Received by the server"), el("dd", {}, timeOf(visit.receipt.received_at)), el("dt", {}, "Number of the visit"), el("dd", { class: "app-number" }, visit.receipt.submission_id)),
    paragraph(link("What became of it", `/device/visits/${visit.id}`), " (needs signal and a sign-in)")];
}

/** @param {Visit} visit */
function toDo(visit) {
  const form = /** @type {import("./types.js").Form} */ (state.form);
  const mend = async () => {
    visit.state = "draft";
    visit.body = null;
    visit.changed_at = Date.now();
    await state.tablet?.save(visit);
    choose("draft");
    changed();
    if (visit.reasons.length) return toMend(visit, visit.reasons[0]);
    return go({ name: "visit", visit: visit.id });
  };
  const anew = async () => {
    const made = await state.tablet?.renumber(visit, Date.now());
    choose("draft");
    changed();
    if (!made) return;
    if (made.reasons.length) await toMend(made, made.reasons[0]);
    else await go({ name: "review", visit: made.id });
  };
  if (visit.receipt) {
    const faults = visit.reasons.length ? errorSummary("The central risk team asks about this", visit.reasons.map((reason) => ({ words: inWords(form, reason), go: anew }))) : null;
    return el("div", {}, faults, paragraph(visit.remark), paragraph("What was received stays as it is. Put right what is asked for, and send it as a visit of its own."), button("Put it right", anew));
  }
  if (!visit.reasons.length) {
    return el("div", {}, paragraph(visit.remark), button("Send it as a visit of its own", anew), " ", button("Go on writing", mend, "secondary"));
  }
  return el("div", {}, errorSummary("The server asks for this", visit.reasons.map((reason) => ({ words: inWords(form, reason), go: mend }))), paragraph(visit.remark), button("Mend it", mend));
}
