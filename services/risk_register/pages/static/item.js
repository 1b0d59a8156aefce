// The page of one visit: the way back to the list as it was narrowed, its lines by j and k, and that it was looked at.

const back = document.querySelector(".govuk-back-link");
try {
  const list = sessionStorage.getItem("ravi_queue");
  if (back && list) back.href = `/review${list}`;
} catch { /* A locked-down terminal keeps nothing. */ }

let marked = -1;
const lines = () => [...document.querySelectorAll("[data-review-row]")].filter((line) => line.checkVisibility());

function mark(step) {
  const all = lines();
  if (!all.length) return;
  marked = Math.max(0, Math.min(all.length - 1, marked + step));
  all.forEach((line, place) => line.classList.toggle("review-row--marked", place === marked));
  all[marked].querySelector(".review-correct")?.focus({ preventScroll: true });
  all[marked].scrollIntoView({ block: "nearest" });
}

document.querySelectorAll("[data-review-step]").forEach((button) => {
  button.addEventListener("click", () => mark(Number(button.dataset.reviewStep)));
});
document.querySelectorAll("[data-review-keys]").forEach((keys) => { keys.hidden = false; });

const token = document.querySelector('meta[name="csrf-token"]')?.content || "";
const looked = document.querySelector("[data-review-looked]")?.dataset.reviewLooked;
if (looked) fetch(looked, { method: "POST", headers: { "X-CSRF-Token": token }, keepalive: true }).catch(() => {});
