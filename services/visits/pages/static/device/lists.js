// The visits of who has unlocked the app, in four lists: drafts, waiting to send, sent, returned.

import { button, counted, el, heading, paragraph, show, timeOf } from "./elements.js";
import { setButtons } from "./header.js";
import { SIGN_IN } from "./server.js";
import { photosOf } from "./sending.js";
import { sendNow } from "./sender.js";
import { closeWriting } from "./saving.js";
import { go, lock, onChange, state } from "./state.js";
import { KEPT_AFTER_RECEIPT_MS } from "./tablet.js";
import { unfinished } from "./known.js";
import { titleOf } from "./reading.js";

/** @typedef {import("./types.js").Visit} Visit */
/** @typedef {import("./types.js").State} State */

/** @type {{state: State, title: string, empty: string}[]} */
const LISTS = [
  { state: "draft", title: "Drafts", empty: "You have no visit begun. Press “Begin a visit” when you arrive: it needs no signal." },
  { state: "waiting", title: "Waiting to send", empty: "Nothing waits. A visit comes here when you press “Send” at the end of it." },
  { state: "sent", title: "Sent", empty: "Nothing was sent in the last seven days. What the server has received stays here for a week." },
  { state: "returned", title: "Returned", empty: "Nothing came back to you. A visit with something to mend comes here, with what to do." },
];
let chosen = /** @type {State} */ ("draft");

/** Show the lists. */
export async function showLists() {
  await closeWriting();
  setButtons([{ words: "Menu", act: () => go({ name: "menu" }) }, { words: "Lock", act: () => lock() }]);
  const tabs = el("nav", { class: "app-tabs", "aria-label": "Lists of visits" });
  const news = el("div", { role: "status" });
  const place = el("section", { class: "app-list", "aria-label": "Visits" });
  show(el("div", { class: "app-head" }, heading("Your visits"), button("Begin a visit", () => go({ name: "begin" }), "", { class: "govuk-button app-button app-button--begin" })), danger(), news, tabs, place);

  async function draw() {
    const visits = await state.tablet?.all();
    if (!visits || !place.isConnected) return;
    tabs.replaceChildren(...LISTS.map((list) => tab(list, visits.filter((visit) => visit.state === list.state).length, () => { chosen = list.state; draw(); })));
    const list = LISTS.find((each) => each.state === chosen) ?? LISTS[0];
    const mine = visits.filter((visit) => visit.state === chosen);
    const words = state.tablet?.damaged ? paragraph(`${counted(state.tablet.damaged, "visit")} on this tablet cannot be opened: the bytes are damaged. Tell your administrator.`) : sendingNews(visits);
    if (news.textContent !== words?.textContent) news.replaceChildren(...(words ? [words] : []));
    place.replaceChildren(el("h2", { class: "govuk-heading-m" }, list.title), ...(mine.length ? mine.map(card) : [paragraph(list.empty)]));
  }
  onChange(() => { draw(); });
  await draw();
}

/** Return what comes before any form: a life in danger. */
export function danger() {
  return el("p", { class: "app-danger" }, el("strong", {}, "Is somebody in immediate danger? Ring Control first."), " Do not wait for this form.");
}

/** Show one list when the lists are shown next. @param {State} list */
export function choose(list) {
  chosen = list;
}

/** @param {{state: State, title: string}} list @param {number} count @param {() => void} act */
function tab(list, count, act) {
  return el("button", { type: "button", class: "app-tab", "aria-current": list.state === chosen ? "true" : null, onclick: act },
    el("span", { class: "app-tab__count" }, String(count)), el("span", { class: "app-tab__title" }, list.title));
}

/** What has to be said of sending, above all lists. @param {Visit[]} visits */
export function sendingNews(visits) {
  const waiting = visits.filter((visit) => visit.state === "waiting").length;
  if (!waiting || !state.sent) return null;
  const waits = `${counted(waiting, "visit")} ${waiting === 1 ? "waits" : "wait"}`;
  if (state.sent.outcome === "sign-in") {
    return el("div", { class: "app-news" }, el("p", { class: "govuk-body" }, `${waits} for you to sign in. Nothing is lost.`), el("a", { class: "govuk-button app-button", href: SIGN_IN }, "Sign in to send"));
  }
  if (state.sent.outcome === "somebody-else") {
    const who = state.sent.who ? `${state.sent.who} is signed in to the server` : "Who is signed in to the server may not send visits";
    return el("div", { class: "app-news" }, el("p", { class: "govuk-body" }, `${waits}: ${who}. A visit is sent in the name of who wrote it: sign in as ${state.tablet?.author.name}.`),
      el("a", { class: "govuk-button app-button", href: SIGN_IN }, "Sign in to send"));
  }
  return null;
}

/** @param {Visit} visit */
function card(visit) {
  const open = () => {
    if (visit.state === "draft") return go({ name: "visit", visit: visit.id });
    return go({ name: "sent", visit: visit.id });
  };
  const words = { draft: "Go on", waiting: "See", sent: "See", returned: "See what to do" }[visit.state];
  return el("article", { class: `app-card app-card--${visit.state}` }, el("div", { class: "app-card__words" }, el("h3", { class: "govuk-heading-s app-card__title" }, titleOf(visit.content)),
    el("p", { class: "govuk-body app-card__state" }, stateOf(visit)), el("p", { class: "govuk-body-s app-card__time" }, `Begun ${timeOf(visit.begun_at)}`)),
    button(words, open, "secondary", { "aria-label": `${words}: ${titleOf(visit.content)}` }));
}

/** Return where a visit stands, in plain words. @param {Visit} visit */
export function stateOf(visit) {
  const photos = photosOf(visit).length;
  if (visit.state === "draft") {
    const missing = state.form ? unfinished(state.form, visit).length : 0;
    return missing ? `Not finished: ${counted(missing, "thing")} still to answer` : "Ready to send";
  }
  if (visit.state === "waiting" && !visit.receipt) return ["Waiting to be sent.", visit.sending.trouble, when(visit)].filter(Boolean).join(" ");
  if (visit.state === "waiting") {
    return [`The visit was received. Photographs: ${visit.sending.confirmed.length} of ${photos} received.`, state.progress ? `Sending: ${state.progress}.` : "", visit.sending.trouble, when(visit)].filter(Boolean).join(" ");
  }
  if (visit.state === "sent") {
    const until = timeOf((visit.sent_at ?? 0) + KEPT_AFTER_RECEIPT_MS);
    return `✓ Received in full${photos ? `, with ${counted(photos, "photograph")}` : ""}. Kept on this tablet until ${until}.`;
  }
  if (visit.receipt) return visit.remark;
  return visit.reasons.length ? `Not taken: ${counted(visit.reasons.length, "thing")} to mend` : `Not taken. ${visit.remark}`;
}

/** @param {Visit} visit */
function when(visit) {
  if (!visit.sending.tries || state.sent?.outcome !== "try-later") return "";
  return `It is tried again at ${new Date(visit.sending.next_at).toLocaleTimeString("en-GB", { timeZone: "Europe/London", hour: "2-digit", minute: "2-digit" })}, or when there is signal.`;
}

/** @returns {HTMLElement} */
export function sendButton() {
  return button("Try to send now", () => sendNow(), "secondary");
}
