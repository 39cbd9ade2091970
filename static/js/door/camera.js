/* Reads QR codes from the camera: by the browser's own detector where it knows them, else by html5-qrcode's decoder.

   That library's own scanner page would write styles into ours, which the policy forbids; only its decoder is used, on a
   canvas. */

const PAUSE = 120; // between two looks at the picture, in milliseconds
const SIDE = 640; // a picture is looked at in this size at most

async function ownDetector() {
  if (!("BarcodeDetector" in window)) return null;
  const formats = await BarcodeDetector.getSupportedFormats().catch(() => []);
  if (!formats.includes("qr_code")) return null;
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  return async (canvas) => (await detector.detect(canvas)).map((found) => found.rawValue)[0] ?? null;
}

function load(url) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = url;
    script.onload = resolve;
    script.onerror = () => reject(new Error(`no ${url}`));
    document.head.append(script);
  });
}

async function libraryDetector(url, host) {
  if (!window.Html5Qrcode) await load(url);
  const options = { formatsToSupport: [window.Html5QrcodeSupportedFormats.QR_CODE], useBarCodeDetectorIfSupported: false };
  const { qrcode } = new window.Html5Qrcode(host.id, { ...options, verbose: false });
  return async (canvas) => {
    try {
      return (await qrcode.decodeAsync(canvas)).text;
    } catch {
      return null; // no code in this picture
    }
  };
}

/* A function that finds the code in a canvas, or null. `host` is an empty element that the library wants to know. */
export async function detector(url, host) {
  return (await ownDetector()) || libraryDetector(url, host);
}

/* Look until `stop()` is called; `onCode(text)` for each picture with a code in it. Rejects when there is no camera. */
export async function look({ video, host, decoder, onCode }) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
  const find = await detector(decoder, host);
  const canvas = document.createElement("canvas");
  const pencil = canvas.getContext("2d", { willReadFrequently: true });
  video.srcObject = stream;
  await video.play();
  let isOn = true;
  (async () => {
    while (isOn) {
      const { videoWidth: width, videoHeight: height } = video;
      if (width && height) {
        const scale = Math.min(1, SIDE / Math.max(width, height));
        canvas.width = Math.round(width * scale);
        canvas.height = Math.round(height * scale);
        pencil.drawImage(video, 0, 0, canvas.width, canvas.height);
        const code = await find(canvas);
        if (code && isOn) onCode(code);
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  })();
  return () => {
    isOn = false;
    stream.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
  };
}
