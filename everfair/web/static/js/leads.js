// The scan page of a booth: every scan is kept on the device first (IndexedDB), then sent, again and again until it is
// answered. One key for each scan makes sending twice count once. Without this script the page is a plain form.
import { startCamera } from "./scan/camera.js";

const root = document.querySelector("[data-leads]");
if (root) begin(root);

async function begin(root) {
  const part = (name) => root.querySelector(`[data-${name}]`);
  const words = (name) => root.dataset[`words${name}`] || "";
  const form = part("scan-form");
  const { booth, send: door } = root.dataset;
  const BATCH = 40;
  const SHOWN = 12;
  const KEPT = 24 * 3600 * 1000; // how long an answered scan stays in this device's list

  let store;
  try { store = await openStore(); } catch { say(words("NoStore"), true); return; }
  let current = ""; // key of the scan the notes belong to
  let currentCode = "";
  let sending = false;
  let wait = 0;
  let timer = 0;
  let trouble = "";

  // What waits ----------------------------------------------------------------------------------------------------
  function made(code, values) {
    return {
      key: crypto.randomUUID ? crypto.randomUUID() : randomKey(), booth, by: Number(root.dataset.person), code: code.slice(0, 300),
      scanned_at: Date.now(), offline: !navigator.onLine, values, waits: 1, answer: null,
    };
  }

  async function draw() {
    const scans = (await all(store)).filter((scan) => scan.booth === booth).sort((a, b) => b.scanned_at - a.scanned_at);
    const waiting = scans.filter((scan) => scan.waits).length;
    part("count").textContent = new Intl.NumberFormat(document.documentElement.lang).format(waiting);
    part("now").hidden = !waiting;
    root.classList.toggle("has-waiting", waiting > 0);
    const state = part("state");
    const text = trouble || (!navigator.onLine ? words("Offline") : waiting ? "" : words("AllSent"));
    if (state.textContent !== text) state.textContent = text;
    if (trouble && trouble === words("SignIn")) {
      const link = document.createElement("a");
      link.href = root.dataset.signIn;
      link.textContent = trouble;
      state.replaceChildren(link);
    }
    const shown = scans.slice(0, SHOWN);
    part("latest").hidden = !shown.length;
    part("log").replaceChildren(...shown.map(line));
  }

  function line(scan) {
    const item = document.createElement("li");
    const what = document.createElement("span");
    const title = document.createElement("b");
    const said = document.createElement("small");
    const answer = scan.answer || {};
    title.textContent = answer.title || `${words("Visitor")} …${scan.code.slice(-6)}`;
    if (answer.url) {
      const link = document.createElement("a");
      link.href = answer.url;
      link.append(title);
      what.append(link);
    } else what.append(title);
    const time = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(scan.scanned_at);
    what.append(` ${time}`, document.createElement("br"), said);
    said.textContent = [answer.error || answer.words || "", ...(answer.problems || []), scan.waits ? words("Kept") : ""].filter(Boolean).join(" ");
    said.className = answer.refusal || answer.error || (answer.problems || []).length || answer.differs ? "bad" : "muted";
    item.dataset.state = scan.waits ? "waits" : answer.refusal ? "refused" : "taken";
    item.append(what);
    return item;
  }

  function say(text, isBad = false) {
    const said = part("said");
    said.textContent = text;
    said.hidden = !text;
    said.classList.toggle("bad", isBad);
  }

  // Sending -------------------------------------------------------------------------------------------------------
  async function send() {
    if (sending) return;
    sending = true;
    clearTimeout(timer);
    try {
      for (;;) {
        const scans = (await all(store)).filter((scan) => scan.booth === booth && scan.waits && !(scan.stuckAt > Date.now() - 30000));
        if (!scans.length) { trouble = ""; wait = 0; break; }
        scans.sort((a, b) => a.scanned_at - b.scanned_at);
        if (!(await sendSome(scans.slice(0, BATCH)))) break;
      }
    } catch {
      trouble = navigator.onLine ? words("Away") : "";
      again();
    } finally {
      sending = false;
      await draw();
    }
  }

  async function sendSome(scans, isSecondTry = false) {
    const body = JSON.stringify({ sent_at: Date.now(), scans: scans.map(({ key, by, code, scanned_at, offline, values }) => ({ key, by, code, scanned_at, offline, values })) });
    const answer = await fetch(door, {
      method: "POST", credentials: "same-origin", redirect: "manual", cache: "no-store",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token() }, body,
    });
    if (answer.type === "opaqueredirect") { trouble = words("SignIn"); return false; }
    if (answer.status === 403 && !isSecondTry) {
      const fresh = await fetch(door, { credentials: "same-origin", redirect: "manual", cache: "no-store" });
      if (fresh.type === "opaqueredirect") { trouble = words("SignIn"); return false; }
      if (!fresh.ok) throw new Error(String(fresh.status));
      form.elements.csrfmiddlewaretoken.value = (await fresh.json()).token;
      return sendSome(scans, true);
    }
    if (answer.status === 404) { trouble = words("NoRight"); return false; }
    if (!answer.ok) throw new Error(String(answer.status));
    const answers = new Map((await answer.json()).scans.map((one) => [one.key, one]));
    let moved = false;
    for (const sent of scans) {
      const one = answers.get(sent.key);
      if (!one) continue;
      const now = await get(store, sent.key); // notes may have been added while it was under way
      if (!now) continue;
      now.answer = one;
      if (one.error) now.stuckAt = Date.now();
      else if (JSON.stringify(now.values) === JSON.stringify(sent.values)) {
        now.waits = 0;
        if (sent.key !== current) { now.code = now.code.slice(-6); now.values = null; } // nothing is kept longer than needed
        moved = true;
      } else moved = true;
      await put(store, now);
      if (sent.key === current) say([one.error || one.words, ...(one.problems || [])].join(" "), Boolean(one.error || one.refusal || one.differs));
    }
    trouble = "";
    return moved;
  }

  function token() { return form.elements.csrfmiddlewaretoken.value; }

  function again() {
    wait = Math.min(wait ? wait * 2 : 3000, 60000);
    clearTimeout(timer);
    timer = setTimeout(send, wait);
  }

  // The form ------------------------------------------------------------------------------------------------------
  function notes() {
    const values = {};
    for (const [name, value] of new FormData(form)) {
      if (["csrfmiddlewaretoken", "code", "key"].includes(name) || value === "") continue;
      const field = form.elements[name];
      const isMany = field instanceof RadioNodeList && field[0]?.type === "checkbox" || field.type === "checkbox";
      if (isMany) (values[name] ||= []).push(value);
      else values[name] = value;
    }
    return values;
  }

  /* Notes for a scan that is kept already: they are sent after it, under its key. */
  async function attach(key, values) {
    const held = await get(store, key);
    if (!held || !Object.keys(values).length || JSON.stringify(held.values) === JSON.stringify(values)) return;
    held.values = values;
    held.waits = 1;
    delete held.stuckAt;
    await put(store, held);
  }

  /* Once another badge begins, the notes in the form belong to the one before. */
  async function finish() {
    const key = current;
    const values = notes();
    const code = form.elements.code.value;
    current = currentCode = "";
    if (!key) return;
    form.reset();
    form.elements.code.value = code;
    say("");
    await attach(key, values);
    const held = await get(store, key);
    if (held && !held.waits) { held.code = held.code.slice(-6); held.values = null; await put(store, held); }
  }

  async function begun(code, values) {
    const done = finish();
    const scan = made(code, values);
    current = scan.key;
    currentCode = code;
    form.elements.code.value = code;
    say(words("Kept"));
    await done;
    await put(store, scan);
  }

  async function scanned(text) {
    const code = cleaned(text);
    if (!code || code === currentCode) return; // still the same badge
    navigator.vibrate?.(60);
    await begun(code, null);
    await draw();
    send();
  }

  /* A hand scanner types: what stood in the field before the last badge is the one before it. */
  function cleaned(text) { return text.trim().split(/(?=EF1:)/i).pop(); }

  form.elements.code.addEventListener("input", () => {
    if (current && cleaned(form.elements.code.value) !== currentCode) finish().then(send);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const field = form.elements.code;
    const code = cleaned(field.value);
    if (!code) { say(words("NoCode"), true); field.focus(); return; }
    if (document.activeElement === field) field.select(); // the next badge of a hand scanner takes its place
    if (current && code === currentCode) await attach(current, notes());
    else await begun(code, notes());
    await draw();
    await send();
  });
  part("clear").addEventListener("click", async (event) => {
    event.preventDefault();
    const done = finish();
    form.reset();
    say("");
    form.elements.code.focus();
    await done;
    await draw();
    send();
  });
  part("now").addEventListener("click", async () => {
    for (const scan of await all(store)) if (scan.stuckAt) { delete scan.stuckAt; await put(store, scan); }
    wait = 0;
    send();
  });

  // The camera ----------------------------------------------------------------------------------------------------
  const [start, stopButton, video, still, error] = ["camera", "camera-stop", "video", "still", "camera-error"].map(part);
  let stop = null;
  start.addEventListener("click", async () => {
    error.hidden = true;
    start.disabled = true;
    try {
      video.hidden = false;
      stop = await startCamera(video, scanned);
      still.hidden = start.hidden = true;
      stopButton.hidden = false;
    } catch (problem) {
      video.hidden = true;
      const why = { InsecureError: "Insecure", NotAllowedError: "Refused", NotFoundError: "NoCamera", OverconstrainedError: "NoCamera" };
      error.textContent = words(why[problem.name] || "Busy");
      error.hidden = false;
    }
    start.disabled = false;
  });
  stopButton.addEventListener("click", () => {
    stop?.();
    stop = null;
    video.hidden = stopButton.hidden = true;
    still.hidden = start.hidden = false;
  });

  // Ready ---------------------------------------------------------------------------------------------------------
  for (const scan of await all(store)) if (!scan.waits && scan.scanned_at < Date.now() - KEPT) await drop(store, scan.key);
  addEventListener("online", () => { wait = 0; send(); });
  addEventListener("offline", draw);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
  setInterval(() => { if (!sending) send(); }, 30000);
  root.dataset.ready = "1";
  await draw();
  send();
  navigator.storage?.persist?.();
  if ("serviceWorker" in navigator && isSecureContext) {
    try {
      await navigator.serviceWorker.register(root.dataset.worker, { scope: root.dataset.scope });
      await navigator.serviceWorker.ready;
      root.dataset.offlineReady = "1";
    } catch { /* without it the page needs the network to be opened; what is scanned is kept all the same */ }
  }
}

// The store of this device: one table of scans, by key ---------------------------------------------------------------
function randomKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function openStore() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("everfair-leads", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("scans", { keyPath: "key" });
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
    opening.onblocked = () => reject(new Error("blocked"));
  });
}

function asked(store, mode, ask) {
  return new Promise((resolve, reject) => {
    const deed = store.transaction("scans", mode);
    const request = ask(deed.objectStore("scans"));
    deed.oncomplete = () => resolve(request.result);
    deed.onerror = deed.onabort = () => reject(deed.error || request.error);
  });
}

function put(store, scan) { return asked(store, "readwrite", (scans) => scans.put(scan)); }
function get(store, key) { return asked(store, "readonly", (scans) => scans.get(key)); }
function all(store) { return asked(store, "readonly", (scans) => scans.getAll()); }
function drop(store, key) { return asked(store, "readwrite", (scans) => scans.delete(key)); }
