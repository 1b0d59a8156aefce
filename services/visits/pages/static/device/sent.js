// A visit that has left the writer's hands: how far it is, or what came back with it and what to do.

import { amendFromServer, amendOwn, inPlaceOf } from "./amending.js";
import { button, el, errorSummary, heading, link, paragraph, replace, say, show, timeOf } from "./elements.js";
import { setButtons } from "./header.js";
import { inTurn } from "./in_turn.js";
import { choose, sendButton, sendingNews, stateOf } from "./lists.js";
import { toMend } from "./missing.js";
import { RETURNED } from "./news.js";
import { outcome } from "./outcome.js";
import { raised } from "./raised.js";
import { inWords, titleOf } from "./reading.js";
import { closeWriting } from "./saving.js";
import { changed, go, lock, onChange, state } from "./state.js";

/** @typedef {import("./types.js").Visit} Visit */

/** Show a visit that waits, was received, or came back. @param {import("./state.js").Page} page */
export async function showSent(page) {
  await closeWriting();
  const id = page.visit ?? "";
  const found = await state.tablet?.find(id);
  const known = (await state.tablet?.news())?.visits[id];
  if (!found && !known) return go({ name: "lists" }, { replace: true });
  if (found?.state === "draft") return go({ name: "visit", visit: id }, { replace: true });
  setButtons([{ words: "Your visits", act: () => go({ name: "lists" }) }, { words: "Lock", act: () => lock() }]);
  const title = heading("Your visit");
  const place = el("div", { "aria-live": "polite" });
  const more = el("div", {});
  const referrals = el("div", {});
  show(el("p", { class: "govuk-caption-m app-caption" }, found ? titleOf(found.content) : known?.address), title, place, more, referrals);

  let shown = "";
  const draw = inTurn(async () => {
    const { tablet } = state;
    if (!tablet || !place.isConnected) return;
    const [visit, visits, told] = await Promise.all([tablet.find(id), tablet.all(), tablet.news()]);
    const came = told.visits[id];
    if (!place.isConnected || !(visit ?? came)) return;
    const where = visit?.state ?? (came.state === RETURNED ? "returned" : "sent");
    const words = visit ? stateOf(visit) : `${came.says} It is not on this tablet: with signal the server gives back what it may.`;
    title.textContent = where === "returned" ? "Returned to you" : "Your visit";
    if (words !== shown) place.replaceChildren(el("p", { class: `app-state app-state--${where}` }, words));
    shown = words;
    const back = button("Back to your visits", () => { choose(where); go({ name: "lists" }); }, "secondary");
    if ((visit?.receipt || came) && !referrals.firstChild) referrals.append(raised(id));
    const asks = Boolean(visit?.reasons.length);
    const isRefused = visit?.state === "returned" && !visit.receipt;
    const acts = isRefused ? toDo(visit) : where === "waiting" ? null : amending(id, visit, came, visits);
    const outcomes = came ? outcome(came, told, where === "returned" && asks) : null;
    replace(more, el("div", {}, ...(where === "returned" ? [acts, outcomes] : [outcomes, acts]), ...(visit ? details(visit) : [])),
      el("div", { class: "app-beside" }, visit && where !== "returned" ? news([visit]) : null, back));
  });
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
    paragraph(link("See it on the server", `/device/visits/${visit.id}`), " (needs signal and a sign-in)")];
}

const LATER = {
  draft: ["You have begun to change it: what you write takes its place when it is sent.", "Go on with it"], waiting: ["What takes its place waits to be sent.", "See it"],
  sent: ["What takes its place was received.", "See it"], returned: ["What takes its place came back to you.", "See it"],
};

/** Return how a visit that was received is changed: at most one other takes its place.
 * @param {string} id @param {Visit | null} visit @param {import("./types.js").Change | undefined} came @param {Visit[]} visits */
function amending(id, visit, came, visits) {
  const form = /** @type {import("./types.js").Form} */ (state.form);
  const later = inPlaceOf(id, visits);
  if (later) return el("div", {}, paragraph(LATER[later.state][0]), button(LATER[later.state][1], () => go({ name: later.state === "draft" ? "visit" : "sent", visit: later.id })));
  if (came?.state === "RESUBMITTED") return null;
  let isBusy = false;
  const amend = async (/** @type {import("./types.js").Reason | undefined} */ chosen) => {
    if (isBusy) return;
    isBusy = true;
    const made = visit ? await amendOwn(visit) : await amendFromServer(id);
    isBusy = false;
    if (!made) return say("The server does not give it back now. Try again with signal, signed in.");
    choose("draft");
    changed();
    const first = chosen ?? made.reasons[0];
    return first ? toMend(made, first) : go({ name: "visit", visit: made.id });
  };
  if ((visit?.state ?? "") !== "returned" && came?.state !== RETURNED) {
    return el("div", {}, button("Change what you sent", () => amend(undefined), "secondary"), paragraph("What you send then takes its place in the queue. If it was decided on before, it is looked at as a visit of its own."));
  }
  const asked = visit?.reasons ?? [];
  return el("div", {}, asked.length ? errorSummary("Put this right", asked.map((reason) => ({ words: inWords(form, reason), go: () => { amend(reason); } }))) : null,
    paragraph("Put right what is asked for, and send it: it takes the place of this one in the queue."), button("Put it right", () => amend(undefined)));
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
  if (!visit.reasons.length) {
    return el("div", {}, paragraph(visit.remark), button("Send it as a visit of its own", anew), " ", button("Go on writing", mend, "secondary"));
  }
  return el("div", {}, errorSummary("The server asks for this", visit.reasons.map((reason) => ({ words: inWords(form, reason), go: mend }))), paragraph(visit.remark), button("Mend it", mend));
}
