// The persons-at-risk board of an incident. What an operator says is drawn here first, kept until the server has it, and
// sent; what others say comes by the live stream. Two who change one field without knowing of each other are both shown.

import { drawing, element } from "./persons_draw.js";
import { board, values } from "./persons_fold.js";
import { outbox, sender } from "./persons_outbox.js";

const page = document.querySelector("[data-persons]");
const { incident, person, url } = page.dataset;
const words = JSON.parse(page.dataset.words);
const [times, { send }, { listen }] = await Promise.all([page.dataset.timesModule, page.dataset.sendModule, page.dataset.liveModule].map((each) => import(each)));
const at = (name) => page.querySelector(`[data-persons-${name}]`);
const form = at("add");
const table = at("table");
const box = outbox(person, incident);
const known = new Map();
let cursor = 0;
let loaded = false;
let isOpen = page.dataset.open === "true";
let editor = null;
let undo = null;

const mayChange = () => isOpen && page.dataset.mayChange === "true";
const screen = drawing({ words, mayChange, times, table, building: at("building"), counts: at("counts"), none: at("none") });
const mail = sender(box, (entries) => send(url, { json: { after: cursor, entries } }), { taken: take, changed: () => { current = null; draw(); } });

let current = null;

function callers() {
  current ??= board([...known.values(), ...box.waiting().filter((each) => !known.has(each.entry_id))]);
  return current;
}

function take(body) {
  body.entries.filter((each) => each.position > cursor).forEach((each) => known.set(each.entry_id, each));
  cursor = Math.max(cursor, body.cursor);
  isOpen = body.is_open;
  current = null;
  loaded = true;
}

let behind = false;
let pulling = false;
let again = false;

async function pull() {
  if (pulling) { again = true; return; }
  pulling = true;
  try {
    do {
      again = false;
      const answer = await fetch(`${url}/changes?after=${cursor}`, { credentials: "same-origin" });
      if (answer.status === 401) { location.reload(); return; }
      if (!answer.ok) throw new Error(String(answer.status));
      const body = await answer.json();
      take(body);
      again ||= body.more;
    } while (again);
    behind = false;
  } catch {
    behind = true;
    setTimeout(pull, 2000);
  } finally {
    pulling = false;
    draw();
  }
}

// What is said

function entry(caller, field, value, basedOn) {
  return {
    entry_id: crypto.randomUUID(), caller_id: caller, field, value, based_on: basedOn,
    author: person, said_at: box.moment(times.now()), received_at: null,
  };
}

function say(entries, back) {
  entries.forEach(box.put);
  current = null;
  undo = back;
  draw();
  mail.flush();
}

function standing(caller, field) {
  return (caller?.answers[field] ?? []).flatMap((each) => each.entry_ids);
}

function callerOf(id) {
  return callers().find((each) => each.caller_id === id);
}

function change(id, field, value, basedOn = standing(callerOf(id), field)) {
  const before = values(callerOf(id), field);
  const said = entry(id, field, value, basedOn);
  const whose = screen.whereWords(callerOf(id));
  say([said], {
    words: `${words.fields[field]}, ${whose}: ${field === "CONTACT" ? "now" : screen.valueWords(field, value)}.`,
    do: () => (before.length ? before : [field === "STATUS" ? "UNKNOWN" : ""]).map((each) => entry(id, field, each, [said.entry_id])),
  });
}

function touch(id) {
  change(id, "CONTACT", new Date(times.now()).toISOString());
}

function add() {
  const data = new FormData(form);
  const id = crypto.randomUUID();
  const typed = ["FLOOR", "FLAT", "HOW_MANY", "CONDITION", "ADVICE"].map((field) => [field, data.get(field).trim().replace(/\s+/g, " ")]);
  const given = typed.filter(([, value]) => value);
  const missing = at("missing");
  missing.hidden = given.length > 0;
  if (!form.reportValidity()) return;
  if (!given.length) { missing.textContent = "Enter the floor, the flat, or what the caller says"; form.elements.FLOOR.focus(); return; }
  const said = [...given, ["STATUS", data.get("STATUS")]].map(([field, value]) => entry(id, field, value, []));
  if (data.get("spoken")) said.push(entry(id, "CONTACT", new Date(times.now()).toISOString(), []));
  form.reset();
  at("same").textContent = "";
  form.elements.FLOOR.focus();
  say(said, { words: `Added: floor ${given.find(([f]) => f === "FLOOR")?.[1] ?? "not known"}, flat ${given.find(([f]) => f === "FLAT")?.[1] ?? "not known"}.`, do: () => [entry(id, "SET_ASIDE", "added by mistake", standing(callerOf(id), "SET_ASIDE"))] });
}

// Whether there is somebody at this flat already: it may be the same call, or another about the same people.
function lookForSame() {
  at("missing").hidden = true;
  const flat = form.elements.FLAT.value.trim().toUpperCase();
  const same = flat ? callers().filter((each) => values(each, "FLAT").some((one) => one.toUpperCase() === flat)) : [];
  at("same").textContent = same.length ? `On the board already: ${same.map(screen.whereWords).join("; ")}` : "";
}

// Editing in place

function fieldFor(field, value) {
  if (field === "STATUS") {
    const options = Object.entries(words.statuses).map(([key, text]) => element("option", { value: key, selected: key === (value || "UNKNOWN") }, text));
    return element("select", { class: "par-input" }, ...options);
  }
  const numbers = field === "HOW_MANY" ? { inputmode: "numeric", pattern: "[0-9]{0,3}", title: "A number, or nothing" } : {};
  return element("input", { class: "par-input", value, maxlength: words.longest[field] ?? 3, autocomplete: "off", spellcheck: "false", ...numbers });
}

function edit(id, field, cell) {
  finish(true);
  if (editor) return;
  const caller = callerOf(id);
  const value = caller.answers[field]?.length === 1 ? caller.answers[field][0].value : "";
  const input = fieldFor(field, value);
  const label = field === "SET_ASIDE" ? "Why this is no caller" : words.fields[field];
  input.setAttribute("aria-label", `${label}, ${screen.whereWords(caller)}`);
  if (field === "SET_ASIDE") input.placeholder = label;
  editor = { id, field, cell, input, value, basedOn: standing(caller, field), settles: caller.answers[field]?.length > 1 };
  cell.replaceChildren(input);
  draw();
  input.focus();
  input.select?.();
}

function finish(keep) {
  if (!editor) return;
  const { id, field, cell, input, value, basedOn, settles } = editor;
  const typed = input.value.trim().replace(/\s+/g, " ");
  if (keep && !input.checkValidity()) { input.reportValidity(); return; }
  const hadFocus = cell.contains(document.activeElement);
  editor = null;
  const isNew = field === "SET_ASIDE" ? typed !== "" : typed !== value || settles;
  if (keep && isNew) change(id, field, typed, basedOn); else draw();
  if (hadFocus) cell.querySelector("button")?.focus();
}

table.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const id = button.closest("tr").dataset.caller;
  if (button.dataset.edit) edit(id, button.dataset.edit, button.closest("td, th"));
  else if (button.dataset.keep) change(id, button.dataset.keep, button.dataset.value);
  else if ("touch" in button.dataset) touch(id);
  else if ("back" in button.dataset) change(id, "SET_ASIDE", "");
});

table.addEventListener("focusout", (event) => {
  if (editor && event.target === editor.input && event.relatedTarget !== editor.input) finish(true);
});

function move(from, by) {
  const rows = [...table.children];
  const next = rows[rows.indexOf(from.closest("tr")) + by];
  const field = from.closest("[data-field]").dataset.field;
  next?.querySelector(`[data-field="${field}"] button`)?.focus();
}

table.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (editor && event.target === editor.input) {
    if (event.key === "Enter") { event.preventDefault(); finish(true); }
    if (event.key === "Escape") { event.preventDefault(); finish(false); }
  } else if (["ArrowUp", "ArrowDown"].includes(event.key)) {
    event.preventDefault();
    move(event.target, event.key === "ArrowUp" ? -1 : 1);
  } else if (event.key === "t" && mayChange() && event.target.closest("tr")) {
    event.preventDefault();
    touch(event.target.closest("tr").dataset.caller);
  }
});

// What is drawn

function lineNotTaken(each) {
  const caller = callerOf(each.caller_id);
  const where = caller ? screen.whereWords(caller) : "a caller who is not on the board";
  const what = `${words.fields[each.field]} of ${where}: ${screen.valueWords(each.field, each.value)} – ${each.not_taken}`;
  return element("li", {}, `${what} `, element("button", { type: "button", class: "par-small", "data-throw": each.entry_id, "aria-label": `Throw away ${what}` }, "Throw away"));
}

function tell(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

function sentWords(waiting, kept) {
  const others = behind ? ". What others say does not come in now" : "";
  if (waiting && mail.trouble) return `${waiting} not sent yet (${mail.trouble}): ${kept}, and sent when it is back${others}`;
  if (behind && loaded) return `The line is cut${others}`;
  if (!loaded) return "Loading the board";
  if (page.dataset.mayChange !== "true") return "";
  return waiting ? "Sending" : "All is sent";
}

function draw() {
  screen.draw(callers(), editor?.cell ?? null);
  const waiting = box.waiting().length;
  tell(at("sent"), sentWords(waiting, box.isKept ? "kept on this computer" : "keep this page open"));
  at("sent").dataset.state = (waiting && mail.trouble) || behind ? "waiting" : "sent";
  at("live").hidden = behind;  // the stream may not have noticed yet
  const left = box.others();
  tell(at("others"), left.length ? `Not sent from this computer until they sign in here again: what ${left.join(" and ")} entered` : "");
  const refused = box.notTaken();
  at("refused").hidden = !refused.length;
  at("refused").querySelector("ul").replaceChildren(...refused.map(lineNotTaken));
  at("closed").hidden = isOpen;
  if (form) form.hidden = !mayChange();
  at("undo").hidden = !undo || !mayChange();
  tell(at("did"), undo && mayChange() ? undo.words : "");
}

at("undo").addEventListener("click", () => {
  const back = undo?.do() ?? [];
  undo = null;
  if (back.length) say(back, null);
  (form?.elements.FLOOR ?? table).focus();
});

at("refused").addEventListener("click", (event) => {
  const { throw: id } = event.target.dataset;
  if (id) box.remove(id);
  if ("again" in event.target.dataset) box.again();
  current = null;
  draw();
  mail.flush();
});

at("building").addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link) return;
  event.preventDefault();
  const row = document.getElementById(`caller-${link.dataset.chip}`);
  row.scrollIntoView({ block: "center" });
  (row.querySelector("[data-field=STATUS] button") ?? link).focus({ preventScroll: true });
});

form?.addEventListener("submit", (event) => { event.preventDefault(); add(); });
form?.addEventListener("input", lookForSame);
form?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("select")) return;
  event.preventDefault();
  form.requestSubmit();
});
addEventListener("online", () => { mail.flush(); pull(); });
addEventListener("beforeunload", (event) => { if (box.waiting().length && !box.isKept) event.preventDefault(); });
setInterval(draw, 10000);

function back() { pull(); mail.flush(); }
const ours = (change) => { if (change.incident_no === incident) pull(); };
listen(page.dataset.stream, { "persons-at-risk": ours, incident: ours, reload: pull }, { onReturn: back });
draw();
back();
page.dataset.persons = "ready";
