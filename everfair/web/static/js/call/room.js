// The room of a call: what is heard from the server, one's own devices, the engine that carries it, what happens on a weak line.

import { config as read, post, wait } from "./asking.js";
import { Mesh, Served } from "./engines.js";
import { came, Choice, EVERY, gave, Loss, Still } from "./line.js";
import { ask, askCamera, askScreen } from "./own.js";
import { Documents, messages, Notes, clock, People } from "./panels.js";
import { Tiles } from "./tiles.js";

const HERE = 15000; // the server counts a silent page as left after 45 s
const GRACE = 8000; // who is said to have left and still sends may only have lost the server
const FIRST_TRY = 1000, LAST_TRY = 15000; // ms until a way is looked for again, twice as long each time
const root = document.querySelector("[data-room]");
const config = read(), { words, me, topic, urls } = config;
const socket = window.everfairSocket;
const all = new Map(config.people.map((one) => [one.code, one]));
const tiles = new Tiles(words, me), people = new People(config), notes = new Notes(config), documents = new Documents(config), loss = new Loss(), still = new Still(), dark = new Still(4);
const mine = () => all.get(me);
const own = { audio: null, camera: null, screen: null };
const set = { muted: mine().muted, cameraOff: mine().camera_off && mine().mode === "picture", hand: Boolean(mine().hand), sharing: false, channel: "" };
let call = config.call, engine = null, epoch = 0, isOver = false, wasOn = false, moving = Promise.resolve(), heardAudio = null;
const choice = new Choice(mine().mode, { offer: () => note(words.weak, "wait"), change: (mode, why) => turn(mode, why) });
const state = (window.everfairCall = { words: [], get engine() { return engine; }, get choice() { return choice; }, get own() { return own; }, first: 0 });

/* What is said to the person ------------------------------------------------------------------------------------- */
const bar = root.querySelector("[data-note]");
let clearing = 0;
const note = (text, kind = "", stays = true) => {
  clearTimeout(clearing);
  state.words.push(text);
  bar.hidden = !text;
  bar.textContent = text;
  bar.className = `call-note ${kind}`;
  if (!stays) clearing = setTimeout(() => { bar.hidden = true; }, 6000);
};
/* Takes back what is true no more; what was said of something else stays. */
const hush = (...texts) => { if (texts.includes(bar.textContent)) note(""); };
addEventListener("everfair:call-note", (event) => note(event.detail, "stop", false));
const say = (kind, data = {}, keep = false) => socket.say(topic, kind, data, { keep }).catch((error) => { if (error.code === "refused") note(error.message, "stop", false); });
const show = () => say("show", { muted: set.muted, camera_off: set.cameraOff || choice.mode !== "picture", sharing: set.sharing, hand: set.hand, mode: choice.mode });

/* What is sent --------------------------------------------------------------------------------------------------- */
const sent = () => ({ audio: own.audio, camera: choice.mode === "picture" && !set.cameraOff ? own.camera : null, screen: set.sharing ? own.screen : null });
const send = async () => {
  fit();
  if (own.audio) own.audio.enabled = !set.muted && choice.mode !== "text";
  tiles.own(sent().camera);
  tiles.own(sent().screen, "screen");
  buttons();
  await engine?.send(sent());
};
const buttons = () => {
  const put = (name, on, text) => { const one = root.querySelector(`[data-do=${name}]`); one.setAttribute("aria-pressed", String(on)); one.textContent = text; };
  put("mute", set.muted, set.muted ? words.muteOff : words.muteOn);
  put("camera", set.cameraOff, set.cameraOff ? words.cameraOn : words.cameraOff);
  put("share", set.sharing, set.sharing ? words.shareStop : words.share);
  put("hand", set.hand, set.hand ? words.handDown : words.hand);
  root.querySelector("select[data-mode]").value = choice.mode;
  root.dataset.mode = choice.mode;
};
const listen = () => {
  for (const one of all.values()) {
    const interprets = one.role === "interpreter" && one.language;
    const loud = choice.mode === "text" ? 0 : set.channel ? (one.code === set.channel ? 1 : 0.12) : interprets ? 0 : 1;
    tiles.volume(one.code, loud);
  }
};
const turn = async (mode, why) => {
  if (why === "weak") note(mode === "text" ? words.text : words.weakChosen, "wait");
  if (why === "strong") note(words.strong, "", false);
  if (mode === "text") root.querySelector("[data-panel=messages]")?.setAttribute("open", "");
  if ((mode === "picture" && !own.camera && !set.cameraOff) || (mode !== "text" && !own.audio)) {
    const given = await ask(mode);
    own.camera ||= given.camera;
    own.audio ||= given.audio;
  }
  listen();
  await send();
  engine?.lighten(mode !== "picture");
  show();
};
/* A camera that is on and gives no pictures is let go of and asked for again. */
const askAnew = async () => {
  own.camera.stop();
  own.camera = await askCamera();
  if (isOver) { own.camera?.stop(); return; }
  if (!own.camera) note(words.noCamera, "wait", false);
  fitted = 0;
  await send();
};
const stopScreen = async () => { own.screen?.stop(); own.screen = null; set.sharing = false; await send(); show(); };
const acts = {
  mute: async () => { set.muted = !set.muted; await send(); show(); },
  camera: async () => { set.cameraOff = !set.cameraOff; if (!set.cameraOff) own.camera ||= await askCamera(); await send(); show(); },
  hand: async () => { set.hand = !set.hand; buttons(); show(); },
  share: async () => {
    if (set.sharing) { await stopScreen(); return; }
    try { own.screen = await askScreen(() => stopScreen()); } catch { note(words.noScreen, "", false); return; }
    set.sharing = true;
    await send();
    show();
  },
};
for (const button of root.querySelectorAll("[data-do]")) button.addEventListener("click", () => acts[button.dataset.do]());
root.querySelector("select[data-mode]").addEventListener("change", (event) => { choice.want(event.target.value); note(""); turn(event.target.value, ""); });
root.querySelector("[data-language]")?.addEventListener("change", (event) => say("show", { language: event.target.value }));
root.querySelector("[data-invitation]")?.addEventListener("focus", (event) => event.target.select());
const channel = root.querySelector("[data-channel]");
channel.querySelector("select").addEventListener("change", (event) => { set.channel = event.target.value; listen(); });
const channels = () => {
  const list = channel.querySelector("select"), found = [...all.values()].filter((one) => one.role === "interpreter" && one.state === "in" && one.language && one.code !== me);
  while (list.options.length > 1) list.remove(1);
  for (const one of found) list.add(new Option(`${words.interpreter}: ${one.language}`, one.code));
  if (!found.some((one) => one.code === set.channel)) set.channel = "";
  list.value = set.channel;
  channel.hidden = !found.length;
  listen();
};

/* The more people, the smaller each picture is on every screen: nobody sends more than is seen. */
let fitted = 0;
const fit = () => {
  const inside = [...all.values()].filter((one) => one.state === "in").length, size = inside > 4 ? 320 : inside > 2 ? 480 : 640;
  if (size === fitted || !own.camera) return;
  fitted = size;
  own.camera.applyConstraints({ width: { ideal: size }, height: { ideal: size * 9 / 16 }, frameRate: { ideal: size > 480 ? 24 : 15 } }).catch(() => {});
};

/* The engine ----------------------------------------------------------------------------------------------------- */
const blocked = (video) => { heardAudio = video; note(words.hear, "wait"); };
document.addEventListener("click", () => { if (!heardAudio) return; for (const video of root.querySelectorAll("video")) video.play().catch(() => {}); heardAudio = null; note(""); });
const hooks = {
  onStream: (code, stream, what) => {
    if (what === "screen" && !all.get(code)?.sharing) { stream.shownLater = true; screens.set(code, stream); return; }
    if (what === "screen") screens.set(code, stream);
    tiles.show(code, stream, what, blocked);
    listen();
  },
  onGone: (code) => { screens.delete(code); if (all.get(code)?.state === "in") tiles.line(code, words.connecting); else tiles.drop(code); },
  onLine: (code, isOn) => { tiles.line(code, isOn ? "" : words.lineLost); if (isOn) { hush(words.failed, refusal); trial = FIRST_TRY; } },
  onFailed: () => { note(words.failed, "stop"); say("failed", { why: "no way between the browsers" }, true); },
  onTalking: (code, is) => tiles.talks(code, is),
  onServer: (what, error) => {
    if (what === "interrupted") note(words.carrierLost, "wait");
    if (what === "entered" || what === "back") { if (bar.textContent === words.carrierLost) note(words.back, "", false); hush(words.failed, refusal); trial = FIRST_TRY; }
    if (what === "removed") out(words.removed);
    if (what === "closed") { const gone = engine; setTimeout(() => { if (engine === gone) move(true); }, FIRST_TRY / 2); } /* its room is gone */
    if (what === "failed") again(error || new Error("server for groups"));
  },
};
const screens = new Map();
/* A seat and the epoch it is good for; rights are asked by the server each time. */
const take = async () => {
  for (let pause = 500; !isOver; pause = Math.min(8000, pause * 2)) {
    const answer = await post(urls.call_seat).catch(() => null), data = answer?.data;
    if (answer?.status === 200) {
      for (const one of data.people) meet(one);
      heed(data.call, true);
      return { seat: data.seat, given: data.seat.provider === data.call.provider ? data.call.epoch : 0 };
    }
    if (answer && answer.status < 500) { if (data.words) note((refusal = data.words), "stop"); throw Object.assign(new Error(data.words || String(answer.status)), { isSaid: Boolean(data.words) }); }
    await wait(pause);
  }
  throw new Error("over");
};
/* The server for groups forgot the room: a new seat in it; null where browsers carry the call now. */
const renew = async () => {
  const { seat, given } = await take();
  if (seat.provider !== "janus") return null;
  epoch = given;
  return seat;
};
/* The new one is on before the old one is let go of: whoever speaks already is hardly interrupted. */
const build = async ({ seat, given }) => {
  const is = seat.provider === "janus" ? Served : Mesh, old = engine, heard = {};
  for (const [name, hook] of Object.entries(hooks)) heard[name] = (...said) => { if (engine === made) hook(...said); };
  const made = new is({ seat, me, people: all, hooks: heard, renew, say: (to, body) => { socket.say(topic, "signal", { to, body: JSON.stringify(body) }, { keep: false }).catch(() => {}); } });
  engine = made;
  epoch = given;
  clearTimeout(trying);
  screens.clear();
  for (const one of all.values()) if (one.mode !== "picture") made.spare(one.code, true);
  made.lighten(choice.mode !== "picture");
  try { await made.start(sent(), all); } finally { old?.close(); }
  await made.send(sent()); /* what was changed meanwhile */
  if (old?.isServed && !made.isServed) note(words.between, "wait", false);
  if (!isOver && epoch !== call.epoch) move();
};
const move = (anyway = false) => {
  moving = moving.then(async () => {
    if (isOver || (!anyway && epoch === call.epoch)) return;
    try { await build(await take()); } catch (error) { again(error); }
  });
  return moving;
};
/* No way now: said, told to the other side in the conversation, and tried again, later each time. */
let trial = FIRST_TRY, trying = 0, refusal = "";
const again = (error) => {
  if (isOver || error.message === "over") return;
  if (!error.isSaid) { note(words.failed, "stop"); say("failed", { why: String(error).slice(0, 60) }, true); }
  clearTimeout(trying);
  trying = setTimeout(() => move(true), trial);
  trial = Math.min(LAST_TRY, trial * 2);
};
const out = (text) => { if (isOver) return; isOver = true; engine?.close(); stopAll(); note(text, "stop"); setTimeout(() => location.assign(urls.call_over), 1500); };
const stopAll = () => { for (const track of Object.values(own)) track?.stop(); };

/* What the server says ------------------------------------------------------------------------------------------- */
const meet = (fact) => {
  const before = all.get(fact.code);
  if (before && before.version > fact.version) return;
  all.set(fact.code, fact);
  people.draw(fact);
  const isIn = fact.state === "in";
  if (isIn) tiles.draw(fact);
  else if (fact.state === "left" && engine?.isOn(fact.code)) setTimeout(() => { if (all.get(fact.code).state !== "in") { engine?.went(fact.code); tiles.drop(fact.code); } }, GRACE);
  else { engine?.went(fact.code); tiles.drop(fact.code); }
  if (fact.code === me) {
    if (fact.state === "left" && !isOver && engine) move(true);
    if (set.sharing && before?.sharing && !fact.sharing) stopScreen(); /* somebody else shows now */
    if (before && fact.hushes > before.hushes && !set.muted) { set.muted = true; note(words.hushed, "wait"); send(); show(); }
  } else if (isIn) {
    engine?.came(fact);
    engine?.spare(fact.code, fact.mode !== "picture");
    if (fact.sharing && screens.has(fact.code)) tiles.show(fact.code, screens.get(fact.code), "screen", blocked);
    if (!engine?.isOn(fact.code) && engine && before?.state !== "in") tiles.line(fact.code, words.connecting);
  } else if (fact.state === "waiting" && config.host && before?.state !== "waiting") note(words.wants.replace("%s", fact.name), "wait", false);
  channels();
  fit();
};
const heed = (fact, isFresh = false) => {
  if (fact.version < call.version) return;
  call = fact;
  dispatchEvent(new CustomEvent("everfair:call", { detail: fact }));
  root.querySelector("[data-recording]").hidden = !fact.recording;
  if (fact.state === "ended" || fact.state === "missed") { if (!isOver) { isOver = true; engine?.close(); stopAll(); location.assign(urls.call_over); } return; }
  if (!isFresh && engine && fact.epoch !== epoch) move();
};
const hear = (fact) => {
  if (isOver) return;
  if (fact.kind === "person") meet(fact);
  else if (fact.kind === "call") heed(fact);
  else if (fact.kind === "notes") notes.hear(fact);
  else if (fact.kind === "document") documents.hear(fact);
  else if (fact.kind === "signal") { try { engine?.hear(fact.from, JSON.parse(fact.body)); } catch { /* no signal of ours */ } }
};
const ready = new Promise((resolve) => {
  const on = (now) => {
    if (now === "on") {
      resolve();
      if (wasOn) { note(words.back, "", false); show(); engine?.mend(all); }
      say("here");
      wasOn = true;
    } else if (wasOn && !isOver) note(words.serverLost, "wait");
  };
  socket.connect(topic, hear, { after: config.position, onState: on, onGone: () => out(words.removed), onStale: () => move(true) });
  if (socket.state === "on") on("on");
});
setInterval(() => say("here"), HERE);
addEventListener("online", () => setTimeout(() => engine?.mend(all), 500));

/* The line, every two seconds ------------------------------------------------------------------------------------ */
setInterval(async () => {
  let lost = 0, sum = 0;
  const given = [];
  for (const [code, pc] of engine?.lines() || []) {
    const reports = await pc.getStats().catch(() => null);
    if (!reports) continue;
    const one = loss.look(reports.values(), code);
    lost += one.lost; sum += one.all;
    const who = all.get(code), isExpected = code !== me && choice.mode === "picture" && who?.mode === "picture" && !who.camera_off;
    if (still.look(came(reports.values()), code, isExpected && engine?.isPictured(code))) engine.again(code);
    const frames = gave(reports.values(), own.camera?.id);
    if (frames !== null && pc.connectionState === "connected") given.push(frames);
    if (!engine?.isServed) tiles.talks(code, loss.levels.get(code) > 0.02);
  }
  if (dark.look(Math.max(...given), "camera", given.length && sent().camera && !own.camera.muted)) askAnew();
  state.share = sum > 20 ? lost / sum : null;
  choice.look(state.share);
}, EVERY);

/* Coming and going ----------------------------------------------------------------------------------------------- */
addEventListener("pagehide", () => { if (!isOver) engine?.close(); });
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
root.querySelector("[data-leave]").addEventListener("submit", () => { isOver = true; engine?.close(); stopAll(); });
if (window.BroadcastChannel) {
  const windows = new BroadcastChannel(`everfair:${topic}`), number = Math.random();
  windows.onmessage = ({ data }) => { if (data !== number && !isOver) { isOver = true; engine?.close(); stopAll(); note(words.elsewhere, "wait"); } };
  windows.postMessage(number);
}

/* Begin ---------------------------------------------------------------------------------------------------------- */
for (const one of all.values()) { people.draw(one); if (one.state === "in") tiles.draw(one); }
root.querySelector("[data-controls]").hidden = false;
messages(config);
clock(config, () => call.ends);
buttons();
moving = (async () => {
  const [given, seat] = await Promise.all([ask(choice.mode), take(), ready]);
  Object.assign(own, { audio: given.audio, camera: given.camera });
  if (given.lacks) note({ both: words.noDevices, camera: words.noCamera, microphone: words.noMicrophone }[given.lacks], "wait", false);
  await send();
  await build(seat);
  channels();
  show();
})().catch(again);
