// Decides on this device who may pass while the server is away: the same questions in the same order as the server's.
// Pure: rules, lists and the moment are arguments.

import { judge } from "./pass.js";

/** Days since 1970 of a moment (milliseconds) in a time zone. */
export function dayIn(zone, moment) {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
  return Date.parse(`${parts.format(moment)}T00:00:00Z`) / 86400000;
}

/**
 * The verdict for one entry {code or serial, direction, asked, at}.
 * `world`: {frame, zone, void: Map serial -> lowest issue, people: Map serial -> row, watched: Map serial -> [word, note, name],
 * went: Map serial -> {way, at} at this zone, count}. Gives {verdict, reason, serial, person, watch, note}.
 */
export async function decide(entry, world) {
  const { frame, zone } = world;
  let [serial, kind, reason] = [entry.serial || 0, 0, ""];
  if (entry.code) {
    const today = dayIn(frame.edition.time_zone, entry.at);
    const { verdict, pass } = await judge(entry.code, { keys: frame.keys, edition: frame.edition.id, today });
    if (!pass || verdict === "forged" || verdict === "other_edition" || verdict === "unknown_key") {
      return { verdict: "refused", reason: verdict, serial: 0, person: null, watch: "", note: "" };
    }
    [serial, kind] = [pass.serial, pass.kind];
    if (verdict !== "valid") reason = verdict;
    else if (pass.issue < (world.void.get(serial) || 0)) reason = "void";
  }
  const person = world.people.get(serial) || null;
  if (!entry.code) {
    kind = person ? person[2] : 0;
    if (!person || person[1] < (world.void.get(serial) || 0)) reason = "void";
  }
  const [watch, note, name] = world.watched.get(serial) || ["", "", ""];
  const shown = { serial, person: person || (name ? [serial, 0, kind, name, "", watch] : null), kind, watch, note };
  const went = world.went.get(serial);
  if (entry.direction === "out") return { verdict: zone.exits ? "left" : "refused", reason: zone.exits ? "" : "one_way", ...shown };
  reason ||= against(entry, { zone, kind, watch, went, count: world.count });
  return { verdict: reason ? "refused" : "admitted", reason: reason || (entry.asked ? "asked" : ""), ...shown };
}

function against(entry, { zone, kind, watch, went, count }) {
  if (watch === "stop" && !entry.asked) return "watch";
  if (zone.kinds.length && !zone.kinds.includes(kind)) return "kind";
  if ((zone.opens && entry.at < zone.opens) || (zone.closes && entry.at >= zone.closes)) return "closed";
  if (went?.way === "in") {
    if (zone.exits || !zone.returns) return "inside";
    return ""; // one way: they left unseen, and come again
  }
  if (went && !zone.returns) return "no_return";
  return zone.most !== null && count >= zone.most ? "full" : "";
}
