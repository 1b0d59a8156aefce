// What all pages of the app share while it is open: who has unlocked it, the form, and which page is shown. The address
// never changes, and the title only says "Visits": neither tells what somebody was doing.

/** @typedef {import("./tablet.js").Tablet} Tablet */
/** @typedef {import("./types.js").Form} Form */
/** @typedef {{name: string, visit?: string, section?: string, field?: string, list?: string, item?: number, plan?: number, looking?: boolean, premises?: string}} Page */

export const state = {
  /** @type {Tablet | null} */
  tablet: null,
  /** @type {Form | null} */
  form: null,
  /** @type {import("./sending.js").Result | null} what came of sending last */
  sent: null,
  /** how far the photograph that is on its way has got, in words */
  progress: "",
};

/** @type {(page: Page) => unknown} */
let draw = () => undefined;
/** @type {Page[]} the pages of this window; its history on the disk holds their numbers alone */
const pages = [];
let onTheirWay = 0;
/** @type {(() => Promise<void>)[]} */
const leaving = [];
/** @type {Set<(kind: string) => void>} */
const listeners = new Set();
const channel = new BroadcastChannel("ravi-device");

/** Name what draws a page, once. @param {(page: Page) => unknown} drawing */
export function onPage(drawing) {
  draw = drawing;
  addEventListener("popstate", (event) => coming(async () => { await leave(); await draw(pages[event.state?.page] ?? { name: "lists" }); }));
  channel.onmessage = ({ data }) => {
    if (data === "lock") lock({ everywhere: false });
    else tell(data);
  };
}

/** Go to a page. @param {Page} page @param {{replace?: boolean}} [how] */
export function go(page, { replace = false } = {}) {
  return coming(async () => {
    await leave();
    const number = pages.push(page) - 1;
    if (replace) history.replaceState({ page: number }, "");
    else history.pushState({ page: number }, "");
    await draw(page);
  });
}

/** Take no tap while a page comes: a second one would bring another page, and the slower of the two would stay. `show`
 * takes them again as soon as the page stands. @param {() => Promise<void>} bring */
async function coming(bring) {
  onTheirWay += 1;
  document.body.inert = true;
  try {
    await bring();
  } finally {
    onTheirWay -= 1;
    if (!onTheirWay) document.body.inert = false;
  }
}

/** Have something done before the page that is shown now is left. @param {() => Promise<void>} work */
export function beforeLeaving(work) {
  leaving.push(work);
}

async function leave() {
  listeners.clear();
  for (const work of leaving.splice(0)) await work();
}

/** Lock the app, in every window of it: the key is forgotten, and what was written is kept. @param {{everywhere?: boolean}} [how] */
export async function lock({ everywhere = true } = {}) {
  await leave();
  state.tablet = null;
  state.sent = null;
  state.progress = "";
  pages.length = 0;
  if (everywhere) channel.postMessage("lock");
  await go({ name: "lists" }, { replace: true });
}

/** Hear, until this page is left, that something changed. @param {(kind: string) => void} listener */
export function onChange(listener) {
  listeners.add(listener);
}

/** Say that the visits changed, here and in other windows. */
export function changed() {
  channel.postMessage("changed");
  tell("changed");
}

/** @param {string} kind */
export function tell(kind) {
  listeners.forEach((listener) => listener(kind));
}

const IDLE_MS = 30 * 60_000;

/** Lock by itself when nobody has touched the app for half an hour. @param {() => unknown} act */
export function startLeaving(act) {
  let touched = Date.now();
  for (const kind of ["pointerdown", "keydown", "input"]) addEventListener(kind, () => { touched = Date.now(); }, { passive: true });
  setInterval(() => { if (state.tablet && Date.now() - touched > IDLE_MS) act(); }, 30_000);
}
