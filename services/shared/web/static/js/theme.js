// Turns a work screen dark or light, and remembers which for this terminal.

export function startTheme() {
  const [button, sheet] = [document.querySelector("[data-ravi-theme]"), document.getElementById("ravi-dark")];
  if (!button || !sheet) return;
  const isDark = () => matchMedia(sheet.media).matches;
  const label = () => { button.textContent = isDark() ? "Light screen" : "Dark screen"; };
  button.hidden = false;
  button.addEventListener("click", () => {
    const chosen = isDark() ? "light" : "dark";
    sheet.media = chosen === "dark" ? "screen" : "not all";
    document.cookie = `ravi_theme=${chosen}; path=/; max-age=31536000; samesite=lax`;
    label();
  });
  label();
}
