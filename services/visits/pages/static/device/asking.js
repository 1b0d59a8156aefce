// What the record says, on the page: each fact with its age and who saw it how, to be confirmed or changed with one tap.

import { button, counted, el, heading, paragraph, say, show } from "./elements.js";
import { setButtons } from "./header.js";
import { answerTo, confirm, confirmedTogether, confirmTheRest, factsOf, goesWith, lineOf, placeOfFact, startChange, takeBack, theRest, toAskAbout } from "./known.js";
import { titleOf } from "./reading.js";
import { openToWrite } from "./saving.js";
import { go, lock, state } from "./state.js";
import { agoOf, dayOf } from "./times.js";

/** @typedef {import("./types.js").Fact} Fact */
/** @typedef {import("./types.js").Form} Form */
/** @typedef {import("./types.js").Visit} Visit */
/** @typedef {{changed: (paths: string[]) => void, open: (fact: Fact) => unknown, goOn?: () => unknown}} Acts */

/** the section in which a crew judges instead of looking */
const JUDGED = "K";
const SEEN = { verb: "Seen", unknown: "Nobody knows when it was last seen", ages: { STALE: "not seen for far too long", OVERDUE: "not seen for too long" } };
const GIVEN = { verb: "Given", unknown: "Nobody knows when it was given", ages: { STALE: "far too long ago", OVERDUE: "too long ago" } };

/** Return how old a fact is, and how it was seen. @param {Form} form @param {Fact} fact */
export function seenInWords(form, fact) {
  const words = placeOfFact(form, fact).letter === JUDGED ? GIVEN : SEEN;
  if (!fact.seen_at) return words.unknown;
  const methods = form.sections.flatMap(({ fields }) => fields).find(({ path }) => path === "review_method")?.choices ?? [];
  const how = methods.find(({ code }) => code === fact.seen_by_method)?.words;
  const age = /** @type {Record<string, string>} */ (words.ages)[fact.freshness];
  return [`${words.verb} ${dayOf(fact.seen_at)}, ${agoOf(fact.seen_at, Date.now())}`, how && `how: ${how.toLowerCase()}`, age].filter(Boolean).join(" · ");
}

/** Draw one fact; it draws itself anew when it is answered. @param {Visit} visit @param {Fact} fact @param {Acts} acts */
function drawFact(visit, fact, acts) {
  const form = /** @type {Form} */ (state.form);
  const { path } = placeOfFact(form, fact);
  const words = el("div", { class: "app-known__words" }, el("strong", {}, fact.label), " ", fact.words === fact.label ? null : fact.words,
    el("span", { class: "app-known__seen" }, seenInWords(form, fact)));
  const place = el("div", { class: "app-known__answer" });
  const element = el("li", { class: "app-known__fact", "data-fact": fact.key }, words, place);
  const act = (/** @type {() => void} */ work) => () => {
    work();
    acts.changed([path]);
    draw();
    place.querySelector("button")?.focus({ preventScroll: true });
  };
  const named = (/** @type {string} */ what) => ({ "aria-label": `${what}: ${fact.label}` });
  const same = () => button("Same as before", act(() => confirm(form, visit, fact)), "secondary", named("Same as before"));
  const change = (/** @type {string} */ what) => button(what, () => { startChange(form, visit, fact); acts.changed([path]); draw(); return acts.open(fact); }, "secondary", named(what));
  const back = () => button("Take it back", act(() => takeBack(form, visit, fact)), "secondary", { ...named("Take it back"), class: "app-back" });

  function draw() {
    const answer = answerTo(form, visit, fact);
    const waits = answer !== "unanswered" && !goesWith(form, visit, fact);
    const drawn = `${answer}${waits ? " waits" : ""}`;
    if (element.dataset.answer === drawn) return;
    element.dataset.answer = drawn;
    place.replaceChildren(...{
      unanswered: () => [same(), change("Changed")],
      same: () => [el("span", { class: "app-known__said" }, "✓ Same as before"), back()],
      "to-write": () => [el("span", { class: "app-known__said app-known__said--open" }, "Changed: write what it is now"), change("Write it"), same(), back()],
      changed: () => [el("span", { class: "app-known__said" }, "✓ Changed"), change("Look at it"), same(), back()],
    }[answer](), ...(waits ? [el("span", { class: "app-known__waits" }, "Goes with the visit once the question it belongs to is answered.")] : []));
  }
  draw();
  return { element, draw };
}

/** Return what the record says of one section, and what draws it anew. @param {Visit} visit @param {string} letter @param {Acts} acts */
export function knownBlock(visit, letter, acts) {
  const form = /** @type {Form} */ (state.form);
  const asked = visit.known?.ask_about ?? [];
  const facts = factsOf(form, visit, letter).sort((one, other) => Number(asked.includes(other.key)) - Number(asked.includes(one.key)));
  const drawn = facts.map((fact) => drawFact(visit, fact, acts));
  const rest = el("div", { class: "app-beside" });
  const element = el("section", { class: "app-known", "aria-label": "What the record says" }, el("h2", { class: "govuk-heading-s" }, "What the record says"),
    letter === JUDGED ? paragraph("If anything has changed that makes a fire likelier or worse, judge again.") : null,
    el("ul", { class: "govuk-list app-known__list" }, ...drawn.map((each) => each.element)), rest);
  element.hidden = facts.length === 0;
  const all = (/** @type {() => string} */ work, /** @type {() => unknown} */ then = () => rest.querySelector("button")?.focus({ preventScroll: true })) => async () => {
    const told = work();
    acts.changed([...new Set(facts.map((fact) => placeOfFact(form, fact).path))]);
    draw();
    await then();
    say(told);
  };
  const confirmTheirs = () => `${counted(confirmTheRest(form, visit, letter), "fact")} confirmed as before.`;
  const confirmAll = all(confirmTheirs);
  const confirmAndGoOn = all(confirmTheirs, acts.goOn);
  const undo = all(() => {
    const together = confirmedTogether(form, visit, letter);
    together.forEach((fact) => takeBack(form, visit, fact));
    if (visit.known) delete visit.known.together[letter];
    return `${counted(together.length, "fact")} taken back.`;
  });

  function draw() {
    drawn.forEach((each) => each.draw());
    const left = theRest(form, visit, letter).length;
    const together = confirmedTogether(form, visit, letter).length;
    rest.replaceChildren(...[left ? button("As before, and go on", confirmAndGoOn) : null, left ? button(`Everything else here is as before (${left})`, confirmAll, "secondary") : null, together ? button(`Undo: ${counted(together, "fact")} confirmed together`, undo, "secondary") : null].filter((each) => each !== null));
  }
  draw();
  return { element, draw };
}

/** Return where on the form a fact is written over. @param {Visit} visit @param {Fact} fact @returns {import("./state.js").Page} */
export function pageOf(visit, fact) {
  const form = /** @type {Form} */ (state.form);
  const { letter, list, field } = placeOfFact(form, fact);
  const line = list ? { list, item: lineOf(form, visit, fact) } : { field };
  return { name: "visit", visit: visit.id, section: letter, ...line };
}

/** Show the facts to ask about, before any section. @param {import("./state.js").Page} page */
export async function showAsking(page) {
  const writing = await openToWrite(page.visit ?? "");
  if (!writing || writing === "elsewhere") return go({ name: "visit", visit: page.visit }, { replace: true });
  const { visit } = writing;
  const kept = el("p", { class: "govuk-body-s app-kept", role: "status" }, "What you answer is kept on this tablet by itself.");
  writing.onSaved = (words) => { kept.textContent = words; };
  const changed = () => { writing.changed(); facts.forEach((each) => each.draw()); };
  /** @type {{element: HTMLElement, draw: () => void}[]} */
  const facts = toAskAbout(visit).map((fact) => drawFact(visit, fact, { changed, open: (each) => go(pageOf(visit, each)) }));
  setButtons([{ words: "Your visits", act: () => go({ name: "lists" }) }, { words: "Lock", act: () => lock() }]);
  show(el("p", { class: "govuk-caption-m app-caption" }, titleOf(visit.content)), heading("Ask about these"),
    paragraph("These have gone longest without being seen. What you do not answer stays in the record as it is, and is not called seen."),
    el("ul", { class: "govuk-list app-known__list" }, ...facts.map(({ element }) => element)), el("div", { class: "app-foot" }, button("Next", () => go({ name: "visit", visit: visit.id, section: "A" }))), kept);
}
