// Beginning a visit: the premises of one's station are looked up on the tablet, with or without a network.

import { beginVisit } from "./beginning.js";
import { button, counted, el, heading, paragraph, replace, say, show } from "./elements.js";
import { dueState, found, inOrder, metresBetween, preparedFor } from "./finding.js";
import { setButtons } from "./header.js";
import { freshenPack, packOf, premisesOf } from "./pack.js";
import { takePosition } from "./position.js";
import { calledOf } from "./reading.js";
import { closeWriting } from "./saving.js";
import { go, lock, onChange, state } from "./state.js";
import { asOf, dayOf, toLondon } from "./times.js";

/** @typedef {import("./types.js").Entry} Entry */
/** @typedef {import("./types.js").PackHead} PackHead */

export const AT_ONCE = 20;
const LEVELS = ["", "Very low", "Low", "Medium", "High", "Very high"];
const NOT_HERE = "That premises is not among the records on this tablet. Look it up here, or write its address.";

/** Return how old the records are and how many. @param {PackHead} pack */
export function ageOf(pack) {
  const count = pack.entries.length === pack.total ? counted(pack.total, "premises", "premises") : `${pack.entries.length} of ${pack.total} premises`;
  return `Records as of ${asOf(pack.made_at, Date.now())}; ${count}`;
}

/** Show the premises that a visit may begin from; where there are none, begin with nothing.
 * @param {import("./state.js").Page} page */
export async function showChoosing(page) {
  await closeWriting();
  const { tablet } = state;
  if (!tablet) return;
  if (page.premises) return beginFrom(page.premises, "CHANGE");
  const pack = await packOf(tablet);
  if (!pack?.entries.length) return beginVisit();
  const today = toLondon(Date.now()).slice(0, 10);
  let prepared = preparedFor(inOrder(pack.entries, today, null));
  let most = AT_ONCE;
  /** @type {import("./finding.js").Position | null} */
  let from = null;
  const age = el("p", { class: "govuk-body-s" }, ageOf(pack));
  const search = el("input", { class: "govuk-input", id: "search", type: "search", autocomplete: "off", spellcheck: "false", autocapitalize: "none", enterkeyhint: "search", "aria-describedby": "search-hint", oninput: () => { most = AT_ONCE; draw(); } });
  const count = el("p", { class: "govuk-body app-found", role: "status" });
  const list = el("ul", { class: "govuk-list app-premises" });
  const more = el("div");
  const near = button("Nearest first", nearest, "secondary");
  const order = (/** @type {PackHead} */ { entries }) => { prepared = preparedFor(inOrder(entries, today, from)); draw(); };

  function draw() {
    const hits = found(prepared, search.value);
    count.textContent = hits.length ? (search.value.trim() ? `${counted(hits.length, "premises", "premises")} found` : from ? "Nearest first" : "Reviews due first, then by name") : "Nothing found. Try less of it, or write the address.";
    list.replaceChildren(...hits.slice(0, most).map((entry) => card(entry, today, from)));
    replace(more, hits.length > most ? button(`Show more (${most} of ${hits.length})`, () => { most += AT_ONCE; draw(); }, "secondary", { id: "show-more" }) : null);
  }
  async function nearest() {
    say("Finding the position…");
    const fix = await takePosition();
    if (typeof fix === "string") return say(fix);
    from = fix;
    most = AT_ONCE;
    if (pack) order(pack);
    say("The nearest premises come first.");
  }
  onChange(async (kind) => {
    const newer = kind === "records" ? await packOf(tablet) : null;
    if (!newer || !list.isConnected) return;
    age.textContent = ageOf(newer);
    order(newer);
  });
  setButtons([{ words: "Your visits", act: () => go({ name: "lists" }) }, { words: "Lock", act: () => lock() }]);
  show(heading("Where are you?"), age,
    el("form", { class: "govuk-form-group", autocomplete: "off", role: "search", onsubmit: (/** @type {Event} */ event) => event.preventDefault() }, el("label", { class: "govuk-label app-label", for: "search" }, "Find the premises"),
      el("div", { class: "govuk-hint", id: "search-hint" }, "Name, address, postcode or UPRN"), search),
    el("div", { class: "app-beside" }, button("Choose on the map", () => go({ name: "map" }), "secondary"), near, button("Not in the list: write the address", () => beginVisit(), "secondary")), count, list, more);
  draw();
}

/** Return a premises as a line of a list that begins a visit there. @param {Entry} entry @param {string} today @param {import("./finding.js").Position | null} from */
export function card(entry, today, from) {
  return el("li", {}, el("button", { type: "button", class: "app-premises__one", "data-premises": entry.premises_id, onclick: () => beginFrom(entry.premises_id, "REVIEW") }, ...wordsOf(entry, today, from)));
}

/** Return what is shown of a premises: name, address, sort, level, review and what holds there for a while. @param {Entry} entry @param {string} today @param {import("./finding.js").Position | null} from */
export function wordsOf(entry, today, from) {
  const due = dueState(entry, today);
  const { title, where } = calledOf(entry);
  const level = entry.level ? `Level ${entry.level}, ${LEVELS[entry.level].toLowerCase()}` : "Level not known";
  const review = entry.review_due_on ? `${due === "overdue" ? "OVERDUE: review" : "Review"} due ${dayOf(entry.review_due_on)}` : "No review due";
  return [
    el("strong", { class: "app-premises__name" }, title),
    ...(entry.notices ?? []).map((notice) => el(notice.is_prohibition ? "strong" : "span", { class: notice.is_prohibition ? "app-premises__prohibition" : "" }, noticeWords(notice))),
    el("span", {}, where),
    el("span", {}, [entry.premises_class_words, level, from ? distance(metresBetween(from, entry)) : ""].filter(Boolean).join(" · ")),
    el("span", { class: due ? `app-premises__due app-premises__due--${due}` : "" }, review),
    entry.plan ? el("span", { class: entry.plan.review_due_on < today ? "app-premises__due app-premises__due--overdue" : "" }, planAge(entry.plan, today)) : null,
    ...(entry.audit_summary?.length ? [el("span", {}, `Audit: ${entry.audit_summary.join("; ")}`)] : []),
    ...(entry.temporary ?? []).map((risk) => el("span", { class: risk.ends_on < today ? "app-premises__past" : "" }, `Temporary: ${risk.what}, ${holdsWhen(risk, today)}${risk.by_crew ? " (crew report)" : risk.not_seen ? " (responsible person, not seen by a crew)" : ""}`)),
  ];
}

/** Return how old the tactical plan is, by its own review. @param {{reviewed_on: string, review_due_on: string}} plan @param {string} today */
function planAge(plan, today) {
  const due = plan.review_due_on < today ? `OVERDUE since ${dayOf(plan.review_due_on)}` : `next ${dayOf(plan.review_due_on)}`;
  return `Tactical plan reviewed ${dayOf(plan.reviewed_on)}, ${due}`;
}

/** Return a notice in words: what it prohibits comes first. @param {import("./types.js").Notice} notice */
function noticeWords(notice) {
  const words = notice.is_prohibition ? "PROHIBITION NOTICE IN FORCE" : notice.words;
  return `${words}${notice.unit ? `, ${notice.unit} alone` : ""}${notice.restricts ? `: ${notice.restricts}` : ""}, ${notice.says}`;
}

/** @param {import("./types.js").Temporary} risk @param {string} today */
function holdsWhen(risk, today) {
  if (risk.ends_on < today) return `ended on ${dayOf(risk.ends_on)}: to be confirmed`;
  return `${risk.starts_on > today ? `from ${dayOf(risk.starts_on)} ` : ""}until ${dayOf(risk.ends_on)}`;
}

/** @param {number} metres */
function distance(metres) {
  return metres < 1000 ? `${Math.round(metres / 10) * 10} m away` : `${(metres / 1000).toFixed(1)} km away`;
}

/** Begin a visit from the record of a premises, fetched now if it is not here. @param {string} id @param {"REVIEW" | "CHANGE"} kind */
export async function beginFrom(id, kind) {
  const { tablet } = state;
  if (!tablet) return;
  let premises = await premisesOf(tablet, id);
  if (!premises) {
    await freshenPack(tablet);
    if (state.tablet !== tablet) return;
    premises = await premisesOf(tablet, id);
  }
  if (premises) return beginVisit({ premises, made_at: (await packOf(tablet))?.made_at ?? "", kind });
  await go({ name: "begin" }, { replace: true });
  say(NOT_HERE);
}
