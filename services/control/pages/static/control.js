// Control's pages: answers while somebody types, keys to choose, and a screen that changes when the record does.

const page = document.querySelector("[data-control]");
const search = document.querySelector("[data-control-search]");
const field = search.querySelector("input");
const results = document.getElementById("control-results");
const status = document.getElementById("control-found");
const TYPING_MS = 120;
const AT_MOST_EVERY_MS = 400;

async function part(url, signal) {
  const answer = await fetch(url, { credentials: "same-origin", signal, headers: { Accept: "text/html" } });
  if (answer.status === 401) { location.reload(); return null; }
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.text();
}

// Search

let asking = null;
let typing = 0;
let answered = field.defaultValue.trim();

function tell(words) {
  if (status.textContent !== words) status.textContent = words;
}

function showResults(html) {
  results.innerHTML = html;
  const latest = document.querySelector("[data-control-latest]");
  if (latest) latest.hidden = html.trim() !== "";
  const counted = results.querySelector("[data-control-count]");
  const count = counted?.dataset.controlCount;
  if (!counted) tell("");
  else tell(count === "0" ? "Nothing found" : `${count} found`);
}

async function ask() {
  const asked = field.value.trim();
  if (asked === answered) return;
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  try {
    const html = asked ? await part(`/control/results?q=${encodeURIComponent(asked)}`, signal) : "";
    if (html === null || signal.aborted) return;
    answered = asked;
    showResults(html);
  } catch (problem) {
    if (problem.name !== "AbortError") tell("The search does not answer: press Enter to try again");
  }
}

function links() {
  return [...results.querySelectorAll("a.control-result__link")];
}

field.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(ask, TYPING_MS);
});

document.addEventListener("keydown", (event) => {
  const among = links();
  const at = among.indexOf(document.activeElement);
  if (event.key === "ArrowDown" && (event.target === field || at >= 0) && among.length) {
    event.preventDefault();
    among[Math.min(at + 1, among.length - 1)].focus();
  } else if (event.key === "ArrowUp" && at >= 0) {
    event.preventDefault();
    (at === 0 ? field : among[at - 1]).focus();
  } else if (event.key === "Escape" && (event.target === field || at >= 0)) {
    event.preventDefault();
    field.value = "";
    answered = "";
    asking?.abort();
    showResults("");
    field.focus();
  }
});

if (field.value.trim() !== answered) ask();  // somebody typed before this script came
else if (field.hasAttribute("autofocus") && field.value) field.select();

// What is shown

const refreshed = page.dataset.control === "front"
  ? { place: document.getElementById("control-latest"), url: page.dataset.latest }
  : { place: document.getElementById("control-screen"), url: page.dataset.screen };
let refreshing = false;
let again = false;
let lastAt = 0;

function mark() {
  refreshed.place.classList.add("ravi-changed");
  setTimeout(() => refreshed.place.classList.remove("ravi-changed"), 20000);
  const said = document.getElementById("control-changed");
  if (said) said.textContent = "What is shown here has changed. It is shown as it is now.";
}

async function refresh() {
  if (refreshing) { again = true; return; }
  refreshing = true;
  const wait = lastAt + AT_MOST_EVERY_MS - performance.now();
  if (wait > 0) await new Promise((done) => { setTimeout(done, wait); });
  again = false;
  lastAt = performance.now();
  try {
    const html = await part(refreshed.url);
    if (html !== null) replace(html);
  } catch {
    again = true;
  }
  refreshing = false;
  if (again) setTimeout(refresh, 1000);
}

// How to find the same link, button or summary again when the screen has been replaced.
function sameAgain(element) {
  if (element.matches("summary")) return `#${CSS.escape(element.parentElement.id)} > summary`;
  if (element.hasAttribute("data-control-print")) return "[data-control-print]";
  const href = element.getAttribute("href");
  return href ? `[href="${CSS.escape(href)}"]` : null;
}

function replace(html) {
  const { place } = refreshed;
  const before = place.querySelector("[data-revision]")?.dataset.revision;
  const open = [...place.querySelectorAll("details[open]")].map((each) => each.id);
  const focused = place.contains(document.activeElement) ? sameAgain(document.activeElement) : null;
  place.innerHTML = html;
  // A part of a page knows nobody who is signed in: its forms prove where they came from by the page around it.
  const token = document.querySelector('meta[name="csrf-token"]').content;
  place.querySelectorAll("input[name=csrf_token]").forEach((each) => { each.value = token; });
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (focused) place.querySelector(focused)?.focus();
  showPrint();
  if (page.dataset.control !== "front" && place.querySelector("[data-revision]")?.dataset.revision !== before) mark();
}

// A page that says that nothing is held becomes the record's as soon as there is one.
function shown() {
  if (page.dataset.control === "nothing-held") location.reload();
  else refresh();
}

async function live() {
  if (!page.dataset.stream) return;
  const { listen } = await import(page.dataset.liveModule);
  listen(page.dataset.stream, {
    changed: (change) => {
      if (page.dataset.control === "front") refresh();
      else if (page.dataset.incident || change.premises_id === page.dataset.premises) shown();
    },
    danger: (danger) => {
      if (page.dataset.control === "front" || danger.visit_id === page.dataset.visit) refresh();
    },
    incident: (incident) => {
      if (["front", "incidents"].includes(page.dataset.control) || incident.incident_no === page.dataset.incident) refresh();
    },
    reload: shown,
  }, { onReturn: shown });
}

live();

// Codes and contacts: shown in a box that forgets them when it is closed

const codes = document.getElementById("control-codes");
const revealed = document.getElementById("control-revealed");

function line(label, value) {
  const row = document.createElement("p");
  row.className = "control-codes__line";
  const name = document.createElement("span");
  name.textContent = label;
  const words = document.createElement("strong");
  words.textContent = value;
  row.append(name, words);
  return row;
}

function roleWords(role) {
  const words = { RP: "Responsible person", SITE_MGR: "Site manager" }[role] ?? role.replaceAll("_", " ").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function timeWords(at) {
  return new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/London", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }).format(new Date(at));
}

function heading(words) {
  const title = document.createElement("h3");
  title.className = "govuk-heading-s control-codes__whose";
  title.textContent = words;
  return title;
}

function given(codes, whose) {
  if (codes.opened === false) return [heading(whose), line("Not opened", "ring the central risk team")];
  return [
    heading(whose),
    line("Entry code", codes.entry_code ?? "UNKNOWN"),
    ...codes.contacts.map((each) => line(roleWords(each.role), `${each.name} · ${each.phone}`)),
  ];
}

function showCodes(answer) {
  if (!answer.held) { revealed.replaceChildren(line("Held", "No code and no contact: no crew has given any")); return; }
  const published = !answer.opened || answer.entry_code || answer.contacts.length ? given(answer, "Published") : [];
  revealed.replaceChildren(
    ...published,
    ...answer.reported.flatMap((each) => given(
      each,
      `Crew report, not reviewed: ${each.callsign}, ${timeWords(each.seen_at)}${each.unit_ref ? ` (${each.unit_ref} alone)` : ""}`,
    )),
  );
}

async function reveal(form) {
  const { send } = await import(page.dataset.sendModule);
  const answer = await send(form.dataset.controlReveal, { json: { purpose: form.purpose.value } });
  const body = await answer.json();
  if (!codes.open) return;
  if (answer.ok) showCodes(body);
  else revealed.replaceChildren(line("Not opened", body.detail));
}

if (codes) {
  codes.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    reveal(event.target).catch(() => revealed.replaceChildren(line("Not opened", "no answer: try again")));
  });
  codes.querySelector("[data-control-close]").addEventListener("click", () => codes.close());
  codes.addEventListener("close", () => {
    revealed.replaceChildren();
    codes.querySelector("form").reset();
  });
  addEventListener("pagehide", () => revealed.replaceChildren());
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-control-print]")) print();
  if (codes && event.target.closest("[data-control-codes]")) {
    event.preventDefault();
    codes.showModal();
  }
});

// Who saw a fact: one box open at a time, Escape closes it and goes back to where it was opened

document.addEventListener("toggle", (event) => {
  const { target } = event;
  if (target.open && target.matches?.(".control-sources") && !target.closest(".control-record--sources")) {
    document.querySelectorAll(".control-sources[open]").forEach((each) => { if (each !== target) each.open = false; });
  }
}, true);

document.addEventListener("keydown", (event) => {
  const open = document.querySelector(".control-record:not(.control-record--sources) details[open]:not(.control-undertaker)");
  if (event.key === "Escape" && open) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});

function showPrint() {
  document.querySelectorAll("[data-control-print]").forEach((button) => { button.hidden = false; });
}

showPrint();
