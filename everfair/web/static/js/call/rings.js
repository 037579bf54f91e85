// A booth's call rings on the pages of its people: [data-rings="rings:<person>"] holds a <template> with forms to answer and decline.
// Others may listen, too: window events "everfair:ring" and "everfair:ring-over" with the fact. Needs socket.js and data-person.
(() => {
  "use strict";
  const place = document.querySelector("[data-rings]"), template = place?.querySelector("template"), socket = window.everfairSocket;
  if (!place || !template || !socket) return;
  const shown = new Map(), versions = new Map();
  const stop = (call) => { const old = shown.get(call); if (!old) return; clearTimeout(old.late); old.row.remove(); shown.delete(call); place.hidden = !shown.size; };
  socket.connect(place.dataset.rings, (fact) => {
    if (fact.kind !== "ring" || (versions.get(fact.call) || 0) > fact.version) return;
    versions.set(fact.call, fact.version);
    stop(fact.call);
    const left = fact.until ? new Date(fact.until) - Date.now() : 0;
    dispatchEvent(new CustomEvent(left > 0 ? "everfair:ring" : "everfair:ring-over", { detail: fact }));
    if (left <= 0) return;
    const row = template.content.firstElementChild.cloneNode(true);
    row.querySelector("[data-name]").textContent = [fact.name, fact.firm].filter(Boolean).join(", ");
    for (const form of row.querySelectorAll("form")) form.action = form.getAttribute("action").replace("/-/", `/${fact.call}/`);
    row.querySelector("form[data-decline]")?.addEventListener("submit", (event) => {
      event.preventDefault();
      fetch(event.target.action, { method: "POST", body: new FormData(event.target), headers: { Accept: "application/json" }, credentials: "same-origin" }).then(() => stop(fact.call), () => event.target.submit());
    });
    place.append(row);
    place.hidden = false;
    shown.set(fact.call, { row, late: setTimeout(() => stop(fact.call), left) });
  }, { onGone: () => {} });
})();
