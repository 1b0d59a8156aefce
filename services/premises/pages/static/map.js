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

function listed() {
  return [...document.querySelectorAll("[data-premises][data-east]")].map((line) => ({
    line, id: line.dataset.premises, at: [Number(line.dataset.east), Number(line.dataset.north)],
    label: line.dataset.label, name: line.dataset.name,
  }));
}

function mark(candidate, marker, on) {
  candidate.line.classList.toggle("premises-candidate--marked", on);
  marker.setStyle({ fillColor: on ? "#fd0" : "#fff", radius: on ? 10 : 8 });
  marker.getTooltip().getElement()?.classList.toggle("premises-map__chosen", on);
  if (on) marker.bringToFront();
}

function drawCandidates(layer) {
  layer.clearLayers();
  const points = [];
  for (const candidate of listed()) {
    const marker = L.circleMarker(at(candidate.at), { radius: 8, color: "#0b0c0c", weight: 3, fillColor: "#fff", fillOpacity: 1 })
      .bindTooltip(candidate.label || candidate.name, { permanent: Boolean(candidate.label), direction: "top", offset: [0, -6] })
      .addTo(layer);
    marker.on("click", () => candidate.line.querySelector("button")?.focus());
    marker.on("mouseover", () => mark(candidate, marker, true));
    marker.on("mouseout", () => mark(candidate, marker, false));
    for (const [event, on] of [["mouseenter", true], ["focusin", true], ["mouseleave", false], ["focusout", false]]) {
      candidate.line.addEventListener(event, () => mark(candidate, marker, on));
    }
    points.push(at(candidate.at));
  }
  return points;
}

function addKey(map) {
  const key = L.control({ position: "bottomright" });
  key.onAdd = () => {
    const box = L.DomUtil.create("div", "premises-map__key");
    box.innerHTML = `<span class="premises-map__mark premises-map__mark--tablet"></span>Where the tablet was<br>
      <span class="premises-map__mark premises-map__mark--candidate"></span>Candidate, by its number<br>
      <span class="premises-map__mark premises-map__mark--around"></span>Other premises`;
    return box;
  };
  key.addTo(map);
}

// What is near the tablet, or near the best candidate, is shown; a far candidate is a zoom away.
function look(map, points, data) {
  const first = data.fix ? at(data.fix.at) : points[0] || (data.place && at(data.place));
  if (!first) { map.setView([260000, 350000], -6); return; }
  const close = points.filter((point) => map.distance(first, point) < 1500);
  const bounds = L.latLngBounds([first, ...close]);
  map.fitBounds(bounds.pad(0.25), { maxZoom: 1 });
}

if (place && L) {
  const data = JSON.parse(place.dataset.map);
  const map = L.map(place, { crs: L.CRS.Simple, preferCanvas: true, minZoom: -8, maxZoom: 3, zoomSnap: 0.5, attributionControl: false });
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  const candidates = L.layerGroup().addTo(map);
  map.setView([0, 0], 0);
  drawBehind(map, data);
  drawTablet(map, data.fix);
  look(map, drawCandidates(candidates), data);
  addKey(map);
  document.addEventListener("htmx:afterSwap", () => drawCandidates(candidates));
}
