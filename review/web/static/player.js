// Sound and picture: seeking, removed stretches that are not heard, the loop, notes before graphic passages.

import { addMaterialTime, clock, get } from "./common.js";

const TONE_HZ = 1000;
const NOTE_AHEAD_MS = 4000;
const html = document.documentElement;

export function makePlayer(app) {
  const media = document.getElementById("media");
  const base = `/recordings/${app.dataset.recording}`;
  const listeners = [];
  const state = { removed: [], graphic: [], loop: null, muted: html.classList.contains("look-muted"), noted: new Set() };
  const tone = makeTone();

  async function load() {
    const found = await get(`${base}/media/state`);
    if (found?.ready) { switchTo(`${base}/media`); return; }
    document.getElementById("preparing").hidden = false;
    switchTo(`${base}/sound`);
    const timer = setInterval(async () => {
      const later = await get(`${base}/media/state`);
      if (later?.fault) { clearInterval(timer); document.getElementById("preparing").textContent = "The picture could not be prepared; you hear the sound."; }
      if (!later?.ready || !media.paused) return;
      clearInterval(timer);
      document.getElementById("preparing").hidden = true;
      switchTo(`${base}/media`);
    }, 2000);
  }

  function switchTo(address) {
    const at = media.currentTime;
    media.src = address;
    if (at) media.currentTime = at;
  }

  const now = () => Math.round(media.currentTime * 1000);
  function seek(ms) {
    media.currentTime = Math.max(0, ms) / 1000;
    tick();
  }
  function play() { tone.wake(); media.play().catch(() => {}); }
  const toggle = () => (media.paused ? play() : media.pause());

  // Removed stretches are decided here, on every frame and every seek, so that a click into one is silent at once.
  function tick() {
    const ms = now();
    const inside = state.removed.find((r) => r.start_ms - 30 <= ms && ms < r.end_ms);
    media.muted = state.muted || Boolean(inside);
    tone.set(inside && !media.paused && !state.muted ? inside.kind : "");
    document.getElementById("hidden-now").hidden = !inside;
    app.dataset.hidden = inside ? inside.kind : "";
    if (state.loop && !media.paused && (ms >= state.loop.end_ms || ms < state.loop.start_ms - 500)) { media.currentTime = state.loop.start_ms / 1000; }
    for (const listener of listeners) listener(ms, !media.paused);
    noteGraphic(ms);
  }

  function noteGraphic(ms) {
    const coming = state.graphic.find((g) => g.start_ms - NOTE_AHEAD_MS <= ms && ms < g.end_ms);
    const note = document.getElementById("content-note");
    note.hidden = !coming;
    if (!coming || media.paused) return;
    note.textContent = `Content note: ${coming.title}, until ${clock(coming.end_ms)}.`;
    if (!state.noted.has(coming.id) && html.classList.contains("look-warned")) {
      media.pause();
      note.textContent += " Stopped before it: press space to go on.";
    }
    state.noted.add(coming.id);
  }

  function frame() {
    tick();
    if (!media.paused) requestAnimationFrame(frame);
  }
  let since = null;
  media.addEventListener("play", () => { since = performance.now(); document.getElementById("play").textContent = "Stop"; requestAnimationFrame(frame); });
  media.addEventListener("pause", () => {
    if (since !== null) addMaterialTime(Math.round((performance.now() - since) / 1000));
    since = null;
    document.getElementById("play").textContent = "Play";
    tick();
  });
  media.addEventListener("seeked", tick);
  media.addEventListener("timeupdate", tick);
  document.getElementById("unveil")?.addEventListener("click", () => document.getElementById("player").classList.add("unveiled"));

  load();
  return {
    media, now, seek, play, toggle,
    stop: () => media.pause(),
    onTime: (listener) => listeners.push(listener),
    setRemoved: (spans) => { state.removed = spans; tick(); },
    setGraphic: (spans) => { state.graphic = spans; },
    setSpeed: (rate) => { media.playbackRate = rate; },
    loop: (span) => { state.loop = span; },
    isLooping: () => state.loop !== null,
    mute: (on) => { state.muted = on; tick(); },
    isMuted: () => state.muted,
  };
}

// A tone, or a breath of noise as room sound, where words are removed. Made by the browser: no file says it.
export function makeTone() {
  let context = null, gain = null, kind = "", source = null;
  function wake() {
    if (context || !window.AudioContext) return;
    context = new AudioContext();
    gain = context.createGain();
    gain.gain.value = 0;
    gain.connect(context.destination);
  }
  function set(wanted) {
    if (!context || wanted === kind) return;
    kind = wanted;
    source?.stop();
    source = null;
    if (wanted !== "tone" && wanted !== "room") { gain.gain.value = 0; return; }
    source = wanted === "tone" ? oscillator() : noise();
    gain.gain.value = wanted === "tone" ? 0.12 : 0.015;
    source.connect(gain);
    source.start();
  }
  function oscillator() {
    const made = context.createOscillator();
    made.frequency.value = TONE_HZ;
    return made;
  }
  function noise() {
    const made = context.createBufferSource();
    const buffer = context.createBuffer(1, context.sampleRate, context.sampleRate);
    const samples = buffer.getChannelData(0);
    for (let i = 0; i < samples.length; i += 1) samples[i] = Math.random() * 2 - 1;
    made.buffer = buffer;
    made.loop = true;
    return made;
  }
  return { wake, set };
}
