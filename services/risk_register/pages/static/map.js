// Draws the premises of the list beside it on the outlines of the service and its station grounds: no tiles, so it needs
// no other server. The list is the same thing for those who do not use the map: a row and its mark point at each other.

const L = window.L;
const place = document.querySelector("[data-marks]");
const OUTLINES = "/api/v1/premises/outlines";
const SIZE_PX = 20;
const PLANNED_PX = 32;
const SVG = "http://www.w3.org/2000/svg";

function symbol(why) {
  const drawn = document.createElementNS(SVG, "svg");
  for (const [name, value] of [["class", `map-symbol map-symbol--${why}`], ["viewBox", "0 0 24 24"], ["width", SIZE_PX], ["height", SIZE_PX]]) drawn.setAttribute(name, value);
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#map-${why}`);
  drawn.append(use);
  return drawn;
}

function rowOf(mark) {
  return document.querySelector(`[data-line="${mark.line}"]`);
}

let chosen = null;
function choose(mark, marker) {
  if (chosen) {
    chosen.row?.classList.remove("map-chosen");
    chosen.marker.getElement()?.classList.remove("map-mark--chosen");
    chosen.marker.setZIndexOffset(chosen.depth);
  }
  chosen = { row: rowOf(mark), marker, depth: -mark.line * 10 };
  chosen.row?.classList.add("map-chosen");
  marker.getElement()?.classList.add("map-mark--chosen");
  marker.setZIndexOffset(100_000);
}

function draw(map, mark) {
  const size = mark.planned ? PLANNED_PX : SIZE_PX;
  const icon = L.divIcon({ html: symbol(mark.why), className: `map-mark${mark.planned ? " map-mark--planned" : ""}`, iconSize: [size, size] });
  // The gravest lies on top; the list is what the keyboard goes through.
  const marker = L.marker(mark.at, { icon, keyboard: false, zIndexOffset: -mark.line * 10 }).addTo(map);
  marker.bindTooltip(document.createTextNode(`${mark.name}${mark.level ? `, level ${mark.level}` : ""}`), { direction: "top", offset: [0, -size / 2] });
  marker.on("click", () => {
    choose(mark, marker);
    const row = rowOf(mark);
    row?.scrollIntoView({ block: "nearest" });
    row?.querySelector("a")?.focus();
  });
  for (const event of ["mouseenter", "focusin"]) rowOf(mark)?.addEventListener(event, () => choose(mark, marker));
}

async function drawOutlines(map) {
  const answer = await fetch(OUTLINES);
  if (!answer.ok) throw new Error(String(answer.status));
  const { features } = await answer.json();
  const style = getComputedStyle(place);
  const drawn = L.geoJSON(features, {
    interactive: false,
    style: ({ properties: { kind } }) => ({ color: style.color, fill: false, ...(kind === "service" ? { weight: 2, dashArray: "10 6" } : { weight: 1 }) }),
  }).addTo(map);
  return features.length ? drawn.getBounds() : null;
}

function sayOutlines(words) {
  const said = document.querySelector("[data-outlines]");
  said.textContent = words;
  said.hidden = false;
}

if (place && L) {
  const marks = JSON.parse(place.dataset.marks);
  const moves = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(place, { attributionControl: false, maxZoom: 19, zoomAnimation: moves, fadeAnimation: moves, inertia: moves });
  L.control.scale({ imperial: false }).addTo(map);
  const all = L.latLngBounds(marks.map(({ at }) => at));
  map.setView([54, -2], 5);
  if (all.isValid()) map.fitBounds(all, { padding: [24, 24], maxZoom: 15, animate: false });
  for (const mark of marks) draw(map, mark);
  drawOutlines(map).then(
    (grounds) => {
      if (!grounds) sayOutlines("No outlines of station grounds are loaded.");
      else if (!all.isValid()) map.fitBounds(grounds, { padding: [24, 24], animate: false });
      place.dataset.drawn = "yes";
    },
    () => { sayOutlines("The outlines of the station grounds could not be fetched. Load the page again."); place.dataset.drawn = "yes"; },
  );
}
