// Photographs, shrunk on the tablet, and plans, as they are: known by their SHA-256, and locked with the visit they belong to.

import { button, counted, el, size } from "./elements.js";
import { paint } from "./marks.js";
import { go, state } from "./state.js";

/** @typedef {import("./types.js").Visit} Visit */

/** The longer side of a photograph that is sent, in pixels. */
export const LONGEST_SIDE = 2560;
export const MOST_BYTES = 15 * 1024 * 1024;
const MOST_OF_A_VISIT = 60 * 1024 * 1024;
const QUALITY = 0.85;
const BEGINS_A_PDF = "%PDF-";
const MOST_LETTERS = 120;
const TOO_MUCH = "The photographs and plans of a visit may be 60 MB together: leave one out.";
const NO_ROOM = "There is no room left on this tablet for a photograph or plan. Free some room on it, and do it again.";

/**
 * Return a photograph as it is sent: a JPEG, upright, at most 2560 pixels long, without what the camera wrote into it.
 * @param {Blob} file
 */
export async function shrunk(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const drawing = canvas.getContext("2d");
  if (!drawing) throw new Error("this browser cannot draw");
  drawing.imageSmoothingQuality = "high";
  drawing.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return jpegOf(canvas);
}

/** @param {HTMLCanvasElement} canvas */
async function jpegOf(canvas) {
  const made = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", QUALITY); });
  if (!(made instanceof Blob)) throw new Error("this browser cannot make a JPEG");
  return new Uint8Array(await made.arrayBuffer());
}

/** Return whether more bytes are more than a visit may bring. @param {Visit} visit @param {number} bytes @param {string} [instead] SHA-256 of what they replace */
function isTooMuch(visit, bytes, instead) {
  const others = /** @type {{sha256: string, bytes: number}[]} */ (visit.content.media ?? []).filter(({ sha256 }) => sha256 !== instead);
  return bytes > MOST_BYTES || others.reduce((sum, each) => sum + each.bytes, bytes) > MOST_OF_A_VISIT;
}

/** @param {Blob} file */
async function isPlan(file) {
  return await file.slice(0, BEGINS_A_PDF.length).text() === BEGINS_A_PDF;
}

/** Return a plan as it is sent, with what the list says of it: its name stands for what it shows until the crew says it better.
 * @param {File} file */
async function planOf(file) {
  const caption = file.name.replace(/\.pdf$/i, "").replace(/\s+/g, " ").trim().slice(0, MOST_LETTERS);
  return { bytes: new Uint8Array(await file.arrayBuffer()), mime: "application/pdf", ...(caption ? { caption } : {}) };
}

/**
 * Add photographs and plans to a visit; return what was not taken, and why, in words.
 * @param {import("./tablet.js").Tablet} tablet @param {Visit} visit @param {File[]} files
 */
export async function addFiles(tablet, visit, files) {
  const refused = [];
  for (const file of files) {
    try {
      const isPdf = await isPlan(file);
      if (isPdf && file.size > MOST_BYTES) { refused.push(`“${file.name}” has ${size(file.size)}, and a plan may have 15 MB: ask for a smaller file.`); continue; }
      const { bytes, ...about } = isPdf ? await planOf(file) : { bytes: await shrunk(file), mime: "image/jpeg" };
      if (isTooMuch(visit, bytes.length)) { refused.push(TOO_MUCH); continue; }
      const { id, sha256 } = await tablet.keepPhoto(visit, bytes);
      if (visit.photos[sha256]) { await tablet.dropPhoto(id); refused.push(`This ${nounOf(about)} is in the visit already.`); continue; }
      visit.photos[sha256] = id;
      visit.content.media = [...(visit.content.media ?? []), { sha256, bytes: bytes.length, ...about }];
    } catch (error) {
      if (error instanceof DOMException && error.name === "QuotaExceededError") refused.push(NO_ROOM);
      else refused.push("One file is no photograph or plan that this tablet can read. Take it again, or choose a JPEG, PNG or PDF.");
    }
  }
  return refused;
}

/** Return whether something of a visit's list can be looked at, and drawn on. @param {{mime: string} | null | undefined} medium */
export function isPicture(medium) {
  return medium?.mime.startsWith("image/") ?? false;
}

/** @param {{mime: string}} medium */
export function nounOf(medium) {
  return isPicture(medium) ? "photograph" : "plan";
}

/** Return how many photographs and plans there are, in words; empty for none. @param {{mime: string}[]} [media] */
export function filesInWords(media = []) {
  return ["photograph", "plan"].map((noun) => [noun, media.filter((each) => nounOf(each) === noun).length])
    .filter(([, count]) => count).map(([noun, count]) => counted(Number(count), String(noun))).join(" and ");
}

/** @param {{bytes: number}} medium a plan */
export function planInWords({ bytes }) {
  return `PDF, ${size(bytes)}`;
}

/** Return the SHA-256 of a photograph as it was before anybody drew on it. @param {Visit} visit @param {string} digest as it is sent */
export function undrawn(visit, digest) {
  return visit.drawings?.[digest]?.plain ?? digest;
}

/**
 * Have a photograph sent with what is drawn on it, or as it was if nothing is; it stays the same photograph everywhere else.
 * Return why that cannot be, in words.
 * @param {import("./saving.js").Writing} writing @param {number} number in the list @param {ImageBitmap} picture as it was
 * @param {import("./types.js").Mark[]} marks
 */
export async function redraw(writing, number, picture, marks) {
  const { tablet, visit } = writing;
  const medium = visit.content.media[number];
  const before = structuredClone({ content: visit.content, photos: visit.photos, drawings: visit.drawings });
  const [old, plain] = [medium.sha256, undrawn(visit, medium.sha256)];
  let made = "";
  try {
    if (marks.length) {
      const canvas = el("canvas", { width: picture.width, height: picture.height });
      paint(/** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")), picture, marks);
      const bytes = await jpegOf(canvas);
      if (isTooMuch(visit, bytes.length, old)) return TOO_MUCH;
      const { id, sha256 } = await tablet.keepPhoto(visit, bytes);
      made = id;
      visit.photos[sha256] = id;
      Object.assign(medium, { sha256, mime: "image/jpeg", bytes: bytes.length });
    } else {
      Object.assign(medium, { sha256: plain, bytes: (await tablet.photo(visit, plain))?.length });
    }
  } catch (error) {
    if (error instanceof DOMException && error.name === "QuotaExceededError") return NO_ROOM;
    throw error;
  }
  const dropped = old !== plain && old !== medium.sha256 ? visit.photos[old] : "";
  if (dropped) delete visit.photos[old];
  const { [old]: _gone, ...drawings } = visit.drawings ?? {};
  visit.drawings = marks.length ? { ...drawings, [medium.sha256]: { plain, marks, begun: null } } : drawings;
  for (const hazard of visit.content.hazards ?? []) if (hazard.photo === old) hazard.photo = medium.sha256;
  for (const { pin } of visit.content.media) if (pin?.plan === old) pin.plan = medium.sha256;
  visit.reasons = visit.reasons.filter(({ pointer }) => !`${pointer}/`.startsWith(`/media/${number}/`));
  writing.changed();
  if (!(await writing.flush())) {
    Object.assign(visit, before);
    if (made) await tablet.dropPhoto(made);
    return NO_ROOM;
  }
  if (dropped) await tablet.dropPhoto(dropped);
  return "";
}

/** Return a photograph as it is sent, with the way to draw on it. @param {Visit} visit @param {number} number in the list */
export function mediumHead(visit, number) {
  const medium = visit.content.media[number];
  if (!isPicture(medium)) return el("p", { class: "govuk-body" }, `A plan: ${planInWords(medium)}. It is sent as it is.`);
  const drawing = visit.drawings?.[medium.sha256];
  const picture = thumbnail(visit, medium.sha256);
  picture.className = "app-preview";
  picture.alt = "The photograph as it is sent";
  const words = drawing?.begun ? "Go on with the drawing" : drawing?.marks.length ? "Change the drawing" : "Draw on this photograph";
  return el("div", { class: "app-medium" }, picture,
    drawing?.begun ? el("p", { class: "app-notice" }, "A drawing on it is not finished. It is kept here, but it is not on the photograph yet.") : null,
    drawing?.marks.length ? el("p", { class: "govuk-body" }, "Without the drawing it stays on this tablet until the visit is sent.") : null,
    button(words, () => go({ name: "drawing", visit: visit.id, item: number }), "secondary"));
}

/** Return what stands for a photograph or plan in a list. @param {Visit} visit @param {{sha256: string, mime: string}} medium */
export function emblem(visit, medium) {
  return isPicture(medium) ? thumbnail(visit, medium.sha256) : el("span", { class: "app-thumbnail app-thumbnail--file", "aria-hidden": "true" }, "PDF");
}

/** Return a small picture of a photograph, opened when it is there. @param {Visit} visit @param {string} digest */
function thumbnail(visit, digest) {
  const picture = el("img", { class: "app-thumbnail", alt: "" });
  state.tablet?.photo(visit, digest).then((bytes) => {
    if (!bytes) return;
    picture.src = URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" }));
    picture.onload = () => URL.revokeObjectURL(picture.src);
  });
  return picture;
}
