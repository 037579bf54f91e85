/* A conversation's page: facts become bubbles as web/talk_shown.py and bubble.html draw them, what is written goes through the
   socket's outbox and is never lost. Without this file the page works as a form. */
(() => {
  "use strict";
  const root = document.querySelector("[data-talk]"), socket = window.everfairSocket;
  if (!root || !socket) return;
  const html = document.documentElement, lang = html.lang.split("-")[0] || "en", locale = lang === "en" ? "en-GB" : html.lang;
  const topic = root.dataset.talk, own = root.dataset.side, zone = root.dataset.zone, limit = Number(root.dataset.limit);
  const words = JSON.parse(root.dataset.words), notes = JSON.parse(root.dataset.notes);
  const thread = root.querySelector("[data-thread]"), unsent = root.querySelector("[data-unsent]"), typing = root.querySelector("[data-typing]"), toEnd = root.querySelector("[data-to-end]");
  const form = root.querySelector("form[data-say]"), field = form?.elements.text, numberField = form?.elements.number;
  const read = { number: Number(root.dataset.readNumber), at: root.dataset.readAt };
  const RETRY = 4000, TYPED = 3000, TYPES = 6000, PLAIN_AFTER = 8000;

  /* Words and times as the server writes them. */
  const say = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (whole, name) => name in values ? String(values[name]) : whole);
  const pick = (texts) => [lang, "en", "zh", ...Object.keys(texts)].map((code) => texts[code]).find(Boolean) || "";
  const tag = (code) => ({ zh: "zh-Hans" })[code] || code || "en";
  const inZone = (options) => { try { return new Intl.DateTimeFormat(locale, { ...options, timeZone: zone }); } catch { return new Intl.DateTimeFormat(locale, options); } };
  const clock = inZone({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }), dayLong = inZone({ dateStyle: "long" });
  const dayKey = (() => { const part = new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", timeZone: zone }); return (at) => part.format(new Date(at)); })();
  const languageName = (code) => { try { return new Intl.DisplayNames([locale], { type: "language" }).of(code) || code; } catch { return code; } };
  const figure = (value, digits) => new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
  const size = (bytes) => { let amount = bytes; for (const unit of ["B", "kB", "MB"]) { if (amount < 1000) return `${figure(amount, unit === "MB" && amount < 10 ? 1 : 0)} ${unit}`; amount /= 1000; } return `${figure(amount, 1)} GB`; };

  /* One message or note, drawn from its fact into a copy of the server's own bubble. */
  const items = () => [...thread.querySelectorAll(":scope > [data-number]")];
  const find = (number) => thread.querySelector(`:scope > [data-number="${Number(number)}"]`);
  const part = (item, name) => item.querySelector(`[data-t="${name}"]`);
  const put = (item, name, text) => { const place = part(item, name); place.textContent = text; place.hidden = !text; };
  const blank = (name) => root.querySelector(`template[data-blank="${name}"]`).content.firstElementChild.cloneNode(true);
  const draw = (fact) => {
    const isOwn = fact.side === own, item = blank(fact.note ? "note" : isOwn ? "own" : "theirs"), time = item.querySelector("time");
    item.id = `m${fact.number}`;
    Object.assign(item.dataset, { number: fact.number, version: fact.version, own: fact.own });
    time.dateTime = fact.at;
    time.textContent = clock.format(new Date(fact.at));
    if (fact.note) {
      const pattern = notes[fact.note]?.[isOwn || !fact.side ? "own" : "other"] || words.note;
      part(item, "note").textContent = say(pattern, { fact: pick(fact.facts || {}) });
      return item;
    }
    put(item, "name", fact.by || (isOwn ? words.you : words.them));
    put(item, "text", fact.text);
    part(item, "text").lang = tag(fact.language);
    put(item, "gone", fact.removed ? words.removed[fact.removed] || "" : "");
    part(item, "greeting").hidden = !fact.greeting;
    put(item, "language", fact.text && fact.language && fact.language !== lang ? languageName(fact.language) : "");
    if (!fact.language || fact.language === lang || !fact.text) part(item, "language").textContent = fact.language ? languageName(fact.language) : "";
    const more = part(item, "more");
    more.href = root.dataset.more.replace("/0/", `/${fact.number}/`);
    more.hidden = Boolean(fact.removed);
    part(item, "number").textContent = fact.number;
    const list = part(item, "files");
    list.hidden = !fact.files.length;
    for (const file of fact.files) {
      const row = document.createElement("li"), link = document.createElement("a"), bytes = document.createElement("small");
      link.href = root.dataset.file.replace("/0/", `/${file.id}/`);
      link.textContent = file.name;
      bytes.textContent = size(file.size);
      row.append(link, " ", bytes);
      list.append(row);
    }
    return item;
  };

  /* Days between the bubbles, and the line that says how far the other side has read. */
  const markDays = () => {
    let before = "";
    for (const item of items()) {
      const at = item.querySelector("time").dateTime, day = dayKey(at);
      if (day !== before && !(item.previousElementSibling?.dataset.day === day)) {
        const line = document.createElement("li"), time = document.createElement("time");
        line.className = "day";
        line.dataset.day = time.dateTime = day;
        time.textContent = dayLong.format(new Date(at));
        line.append(time);
        item.before(line);
      }
      before = day;
    }
  };
  const markRead = () => {
    const last = items().filter((item) => item.classList.contains("own") && Number(item.dataset.number) <= read.number).pop();
    let line = thread.querySelector(":scope > [data-read]");
    if (!last) { line?.remove(); return; }
    if (!line) { line = document.createElement("li"); line.className = "read-to"; line.dataset.read = ""; }
    const text = read.at && Number(last.dataset.number) === read.number ? say(words.read_at, { time: clock.format(new Date(read.at)) }) : words.read;
    if (line.textContent !== text) line.textContent = text;
    if (last.nextElementSibling !== line) last.after(line);
  };

  const atEnd = () => innerHeight + scrollY >= html.scrollHeight - 240;
  const goToEnd = () => { (form || thread.lastElementChild)?.scrollIntoView({ block: "end" }); toEnd.hidden = true; };
  const take = (fact) => {
    const known = find(fact.number);
    if (known && Number(known.dataset.version) >= fact.version) return;
    const item = draw(fact), wasAtEnd = atEnd();
    if (known) { const had = known.contains(document.activeElement); known.replaceWith(item); if (had) part(item, "more")?.focus({ preventScroll: true }); }
    else {
      const next = items().find((other) => Number(other.dataset.number) > fact.number);
      if (next) next.before(item); else thread.append(item);
      root.querySelector("[data-none]")?.remove();
    }
    settle();
    if (known) return;
    if (fact.side !== own) { typed(""); if (!wasAtEnd) toEnd.hidden = false; }
    if (wasAtEnd || fact.side === own && !fact.note) goToEnd();
    if (fact.note) freshen();
    tellRead();
  };
  const settle = () => {
    markDays();
    markRead();
    for (const item of [...unsent.children]) if (item.dataset.own && thread.querySelector(`:scope > [data-own="${CSS.escape(item.dataset.own)}"]`)) item.remove();
    unsent.hidden = !unsent.children.length;
  };

  /* What this page has read is told while somebody looks at it. */
  let told = 0;
  const lastNumber = () => Number(items().pop()?.dataset.number || 0);
  const tellRead = () => {
    const number = lastNumber();
    if (document.hidden || number <= told) return;
    told = number;
    socket.say(topic, "read", { number }, { keep: false }).catch(() => { told = 0; });
  };

  /* Head, deeds and, after a gap, the thread are taken from the page as it is now. */
  let freshening = 0;
  const fetchPage = async () => {
    const answer = await fetch(location.href.split("#")[0], { cache: "no-store", headers: { Accept: "text/html", "X-Peek": "1" } });
    if (!answer.ok || answer.redirected) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  };
  const swap = (page) => {
    for (const old of document.querySelectorAll("[data-talk-fresh]")) {
      const fresh = page.querySelector(`[data-talk-fresh="${old.dataset.talkFresh}"]`);
      if (fresh && !old.contains(document.activeElement) && fresh.innerHTML !== old.innerHTML) old.replaceWith(fresh);
    }
  };
  const freshen = () => { clearTimeout(freshening); freshening = setTimeout(async () => { try { const page = await fetchPage(); if (page) swap(page); } catch { /* the next fact asks again */ } }, 300); };
  let stop = null;
  const fetchAll = async () => {
    try {
      const page = await fetchPage(), fresh = page?.querySelector("[data-talk]");
      if (!fresh) throw new Error("away");
      thread.replaceChildren(...fresh.querySelector("[data-thread]").childNodes);
      Object.assign(read, { number: Number(fresh.dataset.readNumber), at: fresh.dataset.readAt });
      swap(page);
      settle();
      stop?.();
      listen(fresh.dataset.position);
      tellRead();
    } catch { setTimeout(fetchAll, RETRY + Math.random() * RETRY); }
  };

  let typedUntil = 0;
  const typed = (text) => { clearTimeout(typedUntil); if (typing.textContent !== text) typing.textContent = text; if (text) typedUntil = setTimeout(() => typed(""), TYPES); };
  const kinds = {
    message: take,
    read(fact) { if (fact.side === own || fact.number < read.number || fact.number === read.number && read.at) return; Object.assign(read, { number: fact.number, at: fact.at }); markRead(); },
    state: freshen,
    typing(fact) { if (fact.side !== own) typed(words.typing); },
  };
  const listen = (after) => {
    stop = socket.connect(topic, (fact) => kinds[fact.kind]?.(fact), {
      after, onStale: fetchAll, onState: showStates,
      onGone: () => { complain(words.gone); form?.querySelector("button")?.setAttribute("disabled", ""); },
    });
  };

  /* Messages on their way: sending, waiting for the line, refused with a sentence. */
  let everOn = socket.state === "on";
  const opened = Date.now();
  const showStates = (state) => {
    if (state === "on") everOn = true;
    for (const item of unsent.querySelectorAll(".pending:not(.refused)")) item.querySelector(".state").textContent = state === "on" ? words.sending : words.waiting;
  };
  const pending = (number, text) => {
    const item = document.createElement("li"), said = document.createElement("p"), foot = document.createElement("p"), state = document.createElement("span");
    item.className = "bubble own pending";
    item.dataset.own = number;
    said.className = "text";
    said.dir = "auto";
    said.textContent = text;
    foot.className = "foot-line";
    state.className = "state wait";
    state.textContent = socket.state === "on" ? words.sending : words.waiting;
    foot.append(state);
    item.append(said, foot);
    unsent.querySelector(`[data-own="${CSS.escape(number)}"]`)?.remove();
    unsent.append(item);
    unsent.hidden = false;
    return item;
  };
  const button = (text, deed) => { const made = document.createElement("button"); made.type = "button"; made.className = "btn text"; made.textContent = text; made.addEventListener("click", deed); return made; };
  const refuse = (number, text, sentence) => {
    const item = pending(number, text), state = item.querySelector(".state"), acts = document.createElement("p");
    const drop = () => { socket.forget(number); item.remove(); settle(); };
    item.classList.add("refused");
    state.className = "state stop";
    state.textContent = `${words.refused} ${sentence || words.failed}`;
    state.setAttribute("role", "alert");
    acts.className = "acts";
    acts.append(button(words.again, () => { field.value = [field.value, text].filter(Boolean).join("\n"); keepDraft(); drop(); field.focus(); }), button(words.drop, () => { drop(); field?.focus(); }));
    item.append(acts);
  };
  const arrived = (number) => setTimeout(() => { if (unsent.querySelector(`[data-own="${CSS.escape(number)}"]`)) fetchAll(); }, RETRY);
  const send = (text, number) => {
    pending(number, text);
    socket.say(topic, "say", { text }, { number }).then(() => arrived(number), (error) => {
      if (error.code === "full") { unsent.querySelector(`[data-own="${CSS.escape(number)}"]`)?.remove(); field.value = text; complain(words.full); settle(); }
    });
  };
  addEventListener("everfair:refused", (event) => { const { number, words: sentence, said } = event.detail; if (said?.topic === topic && said.kind === "say") refuse(number, said.data.text, sentence); });

  const complain = (sentence) => {
    const box = field?.closest(".field");
    if (!box) return;
    box.querySelector(":scope > .error")?.remove();
    box.classList.toggle("wrong", Boolean(sentence));
    field.toggleAttribute("aria-invalid", Boolean(sentence));
    if (!sentence) return;
    const said = document.createElement("p");
    said.className = "error";
    said.id = "text-error";
    said.setAttribute("role", "alert");
    said.textContent = sentence;
    field.setAttribute("aria-invalid", "true");
    field.after(said);
  };

  /* What is being written stays in this browser until it is sent. */
  const me = document.querySelector("[data-person]")?.dataset.person || "", draft = `everfair:draft:${me}:${topic}`;
  const keepDraft = () => { if (!me) return; try { if (field.value.trim()) localStorage.setItem(draft, JSON.stringify({ text: field.value, number: numberField.value })); else localStorage.removeItem(draft); } catch { /* then it is not kept */ } };
  const takeDraft = () => {
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(draft) || "null"); } catch { /* none */ }
    if (!kept || field.value) return;
    if (thread.querySelector(`:scope > [data-own="${CSS.escape(kept.number)}"]`)) { localStorage.removeItem(draft); return; }
    field.value = kept.text;
    numberField.value = kept.number;
  };

  if (form) {
    let lastTyped = 0;
    for (const hint of form.querySelectorAll("[data-keys]")) hint.hidden = false;
    field.addEventListener("input", () => {
      keepDraft();
      if (Date.now() - lastTyped < TYPED || !field.value.trim()) return;
      lastTyped = Date.now();
      socket.say(topic, "typing", {}, { keep: false }).catch(() => { /* nobody hears it */ });
    });
    field.addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) { event.preventDefault(); form.requestSubmit(); } });
    form.addEventListener("submit", (event) => {
      const text = field.value, hasFiles = form.elements.files?.files.length > 0;
      if (hasFiles || !everOn && navigator.onLine && Date.now() - opened > PLAIN_AFTER) return; /* the plain way: files, or no socket here at all */
      event.preventDefault();
      if (!text.trim()) { complain(words.empty); field.focus(); return; }
      const length = [...text].length;
      if (length > limit) { complain(say(words.long, { count: length, limit })); field.focus(); return; }
      complain("");
      const number = numberField.value;
      field.value = "";
      numberField.value = crypto.randomUUID ? crypto.randomUUID() : `${number.slice(0, 20)}${Date.now()}`;
      keepDraft();
      send(text, number);
      field.focus();
      goToEnd();
    });
    takeDraft();
  }

  /* What waits from an earlier page, or was refused while nobody looked. */
  for (const one of socket.unsent(topic)) if (one.kind === "say") pending(one.number, one.data.text);
  for (const one of socket.refused(topic)) refuse(one.number, one.data.text, one.words);
  settle();
  listen(root.dataset.position);
  told = document.hidden ? 0 : lastNumber();
  document.addEventListener("visibilitychange", tellRead);
  addEventListener("focus", tellRead);
  toEnd.querySelector("a").addEventListener("click", (event) => { event.preventDefault(); goToEnd(); field?.focus({ preventScroll: true }); });
  if (items().length > 3 && !location.hash && !("stay" in root.dataset)) goToEnd();
})();
