// Where the tablet is, as it says itself, or why nobody can tell.

const WITHIN_MS = 15_000;
const WHY = ["", "this tablet does not let the app have it.", "this tablet cannot tell where it is.", "it took too long; try again in the open."];

/** Return where the tablet is now, or in words why that is not known. @returns {Promise<import("./types.js").Fix | string>} */
export function takePosition() {
  return new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords, timestamp }) => resolve({ lat: rounded(coords.latitude), lon: rounded(coords.longitude), accuracy_m: Math.round(coords.accuracy), at: timestamp }),
      ({ code }) => resolve(`No position: ${WHY[code]}`),
      { enableHighAccuracy: true, timeout: WITHIN_MS },
    );
  });
}

/** @param {number} degrees */
function rounded(degrees) {
  return Number(degrees.toFixed(6));
}
