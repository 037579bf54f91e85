// Short tones made on the spot, so that a door keeper hears the verdict without looking. No files.

let context = null;
const TUNES = {
  admitted: [[660, 0, 0.09], [990, 0.1, 0.14]],
  left: [[660, 0, 0.12]],
  vip: [[660, 0, 0.09], [880, 0.1, 0.09], [1320, 0.2, 0.22]],
  refused: [[196, 0, 0.22], [147, 0.24, 0.34]],
  ask: [[440, 0, 0.14], [440, 0.2, 0.14], [440, 0.4, 0.14]],
};
const SHAKES = { admitted: [60], left: [40], vip: [60, 60, 120], refused: [200, 80, 200], ask: [120, 80, 120, 80, 120] };

/** Browsers let a page sound only after somebody touched it: call this from a touch. */
export function wake() {
  try {
    context ||= new AudioContext();
    context.resume();
  } catch {
    context = null;
  }
}

export function play(name) {
  navigator.vibrate?.(SHAKES[name] || []);
  if (!context || context.state !== "running") return;
  for (const [pitch, start, length] of TUNES[name] || []) {
    const [tone, loud] = [context.createOscillator(), context.createGain()];
    const at = context.currentTime + start;
    tone.type = name === "refused" ? "square" : "sine";
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0.0001, at);
    loud.gain.exponentialRampToValueAtTime(name === "refused" ? 0.12 : 0.3, at + 0.015);
    loud.gain.exponentialRampToValueAtTime(0.0001, at + length);
    tone.connect(loud).connect(context.destination);
    tone.start(at);
    tone.stop(at + length + 0.02);
  }
}
