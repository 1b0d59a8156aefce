// All that is unsent in one file, locked as it is on the tablet, and back from a file: for a tablet that breaks.

import * as storage from "./storage.js";

/** @typedef {import("./types.js").Sealed} Sealed */

const WHAT = "ravi-unsent-visits";
const NOT_OURS = "This is no file of unsent visits.";

/** @param {ArrayBuffer | Uint8Array} bytes */
function toText(bytes) {
  const all = new Uint8Array(bytes);
  let text = "";
  for (let n = 0; n < all.length; n += 0x8000) text += String.fromCharCode(...all.subarray(n, n + 0x8000));
  return btoa(text);
}

/** @param {unknown} text */
function toBytes(text) {
  if (typeof text !== "string") throw new Error(NOT_OURS);
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

const closed = (/** @type {Sealed} */ { iv, text }) => ({ iv: toText(iv), text: toText(text) });
const opened = (/** @type {any} */ { iv, text }) => ({ iv: toBytes(iv), text: toBytes(text).buffer });

/** Return all that is unsent on this tablet, whoever wrote it, as the text of a file; nobody can read it without their passphrase. */
export async function unsent() {
  const visits = (await storage.allVisits()).filter(({ state }) => state !== "sent");
  const owners = new Set(visits.map(({ owner }) => owner));
  const locks = (await storage.allLocks()).filter(({ id }) => owners.has(id));
  const photos = (await Promise.all(visits.map(({ id }) => storage.photosOf(id)))).flat();
  const text = JSON.stringify({
    what: WHAT, version: 1,
    locks: locks.map((lock) => ({ ...lock, salt: toText(lock.salt), wrapped: closed(lock.wrapped), author: closed(lock.author) })),
    visits: visits.map((visit) => ({ ...visit, sealed: closed(visit.sealed) })),
    photos: photos.map((photo) => ({ ...photo, sealed: closed(photo.sealed) })),
  });
  return { text, count: visits.length };
}

/** Bring in a file; what is on the tablet already stays as it is. Return how many visits are new. @param {string} text */
export async function bringIn(text) {
  let found;
  try {
    found = JSON.parse(text);
    if (found.what !== WHAT || found.version !== 1) throw new Error(NOT_OURS);
    return await storage.addAll({
      locks: found.locks.map((/** @type {any} */ lock) => ({ ...lock, salt: toBytes(lock.salt), wrapped: opened(lock.wrapped), author: opened(lock.author) })),
      visits: found.visits.map((/** @type {any} */ visit) => ({ ...visit, sealed: opened(visit.sealed) })),
      photos: found.photos.map((/** @type {any} */ photo) => ({ ...photo, sealed: opened(photo.sealed) })),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "QuotaExceededError") throw new Error("There is not enough room on this tablet for the file.");
    throw new Error(NOT_OURS);
  }
}

/** Have the browser keep a text as a file. @param {string} name @param {string} text */
export function saveAs(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
