// Where on a plan a photograph was taken: any picture of the visit is a plan once something is pinned on it. One tap puts
// the pin, a drag or another tap moves it; named places and small steps do the same without a pointer.

import { button, counted, el, heading, paragraph, say, show } from "./elements.js";
import { drawField } from "./fields.js";
import { setButtons } from "./header.js";
import { addFiles, emblem, isPicture } from "./photographs.js";
import { put } from "./reading.js";
import { openToWrite } from "./saving.js";
import { go, lock, state } from "./state.js";

/** @typedef {import("./types.js").Visit} Visit */
/** @typedef {import("./types.js").Medium} Medium */
/** @typedef {import("./types.js").Field} Field */
/** @typedef {import("./state.js").Page} Page */
/** @typedef {import("./saving.js").Writing} Writing */
/** @typedef {{x: number, y: number, number: number, isThis: boolean}} Dot  a pin as it is painted */

const PLACES = ["top left", "top", "top right", "left", "centre", "right", "bottom left", "bottom", "bottom right"];
const STEPS = { "←": ["left", -1, 0], "→": ["right", 1, 0], "↑": ["up", 0, -1], "↓": ["down", 0, 1] };
const PIN_FIRST = "There is no pin yet: tap the plan, or choose a place.";
const STEP = 0.02; // of the sides of a plan
const PDF_IS_NOT_OPENED = "A PDF is sent as it is and not opened here, so nothing can be pinned on it: take a photograph of the plan.";

/** @param {Visit} visit @returns {Medium[]} */
function mediaOf(visit) {
  return visit.content.media ?? [];
}

/** Return the numbers in the list of what is pinned on a picture. @param {Visit} visit @param {string} digest */
export function pinnedOn(visit, digest) {
  return mediaOf(visit).flatMap(({ pin }, n) => (pin?.plan === digest ? [n] : []));
}

/** Return the numbers in the list of what a photograph can be pinned on: pictures of no people that are not pinned
 * themselves, those first on which something is. @param {Visit} visit @param {number} number of the photograph */
function plansFor(visit, number) {
  const media = mediaOf(visit);
  const fit = media.flatMap((each, n) => (n !== number && isPicture(each) && !each.pin && each.contains_people !== true ? [n] : []));
  const isInUse = (/** @type {number} */ n) => pinnedOn(visit, media[n].sha256).length > 0;
  return [...fit.filter(isInUse), ...fit.filter((n) => !isInUse(n))];
}

/** Return what a picture is called. @param {Visit} visit @param {number} number */
function called(visit, number) {
  const { caption, floor } = mediaOf(visit)[number];
  return `Photograph ${number + 1}${caption ? `: ${caption}` : ""}${floor ? `, floor ${floor}` : ""}`;
}

/** Return what stands on the page of a photograph about its place on a plan. @param {Visit} visit @param {number} number
 * @param {{field: Field, id: string, faults: string[], changed: () => unknown}} asked */
export function pinBlock(visit, number, { field, id, faults, changed }) {
  const medium = mediaOf(visit)[number];
  const plan = mediaOf(visit).findIndex(({ sha256 }) => sha256 === medium.pin?.plan);
  const pinned = pinnedOn(visit, medium.sha256);
  const open = () => go({ name: "pin", visit: visit.id, item: number });
  const off = () => { delete medium.pin; return changed(); };
  const fault = faults.length ? el("p", { class: "govuk-error-message" }, el("span", { class: "govuk-visually-hidden" }, "Error: "), faults.join("; ")) : null;
  const within = !isPicture(medium) ? [paragraph(PDF_IS_NOT_OPENED)]
    : pinned.length ? [planPreview(visit, number), paragraph(`This is a plan, with ${counted(pinned.length, "photograph")} pinned on it.`)]
      : medium.pin ? [plan >= 0 ? planPreview(visit, plan, number) : null, paragraph(plan >= 0 ? `On ${called(visit, plan).replace(/^P/, "p")}.` : "Its plan is not in this visit any more."),
        el("div", { class: "app-beside" }, plan >= 0 ? button("Move the pin", open, "secondary", { id }) : null, button("Take the pin off", off, "secondary"))]
        : [button("Pin it on a plan", open, "secondary", { id })];
  return el("div", { class: `govuk-form-group app-field ${fault ? "govuk-form-group--error" : ""}`, "data-path": field.path },
    el("h2", { class: "govuk-label app-label" }, pinned.length ? "What is pinned on it" : field.label), fault, ...within);
}

/** Return a plan, small, with what is pinned on it. @param {Visit} visit @param {number} plan number of it @param {number} [number] of the photograph whose pin stands out */
function planPreview(visit, plan, number) {
  const { sha256 } = mediaOf(visit)[plan];
  const canvas = el("canvas", { class: "app-preview", role: "img", "aria-label": `${called(visit, plan)}, with its pins` });
  pictureOf(visit, plan).then((picture) => { if (picture) keepPainted(canvas, picture, () => dotsOn(visit, sha256, number)); });
  return canvas;
}

/** @param {Visit} visit @param {number} number */
async function pictureOf(visit, number) {
  const { sha256, mime } = mediaOf(visit)[number];
  const bytes = await state.tablet?.photo(visit, sha256);
  return bytes ? createImageBitmap(new Blob([bytes], { type: mime })) : null;
}

/** @param {Visit} visit @param {string} digest of a plan @param {number} [number] of the photograph whose pin stands out @returns {Dot[]} */
function dotsOn(visit, digest, number = -1) {
  const dots = pinnedOn(visit, digest).map((n) => {
    const { x = 0, y = 0 } = mediaOf(visit)[n].pin ?? {};
    return { x, y, number: n + 1, isThis: n === number };
  });
  return [...dots.filter(({ isThis }) => !isThis), ...dots.filter(({ isThis }) => isThis)];
}

/** Paint a plan and its pins, anew whenever its size on the screen changes: pins have one size, whatever the picture has.
 * Return what paints it anew. @param {HTMLCanvasElement} canvas @param {ImageBitmap} picture @param {() => Dot[]} dots */
function keepPainted(canvas, picture, dots) {
  Object.assign(canvas, { width: picture.width, height: picture.height });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  function draw() {
    context.drawImage(picture, 0, 0);
    const unit = picture.width / (canvas.clientWidth || picture.width);
    for (const dot of dots()) paintDot(context, dot, unit);
  }
  new ResizeObserver(draw).observe(canvas);
  return draw;
}

/** @param {CanvasRenderingContext2D} context @param {Dot} dot @param {number} unit a pixel of the screen in those of the picture */
function paintDot(context, { x, y, number, isThis }, unit) {
  const [across, down, reach] = [x * context.canvas.width, y * context.canvas.height, (isThis ? 17 : 13) * unit];
  for (const [colour, wide] of /** @type {[string, number][]} */ ([["#000000", 4.5], ["#ffffff", 3], [isThis ? "#d4001a" : "#0046c8", 0]])) {
    context.fillStyle = colour;
    context.beginPath();
    context.arc(across, down, reach + wide * unit, 0, 2 * Math.PI);
    context.fill();
  }
  context.fillStyle = "#ffffff";
  context.font = `bold ${reach * 1.1}px Arial, Helvetica, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(String(number), across, down);
}

/** Open a visit to pin one of its photographs; null, and its page instead, where that cannot be. @param {Page} page */
async function opened(page) {
  const found = await openToWrite(page.visit ?? "");
  const writing = found === "elsewhere" ? null : found;
  const number = page.item ?? 0;
  const back = (/** @type {string} */ field = "pin") => go({ name: "visit", visit: page.visit, section: "M", list: "media", item: number, field }, { replace: true });
  const medium = writing ? mediaOf(writing.visit)[number] : null;
  if (writing && isPicture(medium) && !pinnedOn(writing.visit, medium?.sha256 ?? "").length) return { writing, visit: writing.visit, number, back };
  await back();
  return null;
}

/** Show the plans that a photograph can be pinned on. @param {Page} page */
export async function showPlans(page) {
  const found = await opened(page);
  if (!found) return;
  const { writing, visit, number, back } = found;
  const to = (/** @type {number} */ plan) => go({ name: "pin", visit: visit.id, item: number, plan }, { replace: true });
  const choices = plansFor(visit, number).map((n) => {
    const pins = pinnedOn(visit, mediaOf(visit)[n].sha256).length;
    return el("li", {}, el("button", { type: "button", class: "app-premises__one app-plan", onclick: () => to(n) }, emblem(visit, mediaOf(visit)[n]),
      el("span", {}, el("strong", {}, called(visit, n)), pins ? el("span", { class: "app-plan__pins" }, counted(pins, "pin")) : null)));
  });
  const take = (/** @type {string} */ words, /** @type {string} */ how, /** @type {Record<string, any>} */ more) => {
    const id = `plan-${how}`;
    const input = el("input", { type: "file", class: "app-file__input", id, accept: "image/*", ...more, onchange: async () => {
      say("Making it fit to send and locking it…");
      const before = mediaOf(visit).length;
      const refused = await addFiles(writing.tablet, visit, [...(input.files ?? [])]);
      if (mediaOf(visit).length === before) return say(refused.join(" "));
      writing.changed();
      await writing.flush();
      await to(before);
    } });
    return el("span", { class: "app-file" }, input, el("label", { class: `govuk-button ${choices.length ? "govuk-button--secondary" : ""} app-button app-file__label`, for: id }, words));
  };
  setButtons([{ words: "Your visits", act: () => go({ name: "lists" }) }, { words: "Lock", act: () => lock() }]);
  show(heading(`Which plan is photograph ${number + 1} on?`),
    paragraph(choices.length ? "Choose the picture of the plan, or take a photograph of the plan on the wall." : "There is no picture of a plan in this visit yet. Take a photograph of the plan on the wall."),
    choices.length ? el("ul", { class: "govuk-list app-premises" }, ...choices) : null,
    mediaOf(visit).every(isPicture) ? null : paragraph(PDF_IS_NOT_OPENED),
    el("div", { class: "app-beside" }, take("Photograph the plan", "take", { capture: "environment" }), take("Choose a picture of it", "choose", {}), button("Cancel", back, "secondary")));
}

/** Show the plan on which a photograph is pinned. @param {Page} page */
export async function showPin(page) {
  const found = await opened(page);
  if (!found) return;
  const { writing, visit, number, back } = found;
  const media = mediaOf(visit);
  const fit = plansFor(visit, number);
  const inUse = fit.filter((n) => pinnedOn(visit, media[n].sha256).length);
  const plan = page.plan ?? (media[number].pin ? fit.find((n) => media[n].sha256 === media[number].pin?.plan) : inUse.length === 1 ? inUse[0] : undefined);
  const picture = plan !== undefined && fit.includes(plan) ? await pictureOf(visit, plan) : null;
  const another = () => go({ name: "plans", visit: visit.id, item: number }, { replace: true });
  if (plan === undefined || !picture) return another();
  pinOn(writing, number, plan, picture, { another, back });
}

/** @param {Writing} writing @param {number} number of the photograph @param {number} plan number of the plan @param {ImageBitmap} picture of the plan
 * @param {{another: () => unknown, back: () => unknown}} ways */
function pinOn(writing, number, plan, picture, { another, back }) {
  const { visit } = writing;
  const { sha256 } = mediaOf(visit)[plan];
  const medium = mediaOf(visit)[number];
  const canvas = el("canvas", { class: "app-canvas app-canvas--plan", role: "img" });
  const draw = keepPainted(canvas, picture, () => dotsOn(visit, sha256, number));
  const words = el("p", { class: "govuk-body app-drawing__words", role: "status" });
  const kept = el("p", { class: "govuk-body-s app-kept", role: "status" });
  writing.onSaved = (said) => { kept.textContent = said; };
  const off = button("Take the pin off", () => (here() ? set(undefined) : say(PIN_FIRST)), "secondary");
  const steps = Object.entries(STEPS).map(([sign, [name, x, y]]) => button(sign, () => step(Number(x), Number(y)), "secondary", { class: "govuk-button govuk-button--secondary app-button app-step-button", "aria-label": `Move the pin ${name}` }));
  const here = () => (medium.pin?.plan === sha256 ? medium.pin : undefined);
  const within = (/** @type {number} */ part) => Number(Math.min(1, Math.max(0, part)).toFixed(4));

  /** @param {{x: number, y: number} | undefined} point */
  function set(point) {
    put(medium, "pin", point && { plan: sha256, x: within(point.x), y: within(point.y) });
    visit.reasons = visit.reasons.filter(({ pointer }) => !`${pointer}/`.startsWith(`/media/${number}/pin/`));
    writing.changed();
    tell();
  }
  /** @param {number} x @param {number} y */
  function step(x, y) {
    const pin = here();
    if (!pin) return say(PIN_FIRST);
    set({ x: pin.x + x * STEP, y: pin.y + y * STEP });
  }
  function tell() {
    const pin = here();
    const percent = (/** @type {number} */ part) => `${Math.round(part * 100)}%`;
    words.textContent = pin ? `Pinned ${percent(pin.x)} from the left and ${percent(pin.y)} from the top. Tap again or drag to move it.` : `Tap the plan where photograph ${number + 1} was taken.`;
    canvas.setAttribute("aria-label", `${called(visit, plan)}. ${words.textContent}`);
    draw();
  }
  byPointer(canvas, here, set);
  const place = el("select", { class: "govuk-select", id: "pin-place" }, ...PLACES.map((name, n) => el("option", { value: n, selected: name === "centre" }, name)));
  const putThere = button("Put it there", () => { const n = Number(place.value); set({ x: ((n % 3) + 0.5) / 3, y: (Math.floor(n / 3) + 0.5) / 3 }); }, "secondary");
  setButtons([{ words: "Your visits", act: () => go({ name: "lists" }) }, { words: "Lock", act: () => lock() }]);
  show(el("div", { class: "app-drawing" }, el("h1", { class: "govuk-heading-m app-drawing__title" }, `Where was photograph ${number + 1} taken?`),
    canvas, words, el("div", { class: "app-label-panel" },
      el("div", {}, el("label", { class: "govuk-label app-label", for: place.id }, "Or choose a place"), el("div", { class: "app-beside" }, place, putThere)),
      el("div", { role: "group", "aria-label": "Move the pin a little" }, el("p", { class: "govuk-label app-label", "aria-hidden": "true" }, "Move it a little"), el("div", { class: "app-beside" }, ...steps))),
    el("div", { class: "app-plan__asks" }, ...aboutPlan(writing, plan)),
    el("div", { class: "app-foot" }, button("Done", back), off, button("Another plan", another, "secondary")), kept));
  tell();
}

/** Return what is asked about a plan while something is pinned on it: its floor, and what has no answer yet.
 * @param {Writing} writing @param {number} plan */
function aboutPlan(writing, plan) {
  const { visit } = writing;
  const medium = mediaOf(visit)[plan];
  const list = state.form?.sections.flatMap(({ fields }) => fields).find(({ path }) => path === "media");
  return (list?.fields ?? []).filter(({ path }) => path === "floor" || (path === "contains_people" && medium.contains_people === undefined)).map((field) => drawField({
    field: field.path === "floor" ? { ...field, label: "Which floor does this plan show?" } : { ...field, label: "Can people be seen in the picture of the plan?" },
    id: `plan-${field.path}`, value: medium[field.path], faults: [],
    set: (value) => {
      put(medium, field.path, value);
      visit.reasons = visit.reasons.filter(({ pointer }) => pointer !== `/media/${plan}/${field.path}`);
      writing.changed();
    },
  }));
}

/** Let one finger, pen or mouse put the pin and move it; two fingers look closer, and the pin stays where it was. @param {HTMLCanvasElement} canvas
 * @param {() => {x: number, y: number} | undefined} here where it is @param {(point: {x: number, y: number} | undefined) => void} set */
function byPointer(canvas, here, set) {
  let by = -1;
  /** @type {{x: number, y: number} | undefined} */
  let before;
  const move = (/** @type {PointerEvent} */ { clientX, clientY }) => {
    const { left, top } = canvas.getBoundingClientRect();
    set({ x: (clientX - left - canvas.clientLeft) / canvas.clientWidth, y: (clientY - top - canvas.clientTop) / canvas.clientHeight });
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    by = event.pointerId;
    before = here();
    move(event);
  });
  canvas.addEventListener("pointermove", (event) => { if (event.pointerId === by) move(event); });
  canvas.addEventListener("pointerup", (event) => { if (event.pointerId === by) by = -1; });
  canvas.addEventListener("pointercancel", (event) => {
    if (event.pointerId !== by) return;
    by = -1;
    set(before);
  });
}
