// Beginning a visit: what the tablet, the sign-in and the record know already is filled in, and its first page is shown.

import { calledOf } from "./reading.js";
import { go, state } from "./state.js";
import { thisDevice } from "./tablet.js";
import { usualOf } from "./usual.js";

/** @typedef {import("./types.js").Premises} Premises */
/** @typedef {{premises: Premises, made_at: string, kind: "REVIEW" | "CHANGE"}} From */

let isBeginning = false;

/** Begin a visit and show its first page; `from` is the record that it begins from, `answers` what is filled in already.
 * @param {From} [from] @param {Record<string, any>} [answers] */
export async function beginVisit(from, answers = {}) {
  if (isBeginning) return; // pressed twice
  isBeginning = true;
  try {
    await begin(from, answers);
  } finally {
    isBeginning = false;
  }
}

/** @param {From | undefined} from @param {Record<string, any>} answers */
async function begin(from, answers) {
  const { tablet, form } = state;
  if (!tablet || !form) return;
  const { name, station } = tablet.author;
  const { answers: usual, filled } = await usualOf(tablet, form);
  const now = Date.now();
  /** @type {Record<string, any>} */
  const content = {
    schema_version: "1",
    device_id: await thisDevice(),
    app_version: document.querySelector("meta[name=app-version]")?.getAttribute("content") ?? "unknown",
    lead_officer_id: name,
    started_at: new Date(now - (now % 60_000)).toISOString(),
    ...usual,
    ...answers,
  };
  if (station) content.station = station;
  const visit = { ...tablet.begin(now, { ...content, ...(from ? contentFrom(from) : {}) }), filled };
  if (from) {
    const { premises_id, ask_about, facts } = from.premises;
    visit.known = { premises_id, made_at: from.made_at, ask_about, facts, changed: [], together: {} };
  }
  await tablet.save(visit);
  const asks = from?.kind === "REVIEW" && from.premises.ask_about.length > 0;
  await go({ name: asks ? "asking" : "visit", visit: visit.id }, { replace: true });
}

/** Return what of a record stands in the visit without anybody saying so: which premises it is, and which version of its
 * record the crew had. What sort of premises it is has to be told by every visit; it is asked where it is stale.
 * @param {From} from */
function contentFrom({ premises, kind }) {
  const { uprn, premises_class, record_version, ask_about } = premises;
  const { title, where } = calledOf(premises);
  /** @type {Record<string, any>} */
  const content = { visit_kind: record_version > 0 ? kind : "NEW_SSRI", address: { written: [title, where].filter(Boolean).join(", ") } };
  if (uprn) content.uprn = uprn;
  if (record_version > 0) content.base_record_version = record_version;
  if (premises_class && !ask_about.includes("premises_class")) content.premises_class = premises_class;
  return content;
}
