// The queue by keyboard: j and k mark a line, Enter opens it, c claims it, x ticks it. And it says when the queue has changed.

const EVERY_MS = 20000;
let marked = -1;

// A visit that is opened from here leads back to the list as it is narrowed now.
try { sessionStorage.setItem("ravi_queue", location.search); } catch { /* A locked-down terminal keeps nothing. */ }

function lines() {
  return [...document.querySelectorAll("[data-review-row]")];
}

function mark(step) {
  const all = lines();
  if (!all.length) return;
  marked = Math.max(0, Math.min(all.length - 1, marked + step));
  all.forEach((line, place) => line.classList.toggle("review-row--marked", place === marked));
  const link = all[marked].querySelector("th a");
  link.focus({ preventScroll: true });
  all[marked].scrollIntoView({ block: "nearest" });
}

document.addEventListener("focusin", (event) => {
  const line = event.target.closest?.("[data-review-row]");
  if (!line) return;
  marked = lines().indexOf(line);
  lines().forEach((other) => other.classList.toggle("review-row--marked", other === line));
});

document.querySelectorAll("[data-review-step]").forEach((button) => {
  button.addEventListener("click", () => mark(Number(button.dataset.reviewStep)));
});
document.querySelector("[data-review-claim]")?.addEventListener("click", () => {
  if (marked < 0) { mark(1); return; }
  lines()[marked]?.querySelector("td form button")?.click();
});
document.querySelector("[data-review-tick]")?.addEventListener("click", () => {
  const box = lines()[marked]?.querySelector("input[type=checkbox]");
  if (box) box.checked = !box.checked;
});
document.querySelector("[data-review-keys]").hidden = lines().length === 0;

// Never changes the lines under somebody's hands: it says that there is something new, and waits to be told.
const fresh = document.querySelector("[data-review-fresh]");
const words = fresh.querySelector("[data-review-fresh-words]");
const load = fresh.querySelector("[data-review-load]");
load.addEventListener("click", () => location.reload());

function say(text, mayLoad) {
  if (words.textContent === text) return;
  words.textContent = text;
  load.hidden = !mayLoad;
  fresh.hidden = text === "";
}

function digest(page) {
  return page.querySelector("[data-review-queue]")?.dataset.reviewQueue.trim();
}

async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    say(digest(page) === digest(document) ? "" : "The queue has changed.", true);
  } catch {
    say("This list may be out of date: the server cannot be reached.", false);
  }
}

setInterval(look, EVERY_MS);
document.addEventListener("visibilitychange", look);
