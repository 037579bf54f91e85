/* Live facts: an open page is kept as a freshly loaded one would be. web/public/programme/room_shown.py draws the same from the same facts.
   A fact holds the whole state of one thing and its version, so late, repeated and merged facts do no harm. */
(() => {
  "use strict";
  let root = document.querySelector("[data-live]");
  if (!root || !window.EventSource) return;
  const LOOK_AGAIN = 30000, SETTLED = 1600; /* a public page shows a change within a second and a half */
  const lang = document.documentElement.lang.split("-")[0] || "en";
  const number = new Intl.NumberFormat(lang === "zh" ? "zh-Hans" : document.documentElement.lang);
  const all = (what, from = root) => [...from.querySelectorAll(what)];

  /* What the page knows of its reader, and of what is not shown any more. */
  let voted, choices, seen, source, isOn = false, lookingAgain, fetching = false;
  const learn = () => {
    voted = new Map((root.dataset.voted || "").split(" ").filter(Boolean).map((id) => [id, { version: 0, on: true }]));
    choices = new Map();
    seen = new Map();
    for (const poll of all("[data-list=poll] > [data-id]")) {
      const chosen = poll.querySelector("input[checked]");
      if (chosen) choices.set(poll.dataset.id, { version: 0, option: chosen.value });
    }
  };

  /* Words in the reader's language, as everfair.base.languages.pick chooses them. */
  const pick = (words) => [lang, "en", "zh", ...Object.keys(words)].find((code) => words[code]);
  const setWords = (element, words) => {
    const code = pick(words);
    element.textContent = code ? words[code] : "";
    element.lang = { zh: "zh-Hans" }[code || lang] || code || lang;
  };
  const put = (item, name, text) => { for (const place of all(`[data-t="${name}"]`, item)) if (place.textContent !== text) place.textContent = text; };
  const isAny = (words, flags) => words.split(" ").some((word) => flags.has(word));
  const takesVotes = () => ["published", "live"].includes(root.dataset.state);
  const able = (item) => { for (const control of all("[data-able]", item)) control.toggleAttribute("disabled", !(control.dataset.able === item.dataset.state && takesVotes())); };
  const show = (item, flags) => { for (const part of all("[data-when]", item)) part.hidden = !isAny(part.dataset.when, flags); able(item); };
  const blank = (name, id) => {
    const made = root.querySelector(`template[data-blank="${name}"]`).content.firstElementChild.cloneNode(true);
    for (const part of [made, ...made.querySelectorAll("[action], [href]")]) for (const attribute of ["action", "href"]) if (part.hasAttribute(attribute)) part.setAttribute(attribute, part.getAttribute(attribute).replace("__id__", id));
    made.dataset.id = id;
    return made;
  };

  /* Lists in order; a part that has the keyboard keeps it when it moves. */
  const orderOf = (item) => item.dataset.order ? item.dataset.order.split("-").map(Number)
    : [{ shown: 0, answered: 1 }[item.dataset.state] ?? 2, -Number(item.dataset.votes || 0), Number(item.dataset.id)];
  const isBefore = (one, other) => { for (const [i, part] of one.entries()) if (part !== other[i]) return part < other[i]; return false; };
  const place = (list, item) => {
    const order = orderOf(item);
    const next = [...list.children].find((other) => other !== item && isBefore(order, orderOf(other))) || null;
    if (item.parentNode === list && item.nextElementSibling === next) return;
    const focused = item.contains(document.activeElement) ? document.activeElement : null;
    list.insertBefore(item, next);
    focused?.focus({ preventScroll: true });
  };
  const listFor = (word) => root.querySelector(`[data-list~="${word}"]`);
  const find = (list, id) => list?.querySelector(`:scope > [data-id="${CSS.escape(String(id))}"]`);
  const isOld = (kind, fact, item) => {
    const key = `${kind}:${fact.id}`, known = Math.max(seen.get(key) || 0, Number(item?.dataset.version || 0));
    if (fact.version < known) return true;
    seen.set(key, fact.version);
    return false;
  };

  const fillVoted = (item) => {
    const mine = voted.get(item.dataset.id)?.on || false;
    const button = item.querySelector("button.vote");
    if (button) { button.setAttribute("aria-pressed", String(mine)); button.value = mine ? "0" : "1"; }
    return mine ? "voted" : "unvoted";
  };
  const showQuestion = (item) => show(item, new Set([item.dataset.state, item.querySelector('[data-t="name"]').textContent ? "named" : "nameless", fillVoted(item)]));

  const kinds = {
    room(fact) {
      if (fact.version < Number(root.dataset.version)) return;
      root.dataset.version = fact.version;
      root.dataset.state = fact.state;
      const flags = new Set([fact.state, fact.asks ? "asks" : "asks-not", fact.votes ? "votes" : "votes-not", fact.at_once ? "at-once" : "let-through"]);
      for (const part of all("[data-room-when]")) part.hidden = !isAny(part.dataset.roomWhen, flags);
      for (const item of all("[data-list] > [data-state]")) able(item);
    },
    question(fact) {
      const id = String(fact.id);
      let item = all("[data-list] > .question").find((one) => one.dataset.id === id);
      if (isOld("question", fact, item)) return;
      const list = listFor(fact.state);
      if (fact.state === "gone" || !list) { item?.remove(); return; }
      item ||= blank("question", id);
      Object.assign(item.dataset, { version: fact.version, state: fact.state, votes: fact.votes });
      put(item, "text", fact.text);
      put(item, "name", fact.name);
      put(item, "votes", number.format(fact.votes));
      showQuestion(item);
      place(list, item);
    },
    voted(fact) {
      const id = String(fact.id);
      if (fact.version < (voted.get(id)?.version || 0)) return;
      voted.set(id, { version: fact.version, on: fact.on });
      root.dataset.voted = [...voted].filter(([, vote]) => vote.on).map(([key]) => Number(key)).sort((a, b) => a - b).join(" ");
      const item = find(listFor("shown"), id);
      if (item) showQuestion(item);
    },
    own(fact) {
      const list = listFor("own");
      if (!list) return;
      let item = find(list, fact.id);
      if (isOld("own", fact, item)) return;
      if (!fact.waits) { item?.remove(); return; }
      item ||= blank("own", String(fact.id));
      item.dataset.version = fact.version;
      item.textContent = fact.text;
      place(list, item);
    },
    poll(fact) {
      const list = listFor("poll");
      let item = find(list, fact.id);
      if (isOld("poll", fact, item)) return;
      if (fact.state === "gone") { item?.remove(); return; }
      item ||= blank("poll", fact.id);
      Object.assign(item.dataset, { version: fact.version, state: fact.state, order: fact.position.join("-") });
      setWords(item.querySelector('[data-t="text"]'), fact.text);
      put(item, "total", number.format(fact.total));
      fillOptions(item, fact);
      place(list, item);
    },
    choice(fact) {
      if (fact.version < (choices.get(fact.id)?.version || 0)) return;
      choices.set(fact.id, { version: fact.version, option: fact.option });
      const item = find(listFor("poll"), fact.id);
      if (!item) return;
      for (const input of all("input[name=option]", item)) { input.toggleAttribute("checked", input.value === fact.option); input.checked = input.value === fact.option; }
      for (const part of all('[data-when="chosen"], [data-when="unchosen"]', item)) part.hidden = part.dataset.when === "unchosen";
    },
  };
  const fillOptions = (item, fact) => {
    const list = item.querySelector("[data-options]"), chosen = choices.get(fact.id)?.option || "";
    while (list.children.length > fact.options.length) list.lastElementChild.remove();
    while (list.children.length < fact.options.length) list.append(root.querySelector('template[data-blank="option"]').content.firstElementChild.cloneNode(true));
    fact.options.forEach((option, i) => {
      const row = list.children[i], count = fact.counts ? fact.counts[option.code] || 0 : 0;
      const share = fact.counts && fact.total ? Math.floor((200 * count + fact.total) / (2 * fact.total)) : 0;
      const input = row.querySelector("input");
      row.dataset.option = option.code;
      setWords(row.querySelector('[data-t="label"]'), option.label);
      put(row, "count", number.format(count));
      put(row, "share", `${share}%`);
      row.querySelector("progress").setAttribute("value", share);
      if (input) { input.value = option.code; input.toggleAttribute("checked", option.code === chosen); }
    });
    show(item, new Set([fact.state, fact.counts ? "counted" : "kept", fact.state === "closed" ? "" : fact.shows_results ? "results-seen" : "results-kept", chosen ? "chosen" : "unchosen"]));
  };

  const count = () => {
    for (const list of all("[data-list]")) for (const word of list.dataset.list.split(" ")) {
      for (const part of all(`[data-none-of="${word}"]`)) part.hidden = list.children.length > 0;
      for (const part of all(`[data-some-of="${word}"]`)) part.hidden = list.children.length === 0;
      for (const part of all(`[data-count-of="${word}"]`)) part.textContent = number.format(list.children.length);
    }
  };
  const take = (facts) => {
    for (const fact of facts) kinds[fact.kind]?.(fact);
    count();
  };

  /* The whole page again: after a gap, and every half minute where nothing can be pushed. */
  const fetchAgain = async () => {
    if (fetching) return;
    fetching = true;
    try {
      const answer = await fetch(root.dataset.page || location.href, { cache: "no-store", headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-live]");
      if (!fresh) return;
      const active = document.activeElement, wasIn = root.contains(active);
      for (const kept of all("[data-keep]")) fresh.querySelector("[data-keep]")?.replaceWith(kept);
      root.replaceWith(fresh);
      root = fresh;
      learn();
      note(isOn);
      if (wasIn && document.contains(active)) active.focus({ preventScroll: true });
      dispatchEvent(new CustomEvent("everfair:fresh"));
    } catch { /* tried again with the next turn */ } finally { fetching = false; }
  };
  const soon = () => setTimeout(async () => { await fetchAgain(); if (source) { listen(); } }, Math.random() * 2000);

  const note = (on) => {
    isOn = on;
    for (const part of all("[data-live-note]")) part.hidden = part.dataset.liveNote !== (on ? "on" : "off");
    clearInterval(lookingAgain);
    if (!on && !document.hidden) lookingAgain = setInterval(fetchAgain, LOOK_AGAIN + Math.random() * 5000);
  };
  const listen = () => {
    source?.close();
    source = new EventSource(`/live/${encodeURIComponent(root.dataset.live)}?after=${root.dataset.position || ""}`);
    source.onopen = () => note(true);
    source.onerror = () => {
      note(false);
      if (source.readyState === EventSource.CLOSED) setTimeout(() => { if (!document.hidden) listen(); }, 20000 + Math.random() * 20000);
    };
    source.onmessage = (event) => {
      if (event.lastEventId) root.dataset.position = event.lastEventId;
      if ("livePage" in root.dataset) { soonOnce(); return; }
      take(JSON.parse(event.data));
    };
    source.addEventListener("stale", soon);
  };
  /* Pages without templates of their own fetch themselves when something happens, several facts at once. */
  let waiting;
  const soonOnce = () => { clearTimeout(waiting); waiting = setTimeout(fetchAgain, SETTLED + Math.random() * 700); };

  /* A hidden tab gives its connection back: browsers have six for a site. */
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { source?.close(); source = null; clearInterval(lookingAgain); } else listen();
  });

  /* Forms are sent without leaving the page, as long as the answer's facts reach it. */
  const complain = (form, sentence) => {
    form.querySelector(":scope > .error")?.remove();
    if (!sentence) return;
    const said = document.createElement("p");
    said.className = "error";
    said.setAttribute("role", "alert");
    said.textContent = sentence;
    form.prepend(said);
  };
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!isOn || !form.matches?.("[data-live-form]") || !root.contains(form)) return;
    event.preventDefault();
    if (form.hasAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    const data = new FormData(form, event.submitter);
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, headers: { "X-Live": "1", Accept: "application/json" } });
      if (answer.redirected || !(answer.headers.get("Content-Type") || "").includes("json")) { form.removeAttribute("data-live-form"); form.removeAttribute("aria-busy"); form.requestSubmit(event.submitter); return; }
      const got = await answer.json();
      complain(form, got.error);
      if (!got.error && form.dataset.liveForm === "clear") { form.reset(); for (const field of form.querySelectorAll("textarea")) field.value = ""; }
    } catch { complain(form, root.dataset.failed); }
    form.removeAttribute("aria-busy");
  });

  learn();
  if (!document.hidden) listen();
})();
