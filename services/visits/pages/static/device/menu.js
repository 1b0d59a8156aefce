// The menu: how the app looks, the file of what is unsent, the way to other pages, and out.

import { button, counted, el, heading, link, paragraph, say, show } from "./elements.js";
import { bringIn, saveAs, unsent } from "./files.js";
import { ageOf } from "./choosing.js";
import { setButtons } from "./header.js";
import { inTurn } from "./in_turn.js";
import { packOf } from "./pack.js";
import { look, looks, setLook } from "./look.js";
import { closeWriting } from "./saving.js";
import { SIGN_IN, signOut } from "./server.js";
import { changed, go, lock, onChange, state } from "./state.js";
import { nameOfDevice } from "./tablet.js";
import { isKeptForGood } from "./worker.js";

/** Show the menu. */
export async function showMenu() {
  await closeWriting();
  setButtons([{ words: "Your visits", act: () => go({ name: "lists" }) }, { words: "Lock", act: () => lock() }]);
  const kept = el("p", { class: "govuk-body" });
  const told = el("p", { class: "govuk-body", role: "status" });
  const records = el("p", { class: "govuk-body", role: "status" });
  const drawRecords = inTurn(async () => {
    const pack = state.tablet && (await packOf(state.tablet));
    records.textContent = pack ? `${ageOf(pack)}.` : "No records of your station are on this tablet yet: they come with signal, while you are signed in.";
  });
  onChange((kind) => { if (kind === "records") drawRecords(); });
  show(heading("Menu"), paragraph(`Unlocked for ${state.tablet?.author.name}. This tablet: `, el("strong", {}, await nameOfDevice()), "."), records, lookChoice(),
    el("h2", { class: "govuk-heading-m" }, "If the tablet is to be changed or repaired"),
    paragraph("Everything unsent goes into one file, locked as it is here. Bring it in on another tablet and unlock it with the same passphrase."),
    el("div", { class: "app-beside" }, button("Save everything unsent to a file", () => save(told), "secondary"), fileButton(told)), told, kept,
    el("h2", { class: "govuk-heading-m" }, "With signal"),
    el("ul", { class: "govuk-list app-links" }, el("li", {}, link("What became of your visits", "/device/visits")), el("li", {}, link("Use the plain form", "/device/form")), el("li", {}, link("Sign in to the server", SIGN_IN)), el("li", {}, link("The other pages of RAVI", "/"))),
    button("Lock and sign out", out, "warning"));
  await drawRecords();
  kept.textContent = (await isKeptForGood())
    ? "This browser keeps what you write until it is removed by hand."
    : "This browser may clear what is kept when the tablet runs out of room. Install the app (“Add to home screen”) so that it does not.";
}

function lookChoice() {
  const items = looks().map(([code, words]) => {
    const radio = el("input", { class: "govuk-radios__input", type: "radio", name: "look", id: `look-${code}`, value: code, checked: look() === code, onchange: () => setLook(code) });
    return el("div", { class: "govuk-radios__item" }, radio, el("label", { class: "govuk-label govuk-radios__label", for: radio.id }, words));
  });
  return el("div", { class: "govuk-form-group" }, el("fieldset", { class: "govuk-fieldset" }, el("legend", { class: "govuk-fieldset__legend app-label" }, "Screen"), el("div", { class: "govuk-radios app-options app-options--short" }, ...items)));
}

/** @param {HTMLElement} told */
async function save(told) {
  const { text, count } = await unsent();
  if (!count) { told.textContent = "Nothing is unsent on this tablet."; return; }
  saveAs(`ravi-unsent-${new Date().toISOString().slice(0, 10)}.json`, text);
  told.textContent = `${counted(count, "visit")} saved to a file. ${count === 1 ? "It stays" : "They stay"} on this tablet too.`;
}

/** Return a button that brings in a file. @param {HTMLElement} told */
export function fileButton(told) {
  const input = el("input", { type: "file", class: "app-file__input", id: "bring-in", accept: "application/json,.json", onchange: take });
  async function take() {
    const file = input.files?.[0];
    if (!file) return;
    try {
      const count = await bringIn(await file.text());
      told.textContent = count ? `${counted(count, "visit")} brought in. Whoever wrote a visit unlocks to see it: lock and unlock again.` : "Everything in this file was on this tablet already.";
      changed();
    } catch (error) {
      told.textContent = error instanceof Error ? error.message : String(error);
    }
    input.value = "";
  }
  return el("span", { class: "app-file" }, input, el("label", { class: "govuk-button govuk-button--secondary app-button app-file__label", for: "bring-in" }, "Bring in a file"));
}

async function out() {
  const isOut = await signOut();
  await lock();
  say(isOut ? "Locked and signed out." : "Locked. The server could not be reached: you are still signed in there.");
}
