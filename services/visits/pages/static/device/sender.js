// When to send: as soon as there is something, when a network comes, when the app comes to the front, and by a timer.

import { hearNews } from "./news.js";
import { askSession } from "./lost.js";
import { forgetUndrawn } from "./marks.js";
import { nounOf } from "./photographs.js";
import { makeSending } from "./sending.js";
import { askWho } from "./server.js";
import { changed, state, tell } from "./state.js";
import { size } from "./elements.js";

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let isSending = false;
let isWanted = false;

/** @type {WeakMap<import("./tablet.js").Tablet, ReturnType<typeof makeSending>>} one for as long as somebody has unlocked the app */
const sendings = new WeakMap();

const HEAR_EVERY_MS = 60_000;
const LOCK = "ravi-sending";

/** Send whenever there may be a network. */
export function startSender() {
  addEventListener("online", () => { tell("net"); sendNow(); hear(); });
  addEventListener("offline", () => tell("net"));
  setInterval(() => { if (document.visibilityState === "visible") hear(); }, HEAR_EVERY_MS);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") { sendNow(); hear(); } });
}

/** Hear what is new; locked, at least whether the tablet was reported lost. */
function hear() {
  if (state.tablet) hearNews(state.tablet);
  else if (navigator.onLine) askWho();
}

/** Send what waits of who has unlocked the app; one window of the app at a time. */
export async function sendNow() {
  if (isSending) { isWanted = true; return; }
  isSending = true;
  try {
    do {
      isWanted = false;
      await navigator.locks.request(LOCK, { ifAvailable: true }, (held) => (held ? send(true) : again(Date.now() + 10_000)));
    } while (isWanted);
  } finally {
    isSending = false;
  }
}

/** @param {import("./tablet.js").Tablet} tablet */
function sendingOf(tablet) {
  const known = sendings.get(tablet);
  if (known) return known;
  const made = makeSending({
    fetch: (url, options = {}) => (url === "/device/session" ? askSession(options) : fetch(url, options)),
    now: () => Date.now(),
    random: () => Math.random(),
    waiting: async () => (await tablet.all()).filter((visit) => visit.state === "waiting").sort((one, other) => one.changed_at - other.changed_at),
    save: async (visit) => {
      const gone = visit.state === "sent" ? forgetUndrawn(visit) : [];
      await tablet.save(visit);
      for (const each of gone) await tablet.dropPhoto(each);
      changed();
    },
    bytesOf: (visit, digest) => tablet.photo(visit, digest),
    progress: (visit, digest, sent, of) => {
      const medium = visit.content.media.find((/** @type {{sha256: string}} */ each) => each.sha256 === digest);
      state.progress = `${size(sent)} of ${size(of)} of a ${nounOf(medium)}`;
      tell("progress");
    },
  });
  sendings.set(tablet, made);
  return made;
}

/** @param {boolean} atOnce */
async function send(atOnce) {
  const tablet = state.tablet;
  clearTimeout(timer);
  if (!tablet) return;
  const result = await sendingOf(tablet).sendAll(tablet.author.name, atOnce);
  if (state.tablet !== tablet) return;
  state.sent = result;
  state.progress = "";
  tell("changed");
  if (result.outcome === "all-sent") hear();
  if (result.again_at !== null) again(result.again_at);
}

/** @param {number} at */
function again(at) {
  clearTimeout(timer);
  timer = setTimeout(() => navigator.locks.request(LOCK, { ifAvailable: true }, (held) => (held ? send(false) : again(Date.now() + 10_000))),
    Math.max(250, at - Date.now()));
}
