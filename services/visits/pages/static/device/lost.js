// A tablet that was reported lost: the server says so, and everything that is kept here goes. Whoever waits for an answer
// waits for ever then, so that no page comes back over this one.

import { el, heading, link, paragraph, show } from "./elements.js";
import { setButtons } from "./header.js";
import { state } from "./state.js";
import { knownDevice, stopKeeping } from "./storage.js";

const LOST = "urn:ravi:problem:tablet-lost";
const SESSION = "/device/session";
// What stays until the server knows that the rest is gone: the tablet's random name, under this one.
const TO_TELL = "ravi-emptied";
const WITHIN_MS = 20_000;

const channel = new BroadcastChannel("ravi-lost");
let hasHeard = false;

/** Ask who is signed in, and say which tablet asks. Does not return on one that was reported lost.
 * @param {RequestInit} options @returns {Promise<Response>} */
export async function askSession(options) {
  const id = await knownDevice();
  const answer = await fetch(SESSION, { ...options, headers: { ...options.headers, ...(id ? { "X-RAVI-Tablet": id } : {}) } });
  if (!id || answer.status !== 410 || (await answer.json()).type !== LOST) return answer;
  channel.postMessage(id);
  await empty(id);
  return new Promise(() => {});
}

/** Take part when another window of the app hears it, and go on with what was not finished when the app was closed;
 * true if there is nothing else to be done. */
export function startLost() {
  channel.onmessage = ({ data }) => { empty(data); };
  const id = localStorage.getItem(TO_TELL);
  if (id) empty(id);
  return id !== null;
}

/** Return whether this window has heard it. */
export function isLost() {
  return hasHeard;
}

/** Remove everything, say so on the page, and tell the server. @param {string} id */
async function empty(id) {
  if (hasHeard) return;
  hasHeard = true;
  state.tablet = null;
  stopKeeping();
  sessionStorage.clear();
  localStorage.clear();
  localStorage.setItem(TO_TELL, id);
  const done = await Promise.allSettled([removeDatabases(), removeCaches(), removeWorkers()]);
  const isEmpty = done.every(({ status }) => status === "fulfilled");
  showLost(isEmpty);
  if (isEmpty) await tell(id);
}

/** @param {string} id */
async function tell(id) {
  try {
    const answer = await fetch("/device/emptied", { method: "POST", headers: { "X-RAVI-Tablet": id }, signal: AbortSignal.timeout(WITHIN_MS) });
    if (answer.ok) localStorage.removeItem(TO_TELL);
    else setTimeout(() => tell(id), WITHIN_MS);
  } catch {
    setTimeout(() => tell(id), WITHIN_MS);
  }
}

async function removeDatabases() {
  const found = await indexedDB.databases();
  await Promise.all(found.map(({ name }) => /** @type {any} */ (globalThis).idb.deleteDB(name)));
}

async function removeCaches() {
  await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
}

async function removeWorkers() {
  const found = (await navigator.serviceWorker?.getRegistrations()) ?? [];
  await Promise.all(found.map((each) => each.unregister()));
}

/** Say what happened. @param {boolean} [isEmpty] */
export function showLost(isEmpty = true) {
  setButtons([]);
  show(heading("This tablet was reported lost"),
    paragraph(isEmpty ? "What was on it has been removed." : "Not everything on it could be removed yet: close the other windows of this app, and open it again with signal."),
    paragraph("If that is wrong, ring your officer in charge or your administrator."),
    el("p", { class: "govuk-body" }, "To use it again, ", link("sign in", "/sign-in?next=/device"), ": it begins afresh, as a new tablet."));
}
