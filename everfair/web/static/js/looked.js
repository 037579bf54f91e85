/* A page looked at for a while is told once, to the reader's own desk. Only there where the reader's learning is on. */
(() => {
  "use strict";
  const place = document.querySelector("[data-looked]");
  const token = place?.querySelector("input[name=csrfmiddlewaretoken]");
  if (!token) return;
  const NEEDED = 20000; /* milliseconds of the page in view */
  let seen = 0, since = 0, waiting = 0;
  const tell = () => {
    document.removeEventListener("visibilitychange", turn);
    const body = new URLSearchParams({ csrfmiddlewaretoken: token.value });
    fetch(place.dataset.looked, { method: "POST", body, headers: { Accept: "application/json" }, keepalive: true }).catch(() => { /* a lost look is no loss */ });
  };
  const turn = () => {
    if (document.visibilityState === "visible") {
      since = performance.now();
      waiting = setTimeout(tell, NEEDED - seen);
    } else {
      clearTimeout(waiting);
      if (since) seen += performance.now() - since;
      since = 0;
    }
  };
  document.addEventListener("visibilitychange", turn);
  turn();
})();
