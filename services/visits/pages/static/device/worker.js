// The service worker of the app, and what it and the browser say that concerns sending.

import { sendNow, startSender } from "./sender.js";

/** Let the app open without a network from now on, and send whenever there may be one. */
export async function startWorker() {
  startSender();
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.addEventListener("message", ({ data }) => { if (data === "send") sendNow(); });
  try {
    await navigator.serviceWorker.register("/device/service-worker.js", { scope: "/device", updateViaCache: "none" });
  } catch {
    // Nobody is signed in, or there is no network: what was kept before goes on working.
  }
}

/** Ask the browser to wake the app when there is a network (Chromium). */
export async function askToBeWoken() {
  try {
    const registration = /** @type {any} */ (await navigator.serviceWorker?.ready);
    await registration?.sync?.register("ravi-send");
  } catch {
    // A browser without it: the app tries by itself while it is open.
  }
}

/** Return whether the browser promises to keep what is written here; it mostly does once the app is installed. */
export async function isKeptForGood() {
  try {
    return (await navigator.storage.persisted()) || (await navigator.storage.persist());
  } catch {
    return false;
  }
}
