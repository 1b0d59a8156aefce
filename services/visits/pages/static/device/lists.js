// The visits of who has unlocked the app, in five lists: drafts, waiting to send, sent, returned, asked of the station.

import { button, counted, el, heading, paragraph, renew, show, timeOf } from "./elements.js";
import { setButtons } from "./header.js";
import { inTurn } from "./in_turn.js";
import { SIGN_IN } from "./server.js";
import { filesInWords } from "./photographs.js";
import { photosOf } from "./sending.js";
import { sendNow } from "./sender.js";
import { closeWriting } from "./saving.js";
import { go, lock, onChange, state } from "./state.js";
import { KEPT_AFTER_RECEIPT_MS } from "./tablet.js";
import { askedList } from "./asked.js";
import { unfinished } from "./known.js";
import { mustAct, RETURNED } from "./news.js";
import { lastAnswer } from "./outcome.js";
import { titleOf } from "./reading.js";

/** @typedef {import("./types.js").Visit} Visit */
/** @typedef {import("./types.js").State} State */

/** @typedef {State | "asked"} Name */
/** @typedef {import("./types.js").Change} Change */
/** @typedef {import("./types.js").News} News */

/** @type {{state: Name, title: string, empty: string}[]} */
const LISTS = [
  { state: "draft", title: "Drafts", empty: "You have no visit begun. Press “Begin a visit” when you arrive: it needs no signal." },
  { state: "waiting", title: "Waiting to send", empty: "Nothing waits. A visit comes here when you press “Send” at the end of it." },
  { state: "sent", title: "Sent", empty: "Nothing was sent in the last seven days. What the server has received stays here for a week." },
  { state: "returned", title: "Returned", empty: "Nothing came back to you. A visit with something to mend comes here, with what to do." },
  { state: "asked", title: "Asked of you", empty: "" },
];
let chosen = /** @type {Name} */ ("draft");

/** Show the lists. */
export async function showLists() {
  await closeWriting();
  setButtons([{ words: "Menu", act: () => go({ name: "menu" }) }, { words: "Lock", act: () => lock() }]);
  const tabs = el("nav", { class: "app-tabs", "aria-label": "Lists of visits" });
  const news = el("div", { role: "status" });
  const place = el("section", { class: "app-list", "aria-label": "Visits" });
  show(el("div", { class: "app-head" }, heading("Your visits"), button("Begin a visit", () => go({ name: "begin" }), "", { class: "govuk-button app-button app-button--begin" })), danger(), news, tabs, place);

  const draw = inTurn(async () => {
    const [visits, told] = await Promise.all([state.tablet?.all(), state.tablet?.news()]);
    if (!visits || !told || !place.isConnected) return;
    const act = toAct(visits, told);
    const counts = LISTS.map(({ state: name }) => listed(name, visits, told).length);
    const toActOn = (/** @type {Name} */ name, /** @type {number} */ count) => (name === "sent" ? act : name === "returned" ? count : 0);
    renew(tabs, ...LISTS.map((list, n) => tab(list, counts[n], toActOn(list.state, counts[n]), () => { chosen = list.state; draw(); })));
    const list = LISTS.find((each) => each.state === chosen) ?? LISTS[0];
    const words = state.tablet?.damaged ? paragraph(`${counted(state.tablet.damaged, "visit")} on this tablet cannot be opened: the bytes are damaged. Tell your administrator.`) : sendingNews(visits);
    if (news.textContent !== words?.textContent) news.replaceChildren(...(words ? [words] : []));
    renew(place, el("h2", { class: "govuk-heading-m" }, list.title), ...(chosen === "asked" ? askedList(told, visits) : [...(chosen === "sent" ? sentHead(act, told) : []), ...cards(list, visits, told)]));
  });
  onChange((kind) => { if (kind !== "as-of") draw(); });
  await draw();
}

/** Return what stands in a list: what is on this tablet, and what the server alone has if its crew must act on it; first
 * what must be acted on. @param {Name} name @param {Visit[]} visits @param {News} told @returns {(Visit | Change | import("./types.js").AskedVisit)[]} */
function listed(name, visits, told) {
  if (name === "asked") return told.asked.visits;
  const mine = visits.filter((visit) => visit.state === name);
  if (name !== "sent" && name !== "returned") return mine;
  const isHere = new Set(visits.map(({ id }) => id));
  const others = Object.values(told.visits).filter((each) => !isHere.has(each.submission_id) && mustAct(each, told) && (each.state === RETURNED) === (name === "returned"));
  const must = mine.filter(({ id }) => name === "sent" && mustAct(told.visits[id], told));
  return [...must, ...others, ...mine.filter((visit) => !must.includes(visit))];
}

/** Return how many visits of the list "Sent" must be acted on. @param {Visit[]} visits @param {News} told */
function toAct(visits, told) {
  return listed("sent", visits, told).filter((each) => "must_act" in each || ("id" in each && mustAct(told.visits[each.id], told))).length;
}

/** @param {number} act @param {News} told */
function sentHead(act, told) {
  return [act ? el("p", { class: "app-danger" }, el("strong", {}, `You must act on ${counted(act, "visit")}.`)) : null, paragraph(lastAnswer(told))].filter((each) => each !== null);
}

/** @param {{state: Name, empty: string}} list @param {Visit[]} visits @param {News} told */
function cards(list, visits, told) {
  const found = listed(list.state, visits, told).map((each) => ("id" in each ? card(each, told.visits[each.id], mustAct(told.visits[each.id], told)) : "submission_id" in each ? serverCard(each) : null)).filter((each) => each !== null);
  return found.length ? found : [paragraph(list.empty)];
}

/** @param {Change} told */
function serverCard(told) {
  return el("article", { class: "app-card app-card--returned" }, el("div", { class: "app-card__words" }, el("h3", { class: "govuk-heading-s app-card__title" }, told.address),
    el("p", { class: "govuk-body app-card__state" }, told.says), el("p", { class: "govuk-body-s app-card__time" }, `Received ${timeOf(told.received_at)}. Not on this tablet`)),
    button("See what to do", () => go({ name: "sent", visit: told.submission_id }), "secondary", { "aria-label": `See what to do: ${told.address}` }));
}

/** Return what comes before any form: a life in danger. */
export function danger() {
  return el("p", { class: "app-danger" }, el("strong", {}, "Is somebody in immediate danger? Ring Control first."), " Do not wait for this form.");
}

/** Show one list when the lists are shown next. @param {Name} list */
export function choose(list) {
  chosen = list;
}

/** @param {{state: Name, title: string}} list @param {number} count @param {number} toActOn @param {() => void} act */
function tab(list, count, toActOn, act) {
  return el("button", { type: "button", class: "app-tab", id: `list-${list.state}`, "aria-current": list.state === chosen ? "true" : null, onclick: act },
    el("span", { class: "app-tab__count" }, String(count)), el("span", { class: "app-tab__title" }, list.title),
    toActOn ? el("span", { class: "app-tab__act" }, `${toActOn} to act on`) : null);
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

/** @param {Visit} visit @param {Change | undefined} told @param {boolean} isToAct */
function card(visit, told, isToAct) {
  const open = () => {
    if (visit.state === "draft") return go({ name: "visit", visit: visit.id });
    return go({ name: "sent", visit: visit.id });
  };
  const words = { draft: "Go on", waiting: "See", sent: "See", returned: "See what to do" }[visit.state];
  const replaces = visit.content.amends ? el("p", { class: "govuk-body app-card__state" }, "Takes the place of a visit that was sent.") : null;
  const came = visit.state === "sent" && told ? el("p", { class: "govuk-body app-card__state" }, el("strong", {}, isToAct ? `You must act. ${told.says}` : `${told.state_words}.`)) : null;
  return el("article", { class: `app-card app-card--${isToAct ? "returned" : visit.state}` }, el("div", { class: "app-card__words" }, el("h3", { class: "govuk-heading-s app-card__title" }, titleOf(visit.content)), replaces, came,
    el("p", { class: "govuk-body app-card__state" }, stateOf(visit)), el("p", { class: "govuk-body-s app-card__time" }, `Begun ${timeOf(visit.begun_at)}`)),
    button(words, open, "secondary", { "aria-label": `${words}: ${titleOf(visit.content)}` }));
}

/** Return where a visit stands, in plain words. @param {Visit} visit */
export function stateOf(visit) {
  const files = filesInWords(visit.content.media);
  if (visit.state === "draft") {
    const missing = state.form ? unfinished(state.form, visit).length : 0;
    return missing ? `Not finished: ${counted(missing, "thing")} still to answer` : "Ready to send";
  }
  if (visit.state === "waiting" && !visit.receipt) return ["Waiting to be sent.", visit.sending.trouble, when(visit)].filter(Boolean).join(" ");
  if (visit.state === "waiting") {
    return [`The visit was received. Photographs${/ plan/.test(files) ? " and plans" : ""}: ${visit.sending.confirmed.length} of ${photosOf(visit).length} received.`, state.progress ? `Sending: ${state.progress}.` : "", visit.sending.trouble, when(visit)].filter(Boolean).join(" ");
  }
  if (visit.state === "sent") {
    const until = timeOf((visit.sent_at ?? 0) + KEPT_AFTER_RECEIPT_MS);
    return `✓ Received in full${files ? `, with ${files}` : ""}. Kept on this tablet until ${until}.`;
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
