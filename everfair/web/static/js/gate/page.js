// The gate's page: what the door keeper sees and touches. Decisions off line are rules.js, memory store.js, network line.js.

import { cleanCode } from "./pass.js";
import { decide } from "./rules.js";
import { Line } from "./line.js";
import { play, wake } from "./sounds.js";
import { startCamera } from "../scan/camera.js";
import * as store from "./store.js";

const $ = (id) => document.getElementById(id);
const words = JSON.parse($("words").textContent);
const doors = JSON.parse($("doors").textContent);
const lang = document.body.dataset.lang;
const SIGNS = {
  ready: "M14 14h8v8h-8zM26 14h8v8h-8zM14 26h8v8h-8zM27 27h2v2h-2zM32 32h2v2h-2z",
  good: "M11 25l9 9 17-20",
  bad: "M14 14l20 20M34 14L14 34",
  ask: "M24 11v17M24 35v1",
  out: "M13 24h22M27 16l8 8-8 8",
  wait: "M24 14v11l7 5",
};
const NAMES_FOR = 20 * 60000; // milliseconds after which the names are loaded again
const GOES_STALE = 30 * 60000; // milliseconds a person counts as seen here, though other doors may know better
const SHOWN_FOR = 8000;
const FOUND_MOST = 30;
const LOG_MOST = 30;

const me = { secret: "", device: null, frame: null, offset: 0, counts: {}, zone: "", way: "in", sound: true, shutOut: false };
const lists = { void: new Map(), people: new Map(), watched: new Map(), went: new Map(), peopleAt: 0, log: [] };
let lostAt = 0;
let stopCamera = null;
let work = Promise.resolve(); // one badge after the other
let shown = null;
let clearing = 0;
const line = new Line(doors, hear);

const say = (text, values = {}) => text.replace(/%\((\w+)\)s/g, (_all, key) => values[key] ?? "");
const inLanguage = (texts) => texts?.[lang] || texts?.en || texts?.zh || Object.values(texts || {})[0] || "";
const figure = (value) => new Intl.NumberFormat(lang).format(value);
const clockTime = (at) => new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: me.frame?.edition.time_zone }).format(at);
const zone = () => me.frame?.zones.find((one) => one.code === me.zone) || null;
const now = () => Date.now() - me.offset * 1000;

async function begin() {
  let kept;
  try {
    kept = await Promise.all(["secret", "device", "frame", "marks", "offset", "counts", "zone", "way", "sound", "shutOut", "log"].map(store.get));
  } catch {
    $("pair").hidden = false;
    return complain(words.storage);
  }
  const [secret, device, frame, marks, offset, counts, chosen, way, sound, shutOut, log] = kept;
  Object.assign(me, { secret: secret || "", device, frame, offset: offset || 0, counts: counts || {}, zone: chosen || "", way: way || "in", sound: sound ?? true, shutOut: Boolean(shutOut) });
  lists.log = log || [];
  lists.void = (await store.get("void")) || new Map();
  const people = await store.get("people");
  if (people) putPeople(people.rows, people.at);
  if (frame) putFrame(frame);
  await putWent();
  line.waiting = await store.countQueued();
  wire();
  navigator.storage?.persist?.();
  if (!me.secret) return askToPair();
  enter();
  line.start(me.secret, marks);
}

// pairing ---------------------------------------------------------------------------------------------------------

async function askToPair() {
  $("gate").hidden = true;
  $("pair").hidden = false;
  const waiting = await store.countQueued();
  $("pair-kept").hidden = !waiting;
  $("pair-kept").textContent = waiting ? say(words.queue, { count: figure(waiting) }) : "";
  const code = decodeURIComponent(location.hash.slice(1));
  if (code) {
    history.replaceState(null, "", location.pathname);
    $("pair-code").value = code;
    await pair(code);
  } else $("pair-code").focus();
  line.beat();
}

async function pair(code) {
  $("pair-error").hidden = true;
  try {
    const { status, content } = await line.pair(code);
    if (status !== 200) return complain(content.error || words.pair_broken);
    Object.assign(me, { secret: content.secret, device: content.device, shutOut: false, zone: content.device.zone });
    lists.void = new Map();
    await store.drop("frame", "marks", "void", "people");
    await Promise.all([store.set("secret", me.secret), store.set("device", me.device), store.set("shutOut", false), store.set("zone", me.zone)]);
    enter();
    line.start(me.secret, { mark: "", since: null });
  } catch {
    complain(words.pair_away);
  }
}

function complain(text) {
  $("pair-error").textContent = text;
  $("pair-error").hidden = false;
}

function enter() {
  $("pair").hidden = true;
  $("gate").hidden = false;
  paint();
  ready();
}

async function forget() {
  const waiting = await store.countQueued();
  if (waiting && !confirm(say(words.leave, { count: figure(waiting) }))) return;
  line.stop();
  camera(false);
  me.secret = "";
  await store.drop("secret", "device", "frame", "marks", "void", "people", "shutOut");
  $("settings").close();
  askToPair();
}

// what the line tells ---------------------------------------------------------------------------------------------

async function hear(news) {
  if (news.unpaired && me.secret) return unpaired();
  if (news.online === false) lostAt ||= Date.now();
  if (news.online === true) lostAt = 0;
  if (news.state) await putState(news.state);
  if (news.counts) store.set("counts", (me.counts = { ...me.counts, ...news.counts }));
  if (news.offset !== undefined) putOffset(news.offset);
  if (news.shutOut !== undefined) putShutOut(news.shutOut);
  if (news.waiting !== undefined) line.waiting = news.waiting;
  if (news.odd !== undefined) line.odd = news.odd;
  paint();
}

/** The server knows the secret no more (its row is gone): keep the queue, ask to pair. */
async function unpaired() {
  me.secret = "";
  await store.drop("secret");
  line.stop();
  camera(false);
  askToPair();
}

async function putState(state) {
  putOffset(state.offset);
  putShutOut(state.shut_out);
  if (state.shut_out) return;
  if (state.device.zone && state.device.zone !== me.device?.zone) choose(state.device.zone);
  me.device = state.device;
  store.set("device", me.device);
  if (state.frame) {
    putFrame(state.frame);
    await store.set("frame", state.frame);
  }
  store.set("counts", (me.counts = state.counts));
  for (const [serial, issue] of state.void) lists.void.set(serial, Math.max(issue, lists.void.get(serial) || 0));
  if (state.void.length) await store.set("void", lists.void);
  await store.set("marks", line.marks);
  if (Date.now() - lists.peopleAt > NAMES_FOR) loadNames();
}

function putOffset(offset) {
  if (me.offset !== offset) store.set("offset", offset);
  me.offset = offset;
}

function putShutOut(isOut) {
  if (me.shutOut !== isOut) {
    store.set("shutOut", isOut);
    if (isOut) {
      camera(false);
      store.drop("people");
      putPeople([], 0);
    }
  }
  me.shutOut = isOut;
}

function putFrame(frame) {
  me.frame = frame;
  lists.watched = new Map(frame.watched.map(([serial, watch, note, name]) => [serial, [watch, note, name]]));
  const list = $("zone");
  list.replaceChildren(...frame.zones.map((one) => new Option(inLanguage(one.name), one.code)));
  if (!zone() && frame.zones.length) choose(frame.zones[0].code);
  list.value = me.zone;
}

function putPeople(rows, at) {
  lists.people = new Map(rows.map((row) => [row[0], row]));
  lists.peopleAt = at;
}

let isLoading = false;
async function loadNames() {
  if (isLoading || !me.secret) return;
  isLoading = true;
  try {
    const { status, content } = await line.ask("people", null, 60000);
    if (status === 200) {
      putPeople(content.people, Date.now());
      await store.set("people", { rows: content.people, at: lists.peopleAt });
    }
  } catch {
    // the names of before are better than none
  } finally {
    isLoading = false;
    paint();
  }
}

// a badge ---------------------------------------------------------------------------------------------------------

function onCode(text) {
  const code = cleanCode(text);
  if (code) work = work.then(() => scan({ code })).catch(broken);
}

function onPerson(serial) {
  work = work.then(() => scan({ serial })).catch(broken);
}

function broken(error) {
  console.error(error);
  show({ verdict: "refused", reason: "", why: words.storage });
}

/** Write down first, then ask the server; when it does not answer in time, decide here and say so. */
async function scan(what) {
  if (me.shutOut) return show({ verdict: "refused", reason: "", why: words.shut_out });
  const place = zone();
  if (!place) return show({ verdict: "refused", reason: "", why: words.no_zone });
  const direction = me.way;
  const entry = await store.enqueue({ ...what, secret: me.secret, at: Date.now(), zone: place.code, direction });
  line.waiting += 1;
  const answer = line.online ? await line.sendNow(entry) : null;
  const result = answer && answer.verdict !== "unreadable" ? fromServer(answer, entry) : await byMyself(entry, place);
  await remember(result, entry, place);
  show(result);
  paint();
}

function fromServer(answer, entry) {
  return { ...answer, number: entry.number, entry, isMine: false, kindName: kindName(answer.kind) };
}

async function byMyself(entry, place) {
  const at = entry.at - me.offset * 1000;
  const went = new Map([...lists.went].filter(([, one]) => !place.returns || one.at > (lostAt || Infinity) || Date.now() - one.at < GOES_STALE));
  const mine = await decide({ ...entry, at }, { frame: me.frame, zone: place, void: lists.void, people: lists.people, watched: lists.watched, went, count: me.counts[place.code] || 0 });
  await store.amend(entry.number, { offline: true, verdict: mine.verdict, reason: mine.reason });
  const [, , kind, name, firm] = mine.person || [];
  return {
    ...mine, number: entry.number, entry, isMine: true,
    name: name || (mine.verdict === "refused" ? "" : words.unknown), firm: firm || "", kindName: kindName(kind || mine.kind),
  };
}

/** What this device saw itself: who went which way, and the count while nobody tells it. */
async function remember(result, entry, place) {
  const serial = result.serial || entry.serial || serialOf(entry.code);
  const went = result.verdict === "admitted" || result.verdict === "conflict" ? "in" : result.verdict === "left" ? "out" : "";
  if (went && serial) {
    const before = lists.went.get(serial);
    lists.went.set(serial, { way: went, at: Date.now(), number: result.number, before: before?.way });
    await store.set(`went:${place.code}`, lists.went);
    if (result.isMine && (before?.way || "out") !== went) {
      me.counts[place.code] = Math.max(0, (me.counts[place.code] || 0) + (went === "in" ? 1 : -1));
      store.set("counts", me.counts);
    }
  }
  lists.log = [{ number: result.number, at: entry.at, verdict: result.verdict, reason: result.reason, name: result.name, isMine: result.isMine }, ...lists.log].slice(0, LOG_MOST);
  await store.set("log", lists.log);
}

/** The serial stands at a fixed place of the code: bytes 10 to 13, wherever the letters fall. */
function serialOf(code) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  let bits = "";
  for (const letter of (code || "").slice(4, 30)) bits += letters.indexOf(letter).toString(2).padStart(5, "0");
  return parseInt(bits.slice(80, 112), 2) || 0;
}

async function undo() {
  const last = shown;
  if (!last?.number) return;
  $("undo").hidden = true;
  const entry = await store.enqueue({ secret: me.secret, at: Date.now(), undo: last.number });
  line.waiting += 1;
  const answer = line.online ? await line.sendNow(entry) : null;
  if (answer && answer.verdict !== "undone") return show({ verdict: "refused", reason: answer.reason, why: words.not_undone });
  const serial = last.serial || last.entry?.serial || serialOf(last.entry?.code);
  const went = lists.went.get(serial);
  if (went?.number === last.number) {
    if (went.before) lists.went.set(serial, { way: went.before, at: Date.now() });
    else lists.went.delete(serial);
    await store.set(`went:${me.zone}`, lists.went);
    if (!answer) me.counts[me.zone] = Math.max(0, (me.counts[me.zone] || 0) + (went.way === "in" ? -1 : 1));
  }
  show({ verdict: "undone", reason: "", name: last.name, firm: last.firm, isMine: !answer });
  paint();
}

async function letInAfterAsking() {
  const last = shown;
  $("asked").hidden = true;
  if (last?.entry) work = work.then(() => scan({ ...(last.entry.code ? { code: last.entry.code } : { serial: last.entry.serial }), asked: true })).catch(broken);
}

// what is seen ----------------------------------------------------------------------------------------------------

function mood(result) {
  if (result.verdict === "refused") return result.reason === "watch" ? "ask" : "refused";
  if (result.verdict === "admitted" && result.watch === "vip") return "vip";
  return result.verdict === "conflict" ? "ask" : result.verdict;
}

function show(result) {
  shown = result;
  clearTimeout(clearing);
  const face = mood(result);
  const sign = { admitted: "good", vip: "good", refused: "bad", ask: "ask", left: "out", undone: "wait" }[face];
  $("verdict").className = `gate-verdict is-${face}${result.isMine ? " is-mine" : ""}`;
  $("sign").setAttribute("d", SIGNS[sign]);
  $("verdict-word").textContent = words[face] || words[result.verdict];
  const whys = [result.why, result.reason && (words.reasons[result.reason] || result.reason), result.isMine && words.decided_here];
  $("verdict-why").textContent = whys.filter(Boolean).join(" · ");
  $("verdict-name").textContent = result.name || "";
  $("verdict-firm").textContent = result.firm || "";
  $("verdict-kind").textContent = result.kindName || "";
  $("verdict-note").textContent = result.note || "";
  $("asked").hidden = !(result.verdict === "refused" && result.reason === "watch");
  $("undo").hidden = !(result.number && ["admitted", "left", "conflict"].includes(result.verdict));
  if (me.sound) play(face === "undone" ? "left" : face);
  if (["admitted", "left", "undone"].includes(face)) clearing = setTimeout(ready, SHOWN_FOR);
}

function ready() {
  $("verdict").className = "gate-verdict is-ready";
  $("sign").setAttribute("d", SIGNS.ready);
  $("verdict-word").textContent = words.ready;
  $("verdict-why").textContent = words.ready_hint;
  for (const part of ["name", "firm", "kind", "note"]) $(`verdict-${part}`).textContent = "";
  $("asked").hidden = $("undo").hidden = true;
  shown = null;
}

function kindName(kind) {
  return inLanguage(me.frame?.kinds.find((one) => one.id === kind)?.name);
}

function paint() {
  const place = zone();
  const inside = me.counts[me.zone] || 0;
  $("count").textContent = !place ? "" : place.most === null ? say(words.inside, { inside: figure(inside) }) : say(words.inside_of, { inside: figure(inside), most: figure(place.most) });
  $("count").classList.toggle("is-full", Boolean(place && place.most !== null && inside >= place.most));
  $("line").textContent = line.online ? words.on_line : words.off_line;
  $("line").classList.toggle("is-off", !line.online);
  $("queue").textContent = line.waiting ? say(words.queue, { count: figure(line.waiting) }) : words.queue_none;
  $("queue").classList.toggle("is-waiting", line.waiting > 0);
  $("queue").dataset.count = String(line.waiting);
  for (const way of ["in", "out"]) $(`way-${way}`).setAttribute("aria-pressed", String(me.way === way));
  $("way-out").disabled = Boolean(place && !place.exits);
  $("camera").disabled = $("search").disabled = me.shutOut;
  paintNotice();
  paintSettings();
}

function paintNotice() {
  const texts = [];
  if (me.shutOut) texts.push(line.waiting ? words.shut_out : words.shut_out_done);
  if (me.offset) texts.push(say(me.offset > 0 ? words.clock_ahead : words.clock_behind, { time: span(Math.abs(me.offset)) }));
  if (line.odd) texts.push(say(words.odd, { count: figure(line.odd) }));
  $("notice").hidden = !texts.length;
  if ($("notice").textContent !== texts.join(" ")) $("notice").textContent = texts.join(" ");
}

function span(seconds) {
  if (seconds < 60) return say(words.seconds, { seconds: figure(seconds) });
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return say(words.minutes, { minutes: figure(minutes) });
  return say(words.hours, { hours: figure(Math.floor(minutes / 60)), minutes: figure(minutes % 60) });
}

function paintSettings() {
  $("device-name").textContent = me.device?.name || "";
  $("edition-name").textContent = inLanguage(me.frame?.edition.name);
  $("names").textContent = lists.peopleAt ? say(words.names, { count: figure(lists.people.size), time: clockTime(lists.peopleAt) }) : words.no_names;
  $("clock").textContent = clockTime(now());
  $("sound").setAttribute("aria-pressed", String(me.sound));
  if (!$("settings").open) return;
  $("last").replaceChildren(
    ...lists.log.map((one) => {
      const row = document.createElement("li");
      const why = one.reason ? ` · ${words.reasons[one.reason] || one.reason}` : "";
      row.textContent = `${clockTime(one.at - me.offset * 1000)} ${words[one.verdict] || one.verdict}${why} ${one.name || ""}`;
      return row;
    })
  );
}

function choose(code) {
  me.zone = code;
  store.set("zone", code);
  if (!zone()?.exits && me.way === "out" && zone()) turn("in");
  putWent();
  $("zone").value = code;
}

async function putWent() {
  lists.went = (me.zone && (await store.get(`went:${me.zone}`))) || new Map();
}

function turn(way) {
  me.way = way;
  store.set("way", way);
  paint();
}

// camera, hand scanner, names -------------------------------------------------------------------------------------

async function camera(isOn) {
  stopCamera?.();
  stopCamera = null;
  $("video").hidden = true;
  $("camera").setAttribute("aria-pressed", "false");
  $("camera-word").textContent = "";
  if (!isOn) return;
  try {
    $("video").hidden = false;
    stopCamera = await startCamera($("video"), onCode);
    $("camera").setAttribute("aria-pressed", "true");
  } catch (error) {
    $("video").hidden = true;
    const word = { NotAllowedError: "camera_no", NotFoundError: "camera_none", NotReadableError: "camera_busy", InsecureError: "camera_insecure" };
    $("camera-word").textContent = words[word[error.name] || "camera_none"];
  }
}

/** A hand scanner is a keyboard that types a code and Enter, faster than people do. */
function listenToScanner() {
  let typed = "";
  let last = 0;
  document.addEventListener("keydown", (event) => {
    const isElsewhere = event.target.closest?.("input, textarea, dialog") || $("gate").hidden || event.ctrlKey || event.metaKey || event.altKey;
    if (isElsewhere) return;
    if (event.timeStamp - last > 600) typed = "";
    last = event.timeStamp;
    if (event.key === "Enter" && typed.length > 5) {
      event.preventDefault();
      onCode(typed);
      typed = "";
    } else if (event.key.length === 1) {
      if (typed || event.key.toUpperCase() === "E") event.preventDefault(); // no list opens by its letters, no button by a blank
      typed += event.key;
    }
  });
}

const plain = (text) => text.normalize("NFKC").toLocaleLowerCase();

function find() {
  const sought = plain($("finder-words").value.trim());
  const list = $("finder-list");
  if (!lists.peopleAt) return ($("finder-word").textContent = words.no_names);
  if (!sought) {
    list.replaceChildren();
    return ($("finder-word").textContent = say(words.names, { count: figure(lists.people.size), time: clockTime(lists.peopleAt) }));
  }
  const found = [];
  const parts = sought.split(/\s+/);
  for (const row of lists.people.values()) {
    const text = plain(`${row[3]} ${row[4]}`);
    if (parts.every((part) => text.includes(part))) found.push(row);
    if (found.length > FOUND_MOST) break;
  }
  $("finder-word").textContent = !found.length ? words.nobody : found.length > FOUND_MOST ? say(words.more, { count: FOUND_MOST }) : "";
  list.replaceChildren(...found.slice(0, FOUND_MOST).map(personRow));
}

function personRow([serial, , kind, name, firm]) {
  const row = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.append(Object.assign(document.createElement("b"), { textContent: name, dir: "auto" }), Object.assign(document.createElement("span"), { textContent: [firm, kindName(kind)].filter(Boolean).join(" · "), dir: "auto" }));
  button.addEventListener("click", () => {
    $("finder").close();
    onPerson(serial);
  });
  row.append(button);
  return row;
}

function wire() {
  $("pair-form").addEventListener("submit", (event) => {
    event.preventDefault();
    wake();
    pair($("pair-code").value);
  });
  document.addEventListener("pointerdown", wake, { once: true });
  $("zone").addEventListener("change", (event) => {
    choose(event.target.value);
    event.target.blur(); // a hand scanner types next
    paint();
  });
  for (const way of ["in", "out"]) $(`way-${way}`).addEventListener("click", () => turn(way));
  $("camera").addEventListener("click", () => camera(!stopCamera));
  $("undo").addEventListener("click", undo);
  $("asked").addEventListener("click", letInAfterAsking);
  $("search").addEventListener("click", () => {
    $("finder-words").value = "";
    $("finder").showModal();
    find();
  });
  $("finder-words").addEventListener("input", find);
  $("finder-words").addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const typed = event.target.value;
    if (!cleanCode(typed).startsWith("EF1:")) return;
    $("finder").close();
    onCode(typed);
  });
  $("more").addEventListener("click", () => {
    $("settings").showModal();
    paint();
  });
  $("sound").addEventListener("click", () => {
    me.sound = !me.sound;
    store.set("sound", me.sound);
    if (me.sound) play("admitted");
    paint();
  });
  $("reload-names").addEventListener("click", loadNames);
  $("forget").addEventListener("click", forget);
  for (const button of document.querySelectorAll("[data-close]")) button.addEventListener("click", () => button.closest("dialog").close());
  listenToScanner();
  document.addEventListener("visibilitychange", () => document.hidden && stopCamera && camera(false));
}

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register(document.body.dataset.worker, { scope: document.body.dataset.scope }).catch((error) => console.error(error));
}
begin();
