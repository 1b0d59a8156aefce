// Keeps the live banner at the head of a page true: asks its service every few seconds, shows what it answers, makes
// it heard, and says so when it cannot be asked. What a service marks in the fragment that it gives:
//   data-banner-sounds="2"       on its first element: so many are to be heard; "0" is silence
//   data-banner-say="…"          on the same: the sentence for those who hear the page rather than see it
//   form data-banner-form="/api/…"  is sent there as JSON; 422 puts each reason beside the field that it names
//   data-banner-now              a field for a day and time, filled with the time now when its form is opened

import { send } from "./send.js";
import { silence, soundIsOn, soundOn, startSound, whenSoundChanges } from "./sound.js";
import { now, retellAll, timeWords } from "./times.js";

const GIVE_UP_MS = 4000;
const TITLE = document.title;

function said(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

function localNow() {
  const [day, time] = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/London", dateStyle: "short", timeStyle: "short" })
    .format(now()).split(" ");
  return `${day}T${time}`;
}

class Banner {
  constructor(root) {
    this.root = root;
    this.url = root.dataset.raviBanner;
    this.name = root.dataset.raviBannerName;
    this.place = root.querySelector("[data-ravi-banner-place]");
    this.everyMs = Number(root.dataset.raviBannerEveryS) * 1000;
    this.lostAfterMs = Number(root.dataset.raviBannerLostAfterS) * 1000;
    this.etag = "";
    this.checkedAt = 0;
    this.tick = 0; // the clock may be set meanwhile: how long ago is counted apart from it
    this.timer = 0;
    this.asking = false;
    this.again = false;
    this.announced = "";
    root.addEventListener("submit", (event) => this.submitted(event));
    root.addEventListener("toggle", (event) => this.opened(event.target), true);
    root.querySelector("[data-ravi-sound-on]").addEventListener("click", soundOn);
    whenSoundChanges(() => this.showSound());
  }

  async ask() {
    if (this.asking) { this.again = true; return; }
    this.asking = true;
    this.again = false;
    clearTimeout(this.timer);
    try {
      const answer = await fetch(this.url, {
        credentials: "same-origin",
        cache: "no-store",
        headers: { Accept: "text/html", ...(this.etag ? { "If-None-Match": this.etag } : {}) },
        redirect: "error",
        signal: AbortSignal.timeout(GIVE_UP_MS),
      });
      if (answer.status === 200) {
        const html = await answer.text();
        this.etag = answer.headers.get("etag") || "";
        this.show(html);
      } else if (answer.status !== 304) {
        throw new Error(String(answer.status));
      }
      this.checked();
    } catch {
      this.failed();
    }
    this.asking = false;
    this.timer = setTimeout(() => this.ask(), this.again ? 0 : this.everyMs);
  }

  checked() {
    this.checkedAt = now();
    this.tick = performance.now();
    this.root.dataset.raviBannerState = "live";
    this.root.querySelector("[data-ravi-banner-lost]").hidden = true;
    const [time] = timeWords(this.checkedAt, this.checkedAt).split(" ");
    this.tell(this.first ? `${this.name} below, ${time}` : `No ${this.name.toLowerCase()}, ${time}`);
  }

  failed() {
    if (this.checkedAt && performance.now() - this.tick < this.lostAfterMs) return;
    const lost = this.root.querySelector("[data-ravi-banner-lost]");
    const since = this.checkedAt ? ` since ${timeWords(this.checkedAt, now())}` : "";
    said(this.root.querySelector("[data-ravi-banner-since]"), since);
    if (this.root.dataset.raviBannerState === "lost") return;
    this.root.dataset.raviBannerState = "lost";
    lost.hidden = false;
    this.tell(`${this.name}: not checked`);
    this.announce(lost.textContent.replace(/\s+/g, " ").trim());
  }

  // Show what the service answered, and keep what somebody is typing into it, where their cursor is, what is open.
  show(html) {
    const kept = this.kept();
    this.place.innerHTML = html;
    this.keep(kept);
    retellAll(this.place);
    this.first = this.place.querySelector("[data-banner-sounds]");
    this.announce(this.first?.dataset.bannerSay || "");
    this.sound(Number(this.first?.dataset.bannerSounds || 0));
  }

  kept() {
    const fields = [...this.place.querySelectorAll("input[id], textarea[id], select[id]")];
    const open = [...this.place.querySelectorAll("details[id][open]")].map((each) => each.id);
    const faults = [...this.place.querySelectorAll("[data-banner-fault]")].map((each) => [each.dataset.bannerFault, each.textContent]);
    const focused = this.place.contains(document.activeElement) ? document.activeElement : null;
    return {
      values: fields.map((each) => [each.id, each.value]), open, faults, focus: focused?.id || "",
      selection: focused?.type === "text" ? [focused.selectionStart, focused.selectionEnd] : null,
    };
  }

  keep({ values, open, faults, focus, selection }) {
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    for (const [id, value] of values) {
      const field = document.getElementById(id);
      if (field && this.place.contains(field)) field.value = value;
    }
    for (const [id, words] of faults) this.fault(document.getElementById(id), words);
    const field = focus && document.getElementById(focus);
    if (!field) return;
    field.focus({ preventScroll: true });
    if (selection) field.setSelectionRange(...selection);
  }

  // Say in the header how it stands, where it takes no room from the page.
  tell(words) {
    const place = document.querySelector(`[data-ravi-banner-checked="${CSS.escape(this.root.dataset.raviBannerKey)}"]`);
    if (place) said(place, words);
  }

  announce(words) {
    if (words === this.announced) return;
    this.announced = words;
    said(this.root.querySelector("[data-ravi-banner-say]"), words);
  }

  sound(count) {
    this.sounding = count;
    this.root.dataset.raviBannerSounding = String(count);
    document.title = count ? `▲ ${this.name} (${count}) – ${TITLE}` : TITLE;
    silence(this, count === 0);
    this.showSound();
  }

  showSound() {
    this.root.querySelector("[data-ravi-banner-mute]").hidden = !this.sounding || soundIsOn();
  }

  opened(details) {
    if (!details.open) return;
    for (const field of details.querySelectorAll("[data-banner-now]")) if (!field.value) field.value = localNow();
  }

  async submitted(event) {
    const form = event.target.closest("form[data-banner-form]");
    if (!form) return;
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    form.querySelectorAll("[data-banner-fault]").forEach((each) => this.mend(each));
    const values = Object.fromEntries([...new FormData(form)].filter(([name]) => name !== "csrf_token"));
    try {
      const answer = await send(form.dataset.bannerForm, { json: values, headers: { Accept: "application/json" } });
      if (answer.status === 422) this.refused(form, await answer.json());
      else if (!answer.ok && answer.status !== 404) throw new Error(String(answer.status));
      else this.announce(form.dataset.bannerDone || "");
    } catch {
      this.fault(form.querySelector("input:not([type=hidden])") || button, "This was not kept: try again");
    }
    button.disabled = false;
    this.etag = "";
    this.ask();
  }

  refused(form, problem) {
    const wrong = [];
    for (const { pointer, reason } of problem.errors || []) {
      const field = form.elements[pointer.slice(1)];
      if (!field) continue;
      this.fault(field, reason.charAt(0).toUpperCase() + reason.slice(1));
      wrong.push(field);
    }
    wrong[0]?.focus();
  }

  fault(field, words) {
    if (!field?.id || document.querySelector(`[data-banner-fault="${CSS.escape(field.id)}"]`)) return;
    const line = document.createElement("p");
    line.className = "govuk-error-message ravi-banner__fault";
    line.id = `${field.id}-fault`;
    line.dataset.bannerFault = field.id;
    line.textContent = words;
    field.before(line);
    field.classList.add("govuk-input--error");
    field.setAttribute("aria-describedby", line.id);
    field.setAttribute("aria-invalid", "true");
  }

  mend(line) {
    const field = document.getElementById(line.dataset.bannerFault);
    field?.classList.remove("govuk-input--error");
    field?.removeAttribute("aria-describedby");
    field?.removeAttribute("aria-invalid");
    line.remove();
  }
}

startSound();
for (const root of document.querySelectorAll("[data-ravi-banner]")) {
  const banner = new Banner(root);
  banner.ask();
  document.addEventListener("visibilitychange", () => document.hidden || banner.ask());
  addEventListener("online", () => banner.ask());
}
