// Boxes over the picture: those decided are shown as viewers will see them, a new one is drawn with the mouse or a finger.

import { say } from "./common.js";

const MIDDLE = { left: 40, top: 40, width: 20, height: 20 };

// Where a cover is at a moment of the recording, in per cent of the picture; null when it does not stand.
export function boxAt(cover, ms) {
  if (ms < cover.start_ms || ms >= cover.end_ms) return null;
  const { frames } = cover, after = frames.findIndex((frame) => frame[0] > ms);
  const last = frames[after < 0 ? frames.length - 1 : Math.max(0, after - 1)], next = frames[after < 0 ? frames.length - 1 : after];
  const share = next[0] > last[0] ? Math.max(0, (ms - last[0]) / (next[0] - last[0])) : 0;
  const [left, top, width, height] = [1, 2, 3, 4].map((n) => last[n] + share * (next[n] - last[n]));
  return { left, top, width, height };
}

export function makeCovers(player) {
  return makeLayer(document.getElementById("covers"), player.media, player);
}

export function makeLayer(layer, video, player = null) {
  let boxes = [];

  // The video is fitted into its element with margins; boxes are told in per cent of the picture itself.
  function picture() {
    const [wide, high] = [video.clientWidth, video.clientHeight];
    const scale = Math.min(wide / (video.videoWidth || 16), high / (video.videoHeight || 9));
    const [width, height] = [(video.videoWidth || 16) * scale, (video.videoHeight || 9) * scale];
    return { left: video.offsetLeft + (wide - width) / 2, top: video.offsetTop + (high - height) / 2, width, height };
  }

  function place(element, box) {
    const on = picture();
    element.style.left = `${on.left + (box.left * on.width) / 100}px`;
    element.style.top = `${on.top + (box.top * on.height) / 100}px`;
    element.style.width = `${(box.width * on.width) / 100}px`;
    element.style.height = `${(box.height * on.height) / 100}px`;
    return element;
  }

  function showNow(ms) {
    if (layer.classList.contains("drawing")) return;
    const standing = boxes.map((box) => boxAt(box, ms)).filter(Boolean);
    layer.replaceChildren(...standing.map((box) => place(document.createElement("div"), box)));
  }

  // What was drawn, in per cent with one decimal; a click without a drag gives a box in the middle to be set by numbers.
  function draw() {
    player.stop();
    if (!video.videoWidth) { say("The picture is not ready: give the box in numbers."); return Promise.resolve(MIDDLE); }
    say("Draw a box on the picture, or press enter to give its edges in numbers. Esc leaves it.");
    layer.classList.add("drawing");
    return new Promise((done) => {
      const ended = new AbortController(), on = picture();
      let start = null;
      const box = document.createElement("div");
      box.className = "being-drawn";
      const at = (event) => {
        const edge = layer.getBoundingClientRect();
        const per = (value, size) => Math.round(Math.max(0, Math.min(100, (100 * value) / size)) * 10) / 10;
        return { x: per(event.clientX - edge.left - on.left, on.width), y: per(event.clientY - edge.top - on.top, on.height) };
      };
      const between = (a, b) => ({
        left: Math.min(a.x, b.x), top: Math.min(a.y, b.y),
        width: Math.round(Math.abs(a.x - b.x) * 10) / 10, height: Math.round(Math.abs(a.y - b.y) * 10) / 10,
      });
      const finish = (drawn) => {
        ended.abort();
        layer.classList.remove("drawing");
        layer.replaceChildren();
        done(drawn);
      };
      const listen = (target, name, act) => target.addEventListener(name, act, { signal: ended.signal });
      listen(layer, "pointerdown", (event) => { start = at(event); layer.setPointerCapture(event.pointerId); layer.append(box); });
      listen(layer, "pointermove", (event) => { if (start) place(box, between(start, at(event))); });
      listen(layer, "pointerup", (event) => {
        const drawn = between(start ?? at(event), at(event));
        finish(drawn.width && drawn.height ? drawn : MIDDLE);
      });
      document.addEventListener("keydown", (event) => {
        if (event.key !== "Escape" && event.key !== "Enter") return;
        event.preventDefault();
        event.stopPropagation();
        finish(event.key === "Enter" ? MIDDLE : null);
      }, { signal: ended.signal, capture: true });
    });
  }

  return { draw, showNow, setBoxes: (decided) => { boxes = decided; if (player) showNow(player.now()); } };
}
