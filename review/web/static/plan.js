// Playing a plan before it is cut: its passages in order, removed sound not heard, subtitles as they will look.

import { clock, get, post } from "./common.js";
import { makeLayer } from "./covers.js";
import { makeTone } from "./player.js";

const page = document.getElementById("plan");
const plan = JSON.parse(page.dataset.preview);
const media = document.getElementById("preview-media"), box = document.getElementById("preview"), button = document.getElementById("preview-play");
const maker = document.getElementById("preview-make"), told = document.getElementById("preview-told");
const rendered = plan.rendered;
const tone = makeTone();
const covers = makeLayer(document.getElementById("preview-covers"), media);
let at = -1;
let turn = 0; // who began last may go on after waiting

async function begin(number) {
  const mine = ++turn;
  at = number;
  const passage = plan.passages[at];
  for (const row of document.querySelectorAll(".passage")) row.classList.toggle("playing", Number(row.dataset.passage) === at);
  if (!passage) { stop(); return false; }
  const ready = await fetch(`/recordings/${passage.recording}/media/state`, { headers: { accept: "application/json" } }).then((a) => a.json()).catch(() => ({}));
  if (mine !== turn) return false;
  const address = `/recordings/${passage.recording}/${ready.ready ? "media" : "sound"}`;
  if (!media.src.endsWith(address)) media.src = address;
  covers.setBoxes(plan.covers.filter((cover) => cover.recording === passage.recording));
  media.muted = plan.is_mute;
  media.currentTime = passage.start_ms / 1000;
  tone.wake();
  media.play().catch(() => {});
  return true;
}

function stop() {
  turn += 1;
  media.pause();
  tone.set("");
  at = -1;
  button.textContent = "Play the plan";
  for (const row of document.querySelectorAll(".passage")) row.classList.remove("playing");
}

function tick() {
  if (at < 0) return;
  const passage = plan.passages[at], ms = media.currentTime * 1000;
  if (ms >= passage.end_ms && !media.seeking) { begin(at + 1); if (at >= 0) requestAnimationFrame(tick); return; }
  const inside = plan.redactions.find((r) => r.recording === passage.recording && r.start_ms - 30 <= ms && ms < r.end_ms);
  media.muted = plan.is_mute || Boolean(inside);
  tone.set(inside && !media.paused && !plan.is_mute ? inside.kind : "");
  document.getElementById("hidden-now").hidden = !inside;
  covers.showNow(ms);
  const clip = passage.clip_start_ms + Math.max(0, ms - passage.start_ms);
  showCue(clip);
  requestAnimationFrame(tick);
}

function showCue(clip) {
  const cue = plan.cues.find((c) => c.start_ms <= clip && clip < c.end_ms);
  document.getElementById("preview-cue").textContent = cue ? cue.lines.join("\n") : "";
  document.getElementById("preview-now").textContent = clock(clip);
}

button.addEventListener("click", () => {
  if (at >= 0) { stop(); return; }
  box.hidden = false;
  media.controls = false;
  button.textContent = "Stop";
  begin(0).then((goes) => goes && requestAnimationFrame(tick));
});

// The rendered preview: made by the server when somebody asks, then played as it is, with the subtitles beside it.

async function follow() {
  const state = await get(`${rendered}/state`);
  if (!state) { maker.disabled = false; return; }
  if (state.ready) { told.textContent = `The preview is rendered in the shape ${plan.shape}: cards, voice, covers and cuts as in the clip; subtitles stand under it.`; maker.disabled = false; maker.textContent = "Play the preview"; }
  else if (state.fault) { told.textContent = `There is no preview: ${state.fault}`; maker.disabled = false; }
  else if (state.making) { told.textContent = "The preview is being rendered and listened to…"; maker.disabled = true; setTimeout(follow, 1000); }
  return state;
}

function playRendered() {
  stop();
  box.hidden = false;
  media.src = rendered;
  media.muted = false;
  media.controls = true;
  covers.setBoxes([]);
  media.play().catch(() => {});
  showRendered();
}

function showRendered() {
  if (!media.src.endsWith(rendered)) return;
  showCue(media.currentTime * 1000);
  requestAnimationFrame(showRendered);
}

maker.addEventListener("click", async () => {
  const state = await get(`${rendered}/state`);
  if (state?.ready) { playRendered(); return; }
  if ((await post(rendered, {})).ok) follow();
});

follow();
