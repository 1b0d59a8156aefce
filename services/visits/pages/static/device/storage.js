// The tablet's own database (IndexedDB): locks, visits and photographs, each sealed before it comes here.

/** @typedef {import("./types.js").Lock} Lock */
/** @typedef {import("./types.js").StoredVisit} StoredVisit */
/** @typedef {import("./types.js").StoredPhoto} StoredPhoto */

const NAME = "ravi-device";
/** @type {any} */
const idb = /** @type {any} */ (globalThis).idb;

/** @type {Promise<any> | null} */
let opened = null;
let isKeeping = true;

/** Keep nothing more, and give nothing: who asks from now on waits for ever. The tablet was reported lost. */
export function stopKeeping() {
  isKeeping = false;
}

/** Return when something may be kept: at once, or never again. @returns {Promise<void>} */
export function mayKeep() {
  return isKeeping ? Promise.resolve() : new Promise(() => {});
}

function database() {
  opened ??= idb.openDB(NAME, 1, {
    /** @param {any} db */
    upgrade(db) {
      db.createObjectStore("settings");
      db.createObjectStore("locks", { keyPath: "id" }).createIndex("nameHash", "nameHash");
      db.createObjectStore("visits", { keyPath: "id" }).createIndex("owner", "owner");
      const photos = db.createObjectStore("photos", { keyPath: "id" });
      photos.createIndex("visit", "visit");
    },
    // Some tablets close it when memory is short: it is opened again when it is next needed.
    terminated() { opened = null; },
    blocking() { opened?.then((db) => { db.close(); opened = null; }); },
  });
  return opened;
}

/** @template T @param {(db: any) => Promise<T>} work @returns {Promise<T>} */
async function withDatabase(work) {
  await mayKeep();
  try {
    return await work(await database());
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== "InvalidStateError") throw error;
    opened = null;
    return work(await database());
  }
}

/**
 * Write in one transaction that is on the disk when this returns.
 * @param {string[]} stores @param {(stores: (name: string) => any) => void} change
 */
async function write(stores, change) {
  await withDatabase(async (db) => {
    const transaction = db.transaction(stores, "readwrite", { durability: "strict" });
    change((name) => transaction.objectStore(name));
    await transaction.done;
  });
}

/** Return the random name of this tablet, made when it is first asked for. @param {() => string} make @returns {Promise<string>} */
export async function deviceId(make) {
  return withDatabase(async (db) => {
    const transaction = db.transaction("settings", "readwrite");
    const known = await transaction.store.get("device");
    const id = known ?? make();
    if (!known) transaction.store.put(id, "device");
    await transaction.done;
    return id;
  });
}

/** Return the random name of this tablet; undefined before the app is set up. @returns {Promise<string | undefined>} */
export function knownDevice() {
  return withDatabase((db) => db.get("settings", "device"));
}

/** Keep the callsign that was sent last: open, for every crew of the tablet. @param {string} callsign */
export function keepCallsign(callsign) {
  return write(["settings"], (store) => store("settings").put(callsign, "callsign"));
}

/** @returns {Promise<string | undefined>} */
export function lastCallsign() {
  return withDatabase((db) => db.get("settings", "callsign"));
}

/** Keep something sealed of one person under a name. @param {string} name @param {import("./types.js").Sealed} sealed */
export function keepSealed(name, sealed) {
  return write(["settings"], (store) => store("settings").put(sealed, name));
}

/** @param {string} name @returns {Promise<import("./types.js").Sealed | undefined>} */
export function sealedUnder(name) {
  return withDatabase((db) => db.get("settings", name));
}

/** Return the locks of a name; there is more than one where a passphrase was forgotten. @param {string} nameHash @returns {Promise<Lock[]>} */
export function locksOf(nameHash) {
  return withDatabase((db) => db.getAllFromIndex("locks", "nameHash", nameHash));
}

/** @returns {Promise<Lock[]>} */
export function allLocks() {
  return withDatabase((db) => db.getAll("locks"));
}

/** @param {Lock} lock */
export function saveLock(lock) {
  return write(["locks"], (store) => store("locks").put(lock));
}

/** @param {string} owner @returns {Promise<StoredVisit[]>} */
export function visitsOf(owner) {
  return withDatabase((db) => db.getAllFromIndex("visits", "owner", owner));
}

/** @returns {Promise<StoredVisit[]>} */
export function allVisits() {
  return withDatabase((db) => db.getAll("visits"));
}

/** @param {string} id @returns {Promise<StoredVisit | undefined>} */
export function visitById(id) {
  return withDatabase((db) => db.get("visits", id));
}

/** @param {StoredVisit} visit */
export function saveVisit(visit) {
  return write(["visits"], (store) => store("visits").put(visit));
}

/** Save visits, photographs and locks that came from a file, all or none; what is here already stays as it is.
 * @param {{locks: Lock[], visits: StoredVisit[], photos: StoredPhoto[]}} found */
export async function addAll({ locks, visits, photos }) {
  /** @type {string[]} */
  const known = await withDatabase(async (db) => (await Promise.all(["locks", "visits", "photos"].map((name) => db.getAllKeys(name)))).flat());
  const isNew = (/** @type {{id: string}} */ each) => !known.includes(each.id);
  await write(["locks", "visits", "photos"], (store) => {
    locks.filter(isNew).forEach((each) => store("locks").put(each));
    visits.filter(isNew).forEach((each) => store("visits").put(each));
    photos.filter(isNew).forEach((each) => store("photos").put(each));
  });
  return visits.filter(isNew).length;
}

/** Remove a visit and its photographs. @param {string} id */
export async function removeVisit(id) {
  /** @type {string[]} */
  const photos = await withDatabase((db) => db.getAllKeysFromIndex("photos", "visit", id));
  await write(["visits", "photos"], (store) => {
    store("visits").delete(id);
    photos.forEach((photo) => store("photos").delete(photo));
  });
}

/** @param {StoredPhoto} photo */
export function savePhoto(photo) {
  return write(["photos"], (store) => store("photos").put(photo));
}

/** @param {string} id @returns {Promise<StoredPhoto | undefined>} */
export function photoById(id) {
  return withDatabase((db) => db.get("photos", id));
}

/** @param {string} visit @returns {Promise<StoredPhoto[]>} */
export function photosOf(visit) {
  return withDatabase((db) => db.getAllFromIndex("photos", "visit", visit));
}

/** @param {string} id */
export function removePhoto(id) {
  return write(["photos"], (store) => store("photos").delete(id));
}
