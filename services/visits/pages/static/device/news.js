// What the server tells of this person's visits: what came of those that were sent, and where their station is asked to
// go. The last answer is kept, locked under their key, with its time: it can be read where there is no network.

import { changed, tell } from "./state.js";
import { askWho, reached } from "./server.js";
import { atTime } from "./times.js";

/** @typedef {import("./types.js").Change} Change */
/** @typedef {import("./types.js").News} News */
/** @typedef {import("./types.js").Visit} Visit */

const VISITS = "/api/v1/visits";
export const RETURNED = "RETURNED";
const KEPT = 100;

/** Ask what is new, one window of the app at a time; where there is no answer, what was told before stays.
 * @param {import("./tablet.js").Tablet} tablet */
export async function hearNews(tablet) {
  if (navigator.onLine) await navigator.locks.request("ravi-hearing", () => hear(tablet));
}

/** @param {import("./tablet.js").Tablet} tablet */
async function hear(tablet) {
  const who = await askWho();
  if (who.known !== "yes" || who.name !== tablet.author.name) return;
  const before = await tablet.news();
  const since = before.cursor ? `?since=${before.cursor}` : "";
  const [changes, asked] = await Promise.all([reached(`${VISITS}/changes${since}`), reached(`${VISITS}/asked`, before.asked.etag)]);
  const news = { ...before };
  if (changes?.body) Object.assign(news, { cursor: changes.body.cursor, at: Date.now(), visits: together(before.visits, changes.body.visits) });
  if (asked?.body) news.asked = { etag: asked.etag, at: Date.now(), visits: asked.body.asked };
  else if (asked) news.asked = { ...before.asked, at: Date.now() };
  if (changes || asked) await tablet.keepNews(news);
  const isMoved = await settle(tablet, news);
  if (isMoved || !isSame(before.visits, news.visits) || !isSame(before.asked.visits, news.asked.visits)) changed();
  showTimes(news);
  tell("as-of");
}

/** @param {Record<string, Change>} before @param {Change[]} told @returns {Record<string, Change>} */
function together(before, told) {
  const all = { ...before, ...Object.fromEntries(told.map((each) => [each.submission_id, each])) };
  const newest = Object.values(all).sort((one, other) => Date.parse(other.received_at) - Date.parse(one.received_at));
  return Object.fromEntries(newest.filter((each, n) => n < KEPT || each.must_act).map((each) => [each.submission_id, each]));
}

/** @param {unknown} one @param {unknown} other */
function isSame(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Move the visits on the tablet to where the server says they are. @param {import("./tablet.js").Tablet} tablet @param {News} news */
async function settle(tablet, news) {
  let isMoved = false;
  for (const visit of await tablet.all()) {
    const told = news.visits[visit.id];
    if (!told || !visit.receipt) continue;
    if (visit.state === "sent" && told.state === RETURNED) isMoved = (await takeBack(tablet, visit)) || isMoved;
    else if (visit.state === "returned" && told.state !== RETURNED) {
      await tablet.save({ ...visit, state: "sent", reasons: [], remark: "" });
      isMoved = true;
    }
  }
  return isMoved;
}

/** @param {import("./tablet.js").Tablet} tablet @param {Visit} visit */
async function takeBack(tablet, visit) {
  const given = await givenBack(visit.id);
  if (!given || given.state !== RETURNED) return false;
  await tablet.save({ ...visit, state: "returned", remark: remarkOf(given), reasons: asReasons(given.comments) });
  return true;
}

/** Return what a reviewer says of a visit that they returned. @param {{state: string, reason: string}} given */
export function remarkOf(given) {
  return given.state === RETURNED ? `The central risk team needs something from you. ${given.reason}`.trim() : "";
}

/** Return a visit as the server gives it back to be amended; null where it does not answer. @param {string} id @returns {Promise<any>} */
export async function givenBack(id) {
  return (await reached(`${VISITS}/${id}/content`))?.body ?? null;
}

/** Return what a reviewer asks for as it stands at the fields. @param {{pointer: string, words: string}[]} comments @returns {import("./types.js").Reason[]} */
export function asReasons(comments) {
  return comments.map(({ pointer, words }) => ({ pointer: `/${pointer.slice(1).replaceAll(".", "/")}`, reason: `the central risk team asks: ${words || "look at this again"}` }));
}

/** Return whether a crew must act on a visit: one whose place another has taken asks for nothing more. @param {Change | undefined} came @param {News} news */
export function mustAct(came, news) {
  return came !== undefined && came.must_act && !Object.values(news.visits).some(({ amends }) => amends === came.submission_id);
}

/** Return the time of the last answer in words. @param {number | null} at */
export function asOf(at) {
  return at === null ? "The server has not been asked yet." : `As of ${atTime(at, Date.now())}.`;
}

/** @param {News} news */
function showTimes(news) {
  for (const place of document.querySelectorAll("[data-as-of]")) {
    place.textContent = asOf(place.getAttribute("data-as-of") === "asked" ? news.asked.at : news.at);
  }
}
