// The floor of meetings: told over the live hub that something changed, it asks for its part again; where nothing can
// be told, it asks every ten seconds. Without this script the page shows what it came with.
(() => {
  "use strict";
  const place = document.querySelector("[data-floor]");
  if (!place) return;
  const ALONE = 10000, TOLD = 60000, LONGEST = 120000; // ms between two looks: by itself; while we are told; after failures
  const slot = Number(place.dataset.slot), isNow = "floorLive" in place.dataset;
  let source = null, isTold = false, isOld = false, isAsking = false, wait = ALONE, timer;

  const ask = async () => {
    clearTimeout(timer);
    if (isAsking) return;
    if (document.hidden || place.contains(document.activeElement)) { later(); return; } // nothing moves under a reader's hand
    isAsking = true;
    isOld = false;
    try {
      const answer = await fetch(place.dataset.floor, { headers: { "X-Part": "floor" }, redirect: "error", cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (place.contains(document.activeElement)) isOld = true;
      else place.replaceChildren(...fresh.body.childNodes);
      wait = ALONE;
    } catch {
      isOld = true;
      wait = Math.min(wait * 2, LONGEST);
    }
    isAsking = false;
    later();
  };
  // Old already: soon, facts of a moment together. Else time itself changes what is late and what is next.
  const later = () => {
    clearTimeout(timer);
    if (isOld && wait === ALONE) timer = setTimeout(ask, 700 + Math.random() * 600);
    else if (isNow || isOld) timer = setTimeout(ask, isTold && !isOld ? TOLD : wait);
  };
  const note = (on) => {
    isTold = on;
    place.dataset.told = on ? "yes" : "no";
    later();
  };
  const listen = () => {
    source?.close();
    if (!place.dataset.topic || !("EventSource" in window)) return;
    source = new EventSource(`/live/${encodeURIComponent(place.dataset.topic)}?after=${place.dataset.position || ""}`);
    source.onopen = () => note(true);
    source.onerror = () => {
      note(false);
      if (source.readyState === EventSource.CLOSED) setTimeout(() => { if (!document.hidden) listen(); }, 20000 + Math.random() * 20000);
    };
    source.onmessage = (event) => {
      if (event.lastEventId) place.dataset.position = event.lastEventId;
      const facts = JSON.parse(event.data);
      const near = [0, slot, Number(place.dataset.next || 0)];
      if (!isNow && !facts.some((fact) => near.includes(fact.slot))) return;
      isOld = true;
      if (!isAsking) later();
    };
    source.addEventListener("stale", () => { isOld = true; later(); });
  };
  place.addEventListener("focusout", () => { if (isOld) later(); });
  document.addEventListener("visibilitychange", () => { // browsers have six connections for a site
    if (document.hidden) { source?.close(); source = null; clearTimeout(timer); isTold = false; } else { isOld = true; listen(); later(); }
  });
  listen();
  later();
})();
