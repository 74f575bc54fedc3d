// The words: which one is heard now, going to one, choosing several. Nothing here changes a word.

export function makeWords(player) {
  const root = document.getElementById("words");
  const numbers = new Map();
  let words = [], starts = new Float64Array(0);
  let nowAt = -1, cursor = -1, anchor = -1, chosen = [];
  const listeners = [];

  // Put off until somebody needs it or nothing else is to be done: the page is usable before.
  function index() {
    if (words.length) return;
    words = Array.from(root.getElementsByClassName("w"));
    starts = Float64Array.from(words, (w) => Number(w.getAttribute("data-t")));
    words.forEach((w, i) => numbers.set(w, i));
  }
  (window.requestIdleCallback || setTimeout)(index);

  // The last word that has begun; words without times stay where they stand and are passed over.
  function at(ms) {
    index();
    let low = 0, high = starts.length - 1, found = -1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= ms) { found = middle; low = middle + 1; } else high = middle - 1;
    }
    return found;
  }

  const follow = document.getElementById("follow");
  function showNow(ms, playing) {
    if (!words.length && !playing && !ms) return; // nothing to show yet: the words are counted when there is time
    const i = at(ms);
    if (i === nowAt) return;
    words[nowAt]?.classList.remove("now");
    words[i]?.classList.add("now");
    nowAt = i;
    if (playing && follow.checked && words[i]) keepInView(words[i]);
  }

  function keepInView(word) {
    const [box, view] = [word.getBoundingClientRect(), root.getBoundingClientRect()];
    if (box.bottom > view.bottom - 110 || box.top < view.top + 10) word.scrollIntoView({ block: "center" });
  }

  function choose(from, to) {
    for (const w of chosen) w.classList.remove("sel");
    const [a, b] = from <= to ? [from, to] : [to, from];
    chosen = from < 0 ? [] : words.slice(a, b + 1).filter((w) => !w.classList.contains("gap"));
    for (const w of chosen) w.classList.add("sel");
    for (const listener of listeners) listener(chosen);
  }

  function moveTo(i, extend) {
    if (i < 0 || i >= words.length) return;
    words[cursor]?.classList.remove("here");
    cursor = i;
    words[i].classList.add("here");
    keepInView(words[i]);
    if (extend) choose(anchor < 0 ? i : anchor, i);
    else { anchor = i; choose(-1, -1); }
  }

  let pressed = null;
  root.addEventListener("mousedown", (event) => {
    const word = event.target.closest(".w");
    if (!word || event.button !== 0) return;
    index();
    event.preventDefault();
    root.focus({ preventScroll: true });
    const i = numbers.get(word);
    if (event.shiftKey) { choose(cursor < 0 ? i : anchor, i); return; }
    pressed = { i, moved: false };
  });
  root.addEventListener("mouseover", (event) => {
    const word = pressed && event.target.closest(".w");
    if (!word) return;
    const i = numbers.get(word);
    if (i !== pressed.i || pressed.moved) { pressed.moved = true; choose(pressed.i, i); }
  });
  document.addEventListener("mouseup", () => {
    if (pressed && !pressed.moved) { moveTo(pressed.i, false); player.seek(starts[pressed.i]); }
    if (pressed?.moved) { anchor = pressed.i; }
    pressed = null;
  });
  root.addEventListener("dblclick", (event) => {
    const word = event.target.closest(".w");
    if (word) { player.seek(Number(word.dataset.t)); player.play(); }
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

  // Chosen words as the server wants them: `s3:4-6`, one for each segment, words counted from 1.
  function places() {
    const found = new Map();
    for (const w of chosen) {
      const said = w.closest(".said"), name = w.closest(".seg").id;
      const number = Array.prototype.indexOf.call(said.getElementsByClassName("w"), w) + 1;
      const [first] = found.get(name) || [number];
      found.set(name, [first, number]);
    }
    return Array.from(found, ([name, [a, b]]) => `${name}:${a}-${b}`);
  }

  return {
    root, at, choose, moveTo, places, showNow,
    all: () => { index(); return words; },
    chosen: () => chosen,
    onChosen: (listener) => listeners.push(listener),
    clear: () => choose(-1, -1),
    chooseHere: () => { if (!chosen.length && cursor >= 0) choose(cursor, cursor); },
    text: () => chosen.map((w) => w.textContent.trim()).join(" "),
    within: (start, end) => { index(); return words.slice(Math.max(0, at(start)), at(end - 1) + 1).filter((w) => Number(w.dataset.t) >= start - 1 && !w.classList.contains("gap")); },
    segmentAt: (ms) => words[Math.max(0, at(ms))]?.closest(".seg"),
    reveal: (word) => word.scrollIntoView({ block: "center" }),
    setCursor: (word) => moveTo(numbers.get(word), false),
  };
}
