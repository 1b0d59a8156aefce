// Reading and writing a visit by the paths of its form: what is answered, what is missing, what it is called. No DOM.

import { isGiven, prepared, reasons as reasonsOf } from "./form.js";

/** @typedef {import("./types.js").Form} Form */
/** @typedef {import("./types.js").Field} Field */
/** @typedef {import("./types.js").Visit} Visit */
/** @typedef {import("./types.js").Reason} Reason */
/** @typedef {Record<string, any>} Content */
/** @typedef {{letter: string, list: string, number: number, field: Field | null, label: string, title: string}} Place */

/** Return what stands at a path. @param {any} content @param {string} path @returns {any} */
export function at(content, path) {
  return path.split("/").reduce((part, step) => (part === null || part === undefined ? undefined : part[step]), content);
}

/** Put a value at a path; nothing (undefined) takes it out, with the group that it leaves empty. @param {Content} content @param {string} path @param {any} value */
export function put(content, path, value) {
  const [step, ...rest] = path.split("/");
  if (rest.length) {
    const group = typeof content[step] === "object" && content[step] !== null ? content[step] : {};
    put(group, rest.join("/"), value);
    if (Object.keys(group).length) content[step] = group;
    else delete content[step];
  } else if (value === undefined) delete content[step];
  else content[step] = value;
}

/** Return what a visit is called in a list: its address, and nothing else of it. @param {Content} content */
export function titleOf(content) {
  const address = content.address ?? {};
  if (address.written) return String(address.written).split("\n")[0];
  const street = [address.number, address.street].filter(Boolean).join(" ");
  const parts = [address.name, street, address.locality, address.town, address.postcode].filter(Boolean);
  if (parts.length) return parts.join(", ");
  return content.uprn ? `UPRN ${content.uprn}` : "No address yet";
}

/** Return what a premises is called and the rest of where it is: what stands in the one is not said again in the other.
 * @param {{name: string, address: string, postcode: string}} premises @returns {{title: string, where: string}} */
export function calledOf({ name, address, postcode }) {
  const plain = (/** @type {string} */ part) => part.trim().toLowerCase();
  const parts = address.split(",").map((part) => part.trim());
  const title = name.trim() || parts[0];
  const said = title.split(",").map(plain);
  const rest = parts.filter((part) => !said.includes(plain(part)));
  return { title, where: [...rest, `${title}, ${address}`.includes(postcode) ? "" : postcode].filter(Boolean).join(", ") };
}

/** Return whether somebody with these rights is asked a field. @param {Field} field @param {{is_in_charge: boolean}} author */
export function isAsked(field, author) {
  if (field.kind === "set_by_device" || field.kind === "polygon") return false;
  return !field.asked_of || (author.is_in_charge && field.asked_of.includes("officer-in-charge"));
}

/**
 * Return a visit as it would be sent at `now`: what is not asked for is left out, what the tablet knows is put in.
 * @param {Form} form @param {Visit} visit @param {Date} now
 * @returns {Content}
 */
export function contentToSend(form, visit, now) {
  const { author, content } = visit;
  const lead = author.is_in_charge && content.lead_officer_id ? content.lead_officer_id : author.name;
  return prepared(form, { ...content, lead_officer_id: lead, ended_at: content.ended_at ?? now.toISOString(), submitted_at: now.toISOString() }, now);
}

/** Return a visit without what the server keeps sealed of it: people, safeguarding and crime, photographs of people. It
 * stands there whatever is sent in its place. @param {Form} form @param {Content} content @returns {Content} */
export function sealedLeftOut(form, content) {
  const left = structuredClone(content);
  form.sections.filter(({ sealed }) => sealed).flatMap(({ fields }) => fields).forEach(({ path }) => put(left, path, undefined));
  const isOpen = (/** @type {Content} */ { kind }) => Boolean(kind) && !/^SG|^RI6$|^STAFF/.test(kind);
  const media = (left.media ?? []).filter((/** @type {Content} */ each) => !each.contains_people);
  const shown = media.map((/** @type {Content} */ each) => each.sha256);
  const hazards = (left.hazards ?? []).map((/** @type {Content} */ { photo, ...each }) => (shown.includes(photo) ? { ...each, photo } : each));
  for (const [name, lines] of Object.entries({ referrals: (left.referrals ?? []).filter(isOpen), media, hazards })) put(left, name, lines.length ? lines : undefined);
  return left;
}

/** Take lines out in which nothing was filled in. @param {Form} form @param {Content} content */
export function dropEmptyLines(form, content) {
  for (const field of form.sections.flatMap(({ fields }) => fields)) {
    const lines = field.kind === "list" ? at(content, field.path) : undefined;
    if (!Array.isArray(lines) || lines.every(isGiven)) continue;
    const left = lines.filter(isGiven);
    put(content, field.path, left.length ? left : undefined);
  }
}

/** Return all that stands against a visit, were it sent at `now`, and what only warns. @param {Form} form @param {Visit} visit @param {Date} now @returns {Reason[]} */
export function allReasons(form, visit, now) {
  return reasonsOf(form, contentToSend(form, visit, now), now);
}

/** Return what has still to be answered or mended. @param {Form} form @param {Visit} visit */
export function missingIn(form, visit) {
  return allReasons(form, visit, new Date()).filter(({ onlyWarns }) => !onlyWarns);
}

/** Return where on the form a pointer leads. @param {Form} form @param {string} pointer @returns {Place} */
export function placeOf(form, pointer) {
  const path = pointer.replace(/^\//, "");
  for (const { letter, title, fields } of form.sections) {
    for (const field of fields) {
      const inside = field.kind === "list" && path.startsWith(`${field.path}/`) ? path.slice(field.path.length + 1) : null;
      if (inside !== null) {
        const [number, ...rest] = inside.split("/");
        const inner = (field.fields ?? []).find((each) => each.path === rest.join("/")) ?? (field.fields ?? []).find((each) => each.path.startsWith(rest[0] ?? " ")) ?? null;
        return { letter, list: field.path, number: Number(number), field: inner, label: `${field.label} ${Number(number) + 1}${inner ? `, ${inner.label.toLowerCase()}` : ""}`, title };
      }
      if (path === field.path || field.path.startsWith(`${path}/`) || path.startsWith(`${field.path}/`)) return { letter, list: "", number: -1, field, label: field.label, title };
    }
  }
  return { letter: form.sections[form.sections.length - 1].letter, list: "", number: -1, field: null, label: "The visit", title: "" };
}

/** Return a reason as a sentence that names its field. @param {Form} form @param {Reason} reason */
export function inWords(form, { pointer, reason }) {
  const { label } = placeOf(form, pointer);
  return `${label.replace(/[?:]$/, "")}: ${reason}`;
}

/** Return an answer as people read it. @param {Field} field @param {any} value @returns {string} */
export function answerOf(field, value) {
  if (value === undefined || value === null || value === "") return "";
  if (field.kind === "yes_no") return value ? "Yes" : "No";
  if (field.choices) return [value].flat().map((code) => field.choices?.find((choice) => choice.code === code)?.words ?? String(code)).join(", ");
  if (field.kind === "texts") return value.join("; ");
  if (field.kind === "time") return new Date(value).toLocaleString("en-GB", { timeZone: "Europe/London", dateStyle: "medium", timeStyle: "short" });
  if (field.kind === "date") return new Date(`${value}T12:00:00Z`).toLocaleDateString("en-GB", { dateStyle: "medium" });
  if (field.kind === "pin") return "pinned on a plan";
  if (field.kind === "point") return `${value.lat.toFixed(5)}, ${value.lon.toFixed(5)}, good to ${value.accuracy_m} m`;
  return field.unit && !field.label.includes(" in ") ? `${value} ${field.unit}` : String(value);
}

/** Return the words by which one line of a list is known. @param {Field} list @param {Content} item */
export function lineInWords(list, item) {
  const said = (list.fields ?? []).filter((field) => !["set_by_device", "yes_no", "time"].includes(field.kind)).map((field) => ({ field, words: answerOf(field, at(item, field.path)) })).filter(({ words }) => words)
    .map(({ field, words }) => (field.unit && !words.endsWith(` ${field.unit}`) ? `${words} ${field.unit}` : words)); // no label says it here
  return said.slice(0, 3).join(" · ") || "Nothing filled in yet";
}
