// The bar at the head of every page: whether there is a network, and a few large buttons.

import { el } from "./elements.js";

/** Show these buttons in the bar. @param {{words: string, act: () => unknown}[]} buttons */
export function setButtons(buttons) {
  const place = document.querySelector("[data-buttons]");
  place?.replaceChildren(...buttons.map(({ words, act }) => el("button", { type: "button", class: "app-header__button", onclick: () => act() }, words)));
}

function showNet() {
  const place = document.querySelector("[data-net]");
  if (place) place.textContent = navigator.onLine ? "" : "No signal";
}

/** Say in the bar when there is no network. */
export function startNet() {
  addEventListener("online", showNet);
  addEventListener("offline", showNet);
  showNet();
}
