// X ticks the row in focus, so that several can be chosen without leaving the keyboard.
"use strict";
addEventListener("keydown", (key) => {
  if (key.key !== "x" || key.ctrlKey || key.metaKey || key.altKey) return;
  if (key.target.closest("input:not([type=checkbox]), select, textarea")) return;
  const box = document.activeElement.closest("[data-row]")?.querySelector("input[type=checkbox]");
  if (box && box !== key.target) box.click();
});
