// How good the line is, by what is lost in it, and what follows: picture, sound, writing, and back. A module, no page in it.
// Measured every two seconds from the browsers' own statistics, in both directions.

export const EVERY = 2000;
const RULES = {
  // in this mode: lost share from which it is too much, looks in a row until offered and until chosen; share below which, how long
  picture: { most: 0.06, offer: 2, choose: 4, below: null },
  sound: { most: 0.3, offer: 3, choose: 6, below: "picture" },
  text: { most: 1.1, offer: 1, choose: 1, below: "sound" },
};
const WEAKER = { picture: "sound", sound: "text" };
const GOOD = { sound: 0.03, text: 0.12 }; // below this the line is good enough for more
const CALM = 6; // looks in a row until more is tried again; twice as many after each fall

/** Lost share of all that went both ways since the last look. Pure over reports: easy to try. */
export class Loss {
  constructor() { this.last = new Map(); this.levels = new Map(); }

  /** @param {Iterable<any>} reports of one connection @param {string} key whose. Returns { lost, sent } since the last look. */
  look(reports, key) {
    let lost = 0, all = 0, level = 0;
    for (const one of reports) {
      if (one.type === "inbound-rtp") {
        const [gone, came] = this.since(`${key}:${one.id}`, one.packetsLost || 0, one.packetsReceived || 0);
        lost += Math.max(0, gone); all += Math.max(0, gone) + came;
        if (one.kind === "audio") level = Math.max(level, one.audioLevel || 0);
      } else if (one.type === "remote-inbound-rtp" && one.fractionLost !== undefined) {
        const [, rounds] = this.since(`${key}:${one.id}`, 0, one.roundTripTimeMeasurements || 0);
        if (rounds > 0) { lost += one.fractionLost * 50; all += 50; }
      }
    }
    this.levels.set(key, level);
    return { lost, all };
  }

  since(id, one, other) {
    const [a, b] = this.last.get(id) || [one, other];
    this.last.set(id, [one, other]);
    return [one - a, other - b];
  }
}

const MOST_TRIES = 3;

/** Pictures that came from the others. @param {Iterable<any>} reports of one connection */
export const came = (reports) => {
  let frames = 0;
  for (const one of reports) if (one.type === "inbound-rtp" && one.kind === "video") frames += one.framesDecoded || 0;
  return frames;
};

/** Pictures this camera gave for one connection; null where it is not sent there. @param {Iterable<any>} reports @param {string} id of the track */
export const gave = (reports, id) => {
  for (const one of reports) if (one.type === "media-source" && one.trackIdentifier === id) return one.frames ?? null;
  return null;
};

/** Pictures that should move and do not. `looks`: so many in a row without a new one until something is done; twice as many after each time. A new line counts anew. */
export class Still {
  constructor(looks = 8) { this.looks = looks; this.known = new Map(); }

  /** One look: whether to do something now. @param {number} frames so far @param {string} key whose @param {boolean} isExpected */
  look(frames, key, isExpected) {
    if (!isExpected) { this.known.delete(key); return false; }
    const before = this.known.get(key) || { frames: 0, looks: 0, tries: 0 };
    if (frames !== before.frames) { this.known.set(key, { frames, looks: 0, tries: 0 }); return false; }
    const looks = before.looks + 1, isTime = looks >= this.looks * 2 ** before.tries && before.tries < MOST_TRIES;
    this.known.set(key, { frames, looks: isTime ? 0 : looks, tries: before.tries + Number(isTime) });
    return isTime;
  }
}

/** Chooses the mode. `wish`: what the person wants; it never goes above. hooks: offer(mode), change(mode, why). */
export class Choice {
  constructor(wish, hooks) { this.wish = this.mode = wish; this.hooks = hooks; this.bad = this.good = this.falls = 0; }

  /** The person's own choice counts from now. */
  want(mode) { this.wish = this.mode = mode; this.bad = this.good = this.falls = 0; }

  /** One look: the lost share, null where nothing was measured. */
  look(share) {
    if (share === null || share === undefined) return;
    const rule = RULES[this.mode], weaker = WEAKER[this.mode];
    this.bad = share >= rule.most ? this.bad + 1 : 0;
    this.good = share <= (GOOD[this.mode] ?? -1) ? this.good + 1 : 0;
    if (weaker && this.bad === rule.offer) this.hooks.offer?.(weaker);
    if (weaker && this.bad >= rule.choose) { this.falls += 1; this.turn(weaker, "weak"); return; }
    if (rule.below && this.mode !== this.wish && this.good >= CALM * 2 ** Math.min(3, Math.max(0, this.falls - 1))) this.turn(rule.below, "strong");
  }

  turn(mode, why) { this.mode = mode; this.bad = this.good = 0; this.hooks.change?.(mode, why); }
}
