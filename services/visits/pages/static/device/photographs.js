// Photographs: shrunk on the tablet, known by their SHA-256, and locked with the visit they belong to.

import { el } from "./elements.js";
import { state } from "./state.js";

/** @typedef {import("./types.js").Visit} Visit */

/** The longer side of a photograph that is sent, in pixels. */
export const LONGEST_SIDE = 2560;
export const MOST_BYTES = 15 * 1024 * 1024;
const MOST_OF_A_VISIT = 60 * 1024 * 1024;
const QUALITY = 0.85;

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
  const made = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", QUALITY); });
  if (!(made instanceof Blob)) throw new Error("this browser cannot make a JPEG");
  return new Uint8Array(await made.arrayBuffer());
}

/**
 * Add photographs to a visit; return what was not taken, and why, in words.
 * @param {import("./tablet.js").Tablet} tablet @param {Visit} visit @param {File[]} files
 */
export async function addPhotographs(tablet, visit, files) {
  const refused = [];
  for (const file of files) {
    const media = visit.content.media ?? [];
    try {
      const bytes = await shrunk(file);
      const whole = media.reduce((/** @type {number} */ sum, /** @type {{bytes: number}} */ each) => sum + each.bytes, 0);
      if (bytes.length > MOST_BYTES || whole + bytes.length > MOST_OF_A_VISIT) { refused.push("The photographs of a visit may be 60 MB together: leave one out."); continue; }
      const { id, sha256 } = await tablet.keepPhoto(visit, bytes);
      if (visit.photos[sha256]) { await tablet.dropPhoto(id); refused.push("This photograph is in the visit already."); continue; }
      visit.photos[sha256] = id;
      visit.content.media = [...media, { sha256, mime: "image/jpeg", bytes: bytes.length }];
    } catch (error) {
      if (error instanceof DOMException && error.name === "QuotaExceededError") refused.push("There is no room left on this tablet for a photograph. Free some room on it, and take it again.");
      else refused.push("One file is no photograph that this tablet can read. Take it again, or choose a JPEG or PNG.");
    }
  }
  return refused;
}

/** Return a small picture of a photograph, opened when it is there. @param {Visit} visit @param {string} digest */
export function thumbnail(visit, digest) {
  const picture = el("img", { class: "app-thumbnail", alt: "" });
  state.tablet?.photo(visit, digest).then((bytes) => {
    if (!bytes) return;
    picture.src = URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" }));
    picture.onload = () => URL.revokeObjectURL(picture.src);
  });
  return picture;
}
