// What the central risk team has sent back: a visit that was received comes to "Returned", with the team's words.

import { changed } from "./state.js";
import { reachedWithin } from "./server.js";

/** @typedef {import("./types.js").Visit} Visit */

const VISITS = "/api/v1/visits";
const RETURNED = "RETURNED";

/** Ask for what became of the visits of this person that were received; where there is no answer, nothing changes.
 * @param {import("./tablet.js").Tablet} tablet */
export async function hearNews(tablet) {
  const sent = (await tablet.all()).filter((visit) => visit.state === "sent");
  if (!sent.length || !navigator.onLine) return;
  const told = await reachedWithin(`${VISITS}?whose=mine`);
  const returned = new Set((told?.visits ?? []).filter((/** @type {any} */ each) => each.state === RETURNED).map((/** @type {any} */ each) => each.submission_id));
  for (const visit of sent.filter(({ id }) => returned.has(id))) await takeBack(tablet, visit);
}

/** @param {import("./tablet.js").Tablet} tablet @param {Visit} visit */
async function takeBack(tablet, visit) {
  const told = await reachedWithin(`${VISITS}/${visit.id}`);
  const line = (told?.story ?? []).findLast((/** @type {any} */ each) => each.state === RETURNED);
  if (!line) return;
  visit.state = "returned";
  visit.remark = `The central risk team needs something from you. ${line.detail}`.trim();
  visit.reasons = line.fields.map((/** @type {string} */ field) => ({ pointer: field.startsWith("/") ? field : `/${field.replaceAll(".", "/")}`, reason: "the reviewer asks about this" }));
  await tablet.save(visit);
  changed();
}
