// The map beside an incident's list: the place, a ring each 50 m, and what is around by its number in the list. No tiles,
// so it needs no other server; the lists say the same for those who do not use it.

const L = window.L;
const place = document.querySelector("[data-incident-map]");
const screen = document.getElementById("control-screen");
const RING_M = 50;
let map = null;
let drawn = null;

function draw() {
  const centre = screen.querySelector("[data-incident-place]");
  place.hidden = !centre;
  if (!centre) return;
  const at = [Number(centre.dataset.north), Number(centre.dataset.east)];
  const radius = Number(centre.dataset.radius);
  map ??= L.map(place, { crs: L.CRS.Simple, attributionControl: false, zoomSnap: 0.25, minZoom: -4, maxZoom: 3 });
  drawn?.remove();
  drawn = L.layerGroup().addTo(map);
  for (let ring = RING_M; ring <= radius; ring += RING_M) {
    L.circle(at, { radius: ring, color: "#7a868f", weight: 1, fill: false, interactive: false }).addTo(drawn);
    L.marker([at[0] + ring, at[1]], { icon: L.divIcon({ className: "incident-map__ring", html: `${ring} m` }), interactive: false, keyboard: false }).addTo(drawn);
  }
  for (const line of screen.querySelectorAll("[data-around]")) {
    L.circleMarker([Number(line.dataset.north), Number(line.dataset.east)], { radius: 7, color: "#0b0c0c", weight: 2, fillColor: "#fff", fillOpacity: 1 })
      .bindTooltip(line.dataset.number, { permanent: true, direction: "top", offset: [0, -5] })
      .on("click", () => line.querySelector("a").focus()).addTo(drawn);
  }
  for (const line of screen.querySelectorAll("[data-hydrant]")) {
    const icon = L.divIcon({ className: `incident-map__hydrant${line.dataset.alert ? " incident-map__hydrant--alert" : ""}`, html: line.dataset.hydrant, iconSize: null });
    L.marker([Number(line.dataset.north), Number(line.dataset.east)], { icon, interactive: false, keyboard: false }).addTo(drawn);
  }
  L.circleMarker(at, { radius: 9, color: "#0b0c0c", weight: 3, fillColor: "#d4351c", fillOpacity: 1, interactive: false }).addTo(drawn);
  map.fitBounds(L.latLngBounds([at[0] - radius, at[1] - radius], [at[0] + radius, at[1] + radius]));
}

place.setAttribute("role", "region");
place.setAttribute("aria-label", "Map of the incident, the records and hydrants around it, which the lists name in the same numbers and letters");
draw();
new MutationObserver(draw).observe(screen, { childList: true });
