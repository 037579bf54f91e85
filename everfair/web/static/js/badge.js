// The badge's page: keeps itself for times without a network, and says when it was last checked.
"use strict";
{
  const body = document.body;
  const words = JSON.parse(document.getElementById("words").textContent);
  const line = document.querySelector("[data-line]");
  const state = document.querySelector("[data-state]");
  const checked = new Date(body.dataset.checked);
  const clock = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  const isOld = () => Date.now() - checked.getTime() > 60_000; // shown from what the phone kept

  const show = () => {
    const isOff = !navigator.onLine || isOld();
    if (line) line.textContent = isOff ? words.offline.replace("{time}", clock.format(checked)) : words.online;
    for (const way of document.querySelectorAll("[data-needs-line]")) way.classList.toggle("is-off", !navigator.onLine);
    if (state && body.dataset.until && Date.now() > Date.parse(body.dataset.until)) {
      state.textContent = words.over;
      state.classList.replace("here", "stop");
    }
  };

  const look = () => {
    show();
    if (navigator.onLine && isOld() && document.visibilityState === "visible") {
      fetch(location.href, { cache: "no-store", headers: { "X-Probe": "1" } })
        .then((answer) => { if (answer.ok && !answer.headers.has("X-Kept")) location.reload(); })
        .catch(show);
    }
  };

  show();
  window.addEventListener("online", look);
  window.addEventListener("offline", show);
  document.addEventListener("visibilitychange", look);
  window.setInterval(show, 30_000);

  if ("serviceWorker" in navigator) {
    navigator.serviceWorker
      .register(body.dataset.worker, { scope: body.dataset.scope })
      .then(() => navigator.serviceWorker.ready)
      .then(() => {
        const note = document.querySelector("[data-kept]");
        if (note) note.textContent = `${words.kept} ${note.textContent}`;
      })
      .catch(() => {}); // a browser that keeps nothing still shows the badge
  }
}
