// Keeps every time on the page true for as long as it stays open: "14:02 today" turns into "14:02 yesterday" at
// midnight, "due in 1 min" into "overdue". Says what words.py says, by the server's clock and not the terminal's.

const MINUTE = 60000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const london = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Europe/London", hourCycle: "h23",
  year: "numeric", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit",
});
let ahead = 0;

// Take the server's word for what time it is now.
export function setClock(iso) {
  const told = Date.parse(iso);
  if (!Number.isNaN(told)) ahead = told - Date.now();
}

export function now() {
  return Date.now() + ahead;
}

function inLondon(moment) {
  const part = {};
  for (const { type, value } of london.formatToParts(moment)) part[type] = value;
  return { ...part, dayNumber: Date.UTC(part.year, part.month - 1, part.day) / DAY };
}

function counted(number, unit) {
  return number === 1 || unit === "min" || unit === "h" ? `${number} ${unit}` : `${number} ${unit}s`;
}

function durationWords(length) {
  if (length < MINUTE) return "less than 1 min";
  if (length < HOUR) return counted(Math.floor(length / MINUTE), "min");
  if (length < 2 * DAY) return counted(Math.floor(length / HOUR), "h");
  return counted(Math.floor(length / DAY), "day");
}

function daysAgo(days) {
  if (days < 120) return `${counted(days, "day")} ago`;
  const months = Math.floor(days / 30.4375);
  return months < 24 ? `${counted(months, "month")} ago` : `${counted(Math.floor((days * 4) / 1461), "year")} ago`;
}

export function timeWords(at, from) {
  const [then, today] = [inLondon(at), inLondon(from)];
  const named = { 0: "today", "-1": "yesterday", 1: "tomorrow" }[then.dayNumber - today.dayNumber];
  return `${then.hour}:${then.minute} ${named || `on ${Number(then.day)} ${MONTHS[then.month - 1]} ${then.year}`}`;
}

export function ageWords(written, from) {
  if (!written.includes("T")) {
    const days = inLondon(from).dayNumber - Date.parse(written) / DAY;
    if (days === 0) return "today";
    return days > 0 ? daysAgo(days) : `in ${counted(-days, "day")}`;
  }
  const length = from - Date.parse(written);
  if (length <= -MINUTE) return `in ${durationWords(-length)}`;
  if (length < MINUTE) return "just now";
  return length >= 2 * DAY ? daysAgo(Math.floor(length / DAY)) : `${durationWords(length)} ago`;
}

export function deadlineWords(due, from, soonMinutes) {
  const left = due - from;
  if (left < 0) return [`overdue by ${durationWords(-left)}`, "overdue"];
  return [`due in ${durationWords(left)}`, left <= soonMinutes * MINUTE ? "soon" : "later"];
}

function retell(element, from) {
  const { raviTime: kind, raviSoon: soon } = element.dataset;
  const written = element.dateTime;
  let words = "";
  if (kind === "time") words = timeWords(Date.parse(written), from);
  else if (kind === "age") words = ageWords(written, from);
  else if (kind === "deadline") {
    const [said, urgency] = deadlineWords(Date.parse(written), from, Number(soon));
    words = said;
    element.parentElement.className = `ravi-deadline ravi-deadline--${urgency}`;
  } else return;
  const place = element.querySelector(".ravi-time__words");
  if (place.textContent !== words) place.textContent = words;
}

export function retellAll(root = document) {
  const from = now();
  root.querySelectorAll("time[data-ravi-time]").forEach((element) => retell(element, from));
}

export function startTimes() {
  const told = document.querySelector('meta[name="ravi-now"]');
  if (told) setClock(told.content);
  setInterval(retellAll, 10000);
  document.addEventListener("visibilitychange", () => document.hidden || retellAll());
}
