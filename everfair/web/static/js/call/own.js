// One's own camera, microphone and screen: asked for once, exchanged in place. A module, no page in it.

const PICTURE = { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 24, max: 30 } };
const CHOSEN = "everfair:devices";

/** The devices chosen at the door, in this tab. */
export const chosen = () => { try { return JSON.parse(sessionStorage.getItem(CHOSEN)) || {}; } catch { return {}; } };
export const choose = (kind, id) => { try { sessionStorage.setItem(CHOSEN, JSON.stringify({ ...chosen(), [kind]: id })); } catch { /* the browser's own choice */ } };

/** What to ask of a camera: the chosen one, not larger than it is seen. */
const pictured = () => { const { videoinput } = chosen(); return { ...PICTURE, ...(videoinput ? { deviceId: { ideal: videoinput } } : {}) }; };

/** The camera alone; null where there is none to be had. */
export const askCamera = async () => (await navigator.mediaDevices.getUserMedia({ video: pictured() }).catch(() => null))?.getVideoTracks()[0] || null;

/** Camera and microphone as far as there are any. Returns { audio, camera, lacks: "" | "camera" | "microphone" | "both" }. */
export const ask = async (mode) => {
  const ids = chosen(), sound = ids.audioinput ? { deviceId: { ideal: ids.audioinput }, echoCancellation: true } : true;
  const picture = mode === "picture" ? pictured() : false;
  const devices = navigator.mediaDevices;
  const first = (stream, kind) => stream?.getTracks().find((track) => track.kind === kind) || null;
  if (mode === "text") return { audio: null, camera: null, lacks: "" };
  if (!devices?.getUserMedia) return { audio: null, camera: null, lacks: "both" };
  try {
    const stream = await devices.getUserMedia({ audio: sound, video: picture });
    return { audio: first(stream, "audio"), camera: first(stream, "video"), lacks: "" };
  } catch { /* one of the two, then */ }
  const audio = first(await devices.getUserMedia({ audio: sound }).catch(() => null), "audio");
  const camera = picture ? first(await devices.getUserMedia({ video: picture }).catch(() => null), "video") : null;
  return { audio, camera, lacks: !audio && (!camera || !picture) ? "both" : !audio ? "microphone" : picture && !camera ? "camera" : "" };
};

/** The screen, as the person picks it. Raises where they do not. */
export const askScreen = async (onEnded) => {
  const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 15 } }, audio: false });
  const [track] = stream.getVideoTracks();
  track.contentHint = "detail";
  track.onended = onEnded;
  return track;
};
