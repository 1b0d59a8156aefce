// Beginning a visit: what the tablet and the sign-in know already is filled in, and its first page is shown.

import { go, state } from "./state.js";
import { thisDevice } from "./tablet.js";

/** Begin a visit and show its first page. @param {Record<string, any>} [known] what is known of it already */
export async function beginVisit(known = {}) {
  const { tablet, form } = state;
  if (!tablet || !form) return;
  const { name, station, watch } = tablet.author;
  const now = Date.now();
  /** @type {Record<string, any>} */
  const content = {
    schema_version: "1",
    device_id: await thisDevice(),
    app_version: document.querySelector("meta[name=app-version]")?.getAttribute("content") ?? "unknown",
    lead_officer_id: name,
    started_at: new Date(now - (now % 60_000)).toISOString(),
    ...known,
  };
  if (station) content.station = station;
  if (watch) content.watch = watch;
  const visit = tablet.begin(now, content);
  await tablet.save(visit);
  await go({ name: "visit", visit: visit.id });
}
