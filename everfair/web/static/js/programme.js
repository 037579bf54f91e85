/* The programme's pages: arrow keys in the grid, the line of now, the reader's own hours, video in place where the browser can. All optional. */
(() => {
  "use strict";
  const root = document.documentElement;
  const all = (what, from = document) => [...from.querySelectorAll(what)];
  const clock = (zone, at) => new Intl.DateTimeFormat(root.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone }).format(at);
  const STEP = 300000;

  /* The line of now moves, and what it passes changes its standing with the next visit. */
  const board = document.querySelector("[data-board]");
  if (board) {
    const line = board.querySelector(".now-line"), label = board.querySelector(".now-label");
    const begins = new Date(board.dataset.begins).getTime();
    const place = (part, column) => { part.className = part.className.replace(/\bt\d+\b/, "t" + column); };
    const tick = () => {
      const column = Math.floor((Date.now() - begins) / STEP) + 1;
      if (column < 1 || column > 288) return;
      place(line, column); place(label, column);
      const time = label.querySelector("time");
      time.textContent = clock(board.dataset.zone, new Date()); time.dateTime = new Date().toISOString();
    };
    if (line && label) { tick(); setInterval(tick, 30000); board.scrollLeft = Math.max(0, line.offsetLeft - board.clientWidth / 3); }

    /* the second ruler: hours where the reader is, if the server does not know them */
    const own = board.querySelector("[data-own-ruler]");
    if (own?.hidden) {
      const hours = all("time", own);
      for (const hour of hours) hour.textContent = clock(undefined, new Date(hour.dateTime));
      own.hidden = hours.every((hour) => hour.textContent === clock(board.dataset.zone, new Date(hour.dateTime)));
    }

    /* arrow keys: along a stage, and to what runs at that time on the next one */
    const links = () => all(".slot > a", board).filter((link) => link.offsetParent);
    const middle = (link) => { const box = link.getBoundingClientRect(); return [box.left + box.width / 2, box.top + box.height / 2]; };
    board.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!way || event.altKey || event.ctrlKey || event.metaKey) return;
      const found = links(), from = document.activeElement?.closest(".slot > a");
      if (!found.length) return;
      event.preventDefault();
      if (!from) return found[0].focus();
      const [x, y] = middle(from);
      const lane = from.closest(".lane");
      let best = null, least = Infinity;
      for (const link of found) {
        if (link === from || (way[0] && link.closest(".lane") !== lane)) continue;
        const [toX, toY] = middle(link), along = way[0] ? (toX - x) * way[0] : (toY - y) * way[1], aside = way[0] ? Math.abs(toY - y) : Math.abs(toX - x);
        if (along <= 2) continue;
        const far = way[0] ? along + aside : along * 4 + aside;
        if (far < least) { least = far; best = link; }
      }
      best?.focus();
      best?.scrollIntoView({ block: "nearest", inline: "nearest" });
    });
  }

  /* A session's time where the reader is. */
  for (const time of all("[data-session-time]")) {
    const yours = time.parentElement.querySelector("[data-yours]");
    if (!yours) continue;
    const from = new Date(time.dateTime), until = new Date(time.dataset.until);
    if (isNaN(from) || clock(undefined, from) === clock(time.dataset.zone, from)) continue;
    const day = (zone) => new Intl.DateTimeFormat(root.lang, { day: "numeric", month: "short", timeZone: zone }).format(from);
    const start = day(undefined) === day(time.dataset.zone) ? clock(undefined, from) : day(undefined) + " " + clock(undefined, from);
    yours.textContent = yours.dataset.yours.replace("{from}", start).replace("{until}", isNaN(until) ? "" : clock(undefined, until));
    yours.hidden = false;
  }

  /* A film or stream plays in the page where the browser can do it, after a click and not before; else the link opens. */
  for (const link of all("a[data-video]")) {
    const video = document.createElement("video");
    const can = link.dataset.type ? video.canPlayType(link.dataset.type) : "maybe";
    if (!can) continue;
    let failed = false;
    link.addEventListener("click", (event) => {
      if (failed || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      video.controls = true; video.playsInline = true; video.preload = "none"; video.src = link.href;
      video.setAttribute("aria-label", link.dataset.label || link.textContent);
      video.addEventListener("error", () => { failed = true; video.replaceWith(link); link.focus(); }, { once: true });
      link.replaceWith(video);
      video.play().catch(() => {});
      video.focus();
    });
  }
})();
