// The words: which one is heard now, going to one, choosing several. Nothing here changes a word.
// A word is a number, its place in the transcript. It becomes an element only when its block comes near the view:
// six hours are 54,000 words, and the page has to be there at once.

import { make } from "./common.js";

const WHO = { interviewee: "Interviewee", interviewer: "Interviewer", interpreter: "Interpreter", nobody: "Unknown voice", wordless: "No words" };
const AHEAD = "1200px 0px";

export function makeWords(player) {
  const root = document.getElementById("words");
  const segments = [], firsts = [], flagged = new Map();
  let starts = new Float64Array(0), count = -1;
  let nowAt = -1, cursor = -1, anchor = -1, chosen = [], picked = new Set(), card = new Set(), painted = new Map();
  let readers = {};
  const listeners = [];

  // What the server wrote beside each text: where its words begin, in time and in the text.
  function index() {
    if (count >= 0) return;
    count = 0;
    const found = [];
    for (const said of root.querySelectorAll("p[data-w]")) {
      const numbers = said.dataset.w.split(" ").map(Number), segment = { said, first: count, ends: [numbers[0]], spans: null, ids: new Map() };
      for (let i = 1, ms = 0, end = numbers[0]; i < numbers.length; i += 2) {
        ms += numbers[i];
        end += numbers[i + 1];
        found.push(ms);
        segment.ends.push(end);
        count += 1;
      }
      if (said.dataset.f) readFlags(segment, said.dataset.f);
      if (count === segment.first) continue;
      segments.push(segment);
      firsts.push(segment.first);
      said.segment = segment;
    }
    starts = Float64Array.from(found);
    root.dataset.count = String(count);
  }

  function readFlags(segment, text) {
    for (const one of text.split(" ")) {
      const [number, ids] = one.split(":"), all = Number(number) < 0;
      const places = all ? segment.ends.slice(1).map((_, n) => n) : [Number(number)];
      for (const id of ids.split(",")) {
        flagged.set(id, [...(flagged.get(id) || []), ...places.map((n) => segment.first + n)]);
        for (const n of places) segment.ids.set(n, [...(segment.ids.get(n) || []), id]);
      }
    }
  }

  function lastAtMost(sorted, value) {
    let low = 0, high = sorted.length - 1, found = -1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] <= value) { found = middle; low = middle + 1; } else high = middle - 1;
    }
    return found;
  }

  // The last word that has begun; words without times stay where they stand and are passed over.
  function at(ms) { index(); return lastAtMost(starts, ms); }
  const segmentOf = (i) => segments[lastAtMost(firsts, i)];
  function textOf(i) {
    const segment = segmentOf(i), n = i - segment.first;
    return segment.text ? segment.text.slice(segment.ends[n], segment.ends[n + 1]) : segment.said.textContent.slice(segment.ends[n], segment.ends[n + 1]);
  }

  function hydrate(segment) {
    if (segment.spans) return;
    const { said } = segment, text = said.textContent, parts = document.createDocumentFragment();
    const kinds = (name) => new Set((said.dataset[name] || "").split(" ").filter(Boolean).map(Number));
    segment.text = text;
    [segment.low, segment.mended, segment.gap] = [kinds("l"), kinds("c"), kinds("g")];
    segment.spans = [];
    parts.append(text.slice(0, segment.ends[0]));
    for (let n = 0; n + 1 < segment.ends.length; n += 1) {
      const span = document.createElement("span");
      span.textContent = text.slice(segment.ends[n], segment.ends[n + 1]);
      span.word = segment.first + n;
      if (segment.ids.has(n)) span.dataset.f = segment.ids.get(n).join(" ");
      segment.spans.push(span);
      parts.append(span);
    }
    said.replaceChildren(parts);
    const section = said.closest(".seg");
    if (!section.querySelector(".side")) section.prepend(beside(section));
    for (let n = 0; n < segment.spans.length; n += 1) refresh(segment.first + n);
  }

  // Who speaks, when, and whether somebody has read it.
  function beside(section) {
    const side = make("div", { class: "side" }, make("span", { class: "who" }, section.dataset.who || WHO[section.classList[1]]), make("time", {}, section.dataset.t || "–"));
    if (!section.classList.contains("wordless")) {
      side.append(make("button", { type: "button", class: "mark", "aria-label": `Mark segment ${section.id} read` }));
      showReader(section.id, side.lastChild);
    }
    return side;
  }
  function showReader(id, button = document.getElementById(id)?.querySelector(".mark")) {
    if (!button) return;
    const by = readers[id];
    button.textContent = by ? `read · ${by.map((r) => r.by).join(", ")}` : "unread";
    button.setAttribute("aria-pressed", String(Boolean(by)));
  }

  function refresh(i) {
    const segment = i < 0 ? null : segmentOf(i), span = segment?.spans?.[i - segment.first];
    if (!span) return;
    const n = i - segment.first;
    const name = ["w", segment.low.has(n) && "low", segment.mended.has(n) && "corrected", segment.gap.has(n) && "gap", painted.get(i),
      i === nowAt && "now", i === cursor && "here", picked.has(i) && "sel", card.has(i) && "in-card"].filter(Boolean).join(" ");
    if (span.className !== name) span.className = name;
  }
  const refreshAll = (numbers) => { for (const i of numbers) refresh(i); };

  function element(i) {
    const segment = segmentOf(i);
    hydrate(segment);
    return segment.spans[i - segment.first];
  }

  const scroller = getComputedStyle(root).overflowY === "visible" ? null : root;
  const near = new IntersectionObserver((entries) => {
    index();
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      for (const said of target.querySelectorAll("p[data-w]")) if (said.segment) hydrate(said.segment);
    }
  }, { root: scroller, rootMargin: AHEAD });
  for (const block of root.getElementsByClassName("block")) near.observe(block);

  const follow = document.getElementById("follow");
  function showNow(ms, playing) {
    if (count < 0 && !playing && !ms) return; // nothing to show yet: the words are counted when there is time
    const i = at(ms), before = nowAt;
    if (i === before) return;
    nowAt = i;
    refreshAll([before, i]);
    if (playing && follow.checked && i >= 0) keepInView(i);
  }

  function keepInView(i) {
    const word = element(i), [box, view] = [word.getBoundingClientRect(), root.getBoundingClientRect()];
    if (box.bottom > view.bottom - 110 || box.top < view.top + 10) word.scrollIntoView({ block: "center" });
  }

  const isGap = (i) => segmentOf(i).said.dataset.g !== undefined;
  function range(a, b) {
    const found = [];
    for (let i = Math.max(0, a); i <= Math.min(b, count - 1); i += 1) if (!isGap(i)) found.push(i);
    return found;
  }

  function choose(from, to) {
    const before = chosen;
    chosen = from < 0 ? [] : range(Math.min(from, to), Math.max(from, to));
    picked = new Set(chosen);
    refreshAll(before);
    refreshAll(chosen);
    for (const listener of listeners) listener(chosen);
  }

  function moveTo(i, extend) {
    if (i < 0 || i >= count) return;
    const before = cursor;
    cursor = i;
    refreshAll([before, i]);
    keepInView(i);
    if (extend) choose(anchor < 0 ? i : anchor, i);
    else { anchor = i; choose(-1, -1); }
  }

  let pressed = null;
  root.addEventListener("mousedown", (event) => {
    const word = event.target.closest(".w");
    if (!word || event.button !== 0) return;
    event.preventDefault();
    root.focus({ preventScroll: true });
    const i = word.word;
    if (event.shiftKey) { choose(cursor < 0 ? i : anchor, i); return; }
    pressed = { i, moved: false };
  });
  root.addEventListener("mouseover", (event) => {
    const word = pressed && event.target.closest(".w");
    if (!word) return;
    if (word.word !== pressed.i || pressed.moved) { pressed.moved = true; choose(pressed.i, word.word); }
  });
  document.addEventListener("mouseup", () => {
    if (pressed && !pressed.moved) { player.seek(starts[pressed.i]); moveTo(pressed.i, false); }
    if (pressed?.moved) { anchor = pressed.i; }
    pressed = null;
  });
  root.addEventListener("dblclick", (event) => {
    const word = event.target.closest(".w");
    if (word) { player.seek(starts[word.word]); player.play(); }
  });

  const arrows = { ArrowLeft: -1, ArrowRight: 1 };
  root.addEventListener("keydown", (event) => {
    index();
    const from = cursor < 0 ? Math.max(0, nowAt) : cursor;
    if (event.key in arrows) {
      const way = root.classList.contains("rtl") ? -arrows[event.key] : arrows[event.key];
      moveTo(cursor < 0 ? from : from + way, event.shiftKey);
      if (!event.shiftKey) player.seek(starts[cursor]);
      event.preventDefault();
    } else if (event.key === "Enter" && cursor >= 0) {
      player.seek(starts[cursor]);
      player.play();
      event.preventDefault();
    }
  });

  const segmentId = (i) => segmentOf(i).said.closest(".seg").id;

  // Chosen words as the server wants them: `s3:4-6`, one for each segment, words counted from 1.
  function places() {
    const found = new Map();
    for (const i of chosen) {
      const segment = segmentOf(i), [first] = found.get(segment) || [i];
      found.set(segment, [first, i]);
    }
    return Array.from(found, ([segment, [a, b]]) => `${segmentId(a)}:${a - segment.first + 1}-${b - segment.first + 1}`);
  }

  return {
    root, at, choose, moveTo, places, showNow, segmentId,
    chosen: () => chosen,
    onChosen: (listener) => listeners.push(listener),
    clear: () => choose(-1, -1),
    chooseHere: () => { if (!chosen.length && cursor >= 0) choose(cursor, cursor); },
    text: (numbers = chosen) => numbers.map((i) => textOf(i).trim()).join(" "),
    start: (i) => { index(); return starts[i]; },
    within: (start, end) => { index(); return range(at(start), at(end - 1)).filter((i) => starts[i] >= start - 1); },
    flagged: (id) => { index(); return flagged.get(id) || null; },
    // How flagged and removed words look: number → classes, in place of what was painted before.
    paint: (next) => { const all = new Set([...painted.keys(), ...next.keys()]); painted = next; refreshAll(all); },
    showCard: (numbers) => { const before = card; card = new Set(numbers); refreshAll(before); refreshAll(card); },
    // Segment → who read it as it is now.
    showRead: (read) => { const all = new Set([...Object.keys(readers), ...Object.keys(read)]); readers = read; for (const id of all) showReader(id); },
    segmentAt: (ms) => { const i = Math.max(0, at(ms)); return count > 0 ? segmentId(i) : ""; },
    reveal: (i) => element(i).scrollIntoView({ block: "center" }),
  };
}
