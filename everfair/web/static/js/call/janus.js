// One person's part in a room of Janus' VideoRoom: enter with a seat, send, see the others, survive a lost line, leave.
// A module, no page in it: import { JanusCall } from "../call/janus.js". Seats come from everfair/gateways/video.


const PLUGIN = "janus.plugin.videoroom";
const KEEP_ALIVE = 25000; // Janus ends a session it hears nothing of for a minute
const PATIENCE = 10000; // for an answer
const AGAIN = 2000; // who could not be watched is tried again
const HOPELESS = 20000; // without a way for sound and pictures: there is none
const NO_MEDIA = 6000; // after which a cut line without sound and pictures either is given up: ask anew
const SHAKY = 4000; // a way that is interrupted this long is looked for anew
const PAUSES = [200, 500, 1000, 2000, 4000, 8000]; // before each new try to reach Janus, more or less
const NO_SUCH_SESSION = 458;
const SCREEN = "screen", PERSON = "person", PICTURE = "video";

/**
 * @typedef {{room: string, token: string, entry: string, feed: string, url: string, until: string, ice: RTCIceServer[]}} Seat
 * @typedef {"entered" | "interrupted" | "back" | "removed" | "closed" | "failed"} State
 * @typedef {object} Hooks
 * @property {(feed: string, stream: MediaStream, what: "person" | "screen") => void} [onStream] Somebody's sound and pictures, or their screen; again when they change.
 * @property {(feed: string) => void} [onGone] Somebody left.
 * @property {(feed: string, isOn: boolean) => void} [onLine] The way of somebody's sound and pictures; "": of one's own.
 * @property {() => void} [onFailed] No way for sound and pictures was found; it is looked for all the same.
 * @property {(feed: string, isTalking: boolean) => void} [onTalking]
 * @property {(state: State, error?: Error) => void} [onState] "removed": put out. "failed": use the spare link.
 * @property {(feed: string) => boolean} [isKnown] Whether everfair says whose number this is; others are never shown. See `look`.
 * @property {() => Promise<Seat | null>} [renew] A new seat, when Janus forgot the room or the old one is over; rights are asked
 *   again. null: the call is carried otherwise now.
 */

/** Janus said no. */
export class JanusError extends Error {
  /** @param {number} code @param {string} reason */
  constructor(code, reason) {
    super(`${code} ${reason}`);
    this.code = code;
  }
}

/** One WebSocket: questions with answers, and what Janus says by itself. */
class Wire {
  /** @param {Seat} seat @param {(said: any) => void} onEvent @param {() => void} onClosed */
  constructor(seat, onEvent, onClosed) {
    this.seat = seat;
    this.onEvent = onEvent;
    this.onClosed = onClosed;
    /** @type {Map<string, {isReceipt: boolean, resolve: (said: any) => void, reject: (error: Error) => void}>} */
    this.asked = new Map();
    this.session = 0;
    this.number = 0;
  }

  /** Connects and makes a session, or takes up the one given. @param {number} [session] */
  async open(session = 0) {
    this.socket = new WebSocket(this.seat.url, "janus-protocol");
    this.socket.onmessage = (message) => this.hear(JSON.parse(message.data));
    await new Promise((resolve, reject) => {
      const late = setTimeout(() => { this.socket?.close(); reject(new Error("Janus does not answer")); }, PATIENCE);
      this.socket.onopen = () => { clearTimeout(late); resolve(undefined); };
      this.socket.onclose = () => { clearTimeout(late); reject(new Error("Janus is out of reach")); };
    });
    this.socket.onclose = () => this.end();
    this.session = session;
    if (session) await this.ask({ janus: "claim" });
    else this.session = (await this.ask({ janus: "create" })).data.id;
    this.alive = setInterval(() => this.ask({ janus: "keepalive" }).catch(() => this.socket.close()), KEEP_ALIVE);
  }

  /** The answer to a request. @param {Record<string, any>} body @returns {Promise<any>} */
  ask(body) {
    const transaction = `t${(this.number += 1)}`;
    const whole = { ...body, transaction, token: this.seat.token, ...(this.session ? { session_id: this.session } : {}) };
    return new Promise((resolve, reject) => {
      if (this.socket.readyState !== WebSocket.OPEN) { reject(new Error("The line to Janus is cut")); return; }
      const forget = () => { clearTimeout(late); this.asked.delete(transaction); };
      const late = setTimeout(() => { forget(); reject(new Error("Janus does not answer")); }, PATIENCE);
      this.asked.set(transaction, {
        isReceipt: body.janus === "message", // "ack" says only that the plug-in will answer
        resolve: (said) => { forget(); resolve(said); },
        reject: (error) => { forget(); reject(error); },
      });
      this.socket.send(JSON.stringify(whole));
    });
  }

  /** @param {any} said */
  hear(said) {
    const asked = this.asked.get(said.transaction);
    if (!asked) { this.onEvent(said); return; }
    const data = said.plugindata?.data;
    if (said.janus === "error") asked.reject(new JanusError(said.error.code, said.error.reason));
    else if (data?.error_code) asked.reject(new JanusError(data.error_code, data.error));
    else if (said.janus !== "ack" || !asked.isReceipt) asked.resolve(said);
  }

  end() {
    clearInterval(this.alive);
    for (const { reject } of [...this.asked.values()]) reject(new Error("The line to Janus is cut"));
    this.onClosed();
  }
}

/** One handle of the plug-in with its peer connection: our own sending, or one person watched. */
class Line {
  /** @param {Wire} wire @param {Seat} seat @param {{restart: (line: Line) => void, onLine: (isOn: boolean) => void, onFailed: () => void}} told */
  constructor(wire, seat, told) {
    this.wire = wire;
    this.id = 0;
    this.told = told;
    /** @type {Map<string, string>} */
    this.names = new Map(); // what is watched: place in the offer to "audio", "video" or "screen"
    this.peer = new RTCPeerConnection({ iceServers: seat.ice, bundlePolicy: "max-bundle" });
    this.peer.onicecandidate = ({ candidate }) => {
      const told = candidate?.candidate ? candidate.toJSON() : { completed: true };
      this.wire.ask({ janus: "trickle", handle_id: this.id, candidate: told }).catch(() => {});
    };
    this.peer.onconnectionstatechange = () => {
      clearTimeout(this.shaky);
      const state = this.peer.connectionState;
      if (state === "connected") { clearTimeout(this.hopeless); this.hopeless = 0; }
      if (["connected", "disconnected", "failed"].includes(state)) told.onLine(state === "connected");
      if (state === "failed") told.restart(this);
      if (state === "disconnected") this.shaky = setTimeout(() => told.restart(this), SHAKY);
    };
  }

  /** Begins to look for a way. */
  hope() {
    if (this.peer.connectionState !== "connected") this.hopeless ||= setTimeout(() => { this.hopeless = 0; this.told.onFailed(); }, HOPELESS);
  }

  async attach() {
    this.id = (await this.wire.ask({ janus: "attach", plugin: PLUGIN })).data.id;
  }

  /** What the plug-in answers. @param {Record<string, any>} body @param {RTCSessionDescriptionInit} [jsep] */
  async say(body, jsep) {
    return this.wire.ask({ janus: "message", handle_id: this.id, body, ...(jsep ? { jsep } : {}) });
  }

  /** Offers what is sent now. @param {() => Record<string, any>} tell What to say with the offer, once it is made. @param {RTCOfferOptions} [options] */
  async offer(tell, options) {
    this.hope();
    await this.peer.setLocalDescription(await this.peer.createOffer(options));
    const { jsep } = await this.say(tell(), this.peer.localDescription.toJSON());
    await this.peer.setRemoteDescription(jsep);
  }

  /** Answers what Janus offers, if it does. @param {any} said */
  async answer({ jsep, plugindata }) {
    for (const one of plugindata?.data?.streams || []) this.names.set(one.mid, one.feed_description);
    if (!jsep) return;
    this.hope();
    await this.peer.setRemoteDescription(jsep);
    await this.peer.setLocalDescription(await this.peer.createAnswer());
    await this.say({ request: "start" }, this.peer.localDescription.toJSON());
  }

  close() {
    clearTimeout(this.shaky);
    clearTimeout(this.hopeless);
    this.peer.onconnectionstatechange = this.peer.onicecandidate = null;
    this.peer.close();
    if (this.id) this.wire.ask({ janus: "detach", handle_id: this.id }).catch(() => {});
  }
}

/** One person's part in one call. */
export class JanusCall {
  /** @param {Seat} seat @param {Hooks} hooks */
  constructor(seat, hooks = {}) {
    this.seat = seat;
    this.hooks = hooks;
    /** @type {Map<string, Line>} */
    this.watched = new Map();
    /** @type {Map<string, any>} */
    this.senders = new Map(); // whoever sends, watched or not
    /** @type {MediaStream | null} */
    this.own = null;
    this.names = new WeakMap(); // sender to "audio", "video" or "screen", also while it sends nothing
    this.isOver = this.isEntered = this.isLight = false;
    this.publishing = Promise.resolve();
  }

  /** Enters; the promise ends when Janus let us in. Sends `stream` if there is one. @param {MediaStream | null} [stream] */
  async enter(stream = null) {
    const wire = (this.wire = new Wire(this.seat, (said) => this.hear(said), () => this.cut()));
    try {
      await wire.open();
      this.line = new Line(wire, this.seat, this.told(""));
      await this.line.attach();
      const { room, entry, feed } = this.seat;
      const said = await this.line.say({ request: "join", ptype: "publisher", room: Number(room), id: Number(feed), token: entry });
      this.privateId = said.plugindata.data.private_id;
      this.isEntered = true;
      this.tell("entered");
      this.meet(said.plugindata.data.publishers);
      if (stream) await this.publish(stream);
    } catch (error) {
      wire.onClosed = () => {}; /* whoever called tries again */
      wire.session = 0;
      wire.socket?.close();
      throw error;
    }
  }

  /** What a line tells. @param {string} feed */
  told(feed) {
    return {
      restart: (line) => this.mend(line, feed),
      onLine: (isOn) => this.hooks.onLine?.(feed, isOn),
      onFailed: () => this.hooks.onFailed?.(),
    };
  }

  /**
   * Sends this and nothing else: a kind of track that is not in it is not sent any more. A track whose `contentHint` is
   * "detail" is a screen; it may be sent beside a camera's. @param {MediaStream} stream
   */
  publish(stream) {
    this.own = stream;
    this.publishing = this.publishing.catch(() => {}).then(() => this.put(stream)); // one offer at a time
    return this.publishing;
  }

  /** @param {MediaStream} stream */
  async put(stream) {
    const { peer } = this.line, unused = peer.getTransceivers(), isFirst = !peer.localDescription;
    if (isFirst && !stream.getTracks().length) return;
    let isNew = isFirst;
    for (const track of stream.getTracks()) {
      const name = track.contentHint === "detail" ? SCREEN : track.kind;
      const place = unused.findIndex(({ sender }) => this.names.get(sender) === name);
      const [used] = place < 0 ? [null] : unused.splice(place, 1);
      if (used) { await used.sender.replaceTrack(track); continue; }
      this.names.set(peer.addTransceiver(track, { direction: "sendonly", streams: [stream] }).sender, name);
      isNew = true;
    }
    for (const { sender } of unused) await sender.replaceTrack(null);
    if (!isNew) return;
    await this.line.offer(() => ({
      request: isFirst ? "publish" : "configure",
      descriptions: peer.getTransceivers().map(({ mid, sender }) => ({ mid, description: this.names.get(sender) })),
    }));
  }

  /** Watches who became known since, and lets go of who is not any more. */
  look() {
    for (const feed of [...this.watched.keys()]) if (!this.isKnown(feed)) this.forget(feed);
    for (const one of this.senders.values()) this.watch(one).catch(() => this.again(String(one.id)));
  }

  /** Watches somebody anew, whose pictures stand still. @param {string} feed */
  again(feed) {
    this.forget(feed);
    this.lookLater();
  }

  lookLater() {
    clearTimeout(this.looking);
    this.looking = setTimeout(() => { if (!this.isOver && this.isEntered) this.look(); }, AGAIN);
  }

  /** Takes no pictures of people, or takes them again; sound and screens come all the time. @param {boolean} is */
  lighten(is) {
    this.isLight = is;
    for (const line of this.watched.values()) this.weigh(line);
  }

  /** @param {Line} line */
  weigh(line) {
    const streams = [...line.names].filter(([, name]) => name === PICTURE).map(([mid]) => ({ mid, send: !this.isLight }));
    if (!line.id || !streams.length || Boolean(line.isLight) === this.isLight) return;
    line.isLight = this.isLight;
    line.say({ request: "configure", streams }).catch(() => { line.isLight = undefined; });
  }

  async leave() {
    this.isOver = true;
    if (this.wire?.session) await this.wire.ask({ janus: "destroy" }).catch(() => {});
    this.drop();
    this.wire?.socket?.close();
    this.tell("closed");
  }

  /* What Janus says by itself -------------------------------------------------------------------------------------- */
  /** @param {any} said */
  hear(said) {
    const watched = [...this.watched].find(([, line]) => line.id === said.sender);
    if (watched) { this.hearOfWatched(watched[0], watched[1], said); return; }
    const data = said.plugindata?.data;
    if (!data) return;
    if (data.publishers) this.meet(data.publishers);
    if (data.videoroom === "talking" || data.videoroom === "stopped-talking") this.hooks.onTalking?.(String(data.id), data.videoroom === "talking");
    for (const left of [data.unpublished, data.leaving, data.kicked]) if (typeof left === "number") this.part(String(left));
    if (data.leaving === "ok" && data.reason === "kicked") this.close("removed");
    if (data.videoroom === "destroyed") this.close("closed");
  }

  /** @param {string} feed @param {Line} line @param {any} said */
  hearOfWatched(feed, line, said) {
    if (said.jsep) line.answer(said).catch(() => this.again(feed));
    if (said.janus === "detached") this.forget(feed);
  }

  /** @param {any[]} publishers */
  meet(publishers = []) {
    for (const one of publishers) this.senders.set(String(one.id), one);
    this.look();
  }

  /** @param {string} feed */
  part(feed) {
    this.senders.delete(feed);
    this.forget(feed);
  }

  /** Whether somebody's camera is watched. @param {string} feed */
  isPictured(feed) {
    return [...(this.watched.get(feed)?.names.values() || [])].includes(PICTURE);
  }

  /** @param {string} feed */
  isKnown(feed) {
    return !this.hooks.isKnown || this.hooks.isKnown(feed);
  }

  /** @param {any} publisher */
  async watch(publisher) {
    const feed = String(publisher.id), streams = (publisher.streams || []).filter((one) => !one.disabled);
    const known = this.watched.get(feed);
    if (known) {
      const fresh = streams.filter(({ mid }) => !known.mids.has(mid)).map(({ mid }) => ({ feed: publisher.id, mid }));
      for (const { mid } of fresh) known.mids.add(mid);
      if (!fresh.length) return;
      await known.ready;
      await known.answer(await known.say({ request: "subscribe", streams: fresh }));
      return;
    }
    if (!streams.length || !this.isKnown(feed)) return;
    const line = new Line(this.wire, this.seat, this.told(feed)), shown = { person: new MediaStream(), screen: new MediaStream() };
    line.mids = new Set(streams.map(({ mid }) => mid));
    this.watched.set(feed, line);
    line.peer.ontrack = ({ track, transceiver }) => {
      const what = line.names.get(transceiver.mid) === SCREEN ? SCREEN : PERSON;
      shown[what].addTrack(track);
      this.hooks.onStream?.(feed, shown[what], what);
    };
    line.ready = this.subscribe(line, publisher.id, streams);
    await line.ready;
    this.weigh(line);
  }

  /** @param {Line} line @param {number} id @param {any[]} streams */
  async subscribe(line, id, streams) {
    await line.attach();
    await line.answer(await line.say({
      request: "join", ptype: "subscriber", room: Number(this.seat.room), token: this.seat.entry,
      private_id: this.privateId, streams: streams.map(({ mid }) => ({ feed: id, mid })),
    }));
  }

  /** @param {string} feed */
  forget(feed) {
    this.watched.get(feed)?.close();
    if (this.watched.delete(feed)) this.hooks.onGone?.(feed);
  }

  /* A line that was lost ------------------------------------------------------------------------------------------- */
  /** Looks for a new way between the same two ends. @param {Line} line @param {string} [feed] */
  async mend(line, feed) {
    try {
      if (feed) await line.answer(await line.say({ request: "configure", restart: true }));
      else if (line.peer.localDescription) await line.offer(() => ({ request: "configure" }), { iceRestart: true });
    } catch (error) {
      if (this.isOver) return;
      if (feed) this.again(feed); else this.tell("interrupted", error);
    }
  }

  /** The WebSocket closed: sound and pictures go on meanwhile. */
  async cut() {
    if (this.isOver || this.isMending) return;
    this.isMending = true;
    this.tell("interrupted");
    const began = Date.now();
    let reason;
    for (const pause of PAUSES) {
      await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())));
      if (this.isOver) return;
      try {
        await this.regain();
        this.isMending = false;
        if (!this.isOver) this.tell("back");
        return;
      } catch (error) {
        reason = error;
        if (error instanceof JanusError && !this.hooks.renew) break;
      }
      if (Date.now() - began > NO_MEDIA && !this.isCarried()) break;
    }
    this.close("failed", reason);
  }

  /** Whether sound or pictures of anybody still pass. */
  isCarried() {
    return [this.line, ...this.watched.values()].some((line) => line?.peer.connectionState === "connected");
  }

  /** Takes up the session; where Janus knows it no more, enters anew with a new seat. */
  async regain() {
    const wire = this.wire;
    wire.onClosed = () => {};
    try {
      if (!wire.session) throw new JanusError(NO_SUCH_SESSION, "no session");
      await wire.open(wire.session);
      for (const [feed, line] of [[undefined, this.line], ...this.watched]) if (line.peer.connectionState !== "connected") this.mend(line, feed);
      wire.onClosed = () => this.cut();
      this.look();
    } catch (error) {
      if (!(error instanceof JanusError) || !this.hooks.renew) throw error;
      wire.session = 0;
      wire.socket.close();
      this.drop();
      const seat = await this.hooks.renew();
      if (!seat) { this.close("closed"); return; }
      this.seat = seat;
      await this.enter(this.own);
    }
  }

  drop() {
    for (const feed of [...this.watched.keys()]) this.forget(feed);
    this.senders.clear();
    this.isEntered = false;
    clearTimeout(this.looking);
    this.line?.close();
  }

  /** @param {State} state @param {Error} [error] */
  close(state, error) {
    this.isOver = true;
    this.drop();
    this.wire?.socket?.close();
    this.tell(state, error);
  }

  /** @param {State} state @param {Error} [error] */
  tell(state, error) {
    this.hooks.onState?.(state, error);
  }
}
