// Where the records of a station's ground lie on the tablet, sealed: a database of its own, for all of it can be fetched
// again, and what the crew writes cannot.

import { mayKeep } from "./storage.js";

/** @typedef {import("./types.js").Sealed} Sealed */
/** @typedef {{owner: string, sealed: Sealed}} StoredHead */
/** @typedef {{id: string, owner: string, sealed: Sealed}} StoredChunk */

/** @type {any} */
const idb = /** @type {any} */ (globalThis).idb;

/** @template T @param {(db: any) => Promise<T>} work @returns {Promise<T>} */
async function withDatabase(work) {
  await mayKeep();
  const db = await idb.openDB("ravi-records", 1, {
    /** @param {any} made */
    upgrade(made) {
      made.createObjectStore("heads", { keyPath: "owner" });
      made.createObjectStore("chunks", { keyPath: "id" }).createIndex("owner", "owner");
    },
  });
  try {
    return await work(db);
  } finally {
    db.close();
  }
}

/** @param {string} owner @returns {Promise<StoredHead | undefined>} */
export function headOf(owner) {
  return withDatabase((db) => db.get("heads", owner));
}

/** @param {string} id @returns {Promise<StoredChunk | undefined>} */
export function chunkById(id) {
  return withDatabase((db) => db.get("chunks", id));
}

/** Keep a head with its new chunks, and drop the chunks of this person that it no longer names: all or nothing.
 * @param {StoredHead} head @param {StoredChunk[]} chunks @param {Set<string>} named */
export function savePack(head, chunks, named) {
  return withDatabase(async (db) => {
    const transaction = db.transaction(["heads", "chunks"], "readwrite", { durability: "strict" });
    const store = transaction.objectStore("chunks");
    for (const id of await store.index("owner").getAllKeys(head.owner)) if (!named.has(id)) store.delete(id);
    chunks.forEach((chunk) => store.put(chunk));
    transaction.objectStore("heads").put(head);
    await transaction.done;
  });
}
