// Keys and sealing. A random key for each person seals all that they write; it is itself sealed under a key that is
// derived from their passphrase, and lies nowhere in the open. No DOM, no storage.

/** @typedef {import("./types.js").Lock} Lock */
/** @typedef {import("./types.js").Sealed} Sealed */
/** @typedef {import("./types.js").Author} Author */

export const ITERATIONS = 600_000;
const KEY_BYTES = 32;

const utf8 = new TextEncoder();

/** @param {ArrayBuffer | Uint8Array<ArrayBuffer>} bytes */
function hex(bytes) {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Return so many random bytes. @param {number} count */
export function randomBytes(count) {
  return crypto.getRandomValues(new Uint8Array(count));
}

/** Return a random id that tells nothing. */
export function randomId() {
  return hex(randomBytes(16));
}

/** Return a UUID of version 7, made at `now` (milliseconds since 1970). @param {number} now */
export function uuid7(now) {
  const bytes = randomBytes(16);
  for (let n = 5, rest = now; n >= 0; n -= 1, rest = Math.floor(rest / 256)) bytes[n] = rest % 256;
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Return the SHA-256 of some bytes in hexadecimal. @param {ArrayBuffer | Uint8Array<ArrayBuffer>} bytes */
export async function sha256(bytes) {
  return hex(await crypto.subtle.digest("SHA-256", bytes));
}

/** Return what a name is found by without being written down. @param {string} name */
export async function hashOfName(name) {
  return sha256(utf8.encode(`ravi-person\n${name.trim().toLowerCase()}`));
}

/** @param {string} passphrase @param {Uint8Array<ArrayBuffer>} salt @param {number} iterations */
async function keyOfPassphrase(passphrase, salt, iterations) {
  const typed = await crypto.subtle.importKey("raw", utf8.encode(passphrase.normalize("NFKC")), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return crypto.subtle.deriveKey(how, typed, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** @param {ArrayBuffer | Uint8Array<ArrayBuffer>} raw */
function dataKey(raw) {
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/**
 * Seal some bytes; `about` says what they are and of what, and has to be said again to open them.
 * @param {CryptoKey} key @param {ArrayBuffer | Uint8Array<ArrayBuffer>} bytes @param {string} about
 * @returns {Promise<Sealed>}
 */
export async function sealBytes(key, bytes, about) {
  const iv = randomBytes(12);
  return { iv, text: await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8.encode(about) }, key, bytes) };
}

/**
 * Open some bytes; throws if the key is another, or if a byte or what they are about was changed.
 * @param {CryptoKey} key @param {Sealed} sealed @param {string} about
 */
export async function openBytes(key, sealed, about) {
  const how = { name: "AES-GCM", iv: sealed.iv, additionalData: utf8.encode(about) };
  return crypto.subtle.decrypt(how, key, sealed.text);
}

/** Seal any value. @param {CryptoKey} key @param {unknown} value @param {string} about */
export async function seal(key, value, about) {
  return sealBytes(key, utf8.encode(JSON.stringify(value)), about);
}

/** Open a value. @param {CryptoKey} key @param {Sealed} sealed @param {string} about @returns {Promise<any>} */
export async function open(key, sealed, about) {
  return JSON.parse(new TextDecoder().decode(await openBytes(key, sealed, about)));
}

/**
 * Make a key for a person and the lock that keeps it.
 * @param {Author} author @param {string} nameHash @param {string} passphrase
 * @returns {Promise<{lock: Lock, key: CryptoKey}>}
 */
export async function makeLock(author, nameHash, passphrase) {
  const [id, salt, raw] = [randomId(), randomBytes(16), randomBytes(KEY_BYTES)];
  const wrapped = await sealBytes(await keyOfPassphrase(passphrase, salt, ITERATIONS), raw, `key/${id}`);
  const key = await dataKey(raw);
  raw.fill(0);
  const lock = { id, nameHash, salt, iterations: ITERATIONS, wrapped, author: await seal(key, author, `author/${id}`) };
  return { lock, key };
}

/**
 * Open a lock; null if the passphrase is another.
 * @param {Lock} lock @param {string} passphrase
 * @returns {Promise<{key: CryptoKey, author: Author} | null>}
 */
export async function openLock(lock, passphrase) {
  try {
    const raw = await openBytes(await keyOfPassphrase(passphrase, lock.salt, lock.iterations), lock.wrapped, `key/${lock.id}`);
    const key = await dataKey(raw);
    return { key, author: await open(key, lock.author, `author/${lock.id}`) };
  } catch {
    return null;
  }
}
