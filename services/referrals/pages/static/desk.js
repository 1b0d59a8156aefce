// Work a desk's list by keys: j and k go from row to row, Enter opens the row, a acknowledges it.
// The keys themselves are shortcuts.js's; here is only which row they mean.

const rows = [...document.querySelectorAll("[data-desk-row]")];
let current = -1;

const first = rows.findIndex((row) => row.querySelector("[data-desk-acknowledge]"));

function mark() {
  for (const [number, row] of rows.entries()) {
    const button = row.querySelector("[data-desk-acknowledge]");
    if (button && number === (current < 0 ? first : current)) button.dataset.shortcut = "a";
    else delete button?.dataset.shortcut;
    row.classList.toggle("ravi-changed", number === current);
  }
}

function goTo(number) {
  if (rows.length === 0) return;
  current = Math.min(Math.max(number, 0), rows.length - 1);
  mark();
  rows[current].querySelector("a").focus();
}

for (const button of document.querySelectorAll("[data-desk-move]")) {
  button.addEventListener("click", () => goTo(current + Number(button.dataset.deskMove)));
}
for (const [number, row] of rows.entries()) {
  row.addEventListener("focusin", () => { current = number; mark(); });
}
