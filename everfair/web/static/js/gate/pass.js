// Reads a badge's code and checks its signature on this device: the browser's WebCrypto where it knows Ed25519, else
// @noble/ed25519. Same rules as the server's engine. Whether a badge is void or wanted here is for rules.js.

export const PREFIX = "EF1:";
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const PAYLOAD = 17;
const BODY = PAYLOAD + 64;
const BODY_LETTERS = Math.ceil((BODY * 8) / 5);
const EPOCH_DAY = Date.UTC(2020, 0, 1) / 86400000;

/** As hand scanners type it: ends of lines around it, capitals lost. */
export function cleanCode(text) {
  return text.trim().toUpperCase().slice(0, 200);
}

/** {payload, signature} as bytes, or null. One code has one spelling: spare bits must be zero. */
function split(code) {
  if (!code.startsWith(PREFIX) || code.length !== PREFIX.length + BODY_LETTERS) return null;
  const bytes = new Uint8Array(BODY);
  let [held, bits, at] = [0, 0, 0];
  for (const letter of code.slice(PREFIX.length)) {
    const value = LETTERS.indexOf(letter);
    if (value < 0) return null;
    held = (held << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (held >> bits) & 255;
      held &= (1 << bits) - 1;
    }
  }
  return held === 0 && at === BODY ? { payload: bytes.slice(0, PAYLOAD), signature: bytes.slice(PAYLOAD) } : null;
}

/** The numbers in a payload; null for another version or a number that no writer writes. `lastDay` counts from 1970. */
function unpack(payload) {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const found = {
    key: view.getUint8(1),
    edition: view.getUint32(2),
    kind: view.getUint32(6),
    serial: view.getUint32(10),
    issue: view.getUint8(14),
    lastDay: EPOCH_DAY + view.getUint16(15),
  };
  const isOurs = view.getUint8(0) === 1 && found.key && found.edition && found.kind && found.serial && found.issue;
  return isOurs ? found : null;
}

/**
 * {verdict, pass}: "valid", "forged", "other_edition", "unknown_key" or "expired".
 * `keys`: number -> public key as hexadecimal digits; `today`: days since 1970 where the fair is.
 */
export async function judge(text, { keys, edition, today }) {
  const parts = split(cleanCode(text));
  const pass = parts && unpack(parts.payload);
  if (!pass) return { verdict: "forged", pass: null };
  if (pass.edition !== edition) return { verdict: "other_edition", pass };
  const key = keys[String(pass.key)];
  if (!key) return { verdict: "unknown_key", pass };
  if (!(await isSigned(parts, key))) return { verdict: "forged", pass };
  return { verdict: today > pass.lastDay ? "expired" : "valid", pass };
}

const known = new Map(); // public key -> promise of a checker

function isSigned(parts, hex) {
  if (!known.has(hex)) known.set(hex, checker(bytesOf(hex)));
  return known.get(hex).then((check) => check(parts.signature, parts.payload));
}

async function checker(key) {
  try {
    const own = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
    return (signature, payload) => crypto.subtle.verify({ name: "Ed25519" }, own, signature, payload);
  } catch {
    return nobleChecker(key);
  }
}

/** The same without the browser's help; exported for its test. */
export async function nobleChecker(key) {
  const [{ verify, hashes }, { sha512 }] = await Promise.all([
    import("../../vendor/noble-ed25519-3.2.0/index.js"),
    import("../../vendor/noble-hashes-2.4.0/sha2.js"),
  ]);
  hashes.sha512 = sha512;
  return async (signature, payload) => {
    try {
      return verify(signature, payload, key);
    } catch {
      return false;
    }
  };
}

export function bytesOf(hex) {
  return Uint8Array.from(hex.match(/../g) || [], (pair) => parseInt(pair, 16));
}
