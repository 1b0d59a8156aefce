// The persons-at-risk board as rules/persons_at_risk.py and rules/floors.py have it, so that what an operator types is
// drawn before it is sent, and while it cannot be sent. The same entries give the same board here and there.

const RANKS = { REACHED: 1, OUT: 2 };
const SET_ASIDE = 3;
const NAMED = { G: 0, GF: 0, GROUND: 0, LG: -0.5, M: 0.5, MEZZANINE: 0.5, B: -1, BASEMENT: -1, ROOF: 1000 };
const SHORT = new Map([[0, "G"], [-0.5, "LG"], [0.5, "M"], [1000, "Roof"]]);

const moments = new WeakMap();

// When it was said, in milliseconds; never later than it came. What is not sent yet has not come.
function saidAt(entry) {
  let at = moments.get(entry);
  if (at === undefined) {
    const said = Date.parse(entry.said_at);
    at = entry.received_at ? Math.min(said, Date.parse(entry.received_at)) : said;
    moments.set(entry, at);
  }
  return at;
}

export function values(caller, field) {
  return (caller.answers[field] ?? []).map((answer) => answer.value);
}

export function isSetAside(caller) {
  const reasons = values(caller, "SET_ASIDE");
  return reasons.length > 0 && reasons.every(Boolean);
}

export function rank(caller) {
  if (isSetAside(caller)) return SET_ASIDE;
  const found = values(caller, "STATUS");
  return found.length ? Math.min(...found.map((each) => RANKS[each] ?? 0)) : 0;
}

function compare(one, other) {
  return one < other ? -1 : Number(one > other);
}

function callerOf(id, said, replaced) {
  const answers = {};
  said.sort((one, other) => saidAt(one) - saidAt(other) || compare(one.entry_id, other.entry_id));
  for (const each of said) {
    if (replaced.has(each.entry_id)) continue;
    const found = answers[each.field] ??= [];
    const before = found.findIndex((answer) => answer.value === each.value);
    const ids = before < 0 ? [] : found.splice(before, 1)[0].entry_ids;
    found.push({ value: each.value, entry_ids: [...ids, each.entry_id], author: each.author, at: saidAt(each) });
  }
  const spoken = (answers.CONTACT ?? []).filter((each) => each.value).map((each) => Math.min(Date.parse(each.value), each.at));
  return { caller_id: id, called_at: saidAt(said[0]), answers, contact_at: spoken.length ? Math.max(...spoken) : null };
}

// The callers, the most urgent first: not reached, and longest without contact.
export function board(entries) {
  const known = new Map(entries.map((each) => [each.entry_id, each]));
  const replaced = new Set();
  const callers = new Map();
  for (const each of known.values()) {
    each.based_on.forEach((base) => replaced.add(base));
    if (callers.has(each.caller_id)) callers.get(each.caller_id).push(each);
    else callers.set(each.caller_id, [each]);
  }
  const found = [...callers].map(([id, said]) => callerOf(id, said, replaced));
  return found.sort((one, other) => rank(one) - rank(other)
    || (one.contact_at ?? -Infinity) - (other.contact_at ?? -Infinity) || one.called_at - other.called_at
    || compare(one.caller_id, other.caller_id));
}

export function heightOf(written) {
  const upper = written.toUpperCase().replace(/\b(FLOOR|FLR|LEVEL)\b|(?<=[0-9])(ST|ND|RD|TH)\b/g, "");
  const name = upper.split(/\s+/).filter(Boolean).join(" ");
  if (Object.hasOwn(NAMED, name)) return NAMED[name];
  const below = name.match(/^(?:B|BASEMENT) ?([0-9]{1,2})$/);
  if (below) return -Number(below[1]);
  return /^-?[0-9]{1,3}$/.test(name) ? Number(name) : null;
}

function floorOf(written) {
  const height = heightOf(written);
  if (height === null) return { order: written ? 1 : 2, height: 0, name: written.toUpperCase() };
  return { order: 0, height, name: SHORT.get(height) ?? (height > 0 ? String(height) : `B${-height}`) };
}

function flatParts(caller) {
  return values(caller, "FLAT").join(" ").toUpperCase().match(/[0-9]+|[^0-9]+/g) ?? [];
}

function byFlat(one, other) {
  const [left, right] = [flatParts(one), flatParts(other)];
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    const [here, there] = [left[at], right[at]];
    const [first, second] = [/^[0-9]/.test(here), /^[0-9]/.test(there)];
    const found = first && second ? Number(here) - Number(there) : first === second ? compare(here, there) : Number(second) - Number(first);
    if (found) return found;
  }
  return left.length - right.length || compare(one.caller_id, other.caller_id);
}

// The floors from the top, each with its callers by flat; one whose floor is in doubt stands on each.
export function stack(callers) {
  const floors = new Map();
  for (const caller of callers.filter((each) => !isSetAside(each))) {
    const written = values(caller, "FLOOR");
    const found = new Map((written.length ? written : [""]).map(floorOf).map((floor) => [`${floor.order}/${floor.name}`, floor]));
    for (const [key, floor] of found) {
      if (!floors.has(key)) floors.set(key, { ...floor, callers: [] });
      floors.get(key).callers.push(caller);
    }
  }
  const inOrder = [...floors.values()].sort((one, other) => one.order - other.order || other.height - one.height || compare(one.name, other.name));
  return inOrder.map(({ name, callers: on }) => ({ name, callers: on.sort(byFlat) }));
}
