// What one unlocked person has on this tablet: their visits and photographs, opened and sealed with their key.

import { hashOfName, makeLock, open, openBytes, openLock, randomId, seal, sealBytes, sha256, uuid7 } from "./crypto.js";
import * as storage from "./storage.js";

/** @typedef {import("./types.js").Author} Author */
/** @typedef {import("./types.js").Visit} Visit */
/** @typedef {import("./types.js").State} State */

/** How long what was received stays on the tablet: seven days, in milliseconds. */
export const KEPT_AFTER_RECEIPT_MS = 7 * 24 * 3600 * 1000;
export const SHORTEST_PASSPHRASE = 8;

const aboutVisit = (/** @type {string} */ owner, /** @type {string} */ id) => `visit/${owner}/${id}`;
const aboutPhoto = (/** @type {string} */ owner, /** @type {string} */ visit, /** @type {string} */ id) => `photo/${owner}/${visit}/${id}`;

export class Tablet {
  #key;

  /** @param {string} owner @param {Author} author @param {CryptoKey} key */
  constructor(owner, author, key) {
    this.owner = owner;
    this.author = author;
    this.#key = key;
  }

  /** Begin a visit; it is kept when something is written in it. @param {number} now @param {Record<string, any>} content @returns {Visit} */
  begin(now, content) {
    const id = uuid7(now);
    return {
      id, state: "draft", author: this.author, content: { submission_id: id, ...content }, photos: {}, begun_at: now, changed_at: now,
      page: "", body: null, sending: notTriedYet(), receipt: null, sent_at: null, reasons: [], remark: "",
    };
  }

  /** Save a visit; it is on the disk when this returns. @param {Visit} visit */
  async save(visit) {
    const sealed = await seal(this.#key, visit, aboutVisit(this.owner, visit.id));
    await storage.saveVisit({ id: visit.id, owner: this.owner, state: visit.state, at: visit.changed_at, sealed });
  }

  /** Return a visit of this person; null if there is none. @param {string} id @returns {Promise<Visit | null>} */
  async find(id) {
    const stored = await storage.visitById(id);
    if (!stored || stored.owner !== this.owner) return null;
    return open(this.#key, stored.sealed, aboutVisit(this.owner, id));
  }

  /** Return all visits of this person, those changed last first. @returns {Promise<Visit[]>} */
  async all() {
    const stored = await storage.visitsOf(this.owner);
    const visits = await Promise.all(stored.map((each) => open(this.#key, each.sealed, aboutVisit(this.owner, each.id))));
    return visits.sort((one, other) => other.changed_at - one.changed_at);
  }

  /** Remove what was received more than seven days ago. @param {number} now */
  async clear(now) {
    for (const visit of await this.all()) {
      if (visit.state === "sent" && visit.sent_at !== null && now - visit.sent_at > KEPT_AFTER_RECEIPT_MS) await storage.removeVisit(visit.id);
    }
  }

  /** @param {string} id */
  async remove(id) {
    await storage.removeVisit(id);
  }

  /** Keep the bytes of a photograph; return its SHA-256 and where it is kept. @param {string} visit @param {Uint8Array<ArrayBuffer>} bytes */
  async keepPhoto(visit, bytes) {
    const id = randomId();
    const sealed = await sealBytes(this.#key, bytes, aboutPhoto(this.owner, visit, id));
    await storage.savePhoto({ id, visit, owner: this.owner, sealed });
    return { id, sha256: await sha256(bytes) };
  }

  /** Return the bytes of a photograph; null if they are not here. @param {Visit} visit @param {string} digest */
  async photo(visit, digest) {
    const stored = await storage.photoById(visit.photos[digest] ?? "");
    if (!stored) return null;
    return new Uint8Array(await openBytes(this.#key, stored.sealed, aboutPhoto(this.owner, visit.id, stored.id)));
  }

  /** @param {string} id */
  async dropPhoto(id) {
    await storage.removePhoto(id);
  }
}

/** @returns {import("./types.js").Sending} */
export function notTriedYet() {
  return { tries: 0, next_at: 0, trouble: "", confirmed: [], restarts: 0 };
}

/** Return the random name of this tablet. @returns {Promise<string>} */
export function thisDevice() {
  return storage.deviceId(() => `TAB-${randomId().slice(0, 10).toUpperCase()}`);
}

/** Return whether somebody of this name has a passphrase here. @param {string} name */
export async function isKnown(name) {
  return (await storage.locksOf(await hashOfName(name, await thisDevice()))).length > 0;
}

/** Give somebody who is signed in to the server a key of their own on this tablet. @param {Author} author @param {string} passphrase */
export async function setUp(author, passphrase) {
  const { lock, key } = await makeLock(author, await hashOfName(author.name, await thisDevice()), passphrase);
  await storage.saveLock(lock);
  return new Tablet(lock.id, author, key);
}

/** Unlock what somebody has here, with no network; null if name or passphrase is wrong. @param {string} name @param {string} passphrase */
export async function unlock(name, passphrase) {
  for (const lock of await storage.locksOf(await hashOfName(name, await thisDevice()))) {
    const found = await openLock(lock, passphrase);
    if (found) return new Tablet(lock.id, found.author, found.key);
  }
  return null;
}

/** Return how many visits of anybody wait on this tablet to be sent: a number tells nothing of them. */
export async function waitingOfAll() {
  return (await storage.allVisits()).filter(({ state }) => state === "waiting").length;
}
