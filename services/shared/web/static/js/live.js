// Hears of changes as they happen, and says plainly on the page whether it still does. A page uses it so:
//   import { listen } from "…/js/live.js";
//   listen("/api/v1/control/stream", { changed: (record) => … }, { onReturn: () => location.reload() });
// The server sends `event: heartbeat` with its time (RFC 3339) every 15 s: silence for 40 s is a lost connection.

import { now, setClock, timeWords } from "./times.js";

const RETRY_MS = [1000, 2000, 5000, 10000];

function say(state, words) {
  document.querySelectorAll("[data-ravi-live]").forEach((place) => {
    if (place.dataset.raviLive === state && place.textContent.trim() === words) return;
    place.dataset.raviLive = state;
    place.querySelector(".ravi-live__words").textContent = words;
  });
}

function understood(data) {
  try { return JSON.parse(data); } catch { return data; }
}

// Listen until the returned function is called. onReturn runs when the stream is back after a gap: changes may have
// been missed meanwhile, so load what is shown again.
export function listen(url, handlers, { onReturn = () => {}, quietAfterMs = 40000 } = {}) {
  let source = null;
  let tries = 0;
  let lost = false;
  let heardAt = now();
  let timer = 0;
  let stopped = false;

  function heard() {
    heardAt = now();
    clearTimeout(timer);
    timer = setTimeout(lose, quietAfterMs);
    tries = 0;
    say("live", "Live");
    if (lost) { lost = false; onReturn(); }
  }

  function lose() {
    if (stopped) return;
    clearTimeout(timer);
    source.close();
    lost = true;
    say("lost", `Not live since ${timeWords(heardAt, now())}: what you see may be out of date`);
    timer = setTimeout(open, RETRY_MS[Math.min(tries, RETRY_MS.length - 1)]);
    tries += 1;
  }

  function open() {
    source = new EventSource(url);
    source.onopen = heard;
    source.onerror = lose;
    source.addEventListener("heartbeat", (event) => { setClock(event.data); heard(); });
    for (const [name, handle] of Object.entries(handlers)) {
      source.addEventListener(name, (event) => { heard(); handle(understood(event.data), event); });
    }
    clearTimeout(timer);
    timer = setTimeout(lose, quietAfterMs);
  }

  open();
  addEventListener("pagehide", () => source.close());
  return () => { stopped = true; clearTimeout(timer); source.close(); };
}
