// Unlocking the app with a name and a passphrase, with no network; and choosing the passphrase, once, when signed in.

import { button, counted, el, errorSummary, heading, link, paragraph, say, show } from "./elements.js";
import { askWho, SIGN_IN } from "./server.js";
import { isKnown, isNew, setUp, SHORTEST_PASSPHRASE, unlock, waitingOfAll } from "./tablet.js";
import { enter, theForm } from "./entering.js";
import { setButtons } from "./header.js";
import { fileButton } from "./menu.js";
import { closeWriting } from "./saving.js";

/** @typedef {import("./server.js").SignedIn} SignedIn */

const WRONG = "The name or the passphrase is wrong. Nothing is lost: try again.";
const NO_FORM = "The questions of the form are not on this tablet yet, and could not be fetched. Nothing is lost: unlock again where there is signal.";
const TOO_SHORT = `Choose at least ${SHORTEST_PASSPHRASE} characters. Three or four words are easy to remember and to type with gloves.`;
const NOT_THE_SAME = "The two are not the same. Type the passphrase again in both.";

/** Show the page on which the app is unlocked. */
export async function showUnlock() {
  await closeWriting();
  setButtons([]);
  const asked = askWho();
  if (await isNew()) {
    const first = await asked;
    if (first.known === "yes") return showSetUp(first);
  }
  const waiting = await waitingOfAll();
  const hint = el("div", { class: "app-hint", role: "status" });
  const name = field("name", "Your name at sign-in", { autocomplete: "off", autocapitalize: "none", spellcheck: "false" });
  const passphrase = secret("passphrase", "Your passphrase for this tablet");
  const faults = el("div");
  const told = el("p", { class: "govuk-body", role: "status" });
  const form = el("form", { novalidate: true, onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); attempt(); } },
    name.group, passphrase.group, el("button", { type: "submit", class: "govuk-button app-button app-button--wide" }, "Unlock"));
  show(heading("Unlock your visits"), waiting ? paragraph(`${counted(waiting, "visit")} on this tablet ${waiting === 1 ? "waits" : "wait"} to be sent. Whoever wrote a visit unlocks to send it.`) : null,
    faults, form, hint, el("details", { class: "app-answers" }, el("summary", { class: "app-answers__title" }, "Visits from another tablet"), paragraph("Bring in a file of unsent visits, then unlock with the passphrase of that tablet."), fileButton(told), told));

  async function attempt() {
    say("Unlocking…");
    const tablet = await unlock(name.input.value, passphrase.input.value);
    const form = tablet && await theForm().catch(() => null);
    if (form) return enter(tablet);
    say("");
    passphrase.input.value = "";
    faults.replaceChildren(errorSummary("There is a problem", [{ words: tablet ? NO_FORM : WRONG, go: () => passphrase.input.focus() }]));
    /** @type {HTMLElement} */ (faults.firstChild).focus();
  }

  const who = await asked;
  if (!form.isConnected) return;
  if (who.known === "yes" && !(await isKnown(who.name))) {
    hint.replaceChildren(paragraph(`${who.name} is signed in, and has no passphrase on this tablet yet.`), button("Choose a passphrase", () => showSetUp(who), "secondary"));
    return;
  }
  if (who.known === "yes") {
    // Not under the finger of who has begun to type.
    if (!name.input.value && document.activeElement !== name.input) name.input.value = who.name;
    hint.replaceChildren(button("I have forgotten my passphrase", () => showForgotten(who), "secondary"));
  } else if (who.known === "nobody") {
    hint.replaceChildren(paragraph("Not on this tablet before? ", link("Sign in", SIGN_IN), " and choose a passphrase. You can unlock without signing in, and sign in when you send."));
  } else if (who.known === "not-allowed") {
    hint.replaceChildren(paragraph("Who is signed in at the moment may not send visits. You can still unlock your own."));
  } else {
    hint.replaceChildren(paragraph("There is no signal. Whoever chose a passphrase on this tablet can unlock and write."));
  }
}

/** @param {SignedIn} who */
function showSetUp(who) {
  const first = secret("passphrase", "Passphrase for this tablet", `At least ${SHORTEST_PASSPHRASE} characters. Words are safer than numbers.`);
  const second = secret("again", "The same again");
  const faults = el("div");
  const form = el("form", { novalidate: true, onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); choose(); } },
    first.group, second.group, el("button", { type: "submit", class: "govuk-button app-button app-button--wide" }, "Keep this passphrase"));
  show(heading("Choose a passphrase"),
    paragraph(`You are signed in as ${who.name}. What you write is locked on this tablet under a passphrase of your own, so that nobody else who uses the tablet can read it. It also opens the app where there is no network.`),
    el("div", { class: "govuk-inset-text" }, "Nobody can open what is locked without the passphrase, and nobody can look it up for you."), faults, form);

  async function choose() {
    const words = first.input.value.length < SHORTEST_PASSPHRASE ? TOO_SHORT : first.input.value !== second.input.value ? NOT_THE_SAME : "";
    if (words) {
      faults.replaceChildren(errorSummary("There is a problem", [{ words, go: () => first.input.focus() }]));
      /** @type {HTMLElement} */ (faults.firstChild).focus();
      return;
    }
    say("Locking the tablet under your passphrase…");
    const { name, station, watch, is_in_charge } = who;
    await enter(await setUp({ name, station, watch, is_in_charge }, first.input.value));
  }
}

/** @param {SignedIn} who */
function showForgotten(who) {
  show(heading("A forgotten passphrase"),
    paragraph("You can choose another one and go on working. What you wrote under the old one stays on this tablet, locked: it opens again if the old passphrase comes back to you. Nobody can open it without."),
    button("Choose another passphrase", () => showSetUp(who)), " ", button("Try again", () => showUnlock(), "secondary"));
}

/** @param {string} id @param {string} label @param {Record<string, string>} more @param {string} [hint] */
function field(id, label, more, hint) {
  const input = el("input", { class: "govuk-input", id, name: id, "aria-describedby": hint ? `${id}-hint` : null, ...more });
  const group = el("div", { class: "govuk-form-group" }, el("label", { class: "govuk-label", for: id }, label),
    hint ? el("div", { class: "govuk-hint", id: `${id}-hint` }, hint) : null, input);
  return { input, group };
}

/** @param {string} id @param {string} label @param {string} [hint] */
function secret(id, label, hint) {
  const made = field(id, label, { type: "password", autocomplete: "off", autocapitalize: "none", spellcheck: "false" }, hint);
  const shown = el("input", {
    class: "govuk-checkboxes__input", type: "checkbox", id: `${id}-shown`,
    onchange: () => { made.input.type = shown.checked ? "text" : "password"; },
  });
  const tick = el("div", { class: "govuk-checkboxes app-show" }, el("div", { class: "govuk-checkboxes__item" }, shown,
    el("label", { class: "govuk-label govuk-checkboxes__label", for: `${id}-shown` }, id === "again" ? "Show it" : "Show what I type")));
  made.group.append(tick);
  return made;
}
