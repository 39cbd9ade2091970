/* A box to sign in: strokes of a finger, a pen or a mouse; what is sent is a picture of them. */
(() => {
  "use strict";

  const form = document.querySelector("[data-signature]");
  if (!form) return;
  const canvas = form.querySelector("canvas");
  const field = form.querySelector("input[name=picture]");
  const pen = canvas.getContext("2d");
  let isEmpty = true;

  const prepare = () => {
    pen.lineWidth = 6;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = pen.fillStyle = "#16302e";
  };
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [
      ((event.clientX - box.left) * canvas.width) / box.width,
      ((event.clientY - box.top) * canvas.height) / box.height,
    ];
  };

  prepare();
  // After a mistake elsewhere the form comes back with what was drawn.
  if (field.value.startsWith("data:image/png;base64,")) {
    const before = new Image();
    before.onload = () => pen.drawImage(before, 0, 0);
    before.src = field.value;
    isEmpty = false;
  }

  let drawing = null;
  canvas.addEventListener("pointerdown", (event) => {
    if (drawing !== null) return; // a palm beside the finger
    drawing = event.pointerId;
    canvas.setPointerCapture(event.pointerId);
    const [x, y] = at(event);
    pen.beginPath();
    pen.arc(x, y, 3, 0, 2 * Math.PI);
    pen.fill();
    pen.beginPath();
    pen.moveTo(x, y);
    isEmpty = false;
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== drawing) return;
    const strokes = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
    for (const one of strokes.length ? strokes : [event]) pen.lineTo(...at(one));
    pen.stroke();
  });
  const lift = (event) => {
    if (event.pointerId === drawing) drawing = null;
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);

  form.querySelector("[data-signature-clear]").addEventListener("click", () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    field.value = "";
    isEmpty = true;
  });
  form.addEventListener("submit", () => {
    field.value = isEmpty ? "" : canvas.toDataURL("image/png");
  });
})();
