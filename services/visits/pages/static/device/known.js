// What a record says already, beside what the crew answers: which facts stand as before, which have changed, which nobody
// has answered. A fact that nobody tapped is not in the visit: silence confirms nothing and clears nothing. No DOM.

import { isGiven, prepared } from "./form.js";
import { begunDrawings } from "./marks.js";
import { at, missingIn, placeOf, put } from "./reading.js";

/** @typedef {import("./types.js").Form} Form */
/** @typedef {import("./types.js").Visit} Visit */
/** @typedef {import("./types.js").Fact} Fact */
/** @typedef {import("./types.js").Reason} Reason */
/** @typedef {"unanswered" | "same" | "to-write" | "changed"} Answer */

const NOT_CHANGED = "you said that this has changed: write what it is now, or say that it is as before";
/** What makes two lines of a list the same thing, in whatever state it is. @type {Record<string, string[]>} */
const SAME_THING = { systems: ["kind", "location"], hazards: ["code", "location"], isolations: ["kind"], "water/hydrants": ["asset_id"] };

/** @param {any} value @returns {string} */
function written(value) {
  const ordered = (/** @type {string} */ _name, /** @type {any} */ each) => (each && typeof each === "object" && !Array.isArray(each)
    ? Object.fromEntries(Object.entries(each).filter(([, one]) => isGiven(one)).sort(([one], [other]) => (one < other ? -1 : 1))) : each);
  return JSON.stringify(value, ordered);
}

/** @param {any} text */
function plain(text) {
  return String(text ?? "").toLowerCase().split(/\s+/).filter(Boolean).join(" ");
}

/** Return the place of a fact in the form: of one of several the list that it stands in. @param {Form} form @param {Fact} fact */
export function placeOfFact(form, fact) {
  const { letter, list, field } = placeOf(form, fact.path);
  return { letter, list, path: list || fact.path.slice(1), field: list || (field?.path ?? fact.path.slice(1)) };
}

/** Return the value of a fact as it is sent: without a photograph, which belongs to the visit that took it. @param {Form} form @param {Fact} fact */
export function valueToSend(form, fact) {
  if (!placeOfFact(form, fact).list) return structuredClone(fact.value);
  const { photo: _photo, ...value } = fact.value;
  return structuredClone(value);
}

/** Return the number of the line in which a fact is answered; -1 for none. @param {Form} form @param {Visit} visit @param {Fact} fact @returns {number} */
export function lineOf(form, visit, fact) {
  const { path } = placeOfFact(form, fact);
  /** @type {any[]} */
  const lines = at(visit.content, path) ?? [];
  const same = written(valueToSend(form, fact));
  const exact = lines.findIndex((line) => written(line) === same);
  // Two of one kind at one place are told apart by all that is said of them.
  const others = (visit.known?.facts ?? []).filter(({ key, path: own }) => key === fact.key && own !== fact.path).map((each) => written(valueToSend(form, each)));
  const isIt = (/** @type {any} */ line) => (SAME_THING[path] ?? []).every((name) => plain(line[name]) === plain(fact.value[name])) && !others.includes(written(line));
  return exact >= 0 ? exact : lines.findIndex(isIt);
}

/** Return what the crew has said of a fact. @param {Form} form @param {Visit} visit @param {Fact} fact @returns {Answer} */
export function answerTo(form, visit, fact) {
  const { list, path } = placeOfFact(form, fact);
  const line = list ? lineOf(form, visit, fact) : -1;
  const value = list ? (at(visit.content, path) ?? [])[line] : at(visit.content, path);
  const isMarked = visit.known?.changed.includes(fact.path) ?? false;
  if (!isGiven(value)) return "unanswered";
  if (written(value) !== written(valueToSend(form, fact))) return "changed";
  return isMarked ? "to-write" : "same";
}

/** Say that a fact is as it was. @param {Form} form @param {Visit} visit @param {Fact} fact */
export function confirm(form, visit, fact) {
  unmark(visit, fact);
  const { list, path } = placeOfFact(form, fact);
  const value = valueToSend(form, fact);
  if (!list) return put(visit.content, path, value);
  const number = lineOf(form, visit, fact);
  const lines = [...(at(visit.content, path) ?? [])];
  if (number < 0) lines.push(value);
  else lines[number] = value;
  put(visit.content, path, lines);
}

/** Say that a fact has changed: its old value stands in the form, to be written over. @param {Form} form @param {Visit} visit @param {Fact} fact */
export function startChange(form, visit, fact) {
  if (answerTo(form, visit, fact) !== "changed") confirm(form, visit, fact);
  if (visit.known && !visit.known.changed.includes(fact.path)) visit.known.changed.push(fact.path);
}

/** Take back what was said of a fact. @param {Form} form @param {Visit} visit @param {Fact} fact */
export function takeBack(form, visit, fact) {
  unmark(visit, fact);
  const { list, path } = placeOfFact(form, fact);
  if (!list) return put(visit.content, path, undefined);
  const number = lineOf(form, visit, fact);
  const left = (at(visit.content, path) ?? []).filter((/** @type {any} */ _line, /** @type {number} */ n) => n !== number);
  put(visit.content, path, left.length ? left : undefined);
}

/** @param {Visit} visit @param {Fact} fact */
function unmark(visit, fact) {
  if (visit.known) visit.known.changed = visit.known.changed.filter((path) => path !== fact.path);
}

/** Return the facts of one section that its record has. @param {Form} form @param {Visit} visit @param {string} letter @returns {Fact[]} */
export function factsOf(form, visit, letter) {
  return (visit.known?.facts ?? []).filter((fact) => placeOfFact(form, fact).letter === letter);
}

/** Return the facts to ask about, the stalest first. @param {Visit} visit @returns {Fact[]} */
export function toAskAbout(visit) {
  const { ask_about = [], facts = [] } = visit.known ?? {};
  return ask_about.flatMap((key) => facts.filter((fact) => fact.key === key));
}

/** Say of each fact that may be confirmed with others that it is as before; return how many.
 * @param {Form} form @param {Visit} visit @param {string} letter @returns {number} */
export function confirmTheRest(form, visit, letter) {
  const rest = theRest(form, visit, letter);
  rest.forEach((fact) => confirm(form, visit, fact));
  if (visit.known) visit.known.together[letter] = [...(visit.known.together[letter] ?? []), ...rest.map(({ path }) => path)];
  return rest.length;
}

/** Return the facts of a section that one tap may confirm: not those to ask about, nor what was answered.
 * @param {Form} form @param {Visit} visit @param {string} letter */
export function theRest(form, visit, letter) {
  return factsOf(form, visit, letter).filter((fact) => !visit.known?.ask_about.includes(fact.key) && answerTo(form, visit, fact) === "unanswered");
}

/** Return the facts that were confirmed together and still stand so. @param {Form} form @param {Visit} visit @param {string} letter */
export function confirmedTogether(form, visit, letter) {
  const paths = visit.known?.together[letter] ?? [];
  return factsOf(form, visit, letter).filter((fact) => paths.includes(fact.path) && answerTo(form, visit, fact) === "same");
}

/** Return a reason for each fact that was said to have changed and has its old value still. @param {Form} form @param {Visit} visit @returns {Reason[]} */
export function notYetChanged(form, visit) {
  const marked = (visit.known?.facts ?? []).filter((fact) => visit.known?.changed.includes(fact.path) && answerTo(form, visit, fact) === "to-write");
  return marked.map((fact) => {
    const { list, path } = placeOfFact(form, fact);
    return { pointer: list ? `/${path}/${lineOf(form, visit, fact)}` : `/${path}`, reason: NOT_CHANGED };
  });
}

/** Return what has still to be answered or mended before a visit can go. @param {Form} form @param {Visit} visit @returns {Reason[]} */
export function unfinished(form, visit) {
  return [...missingIn(form, visit), ...notYetChanged(form, visit), ...begunDrawings(visit)];
}

/** Return whether what was said of a fact goes with the visit as it stands: what is not asked because of another answer
 * does not. @param {Form} form @param {Visit} visit @param {Fact} fact */
export function goesWith(form, visit, fact) {
  return isGiven(at(prepared(form, visit.content), placeOfFact(form, fact).path));
}
