// The line to the server: pairing, the heartbeat, sending the queue. Losing the network is normal here, never an error.

import * as store from "./store.js";

const TOGETHER = 200; // entries in one sending
const PATIENCE = 2500; // milliseconds a person before the door waits for the server
const LONG = 20000; // milliseconds a queue's sending may take
const BEAT = 10000; // milliseconds between two heartbeats
const SOON = 2000;

export class Line {
  /** `hear(news)` gets what changed: {online, waiting, odd, state, answers, shutOut, unpaired}. */
  constructor(doors, hear) {
    this.doors = doors;
    this.hear = hear;
    this.secret = "";
    this.marks = { mark: "", since: null };
    this.online = navigator.onLine;
    this.waiting = 0;
    this.timer = 0;
    this.sending = null;
    this.again = false;
    this.held = new Set(); // numbers before a person's eyes: their own sending is under way
    addEventListener("online", () => this.beat());
    addEventListener("offline", () => this.lost());
    document.addEventListener("visibilitychange", () => document.hidden || this.beat());
  }

  async ask(way, body, patience, secret = this.secret) {
    const end = new AbortController();
    const timer = setTimeout(() => end.abort(), patience);
    try {
      const answer = await fetch(this.doors[way], {
        method: way === "people" ? "GET" : "POST",
        headers: {
          ...(secret ? { Authorization: `Device ${secret}` } : {}),
          "Accept-Language": document.body.dataset.lang,
          ...(body ? { "Content-Type": "application/json" } : {}),
        },
        body: body ? JSON.stringify(body) : undefined,
        credentials: "omit",
        cache: "no-store",
        signal: end.signal,
      });
      return { status: answer.status, content: await answer.json().catch(() => ({})) };
    } finally {
      clearTimeout(timer);
    }
  }

  /** Trade a code for a secret: {status, content}; throws when the server cannot be reached. */
  pair(code) {
    return this.ask("pair", { code }, LONG, "");
  }

  start(secret, marks) {
    this.secret = secret;
    this.marks = { ...this.marks, ...marks };
    this.beat();
  }

  stop() {
    clearTimeout(this.timer);
    this.secret = "";
  }

  lost() {
    if (this.online) this.hear({ online: (this.online = false) });
  }

  found() {
    if (!this.online) this.hear({ online: (this.online = true) });
  }

  /** Tell the server we live, hear what changed, then send what waits. */
  async beat() {
    clearTimeout(this.timer);
    let next = BEAT;
    if (this.secret) {
      try {
        const { status, content } = await this.ask(
          "state",
          { clock: Date.now(), waiting: await store.countQueued(), ...this.marks },
          LONG
        );
        if (status === 200) {
          this.found();
          if (content.since) this.marks = { mark: content.mark, since: content.since };
          this.hear({ state: content });
        } else if (status === 401) this.hear({ unpaired: true });
        else throw new Error(String(status));
      } catch {
        this.lost();
        next = SOON + Math.random() * SOON;
      }
    }
    if (this.online) await this.flush();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.beat(), next);
  }

  /** One entry while somebody waits: the server's answer, or null when it does not come in time. */
  async sendNow(entry) {
    this.held.add(entry.number);
    try {
      const { status, content } = await this.ask("scans", this.body([entry], 0), PATIENCE, entry.secret);
      const answer = status === 200 ? content.answers[0] : null;
      if (!answer) return null;
      this.found();
      if (answer.verdict !== "unreadable") await store.leave([entry.number]);
      this.hear({ counts: content.counts, offset: content.offset, shutOut: content.shut_out, waiting: await store.countQueued() });
      return answer;
    } catch {
      this.lost();
      return null;
    } finally {
      this.held.delete(entry.number);
    }
  }

  body(entries, waiting) {
    const scans = entries.map(({ secret, odd, ...scan }) => scan);
    return { clock: Date.now(), waiting, scans };
  }

  /** Send the queue, oldest first, until it is empty or the line breaks. One sending at a time. */
  async flush() {
    if (this.sending) {
      this.again = true;
      return this.sending;
    }
    this.sending = this.empty().finally(() => (this.sending = null));
    return this.sending;
  }

  async empty() {
    do {
      this.again = false;
      const all = (await store.queued()).filter((one) => !this.held.has(one.number));
      const odd = all.filter((one) => one.odd).length;
      const ready = all.filter((one) => !one.odd);
      this.hear({ waiting: ready.length, odd });
      for (const secret of new Set(ready.map((one) => one.secret))) {
        const mine = ready.filter((one) => one.secret === secret);
        for (let start = 0; start < mine.length; start += TOGETHER) {
          if (!(await this.sendSome(mine.slice(start, start + TOGETHER), mine.length - start, secret))) return;
        }
      }
    } while (this.again);
    const left = await store.queued();
    this.hear({ waiting: left.filter((one) => !one.odd).length, odd: left.filter((one) => one.odd).length });
  }

  async sendSome(entries, waiting, secret) {
    let answer;
    try {
      const after = Math.max(0, waiting - entries.length);
      answer = await this.ask("scans", this.body(entries, after), LONG, secret);
    } catch {
      this.lost();
      return false;
    }
    if (answer.status !== 200) return false;
    this.found();
    const { answers, counts, offset, shut_out: shutOut } = answer.content;
    const unread = answers.filter((one) => one.verdict === "unreadable").map((one) => one.number);
    await store.leave(answers.map((one) => one.number).filter((number) => number && !unread.includes(number)));
    for (const number of unread) if (number) await store.amend(number, { odd: true });
    this.hear({ counts, offset, shutOut: secret === this.secret ? shutOut : undefined, answers, waiting: after0(waiting, entries) });
    return true;
  }
}

function after0(waiting, entries) {
  return Math.max(0, waiting - entries.length);
}
