// The visits that this person's station is asked for, as the server listed them last, and beginning one of them.

import { beginVisit } from "./beginning.js";
import { button, el, paragraph } from "./elements.js";
import { lastAnswer } from "./outcome.js";
import { calledOf } from "./reading.js";
import { go } from "./state.js";
import { dayOf } from "./times.js";

/** @typedef {import("./types.js").AskedVisit} AskedVisit */
/** @typedef {import("./types.js").News} News */
/** @typedef {import("./types.js").Visit} Visit */

/** Draw the list. @param {News} news @param {Visit[]} visits those on this tablet */
export function askedList(news, visits) {
  const none = news.asked.at === null ? "The server has not been asked yet. With signal, and signed in, the list comes by itself." : "Your station is asked for no visit.";
  const list = news.asked.visits.map((asked) => card(asked, begunAt(asked, visits)));
  return [el("p", { class: "govuk-body" }, lastAnswer(news, "asked")), ...(list.length ? list : [paragraph(none)])];
}

/** @param {AskedVisit} asked @param {Visit | undefined} begun */
function card(asked, begun) {
  const { title, where } = calledOf(asked);
  const day = dayOf(asked.due_on);
  const words = begun ? "Go on with this visit" : "Begin this visit";
  const act = () => (begun ? go({ name: "visit", visit: begun.id }) : beginVisit(undefined, filledIn(asked)));
  return el("article", { class: `app-card ${asked.is_overdue ? "app-card--returned" : ""}` }, el("div", { class: "app-card__words" },
    el("h3", { class: "govuk-heading-s app-card__title" }, title), where ? el("p", { class: "govuk-body app-card__state" }, where) : null,
    el("p", { class: "govuk-body app-card__state" }, asked.is_overdue ? el("strong", {}, `Overdue: it was due on ${day}`) : `Due by ${day}`, `. ${asked.watch_words}.`),
    el("p", { class: "govuk-body app-card__state" }, asked.reason), mustAnswer(asked)), button(words, act, "secondary", { "aria-label": `${words}: ${title}` }));
}

/** Return what an inspection after an incident must answer, null where nothing of the kind is asked. @param {AskedVisit} asked */
function mustAnswer({ incident_no, questions = [] }) {
  if (!questions.length) return null;
  return el("details", { class: "govuk-details app-card__questions" }, el("summary", { class: "govuk-details__summary" },
    el("span", { class: "govuk-details__summary-text" }, `What it must answer: ${questions.length} questions`)),
    el("div", { class: "govuk-details__text" }, el("p", { class: "govuk-body" }, `After incident ${incident_no}. The visit is of the kind “Post incident”.`),
      el("ol", { class: "govuk-list govuk-list--number" }, ...questions.map((question) => el("li", {}, question)))));
}

/** Return what is known of a visit that is asked for. @param {AskedVisit} asked */
function filledIn(asked) {
  const { title, where } = calledOf(asked);
  const isUprn = /^\d{1,12}$/.test(asked.premises_id);
  const after = asked.incident_no ? { visit_kind: "POST_INCIDENT", incident_no: asked.incident_no } : {};
  return { ...after, ...(isUprn ? { uprn: asked.premises_id } : {}), address: { written: [title, where].filter(Boolean).join(", ") } };
}

/** Return the draft that was begun there. @param {AskedVisit} asked @param {Visit[]} visits */
function begunAt(asked, visits) {
  const known = filledIn(asked);
  return visits.find(({ state, content }) => state === "draft" && (known.uprn ? content.uprn === known.uprn : content.address?.written === known.address.written));
}
