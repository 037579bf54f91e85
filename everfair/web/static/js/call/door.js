// Before a call: camera, microphone, speaker, the server's line and ways between browsers are tried; who waits is let in here.

import { config as read, post } from "./asking.js";
import { ask, choose, chosen } from "./own.js";

const root = document.querySelector("[data-door]"), config = read(), { words, urls, topic, me } = config;
const socket = window.everfairSocket;
const REFUSALS = [401, 403, 438, 441]; // a TURN server's: name, password or their time are wrong
const checks = root.querySelector("[data-checks]"), preview = root.querySelector("[data-preview] video");
const told = (name, text, kind) => { const place = root.querySelector(`[data-check=${name}]`); if (place) { place.textContent = text; place.className = text ? `state ${kind}` : ""; } };
const put = (text, n) => text.replace("%n", n);
let isGoing = false;
root.querySelector("[data-enter]")?.addEventListener("submit", () => { isGoing = true; });
let given = { audio: null, camera: null }, listening = 0;

const level = (track) => {
  const sound = new AudioContext(), source = sound.createMediaStreamSource(new MediaStream([track])), meter = sound.createAnalyser(), bar = root.querySelector("[data-level]");
  const values = new Uint8Array(meter.fftSize);
  source.connect(meter);
  let heard = false;
  clearInterval(listening);
  listening = setInterval(() => {
    meter.getByteTimeDomainData(values);
    const loud = Math.max(...values.map((value) => Math.abs(value - 128))) / 128;
    bar.value = loud;
    if (!heard && loud > 0.04) { heard = true; told("microphone", words.checkMicrophone, "here"); }
  }, 150);
};
const mode = () => root.querySelector("[name=mode]:checked")?.value || "picture";
const look = async () => {
  for (const track of [given.audio, given.camera]) track?.stop();
  clearInterval(listening);
  given = await ask(mode());
  preview.hidden = !given.camera;
  preview.srcObject = given.camera ? new MediaStream([given.camera]) : null;
  if (given.camera) preview.play().catch(() => {});
  told("camera", mode() !== "picture" ? "" : given.camera ? words.checkCamera : given.lacks === "both" ? words.noDevices : words.noCamera, given.camera ? "here" : "wait");
  told("microphone", mode() === "text" ? "" : given.audio ? words.checkQuiet : given.lacks === "both" ? "" : words.noMicrophone, given.audio ? "away" : "wait");
  if (given.audio) level(given.audio);
  const found = await navigator.mediaDevices?.enumerateDevices?.() || [];
  for (const list of root.querySelectorAll("[data-device]")) {
    const kind = list.dataset.device, own = found.filter((one) => one.kind === kind && one.label);
    list.replaceChildren(...own.map((one) => new Option(one.label, one.deviceId, false, one.deviceId === chosen()[kind])));
    list.closest(".field").hidden = own.length < 2;
  }
};
const network = async () => {
  const answer = await post(urls.line_check).catch(() => null);
  if (answer?.status !== 200) return;
  const found = new Set(), hasRelay = answer.data.ice.some(({ urls }) => urls.some((url) => url.startsWith("turn")));
  let isRefused = false;
  const pc = new RTCPeerConnection({ iceServers: answer.data.ice });
  pc.createDataChannel("check");
  pc.onicecandidate = ({ candidate }) => { if (candidate?.type) found.add(candidate.type); };
  pc.onicecandidateerror = ({ url, errorCode }) => { if (url?.startsWith("turn") && REFUSALS.includes(errorCode)) isRefused = true; };
  const over = new Promise((resolve) => { pc.onicegatheringstatechange = () => { if (pc.iceGatheringState === "complete") resolve(); }; setTimeout(resolve, 5000); });
  await pc.setLocalDescription(await pc.createOffer());
  await over;
  pc.close();
  if (found.has("relay")) told("network", words.checkRelay, "here");
  else if (isRefused) told("network", words.checkSecret, "stop");
  else if (!found.size) told("network", words.checkNoWay, "stop");
  else told("network", hasRelay ? words.checkRelayAway : words.checkDirect, hasRelay ? "wait" : "here");
};
const server = () => {
  const began = performance.now();
  const on = (now) => told("server", now === "on" ? put(words.checkServer, Math.round(performance.now() - began)) : words.checkNoServer, now === "on" ? "here" : "wait");
  /* who waits hears of themselves: let in, or not; everybody hears who is inside already */
  const heard = (fact) => {
    if (isGoing) return; /* one's own entering is heard before its answer */
    if (fact.kind === "person" && fact.code === me && fact.state !== config.state && (config.state === "waiting" || ["removed", "refused"].includes(fact.state))) location.assign(urls.call_door);
    if (fact.kind === "call" && (fact.state === "ended" || fact.state === "missed" || (config.call === "ringing" && fact.state === "open"))) location.assign(urls.call_door);
  };
  socket?.connect(topic, heard, { after: config.position, onState: on, onGone: () => location.assign(urls.call_door), onStale: () => location.assign(urls.call_door) });
  if (socket?.state === "on") on("on");
};
root.querySelector("[data-sound]")?.addEventListener("click", () => {
  const sound = new AudioContext(), tone = sound.createOscillator(), loud = sound.createGain();
  loud.gain.setValueAtTime(0.2, sound.currentTime);
  loud.gain.exponentialRampToValueAtTime(0.001, sound.currentTime + 0.9);
  tone.frequency.value = 660;
  tone.connect(loud).connect(sound.destination);
  tone.start();
  tone.stop(sound.currentTime + 0.9);
});
for (const one of root.querySelectorAll("[name=mode]")) one.addEventListener("change", look);
for (const one of root.querySelectorAll("[data-device]")) one.addEventListener("change", () => { choose(one.dataset.device, one.value); look(); });
addEventListener("pagehide", () => { for (const track of [given.audio, given.camera]) track?.stop(); if (preview) preview.srcObject = null; });
server();
if (checks) { checks.hidden = false; look(); network(); }
