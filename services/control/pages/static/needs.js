// Who needs help out, on an open record: looks every few seconds whether somebody agreed or withdrew, and if so takes
// in what is held now. Only then is anything read, and kept as read.

const LOOK_EVERY_MS = 3000;

async function look() {
  const place = document.querySelector("[data-needs]");
  if (place) {
    try {
      const answer = await fetch(`${place.dataset.needs}/edition`, { credentials: "same-origin" });
      const newest = answer.ok ? (await answer.json()).edition : place.dataset.edition;
      if (newest !== place.dataset.edition) {
        const shown = await fetch(place.dataset.needs, { credentials: "same-origin", headers: { Accept: "text/html" } });
        if (shown.ok && place.isConnected) place.outerHTML = await shown.text();
      }
    } catch {
      // The connection is lost: the page says so itself, and loads everything afresh when it is back.
    }
  }
  setTimeout(look, LOOK_EVERY_MS);
}

setTimeout(look, LOOK_EVERY_MS);
