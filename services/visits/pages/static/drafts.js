// Visits that were written on this tablet and not received yet. Each is kept under the name of who wrote it, and is
// shown to nobody else; what concerns people is never kept. A tablet that keeps nothing (a locked-down browser) goes on
// without.

const PREFIX = "ravi-visit:";
const OPEN = "ravi-visit-open:";
const KEPT_FOR_MS = 7 * 24 * 3600 * 1000;
// Fields about people, as they are named on the form; a line of referrals or hazards goes whole if it is about people.
const NEVER = /^(csrf_token|can_show_again|seen|submission_id|entry_code|(people|contacts)\/.*)$/;
const ABOUT_PEOPLE = /^(SG\d+|RI6|RI9|STAFF_ALLEGATION|VIOLENCE|CLUTTER)$/;
const LINE = /^(referrals|hazards)\/\d+\//;

function keyOf(person, id) { return `${PREFIX}${encodeURIComponent(person)}:${id}`; }

function read(key) {
  try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
}

// The lines about people; a referral is one until its kind is chosen, as nobody knows yet what it is about.
function linesAboutPeople(fields) {
  const lines = new Set();
  const chosen = new Map();
  for (const [name, value] of fields) {
    const line = name.match(LINE)?.[0];
    if (!line) continue;
    if (!chosen.has(line)) chosen.set(line, "");
    if (name === `${line}kind` || name === `${line}code`) chosen.set(line, value);
  }
  for (const [line, code] of chosen) {
    if (ABOUT_PEOPLE.test(code) || (!code && line.startsWith("referrals/"))) lines.add(line);
  }
  return lines;
}

export function split(fields) {
  const people = linesAboutPeople(fields);
  const isNever = ([name]) => NEVER.test(name) || people.has(name.match(LINE)?.[0]);
  const typed = fields.filter(([, value]) => value.trim());
  return {
    keep: typed.filter((field) => !isNever(field)),
    never: typed.filter((field) => isNever(field) && /^(people|contacts|entry_code|referrals|hazards)/.test(field[0])),
  };
}

export function keep(person, id, fields, at = Date.now()) {
  const { keep: kept } = split(fields);
  try {
    localStorage.setItem(keyOf(person, id), JSON.stringify({ at, fields: kept }));
    sessionStorage.setItem(OPEN + person, id);
    return true;
  } catch { return false; }
}

export function forget(person, id) {
  try {
    localStorage.removeItem(keyOf(person, id));
    if (sessionStorage.getItem(OPEN + person) === id) sessionStorage.removeItem(OPEN + person);
  } catch { /* nothing was kept */ }
}

// The drafts of one person, the newest first; what is older than a week is thrown away, whoever's it is.
export function draftsOf(person, now = Date.now()) {
  const found = [];
  try {
    for (const key of Object.keys(localStorage).filter((each) => each.startsWith(PREFIX))) {
      const draft = read(key);
      if (!draft || now - draft.at > KEPT_FOR_MS) { localStorage.removeItem(key); continue; }
      const own = keyOf(person, "");
      if (key.startsWith(own)) found.push({ id: key.slice(own.length), ...draft });
    }
  } catch { /* nothing was kept */ }
  return found.sort((one, other) => other.at - one.at);
}

// Let this window begin another visit; the one it had open stays among those not sent.
export function putAside(person) {
  try { sessionStorage.removeItem(OPEN + person); } catch { /* nothing was kept */ }
}

// The draft that this window had open when it was reloaded or left.
export function openDraft(person) {
  try { return draftsOf(person).find(({ id }) => id === sessionStorage.getItem(OPEN + person)); } catch { return undefined; }
}

export function nameOf({ fields }) {
  const written = new Map(fields);
  const street = ["address/number", "address/street"].map((name) => written.get(name)).filter(Boolean).join(" ");
  return written.get("address/written") || written.get("address/name") || street || "no address yet";
}
