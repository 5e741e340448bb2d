// While the slider moves, the cursor and the words move with it; letting go asks for that time.
"use strict";
addEventListener("input", ({ target: slider }) => {
  if (slider.id !== "geser") return;
  const { zone, language, hours } = slider.dataset;
  const at = new Date(slider.value * 1000);
  const told = { timeZone: zone, dateStyle: "medium", ...(hours === undefined ? {} : { timeStyle: "short" }) };
  const said = at > new Date() ? "" : at.toLocaleString(language === "en" ? "en-GB" : "id-ID", told);
  document.querySelector(".machine .place").textContent = said;
  slider.setAttribute("aria-valuetext", said);
  for (const axis of document.querySelectorAll(".axis")) {
    const { start, end, pad, width } = axis.dataset;
    const x = +pad + (slider.value - start) / (end - start) * (width - 2 * pad);
    const cursor = axis.querySelector(".cursor");
    cursor.setAttribute("x1", x);
    cursor.setAttribute("x2", x);
  }
});
addEventListener("click", (click) => { if (click.target.closest("[data-print]")) print(); });
const offer = () => { for (const button of document.querySelectorAll("[data-print]")) button.hidden = false; };
offer();
addEventListener("htmx:afterSettle", offer);
