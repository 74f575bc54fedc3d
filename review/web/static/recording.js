// The transcript page: player, words, waveform, flags and keys put together.

import { clock, post, say } from "./common.js";
import { makeCovers } from "./covers.js";
import { makeFlags } from "./flags.js";
import { makeKeys } from "./keys.js";
import { makePlayer } from "./player.js";
import { makeWave } from "./wave.js";
import { makeWords } from "./words.js";

const app = document.getElementById("app");
const base = `/recordings/${app.dataset.recording}`;
const byId = (id) => document.getElementById(id);

const player = makePlayer(app);
const words = makeWords(player);
const wave = makeWave(app, player);
const covers = app.dataset.picture === "1" ? makeCovers(player) : null;
const flags = makeFlags(app, player, words, wave, covers);
player.onTime((ms, playing) => { covers?.showNow(ms); words.showNow(ms, playing); byId("now").textContent = clock(ms); });

const pressed = (id, on) => byId(id).setAttribute("aria-pressed", String(on));
const acts = {
  toggle: player.toggle,
  stop: player.stop,
  back: () => player.seek(player.now() - 3000),
  forward: () => player.seek(player.now() + 3000),
  previous: () => flags.step(-1),
  next: () => flags.step(1),
  keep: () => flags.decide("keep"),
  redact: () => (words.chosen().length ? askFlag(true) : flags.decide("redact")),
  cut: () => flags.decide("cut"),
  block: () => flags.decide("block"),
  counsel: () => flags.decide("counsel"),
  undo: () => flags.undo(),
  read: markRead,
  flag: () => askFlag(false),
  correct: askCorrect,
  comment: askComment,
  cover: askCover,
  plan: askPlan,
  loop: () => pressed("loop", flags.setLoop(!player.isLooping())),
  onward: () => { const on = byId("onward").getAttribute("aria-pressed") !== "true"; pressed("onward", on); flags.setOnward(on); },
  autoplay: () => setAutoplay(byId("autoplay").getAttribute("aria-pressed") !== "true"),
  sound: () => { player.mute(!player.isMuted()); pressed("sound", !player.isMuted()); },
  slower: () => speed(-1),
  faster: () => speed(1),
  clear: words.clear,
  help: () => byId("help").showModal(),
};
function setAutoplay(on) {
  pressed("autoplay", on);
  flags.setAutoplay(on);
  localStorage.setItem("autoplay", on ? "1" : "");
}
makeKeys(acts);
setAutoplay(localStorage.getItem("autoplay") === "1");
pressed("sound", !player.isMuted());

function speed(way) {
  const select = byId("speed");
  select.selectedIndex = Math.min(select.options.length - 1, Math.max(0, select.selectedIndex + way));
  player.setSpeed(Number(select.value));
}
byId("speed").addEventListener("change", () => player.setSpeed(Number(byId("speed").value)));
for (const [id, act] of Object.entries({ play: "toggle", back: "back", forward: "forward", sound: "sound", loop: "loop", onward: "onward", autoplay: "autoplay", "help-open": "help" })) byId(id).addEventListener("click", () => acts[act]());

words.onChosen((chosen) => {
  byId("tools").hidden = !chosen.length;
  byId("tools-count").textContent = chosen.length === 1 ? "1 word" : `${chosen.length} words`;
});
byId("tools").addEventListener("click", (event) => {
  const act = event.target.closest("[data-act]")?.dataset.act;
  if (act) acts[act]();
});

// A dialog whose fields are sent by `send`; what somebody typed stays in it until the server has taken it.
// The answer is the button that was taken, or nothing.
async function ask(dialog, send, before = {}) {
  const form = dialog.querySelector("form");
  form.reset();
  for (const [name, value] of Object.entries(before)) form.elements[name].value = value;
  for (const place of dialog.querySelectorAll(".chosen")) place.textContent = words.text();
  for (;;) {
    dialog.returnValue = "";
    dialog.showModal();
    await new Promise((done) => dialog.addEventListener("close", done, { once: true }));
    const chosen = dialog.returnValue;
    if (!chosen) return "";
    if ((await send(new FormData(form), chosen)).ok) return chosen;
  }
}

const needWords = () => {
  words.chooseHere();
  if (words.chosen().length) return true;
  say("Choose words first: click one, drag over several, or shift and the arrow keys.");
  return false;
};

async function askFlag(redact) {
  if (!needWords()) return;
  const dialog = byId("ask-flag");
  byId("ask-flag-head").textContent = redact ? "Redact these words" : "Flag these words";
  dialog.querySelector(".redact-only").hidden = !redact;
  const place = words.places();
  const done = await ask(dialog, (fields) => post(`${base}/flags`, {
    place, item: fields.get("item"), reason: fields.get("reason"), sound: fields.get("sound"), choice: redact ? "redact" : "", words_state: app.dataset.wordsState,
  }));
  if (!done) return;
  words.clear();
  say(redact ? "Redacted." : "Flagged.");
  await flags.again();
}

async function askCorrect() {
  if (!needWords()) return;
  const place = words.places(), text = words.text();
  const done = await ask(byId("ask-correct"), (fields) => post(`${base}/correct`, {
    place, text: fields.get("text").trim() !== text.trim() ? fields.get("text") : "", nothing: fields.get("nothing") || "", speaker: fields.get("speaker"), everywhere: fields.get("everywhere") || "", words_state: app.dataset.wordsState,
  }), { text });
  if (done) location.reload();
}

async function askComment() {
  const [word] = words.chosen();
  const at = word === undefined ? player.now() : words.start(word);
  const segment = word === undefined ? words.segmentAt(at) : words.segmentId(word);
  const done = await ask(byId("ask-comment"), (fields) => post(`${base}/comments`, { segment, at_ms: at, text: fields.get("text") }));
  if (done) { words.clear(); await flags.again(); }
}

// A box that moves is drawn again at later moments; until it is sent, what is known of it waits here.
let moving = null;

const boxText = (box) => ["left", "top", "width", "height"].map((name) => `${box[name]}%`).join(",");

async function askCover() {
  const dialog = byId("ask-cover");
  if (!dialog || !covers) { say("There is no picture to cover here, or you do not decide."); return; }
  const drawn = await covers.draw();
  if (!drawn) { moving = null; return; }
  const now = player.now();
  const done = await ask(dialog, sendCover, moving ? movedTo(moving, now, drawn) : firstPlace(now, drawn));
  if (done === "moves") say("Go to where it has moved and draw it there (v). Esc while drawing gives it up.");
  else moving = null;
  if (done !== "ok") return;
  say("Covered.");
  await flags.again();
}

function firstPlace(from, drawn) {
  const until = Math.min(from + 10000, Number(app.dataset.duration)) + 999;
  return { ...drawn, from: clock(from), to: clock(until), moves: "" };
}

function movedTo(known, now, drawn) {
  const moves = [known.moves, `${clock(now)}.${String(Math.floor(now % 1000)).padStart(3, "0")}=${boxText(drawn)}`].filter(Boolean);
  const until = known.to.split(":").reduce((sum, part) => 60 * sum + Number(part), 0) * 1000;
  return { ...known, moves: moves.join("; "), to: now < until ? known.to : clock(Math.min(now + 1000, Number(app.dataset.duration)) + 999) };
}

async function sendCover(fields, chosen) {
  const { whole, note = "", ...known } = Object.fromEntries(fields);
  if (chosen === "moves") {
    moving = known;
    return { ok: true };
  }
  return post(`${base}/covers`, { box: boxText(known), at: whole ? "" : `${known.from}-${known.to}`, moves: known.moves, reason: known.reason, note });
}
byId("cover")?.addEventListener("click", askCover);

function askPlan() {
  const dialog = byId("ask-plan");
  if (!dialog) { say("Editors make plans."); return; }
  if (!needWords()) return;
  dialog.querySelector(".places").replaceChildren(...words.places().map((place) => {
    const field = document.createElement("input");
    [field.type, field.name, field.value] = ["hidden", "place", place];
    return field;
  }));
  dialog.querySelector(".chosen").textContent = words.text();
  dialog.showModal();
}
byId("ask-plan")?.querySelector(".cancel").addEventListener("click", () => byId("ask-plan").close());

async function markRead() {
  const chosen = words.chosen();
  const segments = chosen.length ? [...new Set(chosen.map(words.segmentId))] : [words.segmentAt(player.now())].filter(Boolean);
  await sayRead(segments);
  words.clear();
}

async function sayRead(segments) {
  if (!segments.length) return;
  const answer = await post(`${base}/read`, { segment: segments, words_state: app.dataset.wordsState });
  if (answer.ok) await flags.again();
}

words.root.addEventListener("click", (event) => {
  const mark = event.target.closest(".mark");
  if (mark && mark.getAttribute("aria-pressed") !== "true") sayRead([mark.closest(".seg").id]);
});

function goToAddress() {
  const wanted = location.hash.slice(1);
  if (/^t\d+$/.test(wanted)) { const i = Math.max(0, words.at(Number(wanted.slice(1)))); player.seek(Number(wanted.slice(1))); words.reveal(i); } else if (wanted) flags.open(wanted);
}
flags.refresh().then(() => { goToAddress(); performance.mark("usable"); app.dataset.ready = "1"; });
