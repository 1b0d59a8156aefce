// The form of a visit on the tablet: which questions are asked, and what stands against what was answered. All of it is
// in the form's own document (/device/form.json, docs/visit-form.md); the server asks the same of it in Python, and a
// test holds both to the same cases. Nothing here knows a page, a network or a clock.

import { isGroup, misfitsOf, trimmed } from "./fits.js";

/** @typedef {{[name: string]: unknown}} Group Answers by name: a visit, a line of a list, or a group of fields. */
/**
 * @typedef {object} Condition See docs/visit-form.md; exactly one of the first ten words stands in each.
 * @property {string} [named]
 * @property {Condition[]} [all]
 * @property {Condition[]} [any]
 * @property {Condition} [not]
 * @property {string} [given]
 * @property {string} [path]
 * @property {string} [some]
 * @property {string} [listed]
 * @property {string} [later]
 * @property {string} [sum]
 * @property {unknown} [is]
 * @property {unknown[]} [in]
 * @property {number} [at_least]
 * @property {number} [more_than]
 * @property {number} [below]
 * @property {string} [matches]
 * @property {Condition} [where]
 * @property {string} [than]
 * @property {number} [by_minutes]
 * @property {number} [by_days]
 * @property {string} [of]
 * @property {string} [among]
 * @property {string} [as]
 */
/** @typedef {{code: string | number, words: string, group: string | null, refused: string | null}} Choice */
/**
 * @typedef {object} Field
 * @property {string} path
 * @property {string} label
 * @property {string} kind
 * @property {boolean} required
 * @property {string | null} hint
 * @property {string | null} heading
 * @property {string | null} add
 * @property {string | null} tick
 * @property {string | null} unit
 * @property {number | null} width
 * @property {string | null} input
 * @property {boolean} picked
 * @property {Choice[] | null} choices
 * @property {number | null} min
 * @property {number | null} max
 * @property {number | null} above
 * @property {number | null} min_length
 * @property {number | null} max_length
 * @property {string | null} pattern
 * @property {number | null} most
 * @property {boolean} sealed
 * @property {Condition | null} sealed_when
 * @property {Condition | null} shown_when
 * @property {string[] | null} asked_of
 * @property {{when: Condition, title: string, words: string}[]} notices
 * @property {string | null} unanswered
 * @property {string | null} wrong
 * @property {Field[] | null} fields
 */
/** @typedef {{code: string, path: string, when: Condition | null, words: string, each: string | null, only_warns: boolean}} Rule */
/** @typedef {{letter: string, title: string, hint: string | null, sealed: boolean, fields: Field[]}} Section */
/**
 * @typedef {object} Form
 * @property {string} version
 * @property {Section[]} sections
 * @property {Rule[]} rules
 * @property {{[name: string]: Condition}} conditions
 * @property {{[mistake: string]: string}} words
 */
/** @typedef {{pointer: string, reason: string, onlyWarns: boolean, code: string}} Reason */
/** @typedef {{form: Form, visit: Group, line: unknown, now: Date}} Asked */

const LONDON = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/London", year: "numeric", month: "2-digit", day: "2-digit" });
const TIMES = ["started_at", "ended_at", "submitted_at"];

/** Whether something is answered there: false and 0 are answers; blank, an empty list and null are not.
 * @param {unknown} value @returns {boolean} */
export function isGiven(value) {
  if (typeof value === "string") return trimmed(value) !== "";
  if (Array.isArray(value)) return value.length > 0;
  if (isGroup(value)) return Object.values(value).some(isGiven);
  return value !== null && value !== undefined;
}

/** The value at a path: from the line a rule is about, or from the visit with a leading "/".
 * @param {string} path @param {Group} visit @param {unknown} line @returns {unknown} */
export function valueAt(path, visit, line = visit) {
  /** @type {unknown} */
  let value = path.startsWith("/") ? visit : line;
  for (const step of path.split("/")) if (step) value = isGroup(value) ? value[step] : null;
  return typeof value === "string" ? trimmed(value) : value ?? null;
}

/** @param {string} path @param {Asked} asked @returns {number} milliseconds; not a number where there is no such time */
function momentAt(path, { visit, line, now }) {
  if (path === "now") return now.getTime();
  if (path === "today") {
    const part = Object.fromEntries(LONDON.formatToParts(now).map(({ type, value }) => [type, value]));
    return Date.parse(`${part.year}-${part.month}-${part.day}`);
  }
  const value = valueAt(path, visit, line);
  return typeof value === "string" ? Date.parse(value) : NaN;
}

/** Whether a condition holds of a visit, and of a line of it.
 * @param {Condition} said @param {Asked} asked @returns {boolean} */
function holds(said, asked) {
  if (said.named !== undefined) return holds(asked.form.conditions[said.named], asked);
  if (said.all) return said.all.every((part) => holds(part, asked));
  if (said.any) return said.any.some((part) => holds(part, asked));
  if (said.not) return !holds(said.not, asked);
  if (said.given !== undefined) return isGiven(valueAt(said.given, asked.visit, asked.line));
  if (said.some !== undefined) {
    const { where } = said;
    const lines = valueAt(said.some, asked.visit, asked.line);
    return Array.isArray(lines) && where !== undefined && lines.some((line) => holds(where, { ...asked, line }));
  }
  if (said.listed !== undefined) {
    const { where, as = "" } = said;
    const value = valueAt(said.listed, asked.visit, asked.line);
    const lines = valueAt(said.among ?? "", asked.visit, asked.line);
    return value !== null && Array.isArray(lines)
      && lines.some((line) => valueAt(as, asked.visit, line) === value && (where === undefined || holds(where, { ...asked, line })));
  }
  if (said.later !== undefined && said.than !== undefined) {
    const margin = ((said.by_days ?? 0) * 24 * 60 + (said.by_minutes ?? 0)) * 60_000;
    return momentAt(said.later, asked) - momentAt(said.than, asked) > margin;
  }
  if (said.sum !== undefined) {
    const lines = valueAt(said.sum, asked.visit, asked.line);
    const name = said.of ?? "";
    return Array.isArray(lines) && lines.reduce((sum, line) => sum + Number(line[name] ?? 0), 0) > (said.more_than ?? 0);
  }
  return isSo(said, valueAt(said.path ?? "", asked.visit, asked.line));
}

/** @param {Condition} said @param {unknown} value @returns {boolean} */
function isSo(said, value) {
  if (value === null || value === "") return false;
  if ("is" in said) return value === said.is;
  if (said.in) return said.in.includes(value);
  if (said.at_least !== undefined) return Number(value) >= said.at_least;
  if (said.more_than !== undefined) return Number(value) > said.more_than;
  if (said.below !== undefined) return Number(value) < said.below;
  return new RegExp(`^(?:${said.matches})$`, "u").test(String(value));
}

/** Whether a field is asked of a visit; `item` is the line of a list that the field stands in.
 * @param {Form} form @param {Field} field @param {Group} visit @param {unknown} item @param {Date} now */
export function isShown(form, field, visit, item = visit, now = new Date(0)) {
  return field.shown_when === null || holds(field.shown_when, { form, visit, line: item, now });
}

/** Whether a condition of the form holds: of a notice, or of what is sealed.
 * @param {Form} form @param {Condition | null} said @param {Group} visit @param {unknown} item @param {Date} now */
export function isTrue(form, said, visit, item = visit, now = new Date(0)) {
  return said !== null && holds(said, { form, visit, line: item, now });
}

/** Every reason that stands against a visit, and what only warns, in the order of the page.
 * @param {Form} form @param {Group} visit @param {Date} now @returns {Reason[]} */
export function reasons(form, visit, now) {
  const misfits = form.sections.flatMap(({ fields }) => misfitsOf(form, fields, visit, ""));
  const named = new Set(misfits.map(({ pointer }) => pointer.split("/")[1]));
  // What does not fit counts as not answered: nothing is asked for because of it.
  if (TIMES.some((name) => named.has(name))) TIMES.forEach((name) => named.add(name));
  const known = Object.fromEntries(Object.entries(visit).filter(([name]) => !named.has(name)));
  const found = form.rules.flatMap((rule) => broken(form, rule, known, now));
  return inPageOrder(form, [...misfits, ...found.filter(({ pointer }) => !named.has(pointer.split("/")[1]))]);
}

/** @param {Form} form @param {Rule} rule @param {Group} visit @param {Date} now @returns {Reason[]} */
function broken(form, rule, visit, now) {
  const { when, words: reason, only_warns: onlyWarns, code } = rule;
  if (when === null) return [];
  if (rule.each === null) {
    return holds(when, { form, visit, line: visit, now }) ? [{ pointer: `/${rule.path}`, reason, onlyWarns, code }] : [];
  }
  const lines = valueAt(rule.each, visit);
  return (Array.isArray(lines) ? lines : []).flatMap((line, number) => holds(when, { form, visit, line, now })
    ? [{ pointer: `/${rule.each}/${number}/${rule.path}`, reason, onlyWarns, code }] : []);
}

/** @param {Form} form @param {Reason[]} found @returns {Reason[]} */
function inPageOrder(form, found) {
  /** @type {Map<string, number>} */
  const places = new Map();
  /** @param {string} path */
  const put = (path) => path.split("/").forEach((_, n, steps) => {
    const start = steps.slice(0, n + 1).join("/");
    if (!places.has(start)) places.set(start, places.size);
  });
  /** @param {Field} field @param {string} path */
  const putAll = ({ kind, fields }, path) => {
    put(path);
    for (const inner of fields ?? []) putAll(inner, `${path}/${kind === "list" ? "*/" : ""}${inner.path}`);
  };
  for (const field of form.sections.flatMap(({ fields }) => fields)) putAll(field, field.path);
  /** @param {Reason} reason */
  const place = ({ pointer }) => {
    const path = pointer.slice(1);
    const line = path.match(/\/(\d+)(?:\/|$)/);
    const list = line ? path.slice(0, line.index) : path;
    const starred = path.replace(/\/\d+(?=\/|$)/g, "/*");
    return [places.get(list) ?? places.size, line ? Number(line[1]) : -1, places.get(starred) ?? places.size];
  };
  return found.map((reason) => ({ reason, at: place(reason) }))
    .sort((one, other) => one.at[0] - other.at[0] || one.at[1] - other.at[1] || one.at[2] - other.at[2])
    .map(({ reason }) => reason);
}

/** The visit as it is sent: without what is blank, what is not asked of it, and lines with nothing in them.
 * @param {Form} form @param {Group} visit @param {Date} now @returns {Group} */
export function prepared(form, visit, now = new Date(0)) {
  return preparedGroup(form, form.sections.flatMap(({ fields }) => fields), visit, visit, now);
}

/** @param {Form} form @param {Field[]} fields @param {Group} group @param {Group} visit @param {Date} now */
function preparedGroup(form, fields, group, visit, now) {
  /** @type {Group} */
  const kept = {};
  for (const field of fields) {
    if (!isShown(form, field, visit, group, now)) continue;
    let value = valueAt(field.path, group);
    if (Array.isArray(value)) {
      value = value.map((each) => isGroup(each) && field.kind === "list" ? preparedGroup(form, field.fields ?? [], each, visit, now)
        : typeof each === "string" ? trimmed(each) : each).filter(isGiven);
    }
    if (!isGiven(value)) continue;
    const steps = field.path.split("/");
    const last = steps.pop() ?? "";
    let at = kept;
    for (const step of steps) at = /** @type {Group} */ (at[step] ??= {});
    at[last] = value;
  }
  return kept;
}
