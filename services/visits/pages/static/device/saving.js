// Saving by itself: each change is on the disk within a second, and no two windows write in the same visit.

import { beforeLeaving, state } from "./state.js";

/** @typedef {import("./types.js").Visit} Visit */

const SOON_MS = 400;
const FULL = "This tablet could not keep the last change. Free some room on it, then change something again.";

/** @type {Writing | null} the visit that this window has open */
let current = null;

/** One visit that is being written. */
export class Writing {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {Promise<boolean>} */
  #saving = Promise.resolve(true);
  #changes = 0;
  #letGo;

  /** @param {import("./tablet.js").Tablet} tablet @param {Visit} visit @param {() => Promise<void>} letGo */
  constructor(tablet, visit, letGo) {
    this.tablet = tablet;
    this.visit = visit;
    this.#letGo = letGo;
    /** @type {(words: string) => void} */
    this.onSaved = () => {};
    addEventListener("pagehide", this.#hide);
    document.addEventListener("visibilitychange", this.#hide);
  }

  /** Note that something changed: it is saved in a moment, also while somebody goes on typing. */
  changed() {
    this.visit.changed_at = Date.now();
    this.#changes += 1;
    document.body.dataset.kept = "not yet";
    this.#timer ??= setTimeout(() => { this.save(); }, SOON_MS);
  }

  /** Save what is not saved yet. */
  async flush() {
    return this.#timer === undefined ? this.#saving : this.save();
  }

  /** Save now; false if the tablet could not keep it. @returns {Promise<boolean>} */
  async save() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#saving = this.#saving.then(async () => {
      const saved = this.#changes;
      try {
        await this.tablet.save(this.visit);
        if (saved === this.#changes) document.body.dataset.kept = "all";
        this.onSaved(`Kept on this tablet at ${new Date().toLocaleTimeString("en-GB", { timeZone: "Europe/London", hour: "2-digit", minute: "2-digit" })}`);
        return true;
      } catch {
        this.onSaved(FULL);
        return false;
      }
    });
    return this.#saving;
  }

  async close() {
    removeEventListener("pagehide", this.#hide);
    document.removeEventListener("visibilitychange", this.#hide);
    await this.flush();
    await this.#letGo();
  }

  #hide = () => { this.flush(); };
}

/** Keep a visit for this window alone; null if another has it. @param {string} id @returns {Promise<(() => Promise<void>) | null>} */
function hold(id) {
  return new Promise((resolve) => {
    const held = navigator.locks.request(`ravi-visit-${id}`, { ifAvailable: true }, (lock) => {
      if (!lock) return resolve(null);
      return new Promise((done) => { resolve(async () => { done(undefined); await held; }); });
    });
  });
}

/**
 * Open a visit to write in it; "elsewhere" if another window has it open, null if it is no draft of this person.
 * @param {string} id
 * @returns {Promise<Writing | "elsewhere" | null>}
 */
export async function openToWrite(id) {
  if (!state.tablet) return null;
  if (current?.visit.id !== id || current.tablet !== state.tablet) {
    await closeWriting();
    const letGo = await hold(id);
    if (!letGo) return "elsewhere";
    const visit = await state.tablet.find(id);
    if (visit?.state !== "draft") { await letGo(); return null; }
    current = new Writing(state.tablet, visit, letGo);
  }
  const writing = current;
  beforeLeaving(async () => { writing.onSaved = () => {}; await writing.flush(); });
  return writing;
}

/** Let go of the visit that is open, saved. */
export async function closeWriting() {
  const open = current;
  current = null;
  await open?.close();
}
