// Who is signed in to the server, as far as it can be asked.

import { askSession } from "./lost.js";

/** @typedef {{known: "yes", name: string, station: string|null, watch: string|null, is_in_charge: boolean, csrf_token: string}} SignedIn */
/** @typedef {SignedIn | {known: "nobody"} | {known: "not-allowed"} | {known: "no-answer"}} Asked */

const WITHIN_MS = 8_000;

/** Ask the server who is signed in. @returns {Promise<Asked>} */
export async function askWho() {
  try {
    const answer = await askSession({
      headers: { Accept: "application/json" }, cache: "no-store", redirect: "error", signal: AbortSignal.timeout(WITHIN_MS),
    });
    if (answer.status === 401) return { known: "nobody" };
    if (answer.status === 403) return { known: "not-allowed" };
    if (!answer.ok) return { known: "no-answer" };
    return { known: "yes", ...(await answer.json()) };
  } catch {
    return { known: "no-answer" };
  }
}

/** Return what the server answers at an address, `body` null where it is what it was under this tag; null where it cannot
 * be asked. @param {string} url @param {string} [etag] @returns {Promise<{body: any, etag: string} | null>} */
export async function reached(url, etag = "") {
  try {
    const headers = { Accept: "application/json", ...(etag ? { "If-None-Match": etag } : {}) };
    const answer = await fetch(url, { headers, cache: "no-store", redirect: "error", signal: AbortSignal.timeout(WITHIN_MS) });
    if (answer.status === 304) return { body: null, etag };
    return answer.ok ? { body: await answer.json(), etag: answer.headers.get("ETag") ?? "" } : null;
  } catch {
    return null;
  }
}

/** Sign out of the server; false if it could not be reached. */
export async function signOut() {
  const who = await askWho();
  if (who.known !== "yes") return who.known !== "no-answer";
  const form = new URLSearchParams({ csrf_token: who.csrf_token });
  try {
    const answer = await fetch("/sign-out", { method: "POST", body: form, redirect: "manual" });
    return answer.type === "opaqueredirect" || answer.ok;
  } catch {
    return false;
  }
}

/** Where to sign in so as to come back to the app. */
export const SIGN_IN = "/sign-in?next=/device";
