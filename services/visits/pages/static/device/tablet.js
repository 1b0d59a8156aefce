// What one unlocked person has on this tablet: their visits and photographs, opened and sealed with their key.

import { hashOfName, makeLock, open, openBytes, openLock, randomId, seal, sealBytes, sha256, uuid7 } from "./crypto.js";
import * as storage from "./storage.js";

/** @typedef {import("./types.js").Author} Author */
/** @typedef {import("./types.js").Visit} Visit */
/** @typedef {import("./types.js").StoredVisit} StoredVisit */

/** How long what was received stays on the tablet: seven days, in milliseconds. */
export const KEPT_AFTER_RECEIPT_MS = 7 * 24 * 3600 * 1000;
export const SHORTEST_PASSPHRASE = 8;

const aboutVisit = (/** @type {string} */ owner, /** @type {string} */ id) => `visit/${owner}/${id}`;
const aboutPhoto = (/** @type {string} */ owner, /** @type {string} */ visit, /** @type {string} */ id) => `photo/${owner}/${visit}/${id}`;

const aboutNews = (/** @type {string} */ owner) => `news/${owner}`;

export class Tablet {
  /** @type {Map<string, CryptoKey>} by owner: more than one where a file was brought in from another tablet */
  #keys;

  /** @param {Author} author @param {Map<string, CryptoKey>} keys the first seals what is begun now */
  constructor(author, keys) {
    this.author = author;
    this.#keys = keys;
    /** how many visits could not be opened when they were listed last */
    this.damaged = 0;
  }

  /** @param {string} owner */
  #key(owner) {
    const key = this.#keys.get(owner);
    if (!key) throw new Error("this is locked under another key");
    return key;
  }

  /** the lock under whose key everything new is sealed @returns {string} */
  get owner() {
    return [...this.#keys.keys()][0];
  }

  /** Seal something else of this person's. @param {unknown} value @param {string} about */
  sealOwn(value, about) {
    return seal(this.#key(this.owner), value, about);
  }

  /** Open something else of this person's. @param {import("./types.js").Sealed} sealed @param {string} about @returns {Promise<any>} */
  openOwn(sealed, about) {
    return open(this.#key(this.owner), sealed, about);
  }

  /** Begin a visit; it is kept when it is saved first. @param {number} now @param {Record<string, any>} content @returns {Visit} */
  begin(now, content) {
    const id = uuid7(now);
    return {
      id, owner: this.owner, state: "draft", author: this.author, content: { submission_id: id, ...content }, photos: {},
      begun_at: now, changed_at: now, page: "", body: null, sending: notTriedYet(), receipt: null, sent_at: null, reasons: [], remark: "",
    };
  }

  /** Save a visit; it is on the disk when this returns. @param {Visit} visit */
  async save(visit) {
    const sealed = await seal(this.#key(visit.owner), visit, aboutVisit(visit.owner, visit.id));
    await storage.saveVisit({ id: visit.id, owner: visit.owner, state: visit.state, at: visit.changed_at, sealed });
  }

  /** @param {StoredVisit} stored @returns {Promise<Visit>} */
  #open(stored) {
    return open(this.#key(stored.owner), stored.sealed, aboutVisit(stored.owner, stored.id));
  }

  /** Return a visit of this person; null if there is none. @param {string} id */
  async find(id) {
    const stored = await storage.visitById(id);
    return stored && this.#keys.has(stored.owner) ? this.#open(stored) : null;
  }

  /** Return all visits of this person, those changed last first. */
  async all() {
    const stored = (await Promise.all([...this.#keys.keys()].map(storage.visitsOf))).flat();
    // One that was damaged hides none of the others.
    const opened = await Promise.all(stored.map((each) => this.#open(each).catch(() => null)));
    const visits = opened.filter((each) => each !== null);
    this.damaged = stored.length - visits.length;
    return visits.sort((one, other) => other.changed_at - one.changed_at);
  }

  /** Remove what was received in full more than seven days ago. @param {number} now */
  async clear(now) {
    for (const visit of await this.all()) {
      if (visit.state === "sent" && visit.sent_at !== null && now - visit.sent_at > KEPT_AFTER_RECEIPT_MS) await this.remove(visit.id);
    }
  }

  /** Remove a visit with its photographs. @param {string} id */
  async remove(id) {
    await storage.removeVisit(id);
  }

  /** Give a visit another number, because the server has another visit under this one. @param {Visit} visit @param {number} now @returns {Promise<Visit>} */
  async renumber(visit, now) {
    const id = uuid7(now);
    /** @type {Visit} */
    const made = {
      ...visit, id, state: "draft", content: { ...visit.content, submission_id: id }, photos: {}, changed_at: now, body: null,
      sending: notTriedYet(), receipt: null, sent_at: null, remark: "",
    };
    await this.#copyPhotos(visit, made, Object.keys(visit.photos));
    await this.save(made);
    await this.remove(visit.id);
    return made;
  }

  /** Begin a visit that takes the place of another; that one stays as it is. @param {string} id of the other
   * @param {number} now @param {Record<string, any>} content @param {{reasons: import("./types.js").Reason[], remark: string}} asked what is asked for
   * @param {Visit | null} from whose photographs it has */
  async beginInPlaceOf(id, now, content, { reasons, remark }, from) {
    const made = { ...this.begin(now, { ...content, amends: id }), reasons, remark };
    if (from) await this.#copyPhotos(from, made, (content.media ?? []).map((/** @type {{sha256: string}} */ each) => each.sha256));
    await this.save(made);
    return made;
  }

  /** @param {Visit} from @param {Visit} to @param {string[]} digests */
  async #copyPhotos(from, to, digests) {
    for (const digest of new Set(digests)) {
      const bytes = await this.photo(from, digest);
      if (bytes) to.photos[digest] = (await this.keepPhoto(to, bytes)).id;
    }
  }

  /** Return what the server told this person last. @returns {Promise<import("./types.js").News>} */
  async news() {
    const [owner] = this.#keys.keys();
    const sealed = await storage.sealedUnder(aboutNews(owner));
    const none = { cursor: "", at: null, visits: {}, asked: { etag: "", at: null, visits: [] } };
    return sealed ? open(this.#key(owner), sealed, aboutNews(owner)).catch(() => none) : none;
  }

  /** @param {import("./types.js").News} news */
  async keepNews(news) {
    const [owner] = this.#keys.keys();
    await storage.keepSealed(aboutNews(owner), await seal(this.#key(owner), news, aboutNews(owner)));
  }

  /** Keep the bytes of a photograph; return its SHA-256 and where it is kept. @param {Visit} visit @param {Uint8Array<ArrayBuffer>} bytes */
  async keepPhoto(visit, bytes) {
    const id = randomId();
    const sealed = await sealBytes(this.#key(visit.owner), bytes, aboutPhoto(visit.owner, visit.id, id));
    await storage.savePhoto({ id, visit: visit.id, owner: visit.owner, sealed });
    return { id, sha256: await sha256(bytes) };
  }

  /** Return the bytes of a photograph; null if they are not here. @param {Visit} visit @param {string} digest */
  async photo(visit, digest) {
    const stored = await storage.photoById(visit.photos[digest] ?? "");
    if (!stored) return null;
    return new Uint8Array(await openBytes(this.#key(visit.owner), stored.sealed, aboutPhoto(visit.owner, visit.id, stored.id)));
  }

  /** @param {string} id */
  async dropPhoto(id) {
    await storage.removePhoto(id);
  }
}

/** @returns {import("./types.js").Sending} */
export function notTriedYet() {
  return { tries: 0, next_at: 0, held_until: 0, trouble: "", confirmed: [], restarts: 0 };
}

/** Return the random name of this tablet. @returns {Promise<string>} */
export function thisDevice() {
  return storage.deviceId(() => `TAB-${randomId().slice(0, 10).toUpperCase()}`);
}

/** Return what people call this tablet; the list of tablets at the server shows the same. */
export async function nameOfDevice() {
  const id = await thisDevice();
  return `${id.slice(4, 7)}-${id.slice(7, 10)}`;
}

/** Return whether somebody of this name has a passphrase here. @param {string} name */
export async function isKnown(name) {
  return (await storage.locksOf(await hashOfName(name))).length > 0;
}

/** Return whether nobody has a passphrase here yet. */
export async function isNew() {
  return (await storage.allLocks()).length === 0;
}

/** Give somebody who is signed in to the server a key of their own on this tablet. @param {Author} author @param {string} passphrase */
export async function setUp(author, passphrase) {
  const { lock, key } = await makeLock(author, await hashOfName(author.name), passphrase);
  await storage.saveLock(lock);
  return new Tablet(author, new Map([[lock.id, key]]));
}

/** Unlock what somebody has here, with no network; null if name or passphrase is wrong. @param {string} name @param {string} passphrase */
export async function unlock(name, passphrase) {
  /** @type {Map<string, CryptoKey>} */
  const keys = new Map();
  let author = null;
  for (const lock of await storage.locksOf(await hashOfName(name))) {
    const found = await openLock(lock, passphrase);
    if (!found) continue;
    keys.set(lock.id, found.key);
    author ??= found.author;
  }
  return author && new Tablet(author, keys);
}

/** Return how many visits of anybody wait on this tablet to be sent: a number tells nothing of them. */
export async function waitingOfAll() {
  return (await storage.allVisits()).filter(({ state }) => state === "waiting").length;
}
