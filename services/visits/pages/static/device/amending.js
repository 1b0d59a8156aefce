// A visit that takes the place of an earlier one: from the tablet's own copy, or from what the server gives back. What
// concerns people is in neither.

import { asReasons, givenBack, remarkOf } from "./news.js";
import { sealedLeftOut } from "./reading.js";
import { state } from "./state.js";
import { thisDevice } from "./tablet.js";

/** @typedef {import("./types.js").Visit} Visit */
/** @typedef {import("./types.js").Reason} Reason */
/** @typedef {Record<string, any>} Content */

// The same for every visit, and the words of the server: it does not tell whether there was anything.
export const STAYS_SEALED = "Anything you noted about people, safeguarding or crime was received and stays sealed: it is not given back, it stands whatever you change, and it need not be sent again.";
const WRITE_AGAIN = "this is not given back: write it again";
const PHOTOS_STAY = "Photographs are not given back: those that were sent stay with the earlier visit. Take again what must be replaced.";

/** Return the visit on this tablet that takes the place of another; undefined if there is none. @param {string} id @param {Visit[]} visits */
export function inPlaceOf(id, visits) {
  return visits.find(({ content }) => content.amends === id);
}

/** Begin what takes the place of a visit that is on this tablet. @param {Visit} visit @returns {Promise<Visit | null>} */
export async function amendOwn(visit) {
  const { form, tablet } = state;
  if (!form || !tablet) return null;
  return tablet.beginInPlaceOf(visit.id, Date.now(), await ofThisTablet(sealedLeftOut(form, visit.content)), visit, visit);
}

/** Begin what takes the place of a visit that is on the server alone; null where it does not give it back. @param {string} id @returns {Promise<Visit | null>} */
export async function amendFromServer(id) {
  const { form, tablet } = state;
  const given = await givenBack(id);
  if (!form || !tablet || !given) return null;
  const { content, reasons, words } = fromServer(given);
  return tablet.beginInPlaceOf(id, Date.now(), await ofThisTablet(sealedLeftOut(form, content)), { reasons, remark: [remarkOf(given), words].filter(Boolean).join(" ") }, null);
}

/** Return what the server gave back as it can be sent again, and what stands at its fields.
 * @param {{content: Content, comments: {pointer: string, words: string}[], not_given_back: string[]}} given */
export function fromServer({ content, comments, not_given_back }) {
  const isClosed = (/** @type {string} */ pointer) => not_given_back.some((each) => each.startsWith(`${pointer}/`));
  const { media, ...rest } = content;
  // A photograph is on the tablet that took it, and a referral that was sealed in part would be another one without.
  if (rest.referrals) rest.referrals = rest.referrals.filter((/** @type {Content} */ _, /** @type {number} */ n) => !isClosed(`/referrals/${n}`));
  if (rest.hazards) rest.hazards = rest.hazards.map((/** @type {Content} */ { photo, ...hazard }) => hazard);
  const again = not_given_back.filter((each) => !/^\/(referrals|media)\/|\/photo$/.test(each));
  const reasons = [...asReasons(comments), ...again.map((pointer) => ({ pointer, reason: WRITE_AGAIN }))];
  return { content: rest, reasons, words: media?.length ? PHOTOS_STAY : "" };
}

/** @param {Content} content @returns {Promise<Content>} */
async function ofThisTablet({ submission_id, submitted_at, amends, ...rest }) {
  const app_version = document.querySelector("meta[name=app-version]")?.getAttribute("content") ?? "unknown";
  return { ...rest, device_id: await thisDevice(), app_version };
}
