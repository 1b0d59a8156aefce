// Keys pressed before a page's modules have come: kept for shortcuts.js, so that "/" and a name typed at once are not lost.
// A script that is waited for, not a module: it listens before anything of the page can be seen.

(() => {
  const kept = [];

  function keep(event) {
    const isTyped = event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey && !event.repeat;
    if (isTyped && (event.target === document.body || event.target === document.documentElement)) kept.push(event.key);
  }

  addEventListener("keydown", keep);
  globalThis.raviEarlyKeys = () => {
    removeEventListener("keydown", keep);
    return kept;
  };
})();
