// A session's page for its audience: what is on the stage is received, nothing is sent. No camera and no microphone is asked for.

import { config as read, post } from "./asking.js";
import { JanusCall } from "./janus.js";
import { came, EVERY, Still } from "./line.js";
import { Tiles } from "./tiles.js";

const HERE = 15000; // the server counts a silent page as gone after 60 s
const SPREAD = 1500; // ms over which hundreds come in who waited for the beginning
const FIRST_TRY = 1000, LAST_TRY = 20000; // ms until it is tried again, twice as long each time
const root = document.querySelector("[data-stage]"), config = read(), { words, topic, urls } = config;
const find = (what) => root.querySelector(what), button = (name) => find(`[data-do=${name}]`);
const socket = window.everfairSocket, number = new Intl.NumberFormat(document.documentElement.lang);
const speakers = new Map(config.speakers.map((one) => [one.code, one])), screens = new Map();
const tiles = new Tiles(words, ""), still = new Still();
let stage = config.stage, call = null, wants = false, isEntering = false, isLight = false, channel = "", trial = FIRST_TRY, trying = 0, isBlocked = false;
const state = (window.everfairStage = { words: [], get call() { return call; }, get stage() { return stage; } });

/* What is said to the person ------------------------------------------------------------------------------------- */
const bar = find("[data-note]");
let clearing = 0, said = "";
const note = (text, kind = "", stays = true, hasSpare = false) => {
  clearTimeout(clearing);
  state.words.push((said = text));
  bar.hidden = !text;
  bar.textContent = text;
  bar.className = `call-note ${kind}`;
  if (hasSpare && stage.spare) bar.append(" ", find(".ways [data-spare]").cloneNode(true)); /* where one looks */
  if (!stays) clearing = setTimeout(() => { bar.hidden = true; }, 6000);
};
const lost = () => note(stage.spare ? words.lost : words.lostNoSpare, "wait", true, true);
const draw = () => {
  const isOn = stage.state === "on_air", spare = find(".ways [data-spare]"), count = find("[data-listeners]");
  find("[data-on-air]").hidden = count.hidden = !isOn;
  count.textContent = words.listeners.replace("%n", number.format(stage.listeners));
  spare.hidden = !stage.spare;
  if (stage.spare) spare.href = stage.spare;
  find("[data-controls]").hidden = find("[data-about]").hidden = stage.state === "over" || stage.state === "gone";
  button("watch").hidden = wants;
  button("stop").hidden = button("sound").hidden = !wants;
  button("sound").setAttribute("aria-pressed", String(isLight));
  root.dataset.mode = isLight ? "sound" : "picture";
  if (!isOn) note(words[stage.state]);
  else if ([words.soon, words.over].includes(said)) note("");
  for (const one of speakers.values()) if (one.there && isOn) tiles.draw(one); else tiles.drop(one.code);
  if (isOn && ![...speakers.values()].some((one) => one.there)) note(words.nobody, "wait");
  else if (said === words.nobody) note("");
};
const blocked = () => { isBlocked = true; note(words.hear, "wait"); };
document.addEventListener("click", () => { if (!isBlocked) return; isBlocked = false; for (const video of root.querySelectorAll("video")) video.play().catch(() => {}); note(""); });

/* Who is heard: an interpreter only where they were chosen, and then the others quietly. */
const listen = () => {
  for (const one of speakers.values()) tiles.volume(one.code, channel ? (one.code === channel ? 1 : 0.12) : one.role === "interpreter" && one.language ? 0 : 1);
};
const channels = () => {
  const place = find("[data-channel]"), list = place.querySelector("select");
  const found = [...speakers.values()].filter((one) => one.there && one.role === "interpreter" && one.language);
  while (list.options.length > 1) list.remove(1);
  for (const one of found) list.add(new Option(`${words.interpreter}: ${one.language}`, one.code));
  if (!found.some((one) => one.code === channel)) channel = "";
  list.value = channel;
  place.hidden = !found.length;
  listen();
};
find("[data-channel] select").addEventListener("change", (event) => { channel = event.target.value; listen(); });

/* The way to the stage ------------------------------------------------------------------------------------------- */
const codeOf = (feed) => { for (const one of speakers.values()) if (one.there && one.feed === feed) return one.code; return ""; };
const take = async () => {
  const answer = await post(urls.listen);
  if (answer.status === 404) { wants = false; draw(); throw Object.assign(new Error("no right"), { words: words.noRight, isOver: true }); }
  if (answer.status !== 200) throw Object.assign(new Error(String(answer.status)), { words: answer.data.words });
  for (const one of answer.data.speakers) keep(one);
  return answer.data.seat;
};
const again = (error) => {
  if (!wants && !error?.isOver) return;
  if (error?.words) note(error.words, "stop", true, !error.isOver); else lost();
  if (error?.isOver) return;
  clearTimeout(trying);
  trying = setTimeout(watch, trial * (0.5 + Math.random()));
  trial = Math.min(LAST_TRY, trial * 2);
};
const hooks = (is) => ({
  onStream: (feed, stream, what) => {
    const code = codeOf(feed);
    if (!is() || !code) return;
    if (what === "screen") screens.set(code, stream);
    if (what !== "screen" || speakers.get(code).sharing) tiles.show(code, stream, what, blocked);
    tiles.draw(speakers.get(code)); /* the name on a screen */
    listen();
  },
  onGone: (feed) => { const code = codeOf(feed); if (code && is()) { screens.delete(code); tiles.line(code, words.connecting); } },
  onLine: (feed, isOn) => { const code = codeOf(feed); if (code && is()) { tiles.line(code, isOn ? "" : words.lineLost); if (isOn) trial = FIRST_TRY; } },
  onTalking: (feed, isTalking) => { const code = codeOf(feed); if (code && is()) tiles.talks(code, isTalking); },
  onFailed: () => { if (is()) note(stage.spare ? words.failed : words.failedNoSpare, "stop", true, true); },
  isKnown: (feed) => Boolean(codeOf(feed)),
  renew: take,
  onState: (what, error) => {
    if (!is()) return;
    if (what === "interrupted") lost();
    if ((what === "entered" || what === "back") && [words.lost, words.lostNoSpare].includes(said)) note(words.back, "", false);
    if (["removed", "closed", "failed"].includes(what)) { call = null; clean(); if (stage.state === "on_air") again(error); }
  },
});
const watch = async () => {
  if (!wants || call || isEntering || stage.state !== "on_air") return;
  isEntering = true;
  clearTimeout(trying);
  let made = null;
  try {
    const seat = await take();
    made = call = new JanusCall(seat, hooks(() => call === made));
    made.lighten(isLight);
    for (const one of speakers.values()) if (one.there) tiles.line(one.code, words.connecting);
    await made.enter(null);
    if (bar.classList.contains("stop") || bar.classList.contains("wait")) note("");
    trial = FIRST_TRY;
    draw();
  } catch (error) {
    if (made && call === made) call = null;
    again(error);
  } finally { isEntering = false; }
  if (!wants || stage.state !== "on_air") leave();
};
const clean = () => { screens.clear(); for (const one of speakers.values()) tiles.drop(one.code); draw(); };
const leave = () => { const old = call; call = null; clearTimeout(trying); old?.leave().catch(() => {}); clean(); };

/* What the server says ------------------------------------------------------------------------------------------- */
const keep = (fact) => {
  const before = speakers.get(fact.code);
  if (before && before.version > fact.version) return;
  speakers.set(fact.code, fact);
};
const hear = (fact) => {
  if (fact.kind === "stage") {
    if (fact.version < stage.version) return;
    stage = fact;
    if (stage.state !== "on_air" && call) leave(); else draw();
    if (!call) { clearTimeout(trying); trying = setTimeout(watch, Math.random() * SPREAD); }
  } else if (fact.kind === "speaker") {
    keep(fact);
    if (fact.there && fact.sharing && screens.has(fact.code)) tiles.show(fact.code, screens.get(fact.code), "screen", blocked);
    draw();
    call?.look();
    channels();
  }
};
let wasOn = false;
socket?.connect(topic, hear, {
  after: config.position,
  onState: (now) => {
    if (now === "on") { if (wasOn && said === words.outOfReach) note(words.back, "", false); wasOn = true; here(); } else if (wasOn && call) note(words.outOfReach, "wait");
  },
  onGone: () => { wants = false; leave(); note(words.noRight, "stop"); },
  onStale: () => location.reload(),
});
const here = () => { if (call) socket.say(topic, "here", {}, { keep: false }).catch(() => {}); };
setInterval(here, HERE);

/* Pictures that should move and do not are asked for anew. */
setInterval(async () => {
  for (const [feed, line] of call?.watched || []) {
    const code = codeOf(feed), one = speakers.get(code);
    const reports = code && await line.peer.getStats().catch(() => null);
    if (!reports) continue;
    const isExpected = !isLight && one.mode === "picture" && !one.camera_off && call?.isPictured(feed) && line.peer.connectionState === "connected";
    if (still.look(came(reports.values()), code, isExpected)) call?.again(feed);
  }
}, EVERY);

/* Coming and going ----------------------------------------------------------------------------------------------- */
const stop = () => {
  if (!call) return;
  const secret = document.querySelector("[name=csrfmiddlewaretoken]")?.value || "";
  navigator.sendBeacon(urls.stop, new URLSearchParams({ csrfmiddlewaretoken: secret }));
};
button("watch").addEventListener("click", () => { wants = true; trial = FIRST_TRY; draw(); watch(); });
button("stop").addEventListener("click", () => { wants = false; stop(); leave(); });
button("sound").addEventListener("click", () => { isLight = !isLight; call?.lighten(isLight); draw(); });
addEventListener("pagehide", () => { stop(); call?.leave().catch(() => {}); });
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
draw();
channels();
