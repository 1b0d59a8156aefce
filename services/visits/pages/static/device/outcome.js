// What came of a visit, in the server's words, with the times and the time of the last answer.

import { el, heading, paragraph, timeOf } from "./elements.js";
import { STAYS_SEALED } from "./amending.js";
import { asOf, mustAct } from "./news.js";

/** @typedef {import("./types.js").Change} Change */
/** @typedef {import("./types.js").News} News */

/** Return the time of the last answer, kept true while it is shown. @param {News} news @param {"visits" | "asked"} [of] */
export function lastAnswer(news, of = "visits") {
  return el("span", { "data-as-of": of }, asOf(of === "asked" ? news.asked.at : news.at));
}

/** Return what came of a visit; `isAskedAbove` where the page has said already what the crew is asked for.
 * @param {Change} told @param {News} news @param {boolean} isAskedAbove */
export function outcome(told, news, isAskedAbove) {
  const isToAct = mustAct(told, news);
  const steps = told.steps.map(({ words, at, detail }) => el("li", { class: "app-step" }, el("span", { class: "app-step__time" }, timeOf(at)), el("span", {}, el("strong", {}, words), detail ? `: ${detail}` : "")));
  return el("section", { class: `app-outcome ${isToAct ? "app-outcome--act" : ""}`, "aria-label": "What came of it" }, heading("What came of it", "m"),
    ...(isAskedAbove ? [] : [el("p", { class: "app-outcome__says" }, isToAct ? el("strong", {}, "You must act. ") : null, told.says), ...told.more.map((words) => paragraph(words)), paragraph(told.then)]),
    paragraph(el("strong", {}, told.state_words), ". ", lastAnswer(news)), el("ol", { class: "govuk-list app-steps" }, ...steps));
}

/** Return what the writer of an amendment must know of it. @param {import("./types.js").Visit} visit */
export function staysSealed({ remark }) {
  return el("div", { class: "app-notice" }, el("strong", {}, "This takes the place of the visit that was sent. "), remark ? `${remark} ` : "", STAYS_SEALED);
}
