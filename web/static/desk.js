// What makes the desk quicker; every page works without it.
"use strict";

// "/" searches; J and K walk through the rows, Enter opens the one in focus.
addEventListener("keydown", (key) => {
  if (key.ctrlKey || key.metaKey || key.altKey) return;
  if (key.target.closest("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]")) return;
  if (key.key === "/") {
    const search = document.querySelector("input[type=search]");
    if (search) { key.preventDefault(); search.focus(); search.select(); }
  } else if (key.key === "j" || key.key === "k") {
    const rows = [...document.querySelectorAll("[data-row]")];
    const at = rows.indexOf(document.activeElement.closest("[data-row]"));
    const next = rows[at + (key.key === "j" ? 1 : -1)] ?? rows[at < 0 ? 0 : at];
    const link = next && (next.matches("a, button") ? next : next.querySelector("a"));
    if (link) { link.focus(); next.scrollIntoView({ block: "nearest" }); }
  }
});

// A form that is on its way is not sent twice; coming back by the back button wakes it.
addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method === "get") return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "1";
});
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// An open menu closes by Escape and by a click elsewhere.
addEventListener("keydown", (key) => {
  if (key.key !== "Escape") return;
  for (const open of document.querySelectorAll("details.account[open]")) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});
addEventListener("click", (click) => {
  for (const open of document.querySelectorAll("details.account[open]"))
    if (!open.contains(click.target)) open.open = false;
});
