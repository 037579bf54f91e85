// Two to four browsers connected with each other, each to each, found through our own hub. A module, no page in it.
// Of two people the one with the greater code offers, the other answers or asks for an offer: the two never collide.
// Places in every offer: sound, camera, screen, in this order; what is sent is exchanged in place, without a new offer.

const SHAKY = 2500; // ms a way may be interrupted before another is looked for
const PATIENCE = 6000; // ms until an unanswered try is made again
const HOPELESS = 20000; // ms without a way: it failed
const TOGETHER = 40; // ms in which candidates are gathered into one message
const PLACES = ["audio", "camera", "screen"];

/** One other person's browser. */
class Peer {
  constructor(all, code) {
    this.all = all;
    this.code = code;
    this.offers = all.me > code;
    this.since = Date.now();
    this.page = ""; // which of the other's pages speaks: a page that was loaded anew is another one
    this.make();
  }

  make() {
    this.close();
    this.early = [];
    this.isConnected = false;
    this.shown = { person: new MediaStream(), screen: new MediaStream() };
    const pc = (this.pc = new RTCPeerConnection({ iceServers: this.all.ice, bundlePolicy: "max-bundle" }));
    let waiting = [], later = 0;
    pc.onicecandidate = ({ candidate }) => {
      if (!candidate?.candidate) return;
      waiting.push(candidate.toJSON());
      later ||= setTimeout(() => { later = 0; this.say({ t: "ice", c: waiting.splice(0) }); }, TOGETHER);
    };
    pc.ontrack = ({ track, transceiver }) => {
      if (this.pc !== pc) return;
      const what = pc.getTransceivers().indexOf(transceiver) === 2 ? "screen" : "person";
      this.shown[what].addTrack(track);
      this.all.hooks.onStream?.(this.code, this.shown[what], what);
    };
    pc.onconnectionstatechange = () => {
      if (this.pc !== pc) return;
      const state = pc.connectionState;
      clearTimeout(this.shaky);
      if (state === "connected") { this.isConnected = true; this.since = 0; this.all.hooks.onLine?.(this.code, true); }
      if (state === "disconnected") this.shaky = setTimeout(() => this.mend(), SHAKY);
      if (state === "failed") this.mend();
      if (state === "disconnected" || state === "failed") this.lost();
    };
    this.again();
  }

  lost() {
    this.since ||= Date.now();
    this.isConnected = false;
    this.all.hooks.onLine?.(this.code, false);
    this.again();
  }

  /* Until it is connected: once more every few seconds. */
  again() {
    clearTimeout(this.trying);
    this.trying = setTimeout(() => {
      if (this.isConnected || this.isOver) return;
      if (this.since && Date.now() - this.since > HOPELESS && !this.isTold) { this.isTold = true; this.all.hooks.onFailed?.(this.code); }
      if (this.pc.remoteDescription) this.mend();
      else this.begin();
      this.again();
    }, PATIENCE);
  }

  say(what) { this.all.send(this.code, { ...what, s: this.all.page, to: this.page }); }

  /* One thing after the other: offers and answers of one connection never cross. What fails is tried again by the clock. */
  next(deed) { this.turn = (this.turn || Promise.resolve()).then(() => (this.isOver ? null : deed())).catch(() => {}); }

  begin() { if (this.offers) this.next(() => this.offer()); else this.say({ t: "hello" }); }

  async offer(options = {}) {
    const pc = this.pc;
    if (!pc.getTransceivers().length) {
      for (const name of PLACES) pc.addTransceiver(name === "audio" ? "audio" : "video", { direction: "sendrecv" });
      await this.fill();
    }
    if (pc.signalingState === "have-local-offer" && !options.iceRestart) { this.say({ t: "offer", d: pc.localDescription.sdp }); return; }
    if (pc.signalingState === "have-local-offer") await pc.setLocalDescription({ type: "rollback" });
    await pc.setLocalDescription(await pc.createOffer(options));
    if (this.pc === pc) this.say({ t: "offer", d: pc.localDescription.sdp });
  }

  async answer(sdp) {
    const pc = this.pc;
    await pc.setRemoteDescription({ type: "offer", sdp });
    for (const one of pc.getTransceivers()) one.direction = "sendrecv";
    await this.fill();
    await pc.setLocalDescription(await pc.createAnswer());
    if (this.pc === pc) this.say({ t: "answer", d: pc.localDescription.sdp });
    await this.takeEarly();
  }

  async takeEarly() { for (const one of this.early.splice(0)) await this.pc.addIceCandidate(one).catch(() => {}); }

  /* What is sent now, each in its place; nothing to who hears only, no pictures to who has a weak line. */
  async fill() {
    const places = this.pc.getTransceivers();
    if (places.length < 3) return;
    const own = this.all.own, spare = this.all.sparing.has(this.code);
    const tracks = [own.audio, spare ? null : own.camera, own.screen];
    await Promise.all(places.slice(0, 3).map(({ sender }, place) => (sender.track === (tracks[place] || null) ? null : sender.replaceTrack(tracks[place] || null))));
  }

  mend() {
    if (this.isOver || this.pc.connectionState === "connected") return;
    if (!this.pc.remoteDescription) { this.begin(); return; }
    if (this.offers) this.next(() => this.offer({ iceRestart: true }).catch(() => this.make()));
    else this.say({ t: "restart" });
  }

  async hear(said) {
    if (said.s !== this.page) {
      if (this.page || this.pc.remoteDescription) { if (said.t === "hello" || said.t === "offer") { this.since = Date.now(); this.make(); } else return; }
      this.page = said.s;
    }
    if (said.t === "hello") {
      /* while an answer is awaited the same offer goes once more; a page that says hello anew has lost what it had */
      if (this.offers) { if (this.pc.remoteDescription && !this.isConnected) this.make(); await this.offer(); }
    } else if (said.t === "offer" && !this.offers) await this.answer(said.d);
    else if (said.t === "answer" && this.pc.signalingState === "have-local-offer") { await this.pc.setRemoteDescription({ type: "answer", sdp: said.d }); await this.takeEarly(); }
    else if (said.t === "ice") for (const one of said.c || []) if (this.pc.remoteDescription) await this.pc.addIceCandidate(one).catch(() => {}); else this.early.push(one);
    if (said.t === "restart" && this.offers) await this.offer({ iceRestart: true });
  }

  close() {
    clearTimeout(this.shaky);
    clearTimeout(this.trying);
    if (!this.pc) return;
    this.pc.onconnectionstatechange = this.pc.onicecandidate = this.pc.ontrack = null;
    this.pc.close();
  }
}

/** Everybody else's browser. `send(code, body)` carries a signal; hooks: onStream(code, stream, what), onGone, onLine(code, isOn), onFailed. */
export class Peers {
  constructor({ me, ice, send, hooks }) {
    this.me = me;
    this.ice = ice;
    this.send = send;
    this.hooks = hooks;
    this.page = [...crypto.getRandomValues(new Uint8Array(6))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    this.own = { audio: null, camera: null, screen: null };
    this.sparing = new Set(); // who asked for sound alone
    this.peers = new Map();
  }

  /** To somebody inside; again, when the line came back. */
  greet(code) {
    if (code === this.me) return;
    const known = this.peers.get(code);
    if (known) { if (known.pc.connectionState !== "connected") known.mend(); return; }
    const peer = new Peer(this, code);
    this.peers.set(code, peer);
    peer.begin();
  }

  /** Somebody came in and speaks first; where they do not, we do. */
  expect(code) { if (code !== this.me && !this.peers.has(code)) this.peers.set(code, new Peer(this, code)); }

  hear(code, said) {
    if (said.to && said.to !== this.page) return; // for another page of ours
    if (said.t === "bye") { if (this.peers.get(code)?.page === said.s) this.drop(code); return; }
    this.expect(code);
    const peer = this.peers.get(code);
    peer.next(() => peer.hear(said));
  }

  send_tracks(own) { this.own = own; return Promise.all([...this.peers.values()].map((peer) => peer.fill().catch(() => {}))); }

  /** Who asked for sound alone gets no camera pictures. */
  spare(code, isSpared) {
    if (this.sparing.has(code) === isSpared) return;
    if (isSpared) this.sparing.add(code); else this.sparing.delete(code);
    this.peers.get(code)?.fill().catch(() => {});
  }

  mend() { for (const peer of this.peers.values()) peer.mend(); }

  drop(code) {
    const peer = this.peers.get(code);
    if (!peer) return;
    peer.isOver = true;
    peer.close();
    this.peers.delete(code);
    this.hooks.onGone?.(code);
  }

  isConnected(code) { return this.peers.get(code)?.pc.connectionState === "connected"; }

  lines() { return [...this.peers.entries()].map(([code, peer]) => [code, peer.pc]); }

  /** Says goodbye and closes all. */
  close() {
    for (const [code, peer] of this.peers) { peer.say({ t: "bye" }); peer.isOver = true; peer.close(); }
    this.peers.clear();
  }
}
