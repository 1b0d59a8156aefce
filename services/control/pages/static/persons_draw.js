// Draws the persons-at-risk board: a row for each caller, a field for each answer, and the building by floor and flat.
// A cell is drawn anew only when what stands in it has changed, so that nobody loses their place in the table.

import { isSetAside, rank, stack, values } from "./persons_fold.js";

const COLUMNS = ["FLOOR", "FLAT", "HOW_MANY", "STATUS", "CONDITION", "ADVICE", "CONTACT", "SET_ASIDE"];  // as the head has them
const RANK_WORDS = ["not reached", "reached", "out", "set aside"];

export function element(name, attributes = {}, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null) made.setAttribute(key, value);
  }
  made.append(...inside.filter((each) => each !== null && each !== ""));
  return made;
}

export function drawing({ words, mayChange, times, table, building, counts, none }) {
  const rows = new Map();
  const floors = new Map();

  function valueWords(field, value) {
    if (field === "STATUS") return words.statuses[value] ?? value;
    if (field === "SET_ASIDE") return value || "Put back";
    return value || "–";
  }

  function whereWords(caller) {
    const say = (field) => values(caller, field).map((each) => each || "not known").join(" or ") || "not known";
    return `floor ${say("FLOOR")}, flat ${say("FLAT")}`;
  }

  // The words for a minute are the same all day.
  const clock = new Map();
  let day = "";

  function clockWords(at) {
    const today = new Date(times.now()).toDateString();
    if (day !== today) { clock.clear(); day = today; }
    const minute = Math.floor(at / 60000);
    if (!clock.has(minute)) clock.set(minute, times.timeWords(at, times.now()).replace(" today", ""));
    return clock.get(minute);
  }

  function contactWords(caller) {
    if (caller.contact_at === null) return ["Not yet", ""];
    return [times.ageWords(new Date(caller.contact_at).toISOString(), times.now()), clockWords(caller.contact_at)];
  }

  function single(caller, field, answer) {
    const said = valueWords(field, answer?.value ?? "");
    if (!mayChange()) return [element("span", {}, said)];
    const label = `${said} (${words.fields[field]}, ${whereWords(caller)}): change`;
    return [element("button", { type: "button", class: "par-cell", "data-key": `${caller.caller_id}/${field}`, "data-edit": field, "aria-label": label }, said)];
  }

  function several(caller, field, answers) {
    const lines = answers.map((each) => {
      const said = valueWords(field, each.value);
      const line = element("li", {}, element("strong", {}, said), element("span", { class: "ravi-quiet" }, ` ${each.author}, ${clockWords(each.at)} `));
      if (mayChange()) {
        line.append(element("button", {
          type: "button", class: "par-small", "data-keep": field, "data-value": each.value, "data-key": `${caller.caller_id}/${field}/${each.value}`,
          "aria-label": `Keep ${said}, as ${each.author} says (${words.fields[field]}, ${whereWords(caller)})`,
        }, "Keep"));
      }
      return line;
    });
    const parts = [element("strong", { class: "control-mark par-mark" }, `${answers.length === 2 ? "TWO" : answers.length} ANSWERS`), element("ul", { class: "par-answers" }, ...lines)];
    if (mayChange() && field === "SET_ASIDE") return parts;
    return mayChange() ? [...parts, element("button", { type: "button", class: "par-small", "data-edit": field, "data-key": `${caller.caller_id}/${field}`, "aria-label": `Another (${words.fields[field]}, ${whereWords(caller)})` }, "Another")] : parts;
  }

  function contact(caller) {
    const [age, at] = contactWords(caller);
    const parts = [element("strong", {}, age), at && at !== age ? element("span", { class: "ravi-quiet" }, ` ${at} `) : " "];
    if (mayChange() && !isSetAside(caller)) {
      parts.push(element("button", { type: "button", class: "par-small", "data-touch": true, "data-key": `${caller.caller_id}/CONTACT`, "aria-label": `In touch now (${whereWords(caller)})` }, "In touch now"));
    }
    return parts;
  }

  function aside(caller) {
    const answers = caller.answers.SET_ASIDE ?? [];
    if (answers.length > 1) return several(caller, "SET_ASIDE", answers);
    const reason = answers[0]?.value ?? "";
    const parts = reason ? [element("span", {}, `Set aside: ${reason} `)] : [];
    if (!mayChange()) return parts;
    const what = reason ? { "data-back": true } : { "data-edit": "SET_ASIDE" };
    const does = reason ? "Put back" : "Set aside";
    return [...parts, element("button", { type: "button", class: "par-small", ...what, "data-key": `${caller.caller_id}/SET_ASIDE`, "aria-label": `${does} (${whereWords(caller)})` }, does)];
  }

  function inside(caller, field) {
    if (field === "CONTACT") return contact(caller);
    if (field === "SET_ASIDE") return aside(caller);
    const answers = caller.answers[field] ?? [];
    return answers.length > 1 ? several(caller, field, answers) : single(caller, field, answers[0]);
  }

  // What a cell shows, as words: while they stay the same, it is left alone.
  function shows(caller, field) {
    const about = field === "CONTACT" ? contactWords(caller) : caller.answers[field];
    return JSON.stringify([about, whereWords(caller), mayChange(), field === "CONTACT" && isSetAside(caller)]);
  }

  function rowOf(caller) {
    let row = rows.get(caller.caller_id);
    if (!row) {
      const cells = COLUMNS.map((field) => element(field === "FLAT" ? "th" : "td", { "data-field": field, scope: field === "FLAT" ? "row" : null }));
      row = { line: element("tr", { "data-caller": caller.caller_id, id: `caller-${caller.caller_id}` }, ...cells), cells, shown: [] };
      rows.set(caller.caller_id, row);
    }
    return row;
  }

  function drawRow(caller, editing) {
    const row = rowOf(caller);
    row.line.className = `par-row par-row--${rank(caller)}`;
    COLUMNS.forEach((field, at) => {
      const cell = row.cells[at];
      if (editing === cell) { row.shown[at] = ""; return; }
      const now = shows(caller, field);
      if (row.shown[at] === now) return;
      const key = cell.contains(document.activeElement) ? document.activeElement.dataset.key : null;
      cell.replaceChildren(...inside(caller, field));
      row.shown[at] = now;
      if (key) (cell.querySelector(`[data-key="${CSS.escape(key)}"]`) ?? cell.querySelector("button"))?.focus();
    });
    return row.line;
  }

  // Moves as few lines as it can: what stays where it is need not be laid out anew.
  function putInOrder(parent, lines) {
    lines.forEach((line, at) => {
      if (parent.children[at]?.nextSibling === line) parent.children[at].remove();
      if (parent.children[at] !== line) parent.insertBefore(line, parent.children[at] ?? null);
    });
    while (parent.children.length > lines.length) parent.lastElementChild.remove();
  }

  // Rows keep their places while somebody writes in one of them.
  function place(lines, editing) {
    if (lines.every((line, at) => table.children[at] === line) && table.children.length === lines.length) return;
    const inOrder = editing ? [...table.children, ...lines.filter((line) => line.parentElement !== table)] : lines;
    const focused = document.activeElement;
    putInOrder(table, inOrder);
    if (table.contains(focused) && document.activeElement !== focused) focused.focus();
  }

  function chip(caller) {
    const flat = values(caller, "FLAT").map((each) => each || "?").join(" / ") || "?";
    const many = values(caller, "HOW_MANY").filter(Boolean).join(" / ");
    const status = values(caller, "STATUS").map((each) => words.statuses[each] ?? each).join(" / ") || words.statuses.UNKNOWN;
    const age = contactWords(caller)[0].replace(" ago", "");
    return element("li", {}, element(
      "a", { class: `par-chip par-chip--${rank(caller)}`, href: `#caller-${caller.caller_id}`, "data-chip": `${caller.caller_id}` },
      element("strong", {}, flat), many ? ` × ${many}` : "", ` ${status}`, element("span", { class: "par-chip__age" }, ` ${age}`),
    ));
  }

  function drawBuilding(callers) {
    const focused = building.contains(document.activeElement) ? document.activeElement.dataset.chip : null;
    putInOrder(building, stack(callers).map((floor) => {
      const now = JSON.stringify(floor.callers.map((each) => [each.caller_id, rank(each), contactWords(each)[0], ...["FLAT", "HOW_MANY", "STATUS"].map((field) => values(each, field))]));
      const before = floors.get(floor.name);
      if (before?.now === now) return before.line;
      const chips = element("ul", { class: "par-chips" }, ...floor.callers.map(chip));
      const line = element("tr", {}, element("th", { scope: "row" }, floor.name || "?"), element("td", {}, chips));
      floors.set(floor.name, { now, line });
      return line;
    }));
    if (focused) building.querySelector(`[data-chip="${CSS.escape(focused)}"]`)?.focus();
  }

  function draw(callers, editing) {
    place(callers.map((caller) => drawRow(caller, editing)), editing);
    drawBuilding(callers);
    const found = RANK_WORDS.map((word, at) => [callers.filter((each) => rank(each) === at).length, word]);
    counts.textContent = found.filter(([number]) => number).map(([number, word]) => `${number} ${word}`).join(", ") || "nobody yet";
    none.hidden = callers.length > 0;
    none.nextElementSibling.hidden = callers.length === 0;
  }

  return { draw, valueWords, whereWords, clockWords };
}
