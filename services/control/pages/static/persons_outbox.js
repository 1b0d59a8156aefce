// What was said on this computer and is not with the server yet: kept in the browser under the name of who said it, sent
// under no other, and gone from here once the server has it. A browser that keeps nothing goes on in this window alone.

const PREFIX = "ravi-persons:";

export function outbox(person, incident) {
  const own = `${PREFIX}${encodeURIComponent(person)}:${encodeURIComponent(incident)}:`;
  const here = new Map();
  let last = 0;
  let kept = true;

  function read() {
    try {
      for (const key of Object.keys(localStorage).filter((each) => each.startsWith(own))) {
        const entry = JSON.parse(localStorage.getItem(key));
        here.set(entry.entry_id, entry);
      }
    } catch { kept = false; }
  }

  function put(entry) {
    here.set(entry.entry_id, entry);
    try { localStorage.setItem(own + entry.entry_id, JSON.stringify(entry)); } catch { kept = false; }
  }

  function all() {
    return [...here.values()].sort((one, other) => Date.parse(one.said_at) - Date.parse(other.said_at));
  }

  // Who else left something here that is not sent: it waits for their own sign-in.
  function others() {
    const found = new Set();
    try {
      for (const key of Object.keys(localStorage).filter((each) => each.startsWith(PREFIX) && !each.startsWith(own))) {
        const [name, about] = key.slice(PREFIX.length).split(":").map(decodeURIComponent);
        if (about === incident) found.add(name);
      }
    } catch { /* nothing is kept here */ }
    return [...found];
  }

  read();
  return {
    others,
    get isKept() { return kept; },
    // Two things said after each other here never have the same time, so that they are sent in their order.
    moment(now) { last = Math.max(now, last + 1); return new Date(last).toISOString(); },
    put,
    waiting: () => all().filter((each) => !each.not_taken),
    notTaken: () => all().filter((each) => each.not_taken),
    refuse(id, reason) { if (here.has(id)) put({ ...here.get(id), not_taken: reason }); },
    again() { all().forEach(({ not_taken: _, ...entry }) => put(entry)); },
    remove(id) {
      here.delete(id);
      try { localStorage.removeItem(own + id); } catch { kept = false; }
    },
  };
}

function plain({ entry_id, caller_id, field, value, based_on, said_at }) {
  return { entry_id, caller_id, field, value, based_on, said_at };
}

const MOST = 100;
const RETRY_MS = [1000, 2000, 5000, 10000];

// Sends what waits, one batch after another, until nothing does. `deliver` posts entries and answers as fetch does.
export function sender(box, deliver, { taken, changed }) {
  let sending = false;
  let tries = 0;
  let timer = 0;
  let most = MOST;
  let trouble = "";

  function later(words) {
    trouble = words;
    clearTimeout(timer);
    timer = setTimeout(flush, RETRY_MS[Math.min(tries, RETRY_MS.length - 1)]);
    tries += 1;
  }

  async function one(batch) {
    const answer = await deliver(batch.map(plain));
    if (answer.ok) {
      const body = await answer.json();
      const refused = new Map(body.not_taken.map((each) => [each.entry_id, each.reason]));
      for (const { entry_id: id } of batch) {
        if (refused.has(id)) box.refuse(id, refused.get(id)); else box.remove(id);
      }
      taken(body);
    } else if (answer.status === 422 && batch.length > 1) {
      most = 1;
      return true;
    } else if ([403, 404, 422].includes(answer.status)) {
      const { detail } = await answer.json();
      batch.forEach(({ entry_id: id }) => box.refuse(id, detail));
    } else {
      later(answer.status === 401 ? "You are signed out: sign in again in another tab" : "The server does not answer");
      return false;
    }
    most = MOST;
    tries = 0;
    trouble = "";
    return true;
  }

  async function flush() {
    clearTimeout(timer);
    if (sending) return;
    sending = true;
    try {
      let goOn = true;
      while (goOn && box.waiting().length) {
        goOn = await one(box.waiting().slice(0, most));
        changed();
      }
    } catch {
      later("The line is cut");
    }
    sending = false;
    changed();
  }

  return { flush, get trouble() { return trouble; } };
}
