/* On a booth's desk: having a page open is being at the fair; the list of visitors is drawn anew when somebody comes or goes.
   A greeting that is being written stays. Needs socket.js. */
(() => {
  "use strict";
  const socket = window.everfairSocket, fair = document.querySelector("[data-at-fair]"), list = document.querySelector("[data-booth-now]");
  if (!socket || !fair) return;
  socket.connect(fair.dataset.atFair, () => {});
  if (!list) return;
  let waiting = 0;
  const typed = (row) => [...row.querySelectorAll("textarea")].some((field) => field.value || field === document.activeElement);
  const draw = async () => {
    const answer = await fetch(location.href, { cache: "no-store", headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html"), fresh = page.querySelector("[data-booth-part]");
    const old = list.querySelector("[data-booth-part]");
    if (!fresh) return;
    if (old.contains(document.activeElement) && document.activeElement.matches("textarea")) return; /* moving a row would take the caret: drawn when they go on */
    for (const row of old.querySelectorAll("[data-stay]")) {
      const next = fresh.querySelector(`[data-stay="${row.dataset.stay}"]`);
      if (next?.querySelector("textarea") && typed(row)) next.replaceWith(row);
    }
    old.replaceWith(fresh);
  };
  const again = () => { clearTimeout(waiting); waiting = setTimeout(() => draw().catch(() => { /* the next fact asks again */ }), 400 + Math.random() * 400); };
  list.addEventListener("focusout", () => again());
  socket.connect(list.dataset.boothNow, again, { after: list.dataset.position, onStale: again, onState: (state) => { if (state === "on") again(); } });
})();
