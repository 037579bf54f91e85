/* On every page of a desk: how many conversations have something new, in the navigation and the title, and a word when one comes. */
(() => {
  "use strict";
  const told = document.querySelector("[data-inbox]"), socket = window.everfairSocket;
  const links = [...document.querySelectorAll(".desk-nav a[data-conversations], .desk-nav a[href*='/my/conversations/']")];
  if (!told || !socket || !links.length) return;
  const figure = new Intl.NumberFormat(document.documentElement.lang), title = document.title, counts = new Map();
  let asking = 0, before = null;
  const show = (link, count) => {
    counts.set(link, count);
    let mark = link.querySelector("[data-unread]");
    if (!count) { mark?.remove(); return; }
    if (!mark) { mark = document.createElement("small"); mark.dataset.unread = ""; mark.className = "unread"; link.append(mark); }
    mark.textContent = figure.format(count);
    mark.setAttribute("aria-label", told.dataset.inboxCount.replace("{n}", figure.format(count)));
  };
  const ask = async (isNews) => {
    try {
      await Promise.all(links.map(async (link) => {
        const answer = await fetch(`${link.pathname}unread/${link.search}`, { cache: "no-store", headers: { Accept: "application/json" } });
        if (answer.ok) show(link, (await answer.json()).count);
      }));
    } catch { return; /* asked again with the next fact */ }
    const most = Math.max(0, ...counts.values());
    document.title = most ? `(${figure.format(most)}) ${title}` : title;
    if (isNews && before !== null && most > before) tell();
    before = most;
  };
  const tell = () => {
    const toast = document.createElement("div"), text = document.createElement("span"), link = document.createElement("a");
    for (const old of document.querySelectorAll(".toast[data-news]")) old.remove();
    toast.className = "toast";
    toast.dataset.news = "";
    text.textContent = told.dataset.inboxNew;
    link.href = links[0].pathname + (links[0].search ? `${links[0].search}&show=unread` : "?show=unread");
    link.textContent = told.dataset.inboxRead;
    toast.append(text, link);
    document.querySelector(".toasts")?.append(toast);
  };
  const soon = () => { clearTimeout(asking); asking = setTimeout(() => ask(true), 300 + Math.random() * 300); };
  socket.connect(told.dataset.inbox, soon, { onStale: soon, onState: (state) => { if (state === "on" && before !== null) soon(); } });
  ask(false);
})();
