// The gate desk's live counts: asks every five seconds while somebody looks. Without it the page shows the counts it came with.
(() => {
  "use strict";
  const place = document.querySelector("[data-counts]");
  if (!place) return;
  const figure = new Intl.NumberFormat(document.documentElement.lang);
  let wait = 5000;
  const ask = async () => {
    if (!document.hidden) {
      try {
        const answer = await fetch(place.dataset.counts, { headers: { Accept: "application/json" }, redirect: "error" });
        if (!answer.ok) throw new Error(String(answer.status));
        const now = await answer.json();
        for (const zone of now.zones) {
          const cell = place.querySelector(`[data-zone="${CSS.escape(zone.code)}"]`);
          if (!cell) continue;
          cell.querySelector("[data-inside]").textContent = figure.format(zone.inside);
          const meter = cell.querySelector("meter");
          if (meter) meter.value = zone.inside;
        }
        wait = 5000;
      } catch {
        wait = Math.min(wait * 2, 60000);
      }
    }
    setTimeout(ask, wait);
  };
  setTimeout(ask, wait);
})();
