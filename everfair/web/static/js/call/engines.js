// Two ways to carry a call behind one shape: between browsers, and through Janus. A module, no page in it.
// start(own), send(own), came(person), went(code), hear(from, said), mend(), spare(code, is), lighten(is), lines(), isOn(code),
// isPictured(code), again(code), close().

import { JanusCall } from "./janus.js";
import { Peers } from "./peers.js";

/** Browser to browser. */
export class Mesh {
  constructor({ seat, me, say, hooks }) {
    this.peers = new Peers({ me, ice: seat.ice, send: say, hooks });
    this.me = me;
    this.isServed = false;
  }
  async start(own, people) { await this.peers.send_tracks(own); this.greet(people); }
  greet(people) { for (const one of people.values()) if (one.state === "in") this.peers.greet(one.code); }
  async send(own) { await this.peers.send_tracks(own); }
  came(person) { this.peers.expect(person.code); }
  went(code) { this.peers.drop(code); }
  hear(from, said) { this.peers.hear(from, said); }
  mend(people) { this.greet(people); }
  spare(code, is) { this.peers.spare(code, is); }
  lighten() { /* the others hear of it, and send no pictures */ }
  isOn(code) { return this.peers.isConnected(code); }
  isPictured() { return false; /* what stands still between browsers is looked for anew by itself */ }
  lines() { return this.peers.lines(); }
  async close() { this.peers.close(); }
}

/** Through Janus: one line up, one line down for each other person. */
export class Served {
  constructor({ seat, me, people, renew, hooks }) {
    this.me = me;
    this.all = people;
    this.hooks = hooks;
    this.isServed = true;
    this.call = new JanusCall(seat, {
      onStream: (feed, stream, what) => { const code = this.codeOf(feed); if (code) hooks.onStream(code, stream, what); },
      onGone: (feed) => { const code = this.codeOf(feed); if (code) hooks.onGone(code); },
      onLine: (feed, isOn) => { if (!feed) hooks.onServer(isOn ? "back" : "interrupted"); else if (this.codeOf(feed)) hooks.onLine(this.codeOf(feed), isOn); },
      onFailed: () => hooks.onFailed(),
      onTalking: (feed, is) => { const code = this.codeOf(feed); if (code) hooks.onTalking?.(code, is); },
      onState: (state, error) => hooks.onServer(state, error),
      isKnown: (feed) => Boolean(this.codeOf(feed)),
      renew,
    });
  }
  codeOf(feed) { for (const one of this.all.values()) if (one.feed === feed && one.state === "in" && one.code !== this.me) return one.code; return ""; }
  stream(own) { return new MediaStream([own.audio, own.camera, own.screen].filter(Boolean)); }
  async start(own) { const stream = this.stream(own); await this.call.enter(stream.getTracks().length ? stream : null); }
  /* What cannot be sent now is sent when the line is back. */
  async send(own) {
    const stream = this.stream(own);
    if (!this.call.own && !stream.getTracks().length) return;
    if (this.call.isEntered) await this.call.publish(stream).catch(() => {}); else this.call.own = stream;
  }
  came() { this.call.look(); }
  went() { this.call.look(); }
  hear() { /* Janus carries what browsers say to each other */ }
  mend() { this.call.look(); }
  spare() { /* who wants no pictures tells Janus: lighten */ }
  lighten(is) { this.call.lighten(is); }
  isOn(code) { const feed = this.all.get(code)?.feed; return this.call.watched.get(feed)?.peer?.connectionState === "connected"; }
  isPictured(code) { return this.isOn(code) && this.call.isPictured(this.all.get(code)?.feed); }
  again(code) { this.call.again(this.all.get(code)?.feed); }
  lines() {
    const found = [...this.call.watched].map(([feed, line]) => [this.codeOf(feed), line.peer]);
    if (this.call.line) found.push([this.me, this.call.line.peer]);
    return found.filter(([code]) => code);
  }
  async close() { await this.call.leave().catch(() => {}); }
}
