// How the app looks: by day, by night, and in bright sun. It is the tablet's, whoever uses it.

const LOOKS = [["day", "Day"], ["night", "Night"], ["sun", "Sunlight"]];
const COLOURS = /** @type {Record<string, string>} */ ({ day: "#0b1a2a", night: "#000000", sun: "#000000" });
const KEY = "ravi-look";

/** Return the looks: code and words. */
export function looks() {
  return LOOKS;
}

/** Return the look that is on. */
export function look() {
  return document.documentElement.dataset.theme ?? "day";
}

/** @param {string} code */
export function setLook(code) {
  document.documentElement.dataset.theme = code;
  document.querySelector("meta[name=theme-color]")?.setAttribute("content", COLOURS[code] ?? COLOURS.day);
  try { localStorage.setItem(KEY, code); } catch { /* it is day again the next time */ }
}

/** Put on the look that was chosen last, or night where the tablet itself is dark. */
export function startLook() {
  let chosen = null;
  try { chosen = localStorage.getItem(KEY); } catch { /* nothing was kept */ }
  const known = LOOKS.some(([code]) => code === chosen);
  setLook(known && chosen ? chosen : matchMedia("(prefers-color-scheme: dark)").matches ? "night" : "day");
}
