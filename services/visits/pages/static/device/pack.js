// The records of one's station, taken along: fetched when there is a network, sealed under the person's key, and opened
// without one. The list of premises is one sealed piece, their facts are in chunks, of which one is opened for a visit.

import { randomId } from "./crypto.js";
import * as storage from "./pack_storage.js";
import { askWho } from "./server.js";
import { state, tell } from "./state.js";

/** @typedef {import("./tablet.js").Tablet} Tablet */
/** @typedef {import("./types.js").Entry} Entry */
/** @typedef {import("./types.js").Premises} Premises */
/** @typedef {import("./types.js").PackHead} PackHead */

const PACK = "/api/v1/control/device-pack";
const OUTLINES = "/api/v1/premises/outlines";
const EVERY_MS = 10 * 60_000;
const WITHIN_MS = 120_000;
const IN_A_CHUNK = 40;

/** @type {Map<string, number>} by owner: when the server was asked last */
const asked = new Map();
/** @type {WeakMap<Tablet, Promise<void>>} */
const asking = new WeakMap();
/** @type {WeakMap<Tablet, PackHead | null>} opened once; forgotten with the tablet when it is locked */
const opened = new WeakMap();

const aboutHead = (/** @type {Tablet} */ tablet) => `pack/${tablet.owner}`;
const aboutChunk = (/** @type {Tablet} */ tablet, /** @type {string} */ id) => `pack/${tablet.owner}/${id}`;

/** Fetch what is new of the records, at most every ten minutes. @param {Tablet} tablet @returns {Promise<void>} */
export async function freshenPack(tablet) {
  const busy = asking.get(tablet);
  if (busy) return busy;
  if (!navigator.onLine || Date.now() - (asked.get(tablet.owner) ?? 0) < EVERY_MS) return;
  const work = fetchAlone(tablet);
  asking.set(tablet, work);
  return work;
}

/** One window of the app at a time; where it fails, what is here stays. @param {Tablet} tablet */
async function fetchAlone(tablet) {
  try {
    await navigator.locks.request("ravi-records", () => fetchNew(tablet));
  } catch {
    // No network after all, or no room on the tablet: it is tried again later.
  } finally {
    asking.delete(tablet);
  }
}

/** Fetch the records whenever there may be a network. */
export function startPack() {
  const freshen = () => { if (state.tablet) freshenPack(state.tablet); };
  addEventListener("online", freshen);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") freshen(); });
}

/** Return the list of premises on this tablet; null if there is none. @param {Tablet} tablet @returns {Promise<PackHead | null>} */
export async function packOf(tablet) {
  const known = opened.get(tablet);
  if (known) return known;
  const stored = await storage.headOf(tablet.owner);
  // What was damaged is as if it were not there: it is fetched anew.
  const head = stored ? await tablet.openOwn(stored.sealed, aboutHead(tablet)).catch(() => null) : null;
  if (head) opened.set(tablet, head);
  return head;
}

/** Return the record of a premises on this tablet; null if it is not there. @param {Tablet} tablet @param {string} id @returns {Promise<Premises | null>} */
export async function premisesOf(tablet, id) {
  const entry = (await packOf(tablet))?.entries.find(({ premises_id }) => premises_id === id);
  if (!entry) return null;
  return (await openChunk(tablet, entry.chunk)).find(({ premises_id }) => premises_id === id) ?? null;
}

/** @param {Tablet} tablet @param {string} id @returns {Promise<Premises[]>} */
async function openChunk(tablet, id) {
  const stored = await storage.chunkById(id);
  return stored ? tablet.openOwn(stored.sealed, aboutChunk(tablet, id)) : [];
}

/** Only who has unlocked the app and is signed in to the server is given records. @param {Tablet} tablet */
async function fetchNew(tablet) {
  const who = await askWho();
  if (who.known !== "yes" || who.name !== tablet.author.name || !who.station) return;
  opened.delete(tablet); // another window may have kept a newer one
  const head = await packOf(tablet);
  const since = head?.station === who.station ? head.cursor : null;
  const query = new URLSearchParams(since ? { station: who.station, since } : { station: who.station });
  const answer = await fetch(`${PACK}?${query}`, { headers: { Accept: "application/json" }, cache: "no-store", redirect: "error", signal: AbortSignal.timeout(WITHIN_MS) });
  asked.set(tablet.owner, Date.now());
  if (!answer.ok) return;
  const told = await answer.json();
  const outlines = (told.whole || !head?.outlines?.length ? await fetchOutlines() : null) ?? head?.outlines ?? null;
  if (state.tablet !== tablet) return;
  try {
    await keep(tablet, told.whole ? null : head, told, outlines);
  } catch (error) {
    await storage.savePack({ owner: tablet.owner, sealed: await tablet.sealOwn(null, aboutHead(tablet)) }, [], new Set());
    opened.delete(tablet);
    asked.delete(tablet.owner);
    throw error;
  }
  tell("records");
}

/** Fetch the outlines that the map draws; a map without them is better than no records. @returns {Promise<import("./types.js").Outline[] | null>} */
async function fetchOutlines() {
  try {
    const answer = await fetch(OUTLINES, { headers: { Accept: "application/json" }, cache: "no-store", redirect: "error", signal: AbortSignal.timeout(WITHIN_MS) });
    return answer.ok ? (await answer.json()).features : null;
  } catch {
    return null;
  }
}

/** Keep an answer of the server on top of what is here: what no longer belongs goes, out of its chunk too.
 * @param {Tablet} tablet @param {PackHead | null} head @param {any} told @param {PackHead["outlines"]} outlines */
async function keep(tablet, head, told, outlines) {
  const belongs = new Set(told.premises_ids);
  const replaced = new Set(told.premises.map((/** @type {Premises} */ each) => each.premises_id));
  const before = head?.entries ?? [];
  const entries = before.filter(({ premises_id: id }) => belongs.has(id) && !replaced.has(id));
  const stays = new Set(entries.map(({ premises_id }) => premises_id));
  const touched = new Set(before.filter(({ premises_id }) => !stays.has(premises_id)).map(({ chunk }) => chunk));
  /** @type {import("./pack_storage.js").StoredChunk[]} */
  const chunks = [];
  const put = async (/** @type {string} */ id, /** @type {Premises[]} */ premises) => {
    chunks.push({ id, owner: tablet.owner, sealed: await tablet.sealOwn(premises, aboutChunk(tablet, id)) });
  };
  for (const id of touched) {
    const left = (await openChunk(tablet, id)).filter(({ premises_id }) => stays.has(premises_id));
    if (left.length) await put(id, left);
  }
  for (let first = 0; first < told.premises.length; first += IN_A_CHUNK) {
    const [id, premises] = [randomId(), /** @type {Premises[]} */ (told.premises.slice(first, first + IN_A_CHUNK))];
    await put(id, premises);
    entries.push(...premises.map((each) => entryOf(each, id)));
  }
  /** @type {PackHead} */
  const made = { station: told.station, cursor: told.cursor, made_at: told.made_at, total: told.total, entries, outlines };
  const sealed = await tablet.sealOwn(made, aboutHead(tablet));
  await storage.savePack({ owner: tablet.owner, sealed }, chunks, new Set(entries.map(({ chunk }) => chunk)));
  opened.set(tablet, made);
}

/** @param {Premises} premises @param {string} chunk @returns {Entry} */
function entryOf({ premises_id, uprn, name, address, postcode, latitude, longitude, easting, northing, level, review_due_on, premises_class_words, temporary, plan, notices, audit_summary }, chunk) {
  return { premises_id, uprn, name, address, postcode, latitude, longitude, easting, northing, level, review_due_on, premises_class_words, temporary, plan, notices, audit_summary, chunk };
}
