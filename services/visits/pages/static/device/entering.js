// Coming in: who has unlocked the app sees their lists, what is old goes, and what waits is sent.

import { changed, go, state } from "./state.js";
import { hearNews } from "./news.js";
import { freshenPack } from "./pack.js";
import { sendNow } from "./sender.js";
import { thisDevice } from "./tablet.js";
import { say } from "./elements.js";
import { isKeptForGood } from "./worker.js";

/** @typedef {import("./types.js").Form} Form */

/** Return the questions of the form, as they were kept for opening without a network. @returns {Promise<Form>} */
export async function theForm() {
  if (!state.form) {
    const answer = await fetch("/device/form.json");
    if (!answer.ok) throw new Error("the form could not be opened");
    state.form = await answer.json();
  }
  return /** @type {Form} */ (state.form);
}

/** @param {import("./tablet.js").Tablet} tablet */
export async function enter(tablet) {
  state.tablet = tablet;
  await Promise.all([theForm(), thisDevice()]);
  await tablet.clear(Date.now());
  changed();
  await go({ name: "lists" }, { replace: true });
  say(`Unlocked for ${tablet.author.name}.`);
  isKeptForGood();
  sendNow();
  hearNews(tablet);
  freshenPack(tablet);
  await arrive();
}

/** the premises that a link to the app named: kept by this window alone, and gone from its address */
let wanted = "";

/** Hear of which premises a link to the app is ("#premises=…"); its visit begins once the app is unlocked. */
export function startArriving() {
  const hear = () => {
    const named = new URLSearchParams(location.hash.slice(1)).get("premises");
    if (!named) return;
    wanted = named;
    history.replaceState(history.state, "", location.pathname);
    arrive();
  };
  addEventListener("hashchange", hear);
  hear();
}

async function arrive() {
  if (!state.tablet || !wanted) return;
  const premises = wanted;
  wanted = "";
  await go({ name: "begin", premises });
}
