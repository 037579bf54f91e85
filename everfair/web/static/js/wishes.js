/* A choice is kept at once; without this file the page's buttons keep a whole page of them. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-wishes]");
  if (!form) return;
  const counts = form.querySelector("[data-wish-counts]");
  const kept = new Map();
  for (const radio of form.querySelectorAll("input[type=radio]:checked")) kept.set(radio.name, radio.value);
  const turns = new Map(); /* one request at a time for each row, the last choice wins */

  const tell = (name, text, bad) => {
    const place = form.querySelector(`[data-said="${CSS.escape(name)}"]`);
    if (!place) return;
    place.textContent = text;
    place.classList.toggle("bad", Boolean(bad));
  };
  const put = (name, value) => {
    for (const radio of form.querySelectorAll(`input[name="${CSS.escape(name)}"]`)) radio.checked = radio.value === value;
  };
  const send = async (name, value) => {
    const body = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value, [name]: value });
    let answer = null, told = {};
    try {
      answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      told = await answer.json();
    } catch { told = {}; }
    if (answer?.ok && told.text) {
      kept.set(name, value);
      tell(name, told.text);
      if (counts && told.counts) counts.textContent = told.counts;
    } else if (told.error) {
      put(name, kept.get(name) ?? "");
      tell(name, told.error, true);
    } else tell(name, form.dataset.failed, true); /* the choice stays; the button below sends it */
  };
  form.addEventListener("change", (event) => {
    const radio = event.target.closest("input[type=radio]");
    if (!radio) return;
    tell(radio.name, form.dataset.saving);
    const { name, value } = radio;
    turns.set(name, (turns.get(name) || Promise.resolve()).then(() => send(name, value)));
  });
})();
