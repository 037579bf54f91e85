/* One socket for all islands of a page: facts by topic come in, messages go out and none is lost or counted twice.
   window.everfairSocket = { connect(topic, onFact, { after, onStale, onGone, onState }), say(topic, kind, data, { number, keep }), state }.
   The protocol: docs/architecture/live-protocol.md. Every page works without this file. */
(() => {
  "use strict";
  if (!window.WebSocket || window.everfairSocket) return;
  const FIRST_WAIT = 500, LONGEST_WAIT = 30000, SETTLED = 10000, BEAT = 25000, ANSWER = 15000, MOST_KEPT = 200, OLDEST = 7 * 24 * 3600e3, AT_ONCE = 15;
  const root = document.documentElement;
  const me = document.querySelector("[data-person]")?.dataset.person || ""; /* who the page was drawn for */
  const place = `everfair:outbox:${me}:`;
  const topics = new Map(); /* topic → { after, isOn, listeners: Set } */
  const asked = new Map(); /* number → { resolve, reject } of who waits for the answer */
  const sending = new Set(); /* numbers under way on this socket */
  let socket = null, tries = 0, opening = 0, beating = 0, waiting = 0, opened = 0, state = "off", notBefore = 0, hello = null, turn = 0;

  /* States: "on", "off" (comes back by itself), "deploy" (the server starts anew). */
  const setState = (now) => {
    if (now === state) return;
    state = now;
    for (const part of document.querySelectorAll("[data-socket-note]")) part.hidden = !part.dataset.socketNote.split(" ").includes(state);
    for (const topic of topics.values()) for (const one of topic.listeners) one.onState?.(state);
    dispatchEvent(new CustomEvent("everfair:socket", { detail: state }));
  };

  /* The outbox: a place of its own for each message, so that two tabs do not overwrite each other; in the order written.
     A page that does not say whose it is keeps them itself, as long as it is open. */
  const memory = new Map();
  const kept = () => {
    const found = [];
    if (me) try { for (const key of Object.keys(localStorage)) if (key.startsWith(place)) found.push(JSON.parse(localStorage.getItem(key))); } catch { /* memory has it */ }
    return found;
  };
  const read = () => {
    const all = new Map([...kept(), ...memory.values()].map((one) => [one.number, one]));
    return [...all.values()].filter((one) => Date.now() - one.at < OLDEST).sort((a, b) => a.at - b.at || a.turn - b.turn);
  };
  const keep = (one) => { if (me) try { localStorage.setItem(place + one.number, JSON.stringify(one)); return; } catch { /* full or forbidden */ } memory.set(one.number, one); };
  const take = (number) => { memory.delete(number); if (me) try { localStorage.removeItem(place + number); } catch { /* it was never there */ } };
  /* What was refused while perhaps nobody looked is kept beside it, with the sentence, until the person says what becomes of it. */
  const backPlace = `everfair:refused:${me}:`;
  const putBack = (one, words) => { if (me) try { localStorage.setItem(backPlace + one.number, JSON.stringify({ ...one, words })); } catch { /* full or forbidden: the event has it */ } };
  const forget = (number) => { if (me) try { localStorage.removeItem(backPlace + number); } catch { /* it was never there */ } };
  const refused = (topic) => {
    const found = [];
    if (me) try { for (const key of Object.keys(localStorage)) if (key.startsWith(backPlace)) found.push(JSON.parse(localStorage.getItem(key))); } catch { /* none */ }
    return found.filter((one) => topic === undefined || one.topic === topic).sort((a, b) => a.at - b.at);
  };
  const newNumber = () => crypto.randomUUID ? crypto.randomUUID() : [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  const send = (frame) => { if (socket?.readyState === WebSocket.OPEN) { socket.send(JSON.stringify(frame)); return true; } return false; };
  const subscribe = (name) => {
    const topic = topics.get(name);
    send(topic.after === undefined || topic.after === null ? { do: "subscribe", topic: name } : { do: "subscribe", topic: name, after: topic.after });
  };
  const push = () => {
    if (socket?.readyState !== WebSocket.OPEN || hello === null || (me && hello !== me)) return;
    for (const one of read()) {
      if (sending.size >= AT_ONCE) return; /* the rest when these are answered */
      if (sending.has(one.number)) continue;
      sending.add(one.number);
      send({ do: "say", topic: one.topic, kind: one.kind, data: one.data, number: one.number });
    }
  };
  let pausing = 0;
  const pushLater = (pause) => { clearTimeout(pausing); pausing = setTimeout(push, pause); };

  const answered = (number, frame) => {
    sending.delete(number);
    const waits = asked.get(number), isKept = read().some((one) => one.number === number);
    if (isKept && (frame.error === "away" || frame.error === "slow_down")) { pushLater(2000 + Math.random() * 3000); return; }
    if (frame.error === "sign_in" && isKept && me) return; /* kept until the person is back */
    const said = read().find((one) => one.number === number);
    if (frame.error && said) putBack(said, frame.words);
    take(number);
    asked.delete(number);
    if (frame.error) { waits?.reject(Object.assign(new Error(frame.words), { code: frame.error, number })); dispatchEvent(new CustomEvent("everfair:refused", { detail: { ...frame, said } })); }
    else waits?.resolve(frame.data || {});
    push();
  };
  const heard = (frame) => {
    if (frame.facts) {
      const topic = topics.get(frame.topic);
      if (!topic) return;
      topic.after = Math.max(topic.after || 0, frame.number);
      for (const fact of frame.facts) for (const one of [...topic.listeners]) one.onFact(fact, frame.number);
    } else if (frame.on !== undefined) {
      const topic = topics.get(frame.on);
      if (topic) { topic.isOn = true; topic.after = Math.max(topic.after || 0, frame.number || 0); }
    } else if (frame.stale !== undefined) {
      const topic = topics.get(frame.stale);
      if (!topic) return;
      topic.after = undefined;
      /* at different moments, so that not all pages ask at once */
      setTimeout(() => { for (const one of [...topic.listeners]) if (one.onStale) one.onStale(); else dispatchEvent(new CustomEvent("everfair:stale", { detail: frame.stale })); }, Math.random() * 2000);
    } else if (frame.hello !== undefined) { hello = frame.hello === null ? null : String(frame.hello); if (hello === null && !me) for (const one of read()) answered(one.number, { error: "sign_in", words: "" }); push(); }
    else if (frame.ok !== undefined) answered(frame.ok, frame);
    else if (frame.bye !== undefined) { notBefore = Date.now() + (frame.after || 3000 + Math.random() * 5000); if (frame.bye === "deploy") setState("deploy"); }
    else if (frame.error !== undefined) {
      if (frame.number !== undefined) answered(frame.number, frame);
      else if (frame.error === "slow_down") { sending.clear(); pushLater(3000); for (const name of topics.keys()) if (!topics.get(name).isOn) setTimeout(() => topics.has(name) && subscribe(name), 3000 + Math.random() * 2000); }
      else if (frame.error === "away" && topics.has(frame.topic)) setTimeout(() => topics.has(frame.topic) && subscribe(frame.topic), 3000 + Math.random() * 3000);
      else if (frame.error === "not_found" && topics.has(frame.topic)) {
        const topic = topics.get(frame.topic);
        topics.delete(frame.topic);
        for (const one of topic.listeners) one.onGone?.(frame.words);
      }
    }
  };

  const isWanted = () => topics.size > 0 || read().length > 0;
  const beat = () => {
    clearTimeout(beating);
    beating = setTimeout(() => {
      if (!send({ do: "ping", number: 0 })) return;
      beating = setTimeout(() => lose(), ANSWER); /* a line that is dead without having said so */
    }, BEAT);
  };
  const lose = () => { const old = socket; socket = null; if (old) { old.onclose = old.onmessage = old.onerror = null; try { old.close(); } catch { /* gone */ } } closed(); };
  const closed = () => {
    clearTimeout(beating);
    clearTimeout(waiting);
    socket = hello = null;
    sending.clear();
    for (const topic of topics.values()) topic.isOn = false;
    if (Date.now() - opened > SETTLED) tries = 0;
    if (state !== "deploy") setState("off");
    open();
  };
  /* Twice as long each time, at a random moment within it; a server that said when is taken at its word. */
  const open = () => {
    if (opening || socket || !isWanted() || navigator.onLine === false) return;
    const wait = Math.max(notBefore - Date.now(), tries ? Math.random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** tries) + FIRST_WAIT / 2 : 0);
    opening = setTimeout(() => {
      opening = 0;
      tries += 1;
      socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws?lang=${encodeURIComponent(root.lang.split("-")[0] || "en")}`);
      waiting = setTimeout(() => lose(), ANSWER);
      socket.onopen = () => {
        clearTimeout(waiting);
        opened = Date.now();
        setState("on");
        for (const name of topics.keys()) subscribe(name);
        beat();
      };
      socket.onmessage = (event) => { beat(); let frame; try { frame = JSON.parse(event.data); } catch { return; } heard(frame); };
      socket.onclose = () => closed();
      socket.onerror = () => { /* onclose follows */ };
    }, Math.max(0, wait));
  };
  const hurry = () => { clearTimeout(opening); opening = 0; if (Date.now() >= notBefore) tries = 0; open(); };

  /* connect: hear facts of a topic. `after` = the number the page was drawn at. Returns a function that stops. */
  const connect = (name, onFact, { after, onStale, onGone, onState } = {}) => {
    const one = { onFact, onStale, onGone, onState };
    const known = topics.get(name);
    if (known) known.listeners.add(one);
    else { topics.set(name, { after: after ? Number(after) : undefined, isOn: false, listeners: new Set([one]) }); if (socket?.readyState === WebSocket.OPEN) subscribe(name); }
    open();
    return () => {
      const topic = topics.get(name);
      topic?.listeners.delete(one);
      if (topic && !topic.listeners.size) { topics.delete(name); send({ do: "unsubscribe", topic: name }); }
    };
  };
  /* say: keep it in the outbox, send it now or when there is a line, and again until it is answered. The promise ends with
     the answer's data, or an error whose `code` and `message` say why. `keep: false`: only if there is a line now (signals of a call). */
  const say = (topic, kind, data = {}, { number = newNumber(), keep: isKept = true } = {}) => new Promise((resolve, reject) => {
    const before = asked.get(number); /* said again: whoever said it first hears the answer too */
    asked.set(number, { resolve: (data) => { before?.resolve(data); resolve(data); }, reject: (error) => { before?.reject(error); reject(error); } });
    if (!isKept) { sending.add(number); if (!send({ do: "say", topic, kind, data, number })) { sending.delete(number); asked.delete(number); reject(Object.assign(new Error("off"), { code: "off", number })); } return; }
    const list = read();
    if (list.length >= MOST_KEPT) { asked.delete(number); reject(Object.assign(new Error("full"), { code: "full", number })); return; }
    if (!list.some((one) => one.number === number)) keep({ topic, kind, data, number, at: Date.now(), turn: turn += 1 });
    push();
    open();
  });
  /* waiting: what was said and not yet answered, of one topic or all: so that a page that is opened again shows it. */
  const unsent = (topic) => read().filter((one) => topic === undefined || one.topic === topic);

  addEventListener("online", hurry);
  addEventListener("offline", () => { if (socket) lose(); else setState("off"); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden && !socket) hurry(); });
  addEventListener("pageshow", (event) => { if (event.persisted) { if (socket && socket.readyState > WebSocket.OPEN) lose(); else hurry(); } });

  window.everfairSocket = { connect, say, unsent, refused, forget, get state() { return state; } };
  if (read().length) open();
})();
