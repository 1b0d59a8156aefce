// Drawing on a photograph: pen, arrow and label, for a gloved finger, a pen, a mouse or the keyboard. Each mark is kept with
// the visit as it is made; “Done” puts them into the photograph that is sent.

import { button, el, paragraph, say, show } from "./elements.js";
import { setButtons } from "./header.js";
import { COLOURS, isFurther, marksInWords, MOST_LETTERS, paint } from "./marks.js";
import { isPicture, redraw, undrawn } from "./photographs.js";
import { openToWrite } from "./saving.js";
import { go, lock, state } from "./state.js";

/** @typedef {import("./types.js").Mark} Mark */
/** @typedef {[number, number]} Point */

const TOOLS = { line: "Pen", arrow: "Arrow", label: "Label" };
const PLACES = ["top left", "top", "top right", "left", "centre", "right", "bottom left", "bottom", "bottom right"];
const SHORTEST_ARROW = 0.02;
const WRITE_FIRST = "Write the words of the label first.";
const chosen = { tool: /** @type {Mark["kind"]} */ ("line"), colour: "red" };

/** Show the page on which a photograph is drawn on. @param {import("./state.js").Page} page */
export async function showDrawing(page) {
  const { tablet } = state;
  const opened = await openToWrite(page.visit ?? "");
  const writing = opened === "elsewhere" ? null : opened;
  const number = page.item ?? 0;
  const back = () => go({ name: "visit", visit: page.visit, section: "M", list: "media", item: number }, { replace: true });
  const medium = writing?.visit.content.media?.[number];
  if (!tablet || !writing || !isPicture(medium)) return back();
  await drawOn(writing, number, back);
}

/** @param {import("./saving.js").Writing} writing @param {number} number in the list of photographs @param {() => Promise<void>} back to its page */
async function drawOn(writing, number, back) {
  const { tablet, visit } = writing;
  const medium = visit.content.media[number];
  const bytes = await tablet.photo(visit, undrawn(visit, medium.sha256));
  if (!bytes) return back();
  const picture = await createImageBitmap(new Blob([bytes], { type: medium.mime }));

  const before = visit.drawings?.[medium.sha256] ?? { plain: medium.sha256, marks: [], begun: null };
  let marks = before.begun ?? before.marks;
  /** @type {Mark[][]} */
  const past = [];
  let isBusy = false;
  const isChanged = () => JSON.stringify(marks) !== JSON.stringify(before.marks);

  const canvas = el("canvas", { class: "app-canvas", role: "img", width: picture.width, height: picture.height });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const words = el("p", { class: "govuk-body app-drawing__words", role: "status" });
  const kept = el("p", { class: "govuk-body-s app-kept app-drawing__words", role: "status" });
  writing.onSaved = (said) => { kept.textContent = said; };
  const undo = button("Undo", () => put(past.pop() ?? marks.slice(0, -1)), "secondary");
  const allOff = button("Take all drawing off", () => change([]), "secondary");

  /** @param {Mark | null} [more] the mark that is being made */
  function draw(more = null) {
    paint(context, picture, more ? [...marks, more] : marks);
  }
  /** @param {Mark[]} next */
  function put(next) {
    marks = next;
    visit.drawings = { ...visit.drawings, [medium.sha256]: { ...before, begun: isChanged() ? marks : null } };
    writing.changed();
    draw();
    tell();
  }
  /** @param {Mark[]} next */
  function change(next) {
    past.push(marks);
    put(next);
  }
  function tell() {
    words.textContent = marksInWords(marks);
    canvas.setAttribute("aria-label", `Photograph ${number + 1}. ${words.textContent}`);
    undo.disabled = !past.length && !marks.length;
    allOff.disabled = !marks.length;
  }
  async function done() {
    if (isBusy) return;
    isBusy = true;
    say("Putting the drawing on the photograph…");
    const refused = isChanged() ? await redraw(writing, number, picture, marks) : "";
    isBusy = false;
    if (refused) return say(refused);
    await back();
    say(marks.length ? "The drawing is on the photograph." : "Nothing is drawn on the photograph.");
  }
  async function throwAway() {
    const { [medium.sha256]: _gone, ...others } = visit.drawings ?? {};
    visit.drawings = before.marks.length ? { ...others, [medium.sha256]: { ...before, begun: null } } : others;
    writing.changed();
    await back();
  }
  const asked = dialog("Throw away what you have drawn?", "The photograph stays as it was before.", ["Throw it away", throwAway], "Go on drawing");
  const label = labelPanel((text, point) => change([...marks, { kind: "label", colour: chosen.colour, points: [point], words: text }]));
  drawByPointer(canvas, { draw, add: (mark) => change([...marks, mark]), label: label.at });

  const tools = choice("Draw with", Object.entries(TOOLS).map(([code, name]) => ({ code, name })), chosen.tool, (code) => {
    chosen.tool = /** @type {Mark["kind"]} */ (code);
    label.element.hidden = code !== "label";
  });
  const colours = choice("Colour", Object.entries(COLOURS).map(([code, { words: name }]) => ({ code, name, swatch: true })), chosen.colour, (code) => { chosen.colour = code; });
  label.element.hidden = chosen.tool !== "label";
  setButtons([{ words: "Your visits", act: () => go({ name: "lists" }) }, { words: "Lock", act: () => lock() }]);
  show(el("div", { class: "app-drawing" }, el("h1", { class: "govuk-heading-m app-drawing__title" }, `Draw on photograph ${number + 1}`),
    el("div", { class: "app-tools" }, tools, colours), label.element, canvas, el("div", { class: "app-beside" }, words, kept),
    el("div", { class: "app-foot" }, button("Done", done), undo, allOff, button("Cancel", () => (isChanged() ? asked.showModal() : back()), "secondary")), asked));
  draw();
  tell();
}

/** Let one finger, pen or mouse draw at a time. @param {HTMLCanvasElement} canvas
 * @param {{draw: (mark?: Mark | null) => void, add: (mark: Mark) => void, label: (point: Point) => void}} acts */
function drawByPointer(canvas, { draw, add, label }) {
  /** @type {Mark | null} */
  let mark = null;
  let by = -1;
  /** @param {PointerEvent} event @returns {Point} */
  const pointOf = ({ clientX, clientY }) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const within = (/** @type {number} */ part) => Number(Math.min(1, Math.max(0, part)).toFixed(4));
    return [within((clientX - left) / width), within((clientY - top) / height)];
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    event.preventDefault();
    if (chosen.tool === "label") return label(pointOf(event));
    canvas.setPointerCapture(event.pointerId);
    by = event.pointerId;
    mark = { kind: chosen.tool, colour: chosen.colour, points: [pointOf(event)] };
    if (mark.kind === "line") draw(mark);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!mark || event.pointerId !== by) return;
    const points = (event.getCoalescedEvents?.() ?? []).map(pointOf);
    for (const point of points.length ? points : [pointOf(event)]) {
      if (mark.kind === "arrow") mark.points = [mark.points[0], point];
      else if (isFurther(mark.points[mark.points.length - 1], point)) mark.points.push(point);
    }
    draw(mark);
  });
  canvas.addEventListener("pointerup", (event) => {
    if (!mark || event.pointerId !== by) return;
    const made = mark;
    mark = null;
    const [first, last] = [made.points[0], made.points[made.points.length - 1]];
    if (made.kind === "line" || Math.hypot(first[0] - last[0], first[1] - last[1]) >= SHORTEST_ARROW) return add(made);
    draw();
    say("Drag from where the arrow begins to what it points at.");
  });
  canvas.addEventListener("pointercancel", () => { mark = null; draw(); });
}

/** Return what asks for the words of a label and its place, and what puts it at a point that was tapped.
 * @param {(words: string, point: Point) => void} add */
function labelPanel(add) {
  const text = el("input", { class: "govuk-input app-width-label", id: "label-words", type: "text", maxlength: MOST_LETTERS, autocomplete: "off" });
  const place = el("select", { class: "govuk-select", id: "label-place" }, ...PLACES.map((words, n) => el("option", { value: n }, words)));
  /** @param {Point} point */
  function at(point) {
    const words = text.value.trim();
    if (!words) {
      say(WRITE_FIRST);
      return text.focus();
    }
    add(words, point);
    text.value = "";
  }
  const put = button("Put it there", () => { const n = Number(place.value); at([(n % 3) / 2, Math.floor(n / 3) / 2]); }, "secondary");
  const element = el("div", { class: "app-label-panel" },
    el("div", {}, el("label", { class: "govuk-label app-label", for: text.id }, "Words of the label"), text),
    el("div", {}, el("label", { class: "govuk-label app-label", for: place.id }, "Tap the photograph, or choose a place"), el("div", { class: "app-beside" }, place, put)));
  return { element, at };
}

/** Return buttons of which one is pressed. @param {string} name @param {{code: string, name: string, swatch?: boolean}[]} options @param {string} now @param {(code: string) => void} set */
function choice(name, options, now, set) {
  const buttons = options.map((option) => el("button", {
    type: "button", class: "app-tool", "aria-pressed": String(option.code === now),
    onclick: () => {
      buttons.forEach((each, n) => each.setAttribute("aria-pressed", String(options[n].code === option.code)));
      set(option.code);
    },
  }, option.swatch ? el("span", { class: `app-swatch app-swatch--${option.code}`, "aria-hidden": "true" }) : null, option.name));
  return el("div", { class: "app-tools__one", role: "group", "aria-label": name }, ...buttons);
}

/** Return a question that stands over the page. @param {string} title @param {string} more @param {[string, () => unknown]} yes @param {string} no */
function dialog(title, more, [words, act], no) {
  /** @type {HTMLDialogElement} */
  const made = el("dialog", { class: "app-dialog", "aria-labelledby": "dialog-title" }, el("h2", { class: "govuk-heading-m", id: "dialog-title" }, title), paragraph(more),
    el("div", { class: "app-foot" }, button(no, () => made.close()), button(words, () => { made.close(); return act(); }, "warning")));
  return made;
}
