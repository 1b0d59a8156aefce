// Draws the candidates of one visit, in metres of the National Grid: no tiles, so it needs no other server. The list is
// the same thing for those who do not use the map: pointing at a candidate there marks it here.

const L = window.L;
const place = document.querySelector("[data-map]");

function at([east, north]) { return [north, east]; }

function drawBehind(map, data) {
  for (const area of data.outlines) {
    const line = area.kind === "service" ? { color: "#8f1113", dashArray: "8 6" } : { color: "#1a65a6" };
    for (const ring of area.rings) L.polygon(ring.map(at), { ...line, weight: 2, fill: false, interactive: false }).addTo(map);
  }
  for (const [east, north, name] of data.around) {
    L.circleMarker([north, east], { radius: 3, stroke: false, fillColor: "#7a868f", fillOpacity: 0.9 }).bindTooltip(name).addTo(map);
  }
}

function drawTablet(map, fix) {
  if (!fix) return;
  const colour = { color: "#6b1f6b", weight: 2 };
  if (fix.accuracy_m) L.circle(at(fix.at), { ...colour, radius: fix.accuracy_m, fillOpacity: 0.1, interactive: false }).addTo(map);
  L.circleMarker(at(fix.at), { ...colour, radius: 6, fillOpacity: 1, interactive: false })
    .bindTooltip("Tablet", { permanent: true, direction: "bottom", className: "premises-map__tablet" }).addTo(map);
}

// The candidates of the list, those at one spot together: their numbers would hide each other.
function spots() {
  const found = new Map();
  for (const line of document.querySelectorAll("[data-premises][data-east]")) {
    const key = `${line.dataset.east} ${line.dataset.north}`;
    if (!found.has(key)) found.set(key, { at: [Number(line.dataset.east), Number(line.dataset.north)], lines: [] });
    found.get(key).lines.push(line);
  }
  return [...found.values()];
}

function labelOf(spot) {
  const numbers = spot.lines.map((line) => line.dataset.label).filter(Boolean);
  return numbers.length > 3 ? `${numbers[0]}–${numbers.at(-1)}` : numbers.join(" · ");
}

function mark(line, marker, on) {
  line.classList.toggle("premises-candidate--marked", on);
  marker.setStyle({ fillColor: on ? "#fd0" : "#fff", radius: on ? 10 : 8 });
  marker.getTooltip().getElement()?.classList.toggle("premises-map__chosen", on);
  if (on) marker.bringToFront();
}

function drawCandidates(layer) {
  layer.clearLayers();
  for (const spot of spots().reverse()) {
    const label = labelOf(spot);
    const marker = L.circleMarker(at(spot.at), { radius: 8, color: "#0b0c0c", weight: 3, fillColor: "#fff", fillOpacity: 1 })
      .bindTooltip(label || spot.lines[0].dataset.name, { permanent: Boolean(label), direction: "top", offset: [0, -6] })
      .addTo(layer);
    marker.on("click", () => spot.lines[0].querySelector("button")?.focus());
    marker.on("mouseover", () => mark(spot.lines[0], marker, true));
    marker.on("mouseout", () => mark(spot.lines[0], marker, false));
    for (const line of spot.lines) {
      for (const [event, on] of [["mouseenter", true], ["focusin", true], ["mouseleave", false], ["focusout", false]]) {
        line.addEventListener(event, () => mark(line, marker, on));
      }
    }
  }
}

function addKey(map) {
  const key = L.control({ position: "bottomright" });
  key.onAdd = () => {
    const box = L.DomUtil.create("div", "premises-map__key");
    box.innerHTML = `<span class="premises-map__mark premises-map__mark--tablet"></span>Position that the tablet sent<br>
      <span class="premises-map__mark premises-map__mark--candidate"></span>Candidate, by its number<br>
      <span class="premises-map__mark premises-map__mark--around"></span>Other premises`;
    return box;
  };
  key.addTo(map);
}

// Shown at first: the position that the tablet sent and the candidates within 1.5 km of it; without a fix, every likely candidate;
// without those, the station's ground.
function look(map, data) {
  const all = spots();
  const likely = all.filter((spot) => spot.lines.some((line) => Number(line.dataset.percent) >= 5));
  const ground = data.outlines.find((area) => area.kind === "station_ground");
  const first = data.fix?.at || likely[0]?.at || data.place;
  if (!first && ground) { map.fitBounds(L.latLngBounds(ground.rings.flat().map(at)), { padding: [24, 24] }); return; }
  if (!first) { map.setView(all.length ? at(all[0].at) : [260000, 350000], all.length ? 0 : -6); return; }
  const shown = data.fix ? all.filter((spot) => map.distance(at(first), at(spot.at)) < 1500) : likely;
  const [east, north] = first;
  const reach = Math.max(120, Math.min(data.fix?.accuracy_m || 0, 1500));
  const around = [[north - reach, east - reach], [north + reach, east + reach]];
  map.fitBounds(L.latLngBounds([...around, ...shown.map((spot) => at(spot.at))]), { maxZoom: 1, padding: [24, 24] });
}

if (place && L) {
  const data = JSON.parse(place.dataset.map);
  const map = L.map(place, { crs: L.CRS.Simple, preferCanvas: true, minZoom: -8, maxZoom: 3, zoomSnap: 0.5, attributionControl: false });
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  const candidates = L.layerGroup().addTo(map);
  map.setView([0, 0], 0);
  drawBehind(map, data);
  drawTablet(map, data.fix);
  look(map, data);
  drawCandidates(candidates);
  addKey(map);
  document.addEventListener("htmx:afterSwap", () => drawCandidates(candidates));
}

// A number key places a visit, and the next page opens with its own numbers: a key that is held down, or pressed once
// too often, must not place a visit that nobody has read.
const READ_FIRST_MS = 600;
const holdsKeys = document.getElementById("choice");
if (holdsKeys) setTimeout(() => { holdsKeys.dataset.keys = "ready"; }, READ_FIRST_MS);
document.addEventListener("keydown", (event) => {
  const confirms = document.querySelector(`button[data-shortcut="${CSS.escape(event.key)}"]`);
  if (!confirms || event.target.matches("input:not([type=checkbox]), textarea")) return;
  if (event.repeat || holdsKeys?.dataset.keys !== "ready") { event.preventDefault(); event.stopImmediatePropagation(); }
}, { capture: true });
