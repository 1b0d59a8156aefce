// One question of the form, drawn from its declaration: a label, a hint, and what fits its kind of answer.

import { button, el } from "./elements.js";
import { takePosition } from "./position.js";
import { fromLondon, toLondon } from "./times.js";

/** @typedef {import("./types.js").Field} Field */
/** @typedef {import("./types.js").Choice} Choice */
/**
 * @typedef {Object} Asked
 * @property {Field} field
 * @property {string} id  of its element
 * @property {any} value
 * @property {string[]} faults  what is wrong, in words
 * @property {(value: any) => void} set  undefined for no answer
 */

const MOST_RADIOS = 7;
const MOST_LINES = 5;
const YES_OR_NO = [{ code: true, words: "Yes" }, { code: false, words: "No" }];

/** Draw a question. @param {Asked} asked */
export function drawField(asked) {
  const draw = KINDS[asked.field.kind] ?? drawText;
  const group = draw(asked);
  group.classList.add("govuk-form-group", "app-field");
  group.dataset.path = asked.field.path;
  if (asked.faults.length) group.classList.add("govuk-form-group--error");
  if (!asked.field.heading || asked.field.kind === "list") return group;
  return el("div", { "data-path": asked.field.path }, el("h2", { class: "govuk-heading-s app-field__heading" }, asked.field.heading), group);
}

/** @type {Record<string, (asked: Asked) => HTMLElement>} */
const KINDS = {
  text: drawText, secret: drawText, long_text: drawLongText, number: drawNumber, integer: drawNumber, date: drawDate, time: drawTime,
  choice: (asked) => ((asked.field.choices ?? []).length <= MOST_RADIOS ? drawRadios(asked, asked.field.choices ?? []) : drawSelect(asked)),
  one_of: drawSelect, choices: drawTicks, texts: drawTexts, point: drawPoint,
  yes_no: (asked) => (asked.field.tick ? drawTick(asked) : drawRadios(asked, YES_OR_NO)),
};

/** @param {Asked} asked */
function described({ id, field, faults }) {
  return [field.hint && `${id}-hint`, faults.length && `${id}-fault`].filter(Boolean).join(" ") || null;
}

/** @param {Asked} asked */
function around(asked) {
  const { id, field, faults } = asked;
  return [
    field.hint ? el("div", { class: "govuk-hint", id: `${id}-hint` }, field.hint) : null,
    faults.length ? el("p", { class: "govuk-error-message", id: `${id}-fault` }, el("span", { class: "govuk-visually-hidden" }, "Error: "), faults.join("; ")) : null,
  ];
}

/** @param {Asked} asked @param {HTMLElement} control @param {...(Node | null)} more */
function labelled(asked, control, ...more) {
  return el("div", {}, el("label", { class: "govuk-label app-label", for: asked.id }, asked.field.label), ...around(asked), control, ...more);
}

/** @param {Asked} asked @param {...(Node | null)} inside */
function grouped(asked, ...inside) {
  const legend = el("legend", { class: "govuk-fieldset__legend app-label" }, asked.field.label);
  return el("div", {}, el("fieldset", { class: "govuk-fieldset", id: asked.id, tabindex: "-1", "aria-describedby": described(asked) }, legend, ...around(asked), ...inside));
}

/** @param {Asked} asked @param {Record<string, any>} more */
function input(asked, more) {
  const { field, id, faults } = asked;
  const width = field.width ? `app-width-${field.width <= 5 ? "short" : "middle"}` : "";
  return el("input", {
    class: `govuk-input ${width} ${faults.length ? "govuk-input--error" : ""}`, id, autocomplete: "off", maxlength: field.max_length ?? null,
    "aria-describedby": described(asked), ...more,
  });
}

/** @param {Asked} asked */
function drawText(asked) {
  const { field, value, set } = asked;
  const more = field.input === "tel" ? { type: "tel" } : { type: "text", inputmode: field.input ?? null };
  const made = input(asked, { ...more, value: value ?? "", oninput: () => set(made.value.trim() ? made.value : undefined) });
  if (field.kind === "secret") made.setAttribute("spellcheck", "false");
  return labelled(asked, made);
}

/** @param {Asked} asked */
function drawLongText(asked) {
  const { id, value, faults, set } = asked;
  const made = el("textarea", {
    class: `govuk-textarea ${faults.length ? "govuk-textarea--error" : ""}`, id, rows: 3, maxlength: asked.field.max_length ?? null, "aria-describedby": described(asked),
    oninput: () => set(made.value.trim() ? made.value : undefined),
  });
  made.value = value ?? "";
  return labelled(asked, made);
}

/** @param {Asked} asked */
function drawNumber(asked) {
  const { field, value, set } = asked;
  const made = input(asked, {
    type: "text", inputmode: field.kind === "integer" ? "numeric" : "decimal", value: value ?? "", spellcheck: "false",
    oninput: () => {
      const typed = made.value.trim().replace(",", ".");
      set(typed === "" ? undefined : Number.isFinite(Number(typed)) ? Number(typed) : made.value.trim());
    },
  });
  made.classList.add("app-width-short");
  return labelled(asked, made);
}

/** @param {Asked} asked */
function drawDate(asked) {
  const made = input(asked, { type: "date", value: asked.value ?? "", oninput: () => asked.set(made.value || undefined) });
  made.classList.add("app-width-middle");
  return labelled(asked, made);
}

/** @param {Asked} asked */
function drawTime(asked) {
  const made = input(asked, { type: "datetime-local", value: asked.value ? toLondon(asked.value) : "", oninput: () => asked.set(made.value ? fromLondon(made.value) : undefined) });
  made.classList.add("app-width-time");
  const now = button("Now", () => {
    made.value = toLondon(Date.now());
    asked.set(fromLondon(made.value));
  }, "secondary", { "aria-label": `Now, for “${asked.field.label}”` });
  return labelled(asked, el("div", { class: "app-beside" }, made, now));
}

/** @param {Asked} asked @param {{code: unknown, words: string}[]} choices */
function drawRadios(asked, choices) {
  const { id, value, set } = asked;
  const back = button("Take the answer back", () => {
    group.querySelectorAll("input").forEach((each) => { each.checked = false; });
    back.hidden = true;
    set(undefined);
    group.querySelector("input")?.focus();
  }, "secondary", { class: "app-back", "aria-label": `Take the answer back: ${asked.field.label}` });
  const items = choices.map(({ code, words }, n) => {
    const radio = el("input", {
      class: "govuk-radios__input", type: "radio", name: id, id: n ? `${id}-${n}` : `${id}-0`, value: String(code), checked: value === code,
      onchange: () => { back.hidden = false; set(code); },
    });
    return el("div", { class: "govuk-radios__item" }, radio, el("label", { class: "govuk-label govuk-radios__label", for: radio.id }, words));
  });
  const longest = Math.max(...choices.map(({ words }) => words.length));
  const size = longest <= 3 ? "app-options--tiny" : longest <= 12 ? "app-options--short" : "";
  const group = el("div", { class: `govuk-radios app-options ${size}` }, ...items);
  back.hidden = value === undefined;
  return grouped(asked, group, back);
}

/** @param {Asked} asked */
function drawSelect(asked) {
  const { field, id, value, faults, set } = asked;
  const choices = field.choices ?? [];
  const option = (/** @type {Choice} */ { code, words }) => el("option", { value: String(code), selected: value === code }, words);
  const groups = [...new Set(choices.map((choice) => choice.group ?? ""))];
  const made = el("select", {
    class: `govuk-select app-select ${faults.length ? "govuk-select--error" : ""}`, id, "aria-describedby": described(asked),
    onchange: () => set(choices.find(({ code }) => String(code) === made.value)?.code),
  }, el("option", { value: "" }, "Choose"), ...groups.flatMap((group) => {
    const options = choices.filter((choice) => (choice.group ?? "") === group).map(option);
    return group ? [el("optgroup", { label: group }, ...options)] : options;
  }));
  return labelled(asked, made);
}

/** @param {Asked} asked */
function drawTicks(asked) {
  const { field, id, value, set } = asked;
  const items = (field.choices ?? []).map(({ code, words }, n) => {
    const tick = el("input", { class: "govuk-checkboxes__input", type: "checkbox", id: `${id}-${n}`, value: String(code), checked: (value ?? []).includes(code), onchange: take });
    return el("div", { class: "govuk-checkboxes__item" }, tick, el("label", { class: "govuk-label govuk-checkboxes__label", for: tick.id }, words));
  });
  const group = el("div", { class: "govuk-checkboxes app-options" }, ...items);
  function take() {
    const ticked = [...group.querySelectorAll("input")].map((each) => each.checked);
    const codes = (field.choices ?? []).filter((_choice, n) => ticked[n]).map(({ code }) => code);
    set(codes.length ? codes : undefined);
  }
  return grouped(asked, group);
}

/** @param {Asked} asked */
function drawTick(asked) {
  const { field, id, value, set } = asked;
  const tick = el("input", { class: "govuk-checkboxes__input", type: "checkbox", id, checked: value === true, "aria-describedby": described(asked), onchange: () => set(tick.checked ? true : undefined) });
  return el("div", {}, ...around(asked), el("div", { class: "govuk-checkboxes" }, el("div", { class: "govuk-checkboxes__item" }, tick,
    el("label", { class: "govuk-label govuk-checkboxes__label", for: id }, field.tick ?? field.label))));
}

/** Several short texts: a few of a line each, or many names with commas between. @param {Asked} asked */
function drawTexts(asked) {
  const { field, id, set } = asked;
  if ((field.most ?? 0) > MOST_LINES) {
    const made = input({ ...asked, field: { ...field, max_length: null } }, {
      type: "text", value: (asked.value ?? []).join(", "), spellcheck: "false",
      oninput: () => { const given = made.value.split(",").map((each) => each.trim()).filter(Boolean); set(given.length ? given : undefined); },
    });
    return labelled(asked, made);
  }
  const most = field.most ?? 20;
  /** @type {string[]} */
  const values = [...(asked.value ?? [])];
  const take = () => {
    const given = values.map((each) => each ?? "").filter((each) => each.trim());
    set(given.length ? given : undefined);
  };
  const lines = el("div");
  const add = button("Add another", () => line(values.length).focus(), "secondary", { "aria-label": `Add another: ${field.label}` });
  const line = (/** @type {number} */ n) => {
    values[n] ??= "";
    const made = el("input", {
      class: "govuk-input", type: "text", id: n ? `${id}-${n}` : id, maxlength: field.max_length ?? null, value: values[n], autocomplete: "off", "aria-label": `${field.label} ${n + 1}`,
      oninput: () => { values[n] = made.value; take(); },
    });
    lines.append(el("div", { class: "app-text" }, made));
    add.hidden = values.length >= most;
    return made;
  };
  for (let n = 0; n < Math.max(1, values.length); n += 1) line(n);
  const made = grouped(asked, lines, add);
  made.querySelector("fieldset")?.removeAttribute("id");
  return made;
}

/** @param {Asked} asked */
function drawPoint(asked) {
  const { id, value, set } = asked;
  const words = el("p", { class: "govuk-body app-point", role: "status" }, value ? `Position taken, good to ${value.accuracy_m} m.` : "No position taken yet.");
  const take = button("Take the position of this tablet", async () => {
    words.textContent = "Finding the position…";
    const fix = await takePosition();
    if (typeof fix !== "string") set({ lat: fix.lat, lon: fix.lon, accuracy_m: fix.accuracy_m });
    words.textContent = typeof fix === "string" ? `${fix} Write the address instead.` : `Position taken, good to ${fix.accuracy_m} m.`;
  }, "secondary", { id });
  return el("div", {}, el("p", { class: "govuk-label app-label" }, asked.field.label), ...around(asked), take, words);
}
