// Whether an answer fits its field: its kind, its limits and its choices, as the server reads them (schemas/visits.py).

/** @import { Field, Form, Group, Reason } from "./form.js" */

const EARLIEST = Date.UTC(1900, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);
const ZONE = /(?:[zZ]|[+-]\d\d:?\d\d)$/;
const BLANK = /^\p{White_Space}+|\p{White_Space}+$/gu;

/** @param {unknown} value @returns {value is Group} */
export function isGroup(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param {string} text */
export function trimmed(text) {
  return text.replace(BLANK, "");
}

/** What of some fields does not fit, of the visit or of one line of it.
 * @param {Form} form @param {Field[]} fields @param {Group} group @param {string} start @returns {Reason[]} */
export function misfitsOf(form, fields, group, start) {
  return fields.flatMap((field) => {
    const steps = field.path.split("/");
    const parent = steps.slice(0, -1).reduce((/** @type {unknown} */ at, step) => isGroup(at) ? at[step] : undefined, group);
    if (!isGroup(parent) || field.kind === "set_by_device") return [];
    return misfits(form, field, parent[steps[steps.length - 1]], `${start}/${field.path}`);
  });
}

/** @param {Form} form @param {Field} field @param {unknown} value @param {string} pointer @returns {Reason[]} */
function misfits(form, field, value, pointer) {
  /** @param {string} kind @param {unknown} [limit] @returns {Reason[]} */
  const said = (kind, limit) => {
    const words = form.words[kind].replace(/\{\w+\}/, String(limit));
    return [{ pointer, reason: field.wrong ?? words, onlyWarns: false, code: kind }];
  };
  if (value === undefined || value === null) {
    if (!field.required) return [];
    return [{ pointer, reason: field.unanswered ?? form.words.missing, onlyWarns: false, code: "missing" }];
  }
  if (["list", "texts", "choices", "polygon"].includes(field.kind)) {
    if (!Array.isArray(value)) return said("tuple");
    if (field.most !== null && value.length > field.most) return said("too_long", field.most);
    if (field.kind === "polygon") return [];
    const inner = { ...field, kind: field.kind === "choices" ? "choice" : "text" };
    return value.flatMap((each, number) => {
      const at = `${pointer}/${number}`;
      if (field.kind !== "list") return misfits(form, inner, each, at);
      return isGroup(each) ? misfitsOf(form, field.fields ?? [], each, at) : [{ pointer: at, reason: form.words.model, onlyWarns: false, code: "model" }];
    });
  }
  if (field.kind === "point" || field.kind === "pin") return isGroup(value) ? misfitsOf(form, field.fields ?? [], value, pointer) : said("model");
  if (field.kind === "yes_no") return typeof value === "boolean" ? [] : said("bool");
  if (field.kind === "date") return isDate(value) ? [] : said("date");
  if (field.kind === "time") return isTime(value) ? [] : said("datetime");
  if (field.kind === "choice" && typeof field.choices?.[0].code === "string") return misfitsOfChoice(field, value, pointer, said);
  if (field.kind === "choice" || field.kind === "integer" || field.kind === "number") return misfitsOfNumber(field, value, said);
  return typeof value === "string" ? misfitsOfText(field, trimmed(value), said) : said("string_type");
}

/** @typedef {(kind: string, limit?: unknown) => Reason[]} Said */

/** @param {Field} field @param {unknown} value @param {string} pointer @param {Said} said @returns {Reason[]} */
function misfitsOfChoice({ choices }, value, pointer, said) {
  const chosen = (choices ?? []).find(({ code }) => code === value);
  if (chosen?.refused) return [{ pointer, reason: chosen.refused, onlyWarns: false, code: "refused" }];
  if (chosen) return [];
  const codes = (choices ?? []).filter(({ refused }) => refused === null).map(({ code }) => `'${code}'`);
  return said("enum", `${codes.slice(0, -1).join(", ")} or ${codes[codes.length - 1]}`);
}

/** @param {Field} field @param {unknown} value @param {Said} said @returns {Reason[]} */
function misfitsOfNumber(field, value, said) {
  const whole = field.kind !== "number";
  const number = typeof value === "string" && trimmed(value) !== "" ? Number(value) : value;
  if (typeof number !== "number" || Number.isNaN(number)) return said(whole ? "int" : "float");
  if (!Number.isFinite(number)) return said("finite_number");
  if (whole && !Number.isInteger(number)) return said("int_from_float");
  if (field.max !== null && number > field.max) return said("less_than_equal", field.max);
  if (field.min !== null && number < field.min) return said("greater_than_equal", field.min);
  return field.above !== null && number <= field.above ? said("greater_than", field.above) : [];
}

/** @param {Field} field @param {string} text @param {Said} said @returns {Reason[]} */
function misfitsOfText(field, text, said) {
  const length = [...text].length;
  if (field.min_length !== null && length < field.min_length) return said("string_too_short");
  if (field.max_length !== null && length > field.max_length) return said("string_too_long", field.max_length);
  const fits = field.pattern === null || new RegExp(field.pattern, "u").test(text);
  return fits && !text.includes("\0") ? [] : said("string_pattern_mismatch");
}

/** @param {unknown} value */
function isDate(value) {
  return typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value) && new Date(value).toJSON()?.startsWith(value);
}

/** @param {unknown} value */
function isTime(value) {
  if (typeof value !== "string" || !ZONE.test(value) || !isDate(value.slice(0, 10))) return false;
  const at = Date.parse(value);
  return at >= EARLIEST && at < LATEST;
}
