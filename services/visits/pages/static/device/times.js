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

/** Return a day as it is written in the UK. @param {string} day YYYY-MM-DD */
export function dayOf(day) {
  return new Date(`${day}T12:00:00Z`).toLocaleDateString("en-GB", { timeZone: "Europe/London", day: "numeric", month: "long", year: "numeric" });
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
