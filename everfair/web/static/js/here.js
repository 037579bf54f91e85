/* Who is here now, in numbers, on a public page: [data-here="<topic>"], first asked at data-here-now, then told.
   Signed in it uses socket.js, which the page then loads. A tab nobody looks at is nowhere. */
(() => {
  "use strict";
  const root = document.querySelector("[data-here]"), socket = window.everfairSocket;
  if (!root || !(socket || window.EventSource)) return;
  const figure = new Intl.NumberFormat(document.documentElement.lang);
  let version = 0, stop = null, turn = 0;
  const show = (fact) => {
    if (fact.kind !== "here" || fact.version < version) return;
    version = fact.version;
    root.hidden = !(fact.hosts || fact.visitors);
    for (const part of root.querySelectorAll("[data-here-hosts]")) part.hidden = !fact.hosts;
    const count = root.querySelector("[data-here-visitors]");
    if (count) { count.hidden = !fact.visitors; count.textContent = count.dataset.hereVisitors.replace("{n}", figure.format(fact.visitors)); }
    for (const one of document.querySelectorAll("[data-booth], [data-area]")) {
      one.querySelector("[data-here-mark]")?.remove();
      if ((fact.booths?.[one.dataset.booth] || fact.areas?.[one.dataset.area])?.[1]) (one.querySelector("footer") || one).append(root.querySelector("template").content.cloneNode(true));
    }
  };
  const begin = async () => {
    const mine = turn += 1;
    stop?.();
    stop = null;
    const answer = await fetch(root.dataset.hereNow, { cache: "no-store" });
    if (!answer.ok) return;
    const { fact, position } = await answer.json(), topic = root.dataset.here;
    if (mine !== turn || document.hidden) return;
    show(fact);
    if (socket) { stop = socket.connect(topic, show, { after: position, onStale: soon }); return; }
    const source = new EventSource(`/live/${encodeURIComponent(topic)}?after=${position}`);
    source.onmessage = (event) => JSON.parse(event.data).forEach(show);
    source.addEventListener("stale", soon);
    stop = () => source.close();
  };
  const soon = () => setTimeout(() => begin().catch(() => {}), Math.random() * 2000);
  const look = () => { if (document.hidden) { turn += 1; stop?.(); stop = null; } else begin().catch(() => {}); };
  document.addEventListener("visibilitychange", look);
  if (document.readyState === "complete") look(); else addEventListener("load", look);
  const news = root.parentElement.querySelector("[data-here-news]");
  if (news && socket) socket.connect(news.dataset.hereNews, () => { news.hidden = false; });
})();
