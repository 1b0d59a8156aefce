// Looking a visit over before it is sent: what is missing, what is odd, and all that was answered.

import { isShown } from "./form.js";
import { askToBeWoken } from "./worker.js";
import { button, counted, el, errorSummary, heading, paragraph, say, show } from "./elements.js";
import { staysSealed } from "./outcome.js";
import { setButtons } from "./header.js";
import { unfinished } from "./known.js";
import { choose } from "./lists.js";
import { toMend } from "./missing.js";
import { answerOf, at, contentToSend, inWords, isAsked, lineInWords, titleOf } from "./reading.js";
import { closeWriting, openToWrite } from "./saving.js";
import { sendNow } from "./sender.js";
import { changed, go, lock, state } from "./state.js";
import { notTriedYet } from "./tablet.js";
import { keepUsual } from "./usual.js";
import { standing } from "./visit.js";

/** @typedef {import("./types.js").Visit} Visit */
/** @typedef {import("./types.js").Section} Section */

/** Show a visit whole, with the button that sends it. @param {import("./state.js").Page} page */
export async function showReview(page) {
  const form = /** @type {import("./types.js").Form} */ (state.form);
  const writing = await openToWrite(page.visit ?? "");
  if (!writing || writing === "elsewhere") return go({ name: "visit", visit: page.visit }, { replace: true });
  const { visit } = writing;
  const keep = () => writing.save();
  const reasons = standing(visit);
  const wrong = reasons.filter(({ onlyWarns }) => !onlyWarns);
  const odd = reasons.filter(({ onlyWarns }) => onlyWarns);
  const faults = wrong.length ? errorSummary(`${counted(wrong.length, "thing")} still to answer`, wrong.map((reason) => ({ words: inWords(form, reason), go: () => { toMend(visit, reason); } }))) : null;
  const looks = odd.length ? el("section", { class: "app-notice", "aria-label": "Look at this before you send" }, el("h2", { class: "govuk-heading-s" }, "Look at this before you send"),
    el("ul", { class: "govuk-list app-faults" }, ...odd.map((reason) => el("li", {}, el("button", { type: "button", class: "app-fault", onclick: () => toMend(visit, reason) }, inWords(form, reason))))),
    paragraph("The visit can go as it is: the reviewer is told the same.")) : null;

  async function send() {
    if (unfinished(form, visit).length) {
      say("This cannot be sent yet: something is missing.");
      /** @type {HTMLElement | null} */ (document.querySelector("[data-summary]"))?.focus();
      return;
    }
    if (visit.state !== "draft") return;
    const before = { ...visit };
    const content = contentToSend(form, visit, new Date());
    Object.assign(visit, { content, body: JSON.stringify(content), state: "waiting", sending: notTriedYet(), reasons: [], remark: "", changed_at: Date.now() });
    if (!(await keep())) {
      Object.assign(visit, before);
      say("This tablet has no room to keep the visit. Free some room on it, and press “Send” again.");
      return;
    }
    // Without room for it the next visit begins without.
    if (state.tablet && !content.amends) await keepUsual(state.tablet, content).catch(() => {});
    await closeWriting();
    choose("waiting");
    changed();
    await go({ name: "sent", visit: visit.id }, { replace: true });
    askToBeWoken();
    sendNow();
  }

  setButtons([{ words: "Your visits", act: () => go({ name: "lists" }) }, { words: "Lock", act: () => lock() }]);
  const last = form.sections[form.sections.length - 1].letter;
  show(el("p", { class: "govuk-caption-m app-caption" }, titleOf(visit.content)), heading("Look it over and send"), faults, looks, visit.content.amends ? staysSealed(visit) : null,
    el("div", { class: "app-foot" }, button("Send", send, "", { class: "govuk-button app-button app-button--send" }), button("Back", () => go({ name: "visit", visit: visit.id, section: last }), "secondary")),
    paragraph("Without signal it waits here and goes by itself as soon as there is one, while the app is open."),
    el("h2", { class: "govuk-heading-m" }, "What you wrote"), ...form.sections.map((section) => summary(section, visit)), throwAway(visit));
}

/** @param {Visit} visit */
function throwAway(visit) {
  const act = async () => {
    await closeWriting();
    await state.tablet?.remove(visit.id);
    changed();
    await go({ name: "lists" }, { replace: true });
    say("The visit was thrown away.");
  };
  return el("details", { class: "app-answers" }, el("summary", { class: "app-answers__title" }, "Throw this visit away"),
    paragraph("It was not sent. Once it is thrown away nobody can bring it back."), button("Throw it away for good", act, "warning"));
}

/** @param {Section} section @param {Visit} visit */
function summary(section, visit) {
  const form = /** @type {import("./types.js").Form} */ (state.form);
  const rows = section.fields.filter((field) => isAsked(field, visit.author) && isShown(form, field, visit.content, undefined)).flatMap((field) => {
    const value = at(visit.content, field.path);
    if (field.kind === "list") return (value ?? []).map((/** @type {any} */ item, /** @type {number} */ n) => [`${field.label} ${n + 1}`, lineInWords(field, item)]);
    const answer = answerOf(field, value);
    return answer ? [[field.label, answer]] : [];
  });
  return el("details", { class: "app-answers" }, el("summary", { class: "app-answers__title" }, `${section.letter}. ${section.title}: ${rows.length ? counted(rows.length, "answer") : "nothing"}`),
    el("dl", { class: "app-answers__list" }, ...rows.flatMap(([label, answer]) => [el("dt", {}, label), el("dd", {}, answer)])),
    button("Change", () => go({ name: "visit", visit: visit.id, section: section.letter }), "secondary", { "aria-label": `Change ${section.letter}, ${section.title}` }));
}
