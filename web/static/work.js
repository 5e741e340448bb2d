// The worklist by keyboard: X ticks the row in focus, and the row is looked at closer beside it.
"use strict";
addEventListener("keydown", (key) => {
  if (key.key !== "x" || key.ctrlKey || key.metaKey || key.altKey) return;
  if (key.target.closest("input:not([type=checkbox]), select, textarea")) return;
  const box = document.activeElement.closest("[data-row]")?.querySelector("input[type=checkbox]");
  if (box && box !== key.target) box.click();
});

let latest;
addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-look]");
  if (!row || !event.target.matches(":focus-visible")) return;
  latest?.abort();
  const { signal } = (latest = new AbortController());
  setTimeout(async () => {
    try {
      signal.throwIfAborted();
      const answer = await fetch(row.dataset.look, { signal });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      signal.throwIfAborted();
      document.getElementById("lihat").replaceWith(page.getElementById("lihat"));
    } catch {
      // The reader has gone on; the link under the row leads there as well.
    }
  }, 200);
});
