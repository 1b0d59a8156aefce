// Sends what waits: the record first, then each photograph by itself, resumed at the byte where it stopped. Nothing here
// knows the page, the database or the clock: they are handed in, so that it also runs outside a browser.

/** @typedef {import("./types.js").Visit} Visit */
/** @typedef {import("./types.js").Receipt} Receipt */

/**
 * @typedef {Object} Outside
 * @property {(url: string, options?: RequestInit) => Promise<Response>} fetch
 * @property {() => number} now  milliseconds since 1970
 * @property {() => number} random  0 to 1
 * @property {() => Promise<Visit[]>} waiting  the visits of the author that wait, in the order in which they are to go
 * @property {(visit: Visit) => Promise<void>} save  keeps a visit; it is safe when this returns
 * @property {(visit: Visit, sha256: string) => Promise<Uint8Array<ArrayBuffer> | null>} bytesOf
 * @property {(visit: Visit, sha256: string, sent: number, of: number) => void} [progress]
 *
 * @typedef {"nothing-to-do"|"all-sent"|"try-later"|"sign-in"|"somebody-else"} Outcome
 *   `sign-in`: the server knows nobody; `somebody-else`: it knows another person than the author.
 * @typedef {{outcome: Outcome, again_at: number | null, who: string}} Result
 *   `again_at` is when to try again (milliseconds since 1970), null for not before somebody acts.
 */

export const PART_BYTES = 256 * 1024;
export const LONGEST_WAIT_MS = 5 * 60_000;
const FIRST_WAIT_MS = 4_000;
const MOST_SPREAD_MS = 10_000;
const ANSWER_WITHIN_MS = 60_000;
const KNOWN_FOR_MS = 5 * 60_000;
const MOST_RESTARTS = 3;
const VISITS = "/api/v1/visits";
// The server has no room but for what tells of a danger, and it alone knows which that is.
const ONLY_DANGERS = "urn:ravi:problem:busy";

const NO_ANSWER = "No answer from the server yet.";
const PHOTO_GONE = "A photograph or plan is no longer on this tablet. Tell your administrator: the visit itself was received.";
const PHOTO_DAMAGED = "A photograph or plan arrives damaged each time. It is kept here and tried again.";
const KNOWN_OTHERWISE = "The server has another visit under this number. What you wrote is kept here: send it as a visit of its own.";

class SignInFirst extends Error {}

/** Something that may be over the next time; `waitMs` is what the server asked for. */
class TryLater extends Error {
  /** @param {string} words @param {number} [waitMs] */
  constructor(words, waitMs = 0) {
    super(words);
    this.waitMs = waitMs;
  }
}

/** The server has said when to come again: to all of us, but for visits that may tell of a danger if it takes those. */
class ComeAgain extends TryLater {
  /** @param {string} words @param {number} waitMs @param {boolean} takesDangers */
  constructor(words, waitMs, takesDangers) {
    super(words, waitMs);
    this.takesDangers = takesDangers;
  }
}

/** Return the milliseconds that `Retry-After` asks for (seconds or a date); 0 for none. @param {string | null} header @param {number} now */
export function retryAfter(header, now) {
  if (!header) return 0;
  const seconds = Number(header);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now;
  return Number.isFinite(wait) ? Math.max(0, wait) : 0;
}

/** Return how long to wait after so many failures one after another: doubling, at most five minutes, never all at once.
 * @param {number} tries @param {number} random 0 to 1 */
export function backoff(tries, random) {
  const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(tries - 1, 10));
  return Math.round(longest * (0.5 + random / 2));
}

/** Return how many bytes the server holds of a photograph, as it says itself. @param {Response} answer */
function offsetOf(answer) {
  const offset = Number(answer.headers.get("Upload-Offset") ?? "0");
  return Number.isSafeInteger(offset) && offset >= 0 ? offset : 0;
}

/** @param {Outside} outside */
export function makeSending(outside) {
  let token = "";
  /** who was signed in when that was last asked; whatever is sent carries the token of that sign-in, or is refused
   * @type {{name: string, asked_at: number} | null} */
  let known = null;

  /** @param {string} url @param {RequestInit} [options] */
  async function ask(url, options = {}) {
    const headers = { ...(options.headers ?? {}), Accept: "application/json", ...(token ? { "X-CSRF-Token": token } : {}) };
    /** @type {Response} */
    let answer;
    try {
      answer = await outside.fetch(url, { ...options, headers, cache: "no-store", redirect: "error", signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    } catch {
      throw new TryLater(NO_ANSWER);
    }
    if (answer.status === 401 || answer.status === 403) known = null;
    if (answer.status === 401) throw new SignInFirst();
    if (answer.status === 408 || answer.status === 429 || answer.status >= 500) {
      const words = `The server is busy (${answer.status}).`;
      const waitMs = retryAfter(answer.headers.get("Retry-After"), outside.now());
      if (!waitMs) throw new TryLater(words);
      const said = await answer.json().catch(() => ({}));
      throw new ComeAgain(words, waitMs, said.type === ONLY_DANGERS);
    }
    return answer;
  }

  /** Return who is signed in to the server; null if their role may send nothing. */
  async function whoIsSignedIn() {
    const answer = await ask("/device/session");
    if (!answer.ok) return null;
    const who = await answer.json();
    token = who.csrf_token;
    known = { name: who.name, asked_at: outside.now() };
    return /** @type {string} */ (who.name);
  }

  /** @param {string} author */
  function isKnownToBe(author) {
    return known !== null && known.name === author && outside.now() - known.asked_at < KNOWN_FOR_MS;
  }

  /** Send the record: safe to do again, for the same words under the same number are one visit. @param {Visit} visit */
  async function sendRecord(visit) {
    const answer = await ask(VISITS, { method: "POST", body: visit.body, headers: { "Content-Type": "application/json" } });
    if (answer.status === 200 || answer.status === 202) {
      visit.receipt = /** @type {Receipt} */ (await answer.json());
      visit.sending = { ...visit.sending, tries: 0, trouble: "" };
      await outside.save(visit);
      return;
    }
    if (answer.status === 403) throw new TryLater("This sign-in may not send this visit. Sign in again.");
    const said = await answer.json().catch(() => ({}));
    visit.state = "returned";
    visit.reasons = Array.isArray(said.errors) ? said.errors : [];
    visit.remark = answer.status === 409 ? KNOWN_OTHERWISE : sentence(said.detail ?? `The server refused it (${answer.status}).`);
    await outside.save(visit);
  }

  /** Send what is missing of one photograph. @param {Visit} visit @param {string} sha256 */
  async function sendPhoto(visit, sha256) {
    const bytes = await outside.bytesOf(visit, sha256);
    if (!bytes) throw new TryLater(PHOTO_GONE, LONGEST_WAIT_MS);
    const url = `${VISITS}/${visit.id}/media/${sha256}`;
    const held = await ask(url, { method: "HEAD" });
    if (held.headers.get("Upload-Complete") === "true") return;
    let offset = held.ok ? offsetOf(held) : 0;
    for (let idle = 0; ;) {
      if (offset >= bytes.length) offset = 0; // held in full and yet not confirmed: from the beginning
      const end = Math.min(offset + PART_BYTES, bytes.length);
      const range = `bytes ${offset}-${end - 1}/${bytes.length}`;
      const mime = visit.content.media.find((/** @type {any} */ each) => each.sha256 === sha256)?.mime ?? "application/octet-stream";
      const answer = await ask(url, { method: "PUT", body: bytes.slice(offset, end), headers: { "Content-Range": range, "Content-Type": mime } });
      if (answer.status === 201 || answer.status === 200) return;
      if (answer.status === 202 || answer.status === 409) {
        const now = offsetOf(answer);
        idle = now > offset ? 0 : idle + 1;
        if (idle > MOST_RESTARTS) throw new TryLater("A photograph or plan does not go on.");
        offset = now;
        outside.progress?.(visit, sha256, offset, bytes.length);
      } else if (answer.status === 422) {
        visit.sending.restarts += 1;
        offset = 0;
        if (visit.sending.restarts % MOST_RESTARTS === 0) throw new TryLater(PHOTO_DAMAGED, LONGEST_WAIT_MS);
      } else {
        throw new TryLater(`The server did not take a photograph or plan (${answer.status}).`);
      }
    }
  }

  /** Send every photograph that is not confirmed yet; with the last one the visit is sent. @param {Visit} visit */
  async function sendPhotos(visit) {
    for (const sha256 of photosOf(visit)) {
      if (visit.sending.confirmed.includes(sha256)) continue;
      await sendPhoto(visit, sha256);
      visit.sending = { ...visit.sending, tries: 0, trouble: "", confirmed: [...visit.sending.confirmed, sha256] };
      await outside.save(visit);
    }
    visit.state = "sent";
    visit.sent_at = outside.now();
    await outside.save(visit);
  }

  /** Do one step for a visit; a failure that may pass is noted on it, and returned.
   * @param {Visit} visit @param {(visit: Visit) => Promise<void>} step @returns {Promise<TryLater | null>} */
  async function attempt(visit, step) {
    try {
      await step(visit);
      return null;
    } catch (failure) {
      if (!(failure instanceof TryLater)) throw failure;
      if (failure instanceof ComeAgain) visit.sending.is_no_danger = failure.takesDangers;
      await hold(visit, failure);
      return failure;
    }
  }

  /** Note on a visit why it waits and until when: as long as the server says, spread a little, or else as we see fit.
   * @param {Visit} visit @param {TryLater} failure */
  async function hold(visit, failure) {
    const tries = visit.sending.tries + 1;
    const held_until = outside.now() + failure.waitMs;
    const spread = Math.min(MOST_SPREAD_MS, backoff(tries, 1)) * outside.random();
    const next_at = failure instanceof ComeAgain ? held_until + spread : Math.max(held_until, outside.now() + backoff(tries, outside.random()));
    visit.sending = { ...visit.sending, tries, trouble: failure.message, next_at, held_until };
    await outside.save(visit);
  }

  /** Do one step for many visits, until the server says when to come again; what it may take even so is still tried.
   * @param {Visit[]} visits @param {(visit: Visit) => Promise<void>} step @returns {Promise<ComeAgain | null>} */
  async function attemptAll(visits, step) {
    /** @type {ComeAgain | null} */
    let told = null;
    for (const visit of visits) {
      if (told && (!told.takesDangers || visit.receipt || visit.sending.is_no_danger)) {
        await hold(visit, told);
        continue;
      }
      const failure = await attempt(visit, step);
      if (failure instanceof ComeAgain) told = failure;
    }
    return told;
  }

  /**
   * Send all that waits of one author, as far as it goes now: the records of all first, then the photographs.
   * @param {string} author who wrote them: they are sent when the same person is signed in to the server
   * @param {boolean} [atOnce] whether our own wait is cut short, because something has changed; the server's never is
   * @returns {Promise<Result>}
   */
  async function sendAll(author, atOnce = false) {
    const all = await outside.waiting();
    const due = all.filter(({ sending }) => (atOnce ? sending.held_until : sending.next_at) <= outside.now());
    if (!due.length) return later(all);
    try {
      const who = !atOnce && isKnownToBe(author) ? author : await whoIsSignedIn();
      if (who !== author) return { outcome: "somebody-else", again_at: null, who: who ?? "" };
      const told = await attemptAll(due.filter(({ receipt }) => !receipt), sendRecord);
      const received = due.filter(({ receipt, state }) => receipt && state === "waiting");
      await attemptAll(received, told ? async () => { throw told; } : sendPhotos);
    } catch (failure) {
      if (failure instanceof SignInFirst) return { outcome: "sign-in", again_at: null, who: "" };
      if (!(failure instanceof TryLater)) throw failure;
      for (const visit of due) await attempt(visit, async () => { throw failure; });
    }
    return later(await outside.waiting());
  }

  /** @param {Visit[]} waiting @returns {Result} */
  function later(waiting) {
    if (!waiting.length) return { outcome: "all-sent", again_at: null, who: "" };
    const again_at = Math.min(...waiting.map(({ sending }) => sending.next_at));
    return { outcome: "try-later", again_at: Math.max(again_at, outside.now() + 1000), who: "" };
  }

  return { sendAll, whoIsSignedIn };
}

/** Return the SHA-256 of each photograph of a visit as it was sent, each once. @param {Visit} visit @returns {string[]} */
export function photosOf(visit) {
  return [...new Set((visit.content.media ?? []).map((/** @type {{sha256: string}} */ each) => each.sha256))].map(String);
}

/** @param {string} words */
function sentence(words) {
  const text = words.charAt(0).toUpperCase() + words.slice(1);
  return /[.?!]$/.test(text) ? text : `${text}.`;
}
