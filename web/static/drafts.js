// Keeps what is typed, a moment after the typing stops; without it there is the button.
"use strict";
{
  const form = document.querySelector("form[data-drafts]");
  const said = document.querySelector("[data-saved]");
  let waiting, sent;
  const keep = async () => {
    const typed = new FormData(form);
    typed.set("step", "keep");
    sent = new AbortController();
    try {
      const answer = await fetch(location.pathname, { method: "POST", body: new URLSearchParams(typed), headers: { "X-Sidik-Draft": "1" }, redirect: "error", signal: sent.signal });
      if (answer.ok) said.textContent = await answer.text();
    } catch { /* offline: what is typed still stands in the form */ }
  };
  const stop = () => { clearTimeout(waiting); sent?.abort(); };
  form?.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    clearTimeout(waiting);
    waiting = setTimeout(keep, 2500);
  });
  form?.addEventListener("submit", stop);
}
