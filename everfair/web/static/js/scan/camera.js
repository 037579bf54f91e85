// Reads QR codes from a camera: the browser's own BarcodeDetector where there is one, jsQR everywhere else.
// What a code means is the caller's business. A module: import { startCamera } from "../scan/camera.js".

const EVERY = 110; // milliseconds between two looks
const SAME_AGAIN = 2500; // a code that stays in the picture is told once; out of it this long, it counts anew
const WIDEST = 800; // pixels a whole frame is brought down to; between them the middle is read at full size

/**
 * Starts the camera, shows it in `video` and calls `onCode(text)` for each code that comes into the picture.
 * Resolves to `stop()`. Rejects with an Error whose `name` says why: "InsecureError" (no https), "NotAllowedError"
 * (the person or the browser said no), "NotFoundError" (no camera), "NotReadableError" (another app holds it).
 * `options.facing`: "environment" (default) or "user".
 */
export async function startCamera(video, onCode, options = {}) {
  if (!navigator.mediaDevices?.getUserMedia) {
    throw Object.assign(new Error("A camera needs an https address."), { name: "InsecureError" });
  }
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { facingMode: { ideal: options.facing || "environment" }, width: { ideal: 1280 }, height: { ideal: 960 } },
  });
  let isOver = false;
  let timer = 0;
  const stop = () => {
    isOver = true;
    clearTimeout(timer);
    stream.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
  };
  try {
    video.muted = true;
    video.playsInline = true;
    video.srcObject = stream;
    await video.play();
    const read = await reader();
    const tell = once(onCode);
    const look = async () => {
      if (isOver) return;
      if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && !document.hidden) {
        try {
          const text = await read(video);
          if (text && !isOver) tell(text);
        } catch {
          // one frame that could not be read is nothing: the next one comes
        }
      }
      if (!isOver) timer = setTimeout(look, EVERY);
    };
    look();
  } catch (error) {
    stop();
    throw error;
  }
  return stop;
}

/** Calls on once for a code that stays in the picture. */
function once(onCode) {
  let last = "";
  let seenAt = 0;
  return (text) => {
    const now = performance.now();
    const isNew = text !== last || now - seenAt > SAME_AGAIN;
    last = text;
    seenAt = now;
    if (isNew) onCode(text);
  };
}

/** A function (video) -> text or "". */
async function reader() {
  const own = await ownDetector();
  if (own) {
    return async (video) => (await own.detect(video)).find((code) => code.rawValue)?.rawValue || "";
  }
  await import("../../vendor/jsqr-1.4.0/jsQR.js"); // puts jsQR on the window
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  let turn = 0;
  return async (video) => {
    const { videoWidth: width, videoHeight: height } = video;
    if (!width || !height) return "";
    turn += 1;
    if (turn % 2) {
      const scale = Math.min(1, WIDEST / Math.max(width, height));
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
      context.drawImage(video, 0, 0, canvas.width, canvas.height);
    } else {
      const side = Math.round(Math.min(width, height) * 0.7);
      canvas.width = canvas.height = Math.min(side, WIDEST);
      const [x, y] = [(width - side) / 2, (height - side) / 2];
      context.drawImage(video, x, y, side, side, 0, 0, canvas.width, canvas.height);
    }
    const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
    const inversionAttempts = turn % 8 ? "dontInvert" : "attemptBoth";
    return window.jsQR(pixels.data, pixels.width, pixels.height, { inversionAttempts })?.data || "";
  };
}

async function ownDetector() {
  try {
    const formats = await window.BarcodeDetector.getSupportedFormats();
    return formats.includes("qr_code") ? new window.BarcodeDetector({ formats: ["qr_code"] }) : null;
  } catch {
    return null;
  }
}
