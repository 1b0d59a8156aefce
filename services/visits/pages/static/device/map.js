// Choosing a premises on the map, with or without a network. What is in view stands in a list beside it, so that nobody
// needs to see or touch the map; what is not in the list gets a pin.

import { beginVisit } from "./beginning.js";
import { AT_ONCE, ageOf, beginFrom, card, wordsOf } from "./choosing.js";
import { calledOf } from "./reading.js";
import { button, counted, el, heading, paragraph, say, show } from "./elements.js";
import { gridReference, inOrder, spotsOf } from "./finding.js";
import { setButtons } from "./header.js";
import { drawMap, fetchDrawing } from "./map_drawing.js";
import { packOf } from "./pack.js";
import { takePosition } from "./position.js";
import { closeWriting } from "./saving.js";
import { beforeLeaving, go, lock, onChange, state } from "./state.js";
import { minutesAgo, toLondon } from "./times.js";

/** @typedef {import("./types.js").Entry} Entry */
/** @typedef {import("./types.js").Fix} Fix */
/** @typedef {import("./types.js").Spot} Spot */
/** @typedef {import("./map_drawing.js").Point} Point */

const LOOK_AT_CLOCK_MS = 15_000;
// The form warns of a position that is no better.
const PIN_WITHIN_M = 100;
const KEY = [["overdue", "Review overdue"], ["soon", "Review due within four weeks"], ["none", "Other premises"], ["several", "Several at one point"]];
const SAID = "Map of the premises. Those in view are in the list below it. The arrow keys move it, plus and minus zoom, Enter chooses what is at the cross in the middle.";

/** Show the map. */
export async function showMap() {
  await closeWriting();
  const { tablet } = state;
  if (!tablet) return;
  const pack = await packOf(tablet);
  if (!pack?.entries.length) return go({ name: "begin" }, { replace: true });
  const leaflet = await fetchDrawing().catch(() => null);
  if (state.tablet !== tablet) return;
  if (!leaflet) {
    await go({ name: "begin" }, { replace: true });
    return say("The map could not be opened on this tablet. Choose from the list.");
  }
  const today = toLondon(Date.now()).slice(0, 10);
  let entries = pack.entries;
  /** @type {Fix | null} */
  let fix = null;
  const age = el("p", { class: "govuk-body-s" }, ageOf(pack));
  const place = el("div", { class: "app-map", role: "region", "aria-label": SAID });
  const position = el("p", { class: "govuk-body app-map__position", role: "status" });
  const chosen = el("div", { "aria-live": "polite", "data-chosen": true });
  const count = el("p", { class: "govuk-body app-found", role: "status" });
  const list = el("ul", { class: "govuk-list app-premises" });

  setButtons([{ words: "Your visits", act: () => go({ name: "lists" }) }, { words: "Lock", act: () => lock() }]);
  show(heading("Choose on the map"), age, place, keyOfMap(),
    el("div", { class: "app-beside" }, button("Where am I?", find, "secondary"), button("Whole ground", () => drawing.showWhole(), "secondary"), button("Back to the list", () => go({ name: "begin" }), "secondary")),
    position, chosen, heading("In view", "m"), count, list);
  const drawing = drawMap(leaflet, place, pack.outlines ?? [], pack.station, { chosen: showChosen, moved: showList });
  const clock = setInterval(showPosition, LOOK_AT_CLOCK_MS);
  beforeLeaving(async () => { clearInterval(clock); drawing.remove(); });
  onChange(async (kind) => {
    const newer = kind === "records" ? await packOf(tablet) : null;
    if (!newer || !place.isConnected) return;
    age.textContent = ageOf(newer);
    entries = newer.entries;
    drawing.setSpots(spotsOf(entries, today));
  });
  drawing.setSpots(spotsOf(entries, today));

  function showList() {
    const seen = inOrder(drawing.inView().flatMap((spot) => spot.entries), today, drawing.middle());
    const most = Math.min(seen.length, AT_ONCE);
    count.textContent = !seen.length ? "None. Move the map, or press “Whole ground”."
      : `${most < seen.length ? `${most} of ${counted(seen.length, "premises", "premises")}` : counted(most, "premises", "premises")}, nearest to the middle of the map first`;
    list.replaceChildren(...seen.slice(0, most).map((entry) => card(entry, today, fix)));
  }
  async function find() {
    position.textContent = "Finding the position…";
    const found = await takePosition();
    if (!place.isConnected) return;
    fix = typeof found === "string" ? null : found;
    if (fix) drawing.showTablet(fix);
    if (typeof found === "string") position.textContent = found;
    else showPosition();
  }
  function showPosition() {
    if (fix) position.textContent = `Your position, taken ${minutesAgo(fix.at, Date.now())}, good to ${fix.accuracy_m} m.`;
  }
  /** @param {Point} at @param {Spot[]} near */
  function showChosen(at, near) {
    const here = inOrder(near[0]?.entries ?? [], today, null);
    const title = !here.length ? "No known premises here" : here.length === 1 ? "You chose" : `${here.length} premises at this point`;
    const others = near.length - 1;
    chosen.replaceChildren(el("section", { class: "app-map__chosen", "aria-label": title }, heading(title, "m"), ...here.slice(0, AT_ONCE).map(one),
      here.length > AT_ONCE ? paragraph(`${AT_ONCE} of ${here.length} are shown. Press “Back to the list” and search for the others.`) : null,
      others > 0 ? el("div", {}, paragraph(`${counted(others, "more point")} ${others === 1 ? "is" : "are"} this close by.`), button("Zoom in", () => drawing.closer(at), "secondary")) : null,
      pin(at, here.length > 0)));
    chosen.scrollIntoView({ block: "nearest" });
  }
  /** @param {Entry} entry */
  function one(entry) {
    return el("div", { class: "app-map__one" }, el("p", { class: "app-map__words" }, ...wordsOf(entry, today, fix), el("span", {}, `Grid reference ${gridReference(entry)}`)),
      button("Begin this visit", () => beginFrom(entry.premises_id, "REVIEW"), "", { "aria-label": `Begin this visit: ${calledOf(entry).title}` }));
  }
  /** @param {Point} at @param {boolean} isKnown */
  function pin(at, isKnown) {
    const { lat, lon, accuracy_m } = at;
    if (accuracy_m > PIN_WITHIN_M) return isKnown ? null : button("Zoom in to put a pin here", () => drawing.closer(at), "secondary");
    return el("div", {}, isKnown ? null : paragraph(`The pin is at ${lat.toFixed(5)}, ${lon.toFixed(5)}, good to ${accuracy_m} m.`),
      button(isKnown ? "Another premises is here" : "The premises is here", () => beginVisit(undefined, { device_point: at }), isKnown ? "secondary" : ""));
  }
}

function keyOfMap() {
  return el("ul", { class: "app-map__key" }, KEY.map(([kind, words]) => el("li", {}, el("span", { class: `app-map__mark app-map__mark--${kind}`, "aria-hidden": "true" }), words)));
}
