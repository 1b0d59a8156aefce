// Times as the crew reads them (London) and as they are sent (UTC). No DOM.

const PARTS = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Europe/London", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});

/** Return a moment as a field for date and time has it: London, to the minute. @param {number | string | Date} at */
export function toLondon(at) {
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) return "";
  const parts = Object.fromEntries(PARTS.formatToParts(moment).map(({ type, value }) => [type, value]));
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
}

/** Return a moment as people say it now: the time alone where it is of today. @param {number} at @param {number} now */
export function atTime(at, now) {
  const [day, time] = toLondon(at).split("T");
  return day === toLondon(now).split("T")[0] ? time : `${time} on ${dayOf(day)}`;
}

/** Return the moment of a London date and time, in UTC; what is none is returned as it is, for the form to say so. @param {string} local */
export function fromLondon(local) {
  const asUtc = Date.parse(`${local.slice(0, 16)}:00Z`);
  if (Number.isNaN(asUtc)) return local;
  for (const hours of [0, 1]) {
    const moment = new Date(asUtc - hours * 3_600_000);
    if (toLondon(moment) === local.slice(0, 16)) return moment.toISOString();
  }
  return new Date(asUtc).toISOString(); // in the hour that is left out in March
}

const DAY_MS = 24 * 3600 * 1000;

/** Return a day as people say it: "5 September 2026". @param {string} at a date, or a moment */
export function dayOf(at) {
  return new Date(at.length === 10 ? `${at}T12:00:00Z` : at).toLocaleDateString("en-GB", { timeZone: "Europe/London", day: "numeric", month: "long", year: "numeric" });
}

/** Return how long ago something was: "today", "12 days ago", "5 months ago", "3 years ago". @param {string} at @param {number} now */
export function agoOf(at, now) {
  const days = Math.max(0, Math.round((now - Date.parse(at)) / DAY_MS));
  if (days === 0) return "today";
  const [count, noun] = days < 60 ? [days, "day"] : days < 730 ? [Math.round(days / 30.44), "month"] : [Math.floor(days / 365.25), "year"];
  return `${count} ${noun}${count === 1 ? "" : "s"} ago`;
}

/** Return since when something holds: "14:02 today", or "14:02 on 5 September 2026". @param {string} at @param {number} now */
export function asOf(at, now) {
  const [day, time] = toLondon(at).split("T");
  return day === toLondon(now).slice(0, 10) ? `${time} today` : `${time} on ${dayOf(at)}`;
}

/** Return how long ago something of today was: "just now", "1 minute ago", "75 minutes ago". @param {number} at @param {number} now */
export function minutesAgo(at, now) {
  const minutes = Math.max(0, Math.floor((now - at) / 60_000));
  return minutes === 0 ? "just now" : `${minutes} minute${minutes === 1 ? "" : "s"} ago`;
}
