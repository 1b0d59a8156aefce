// What is mostly the same from one visit to the next: the callsign of the appliance that carries the tablet, and the watch
// of who writes. It is filled in when a visit begins, says where it is from, and is changed like any other answer.

import { answerOf, placeOf } from "./reading.js";
import { keepCallsign, keepSealed, lastCallsign, sealedUnder } from "./storage.js";

/** @typedef {import("./tablet.js").Tablet} Tablet */
/** @typedef {import("./types.js").Form} Form */

const aboutWatch = (/** @type {Tablet} */ tablet) => `watch/${tablet.owner}`;

/** Return what a visit begins with, and by the path of each question where its answer is from.
 * @param {Tablet} tablet @param {Form} form @returns {Promise<{answers: Record<string, string>, filled: Record<string, string>}>} */
export async function usualOf(tablet, form) {
  /** @type {Record<string, string>} */
  const answers = {};
  /** @type {Record<string, string>} */
  const filled = {};
  const callsign = await lastCallsign();
  if (callsign) {
    answers.callsign = callsign;
    filled.callsign = `The last visit from this tablet had ${callsign}. Change it if you are on another appliance.`;
  }
  const own = tablet.author.watch;
  const watch = own ?? await watchSentLast(tablet);
  if (watch) {
    const { field } = placeOf(form, "/watch");
    answers.watch = watch;
    filled.watch = `${own ? "From your sign-in:" : "Your last visit had"} ${field ? answerOf(field, watch) : watch}`;
  }
  return { answers, filled };
}

/** Remember what was sent, for the visits that come after it. The callsign is painted on the appliance, and lies open for
 * every crew of it; the watch belongs to who wrote, and is sealed. @param {Tablet} tablet @param {Record<string, any>} content */
export async function keepUsual(tablet, { callsign, watch }) {
  await keepCallsign(callsign);
  await keepSealed(aboutWatch(tablet), await tablet.sealOwn(watch, aboutWatch(tablet)));
}

/** @param {Tablet} tablet @returns {Promise<string | null>} */
async function watchSentLast(tablet) {
  const sealed = await sealedUnder(aboutWatch(tablet));
  return sealed ? tablet.openOwn(sealed, aboutWatch(tablet)).catch(() => null) : null;
}
