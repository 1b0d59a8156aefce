// Prints the card; without scripts the browser's own menu does.

const button = document.querySelector("[data-card-print]");
button.hidden = false;
button.addEventListener("click", () => print());
