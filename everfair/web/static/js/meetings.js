// The floor of meetings: asks again every ten seconds while somebody looks at the running slot. Without it the page shows what it came with.
(() => {
  "use strict";
  const place = document.querySelector("[data-floor-live]");
  if (!place) return;
  let wait = 10000;
  const ask = async () => {
    if (!document.hidden && !place.contains(document.activeElement)) {
      try {
        const answer = await fetch(place.dataset.floor, { headers: { "X-Part": "floor" }, redirect: "error" });
        if (!answer.ok) throw new Error(String(answer.status));
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        place.replaceChildren(...fresh.body.childNodes);
        wait = 10000;
      } catch {
        wait = Math.min(wait * 2, 120000);
      }
    }
    setTimeout(ask, wait);
  };
  setTimeout(ask, wait);
})();
