// How far the referrals are that were raised with a visit: the state alone, asked anew for every visit whose page is
// opened, whether anything was raised with it or not, and kept nowhere.

import { el, link, paragraph, timeOf } from "./elements.js";
import { reached } from "./server.js";

const NOT_NOW = "The server does not say it now: it tells whoever sent the visit, with signal and signed in.";

/** Return what opens to the states, and ask for them. @param {string} id of a visit that the server has */
export function raised(id) {
  const place = el("div", {}, paragraph("The server is being asked."));
  reached(`/api/v1/referrals/of-visit/${id}`).then((answer) => place.replaceChildren(...(answer ? states(answer.body.raised) : [paragraph(NOT_NOW)])));
  return el("details", { class: "app-answers" }, el("summary", { class: "app-answers__title" }, "What became of your referrals"), place,
    paragraph(link("Which is which, on the server", `/referrals/of-visit/${id}`), " (needs signal and a sign-in)"));
}

/** @param {{state_words: string, changed_at: string}[]} all */
function states(all) {
  if (!all.length) return [paragraph("You raised no referral with this visit.")];
  return [el("ul", { class: "govuk-list app-steps" }, ...all.map(({ state_words, changed_at }) => el("li", { class: "app-step" }, el("span", { class: "app-step__time" }, timeOf(changed_at)), el("strong", {}, state_words))))];
}
