// Finding a premises among thousands by what somebody types with gloves on, and the order in which they are shown. No DOM.

/** @typedef {import("./types.js").Entry} Entry */
/** @typedef {{lat: number, lon: number}} Position */
/** @typedef {{entry: Entry, words: string, run: string}} Prepared */

const SOON_DAYS = 28;
const DAY_MS = 24 * 3600 * 1000;
const EARTH_M = 6_371_000;

/** Return a text for comparing: no capitals, no accents, blanks for all signs. @param {string} text */
export function folded(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/['’]/g, "").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

/** Return each premises with the words that it is found by. @param {Entry[]} entries @returns {Prepared[]} */
export function preparedFor(entries) {
  return entries.map((entry) => {
    const words = folded([entry.name, entry.address, entry.postcode, entry.uprn ?? entry.premises_id].join(" "));
    return { entry, words, run: words.replaceAll(" ", "") };
  });
}

/** Return those that have every word that was typed, or all of it without its blanks. @param {Prepared[]} prepared @param {string} typed @returns {Entry[]} */
export function found(prepared, typed) {
  const asked = folded(typed).split(" ").filter(Boolean);
  const run = asked.join("");
  return prepared.filter(({ words, run: own }) => asked.every((word) => words.includes(word)) || own.includes(run)).map(({ entry }) => entry);
}

/** Return whether a review is overdue, due within four weeks, or neither. @param {Entry} entry @param {string} today as 2026-11-30 @returns {"overdue" | "soon" | ""} */
export function dueState({ review_due_on: due }, today) {
  if (!due) return "";
  if (due < today) return "overdue";
  return Date.parse(due) - Date.parse(today) <= SOON_DAYS * DAY_MS ? "soon" : "";
}

/** Return the premises in order: nearest first where a position is known, else those due first, then by name.
 * @param {Entry[]} entries @param {string} today @param {Position | null} from */
export function inOrder(entries, today, from) {
  if (from) {
    const near = entries.map((entry) => ({ entry, m: metresBetween(from, entry) }));
    return near.sort((one, other) => one.m - other.m).map(({ entry }) => entry);
  }
  const ordered = entries.map((entry) => ({ entry, due: dueState(entry, today) ? /** @type {string} */ (entry.review_due_on) : "9999", name: entry.name || entry.address }));
  const compare = new Intl.Collator("en-GB", { numeric: true }).compare;
  return ordered.sort((one, other) => (one.due < other.due ? -1 : one.due > other.due ? 1 : compare(one.name, other.name))).map(({ entry }) => entry);
}

/** Return the metres between a position and a premises, in degrees WGS 84, on a sphere: good to 0.5 %. @param {Position} from @param {Entry} entry */
export function metresBetween(from, entry) {
  const [one, other] = [from.lat, entry.latitude].map((degrees) => (degrees * Math.PI) / 180);
  const across = ((entry.longitude - from.lon) * Math.PI) / 180;
  const half = Math.sin((other - one) / 2) ** 2 + Math.cos(one) * Math.cos(other) * Math.sin(across / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.sqrt(half));
}

const LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ";
const SQUARE_M = 100_000;

/** Return where a premises is as it is said over the radio: SS 0010 3020, its square of 10 m on the National Grid. @param {Entry} entry */
export function gridReference({ easting, northing }) {
  const [east, north] = [easting, northing].map((metres) => Math.floor(metres / SQUARE_M));
  const letters = LETTERS[17 - Math.floor(north / 5) * 5 + Math.floor(east / 5)] + LETTERS[20 - (north % 5) * 5 + (east % 5)];
  const figures = [easting, northing].map((metres) => String(Math.floor((metres % SQUARE_M) / 10)).padStart(4, "0"));
  return [letters, ...figures].join(" ");
}

/** Return the premises by the points where they stand, and how soon the first of each falls due. @param {Entry[]} entries @param {string} today */
export function spotsOf(entries, today) {
  /** @type {Map<string, import("./types.js").Spot>} */
  const spots = new Map();
  for (const entry of entries) {
    const key = `${entry.latitude.toFixed(5)} ${entry.longitude.toFixed(5)}`;
    const spot = spots.get(key) ?? { lat: entry.latitude, lon: entry.longitude, entries: [], due: "" };
    spot.entries.push(entry);
    const due = dueState(entry, today);
    if (due === "overdue" || !spot.due) spot.due = due;
    spots.set(key, spot);
  }
  return [...spots.values()];
}
