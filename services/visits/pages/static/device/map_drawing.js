// The drawing of the map: outlines and premises on a canvas, with no tiles, so that it needs no network. It is told what
// to draw and tells which point was chosen; what is said of it stands on the page.

import { calledOf } from "./reading.js";
import { el } from "./elements.js";

/** @typedef {import("./types.js").Spot} Spot */
/** @typedef {import("./types.js").Outline} Outline */
/** @typedef {import("./finding.js").Position} Position */
/** @typedef {{lat: number, lon: number, accuracy_m: number}} Point */
/** @typedef {ReturnType<typeof drawMap>} Drawing */

const FINGER_PX = 24;
const PIN_GOOD_TO_M = 5;
const ROOM_M = 4_000;
const MOST_NAMES = 15;
const CLOSE = 17;
const UNDER = "names";
const DUE = /** @type {Spot["due"][]} */ (["", "soon", "overdue"]);
const MARKS = /** @type {Record<Spot["due"], {radius: number, weight: number, fill: string}>} */ ({
  "": { radius: 6, weight: 2, fill: "--paper" },
  soon: { radius: 8, weight: 5, fill: "--paper" },
  overdue: { radius: 10, weight: 2, fill: "--wrong" },
});

/** Fetch what draws, once: the app opens without it. Raises where it cannot be had. @returns {Promise<any>} */
export async function fetchDrawing() {
  const own = /** @type {any} */ (globalThis);
  const [script, style] = ["map-script", "map-style"].map((name) => document.querySelector(`meta[name=${name}]`)?.getAttribute("content") ?? "");
  if (!document.querySelector("link[data-map-style]")) {
    await new Promise((resolve, reject) => {
      const link = el("link", { rel: "stylesheet", href: style, "data-map-style": true, onload: resolve, onerror: () => { link.remove(); reject(new Error("no style")); } });
      document.head.append(link);
    });
  }
  await import(script);
  return own.L;
}

/** Draw a map into a place; `chosen` is called with each point that is tapped, and `moved` whenever another part is seen.
 * @param {any} L @param {HTMLElement} place @param {Outline[]} outlines @param {string} station
 * @param {{chosen: (at: Point, near: Spot[]) => void, moved: () => void}} on */
export function drawMap(L, place, outlines, station, on) {
  const style = getComputedStyle(document.documentElement);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  const moves = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(place, { preferCanvas: true, attributionControl: false, maxZoom: 19, zoomAnimation: moves, fadeAnimation: moves, inertia: moves });
  map.createPane(UNDER).style.zIndex = "350"; // a name never hides a mark
  L.control.scale({ imperial: false, maxWidth: 160 }).addTo(map);
  const [grounds, marks, names, hand, tablet] = [0, 0, 0, 0, 0].map(() => L.layerGroup().addTo(map));
  /** @type {Spot[]} */
  let spots = [];
  let isOpen = false;
  let whole = L.latLngBounds([]);

  for (const each of outlines) {
    const { kind, code, name } = each.properties;
    const isOwn = kind === "station_ground" && code === station;
    const line = kind === "service" ? { color: colour("--ink"), weight: 2, dashArray: "10 6" } : { color: colour("--link"), weight: isOwn ? 4 : 1 };
    const drawn = L.geoJSON(each, { interactive: false, style: { ...line, fill: false } }).addTo(grounds);
    if (isOwn) whole.extend(drawn.getBounds());
    if (kind === "station_ground") label(drawn.getBounds().getCenter(), name, "center", "app-map__ground");
  }
  /** @param {any} at @param {string} words @param {string} direction @param {string} kind */
  function label(at, words, direction, kind) {
    return L.tooltip({ pane: UNDER, permanent: true, direction, offset: direction === "right" ? [10, 0] : [0, 0], className: `app-map__name ${kind}` })
      .setLatLng(at).setContent(el("span", {}, words)).addTo(kind ? grounds : names);
  }
  /** Write the names for which there is room, those that are due first. @param {Spot[]} seen */
  function write(seen) {
    /** @type {DOMRect[]} */
    const written = [];
    for (const { lat, lon, entries } of [...seen].sort((one, other) => DUE.indexOf(other.due) - DUE.indexOf(one.due))) {
      const made = label([lat, lon], entries.length > 1 ? `${entries.length} premises` : calledOf(entries[0]).title, "right", "");
      const own = made.getElement().getBoundingClientRect();
      if (written.some((other) => own.left < other.right && other.left < own.right && own.top < other.bottom && other.top < own.bottom)) names.removeLayer(made);
      else written.push(own);
    }
  }
  /** @param {Spot} spot */
  function mark({ lat, lon, due, entries }) {
    const { radius, weight, fill } = MARKS[due];
    const ink = { color: colour("--ink"), interactive: false };
    if (entries.length > 1) L.circleMarker([lat, lon], { ...ink, radius: radius + 5, weight: 2, fill: false }).addTo(marks);
    L.circleMarker([lat, lon], { ...ink, radius, weight, fillColor: colour(fill), fillOpacity: 1 }).addTo(marks);
  }
  function draw() {
    const seen = inView();
    names.clearLayers();
    if (seen.length <= MOST_NAMES) write(seen);
    on.moved();
  }
  function open() {
    isOpen = true;
    if (!whole.isValid()) spots.forEach(({ lat, lon }) => whole.extend([lat, lon]));
    const all = L.latLngBounds(spots.map(({ lat, lon }) => [lat, lon])).extend(whole);
    grounds.eachLayer((/** @type {any} */ layer) => { if (layer.getBounds) all.extend(layer.getBounds()); });
    const limits = all.extend(all.getCenter().toBounds(ROOM_M)).pad(0.5);
    map.setMaxBounds(limits).setMinZoom(map.getBoundsZoom(limits));
    showWhole();
    map.on("moveend", draw); // only now does the map take layers
  }
  function showWhole() {
    map.fitBounds(whole, { padding: [24, 24], maxZoom: CLOSE });
  }
  function inView() {
    const bounds = map.getBounds();
    return spots.filter(({ lat, lon }) => bounds.contains([lat, lon]));
  }
  /** @param {any} at */
  function choose(at) {
    const finger = map.latLngToContainerPoint(at);
    const away = (/** @type {Spot} */ { lat, lon }) => finger.distanceTo(map.latLngToContainerPoint([lat, lon]));
    const near = inView().map((spot) => ({ spot, px: away(spot) })).filter(({ px }) => px <= FINGER_PX).sort((one, other) => one.px - other.px).map(({ spot }) => spot);
    const wide = map.containerPointToLatLng(finger.add([FINGER_PX, 0]));
    hand.clearLayers();
    if (near.length) L.circleMarker([near[0].lat, near[0].lon], { radius: 20, weight: 4, color: colour("--link"), fill: false, interactive: false }).addTo(hand);
    else L.marker(at, { icon: L.divIcon({ className: "app-map__pin", iconSize: [0, 0] }), interactive: false, keyboard: false }).addTo(hand);
    on.chosen({ lat: Number(at.lat.toFixed(6)), lon: Number(at.lng.toFixed(6)), accuracy_m: Math.max(PIN_GOOD_TO_M, Math.round(at.distanceTo(wide))) }, near);
  }
  map.on("click", (/** @type {any} */ event) => choose(event.latlng));
  place.addEventListener("keydown", (event) => {
    if (event.target !== place || event.key !== "Enter") return;
    event.preventDefault();
    choose(map.getCenter());
  });

  return {
    /** Show these premises; the first time, the whole of them. @param {Spot[]} shown */
    setSpots(shown) {
      spots = shown;
      marks.clearLayers();
      // Those that are due lie on top of the others.
      for (const due of DUE) spots.filter((spot) => spot.due === due).forEach(mark);
      if (!isOpen) open();
      draw();
    },
    showWhole,
    inView,
    /** @returns {Position} */
    middle: () => ({ lat: map.getCenter().lat, lon: map.getCenter().lng }),
    /** @param {Position} at */
    closer: ({ lat, lon }) => map.setView([lat, lon], Math.max(map.getZoom() + 2, CLOSE - 1)),
    /** Show where the tablet is, and how far that may be off. @param {Point} fix */
    showTablet({ lat, lon, accuracy_m }) {
      const about = L.latLng(lat, lon).toBounds(2 * Math.max(accuracy_m, 50));
      const ink = { color: colour("--link"), interactive: false };
      tablet.clearLayers();
      // Below the marks: who stands at a premises sees it all the same.
      L.circleMarker([lat, lon], { ...ink, radius: 5, weight: 4, fillColor: colour("--paper"), fillOpacity: 1 }).addTo(tablet).bringToBack();
      L.circle([lat, lon], { ...ink, radius: accuracy_m, weight: 2, fillOpacity: 0.15 }).addTo(tablet).bringToBack();
      map.setMaxBounds(L.latLngBounds(map.options.maxBounds).extend(about.pad(2))).fitBounds(about, { maxZoom: CLOSE });
    },
    remove: () => map.remove(),
  };
}
