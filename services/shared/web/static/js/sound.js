// The sound of what must be heard: two tones, again and again until nobody asks for them. What the page says of it is
// what the browser does, never what was wished: a browser makes no sound before somebody has pressed something.

const SWITCH = "ravi_sound";
const AGAIN_MS = 1600;
const asking = new Set();
const listeners = new Set();
let context = null;
let timer = 0;

function isWanted() {
  try { return localStorage.getItem(SWITCH) !== "off"; } catch { return true; }
}

function want(on) {
  try { localStorage.setItem(SWITCH, on ? "on" : "off"); } catch { /* A locked-down terminal keeps no choices. */ }
}

export function soundIsOn() {
  return isWanted() && context?.state === "running";
}

export function whenSoundChanges(listener) {
  listeners.add(listener);
}

function tone(hertz, after, length) {
  const [oscillator, volume, at] = [context.createOscillator(), context.createGain(), context.currentTime + after];
  oscillator.type = "square";
  oscillator.frequency.value = hertz;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.25, at + 0.02);
  volume.gain.setValueAtTime(0.25, at + length - 0.04);
  volume.gain.linearRampToValueAtTime(0, at + length);
  oscillator.connect(volume).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(at + length);
}

function bothTones() {
  if (!soundIsOn()) return;
  tone(880, 0, 0.35);
  tone(659, 0.4, 0.35);
}

function changed() {
  const on = soundIsOn();
  for (const button of document.querySelectorAll("[data-ravi-sound]")) {
    button.hidden = false;
    button.dataset.raviSound = on ? "on" : "off";
    button.textContent = on ? "Sound on: turn it off" : "Sound OFF: turn it on";
  }
  document.documentElement.dataset.raviHeard = String(on && asking.size > 0);
  for (const listener of listeners) listener();
}

// Let somebody's sound be heard, or no longer.
export function silence(somebody, quiet) {
  if (quiet) asking.delete(somebody);
  else asking.add(somebody);
  clearInterval(timer);
  if (asking.size) {
    bothTones();
    timer = setInterval(bothTones, AGAIN_MS);
  }
  changed();
}

async function wake(event) {
  if (event.target.closest?.("[data-ravi-sound], [data-ravi-sound-on]")) return; // its click says what is wanted
  if (!isWanted() || context?.state === "running") return;
  await context.resume();
  if (asking.size) bothTones();
  changed();
}

export async function soundOn() {
  want(true);
  await context.resume();
  bothTones();
  changed();
}

function turn() {
  if (soundIsOn()) { want(false); changed(); } else soundOn();
}

export function startSound() {
  context = new AudioContext();
  context.addEventListener("statechange", changed);
  // Whatever is pressed or typed first lets the sound out, if it is wanted.
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, wake);
  for (const button of document.querySelectorAll("[data-ravi-sound]")) button.addEventListener("click", turn);
  changed();
}
