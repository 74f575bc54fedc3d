// One literal table of keys: what the page does and what the help overlay shows cannot differ.

export function makeKeys(acts) {
  const table = [
    [" ", "space", "play or stop", acts.toggle],
    ["j", "j", "back 3 seconds", acts.back],
    ["k", "k", "stop", acts.stop],
    ["l", "l", "on 3 seconds", acts.forward],
    ["[", "[", "the flag before", acts.previous],
    ["]", "]", "the next flag", acts.next],
    ["a", "a", "keep: these words may be heard", acts.keep],
    ["x", "x", "redact the flag, or the chosen words", acts.redact],
    ["d", "d", "leave the passage out of clips", acts.cut],
    ["b", "b", "block", acts.block],
    ["c", "c", "hand to counsel", acts.counsel],
    ["u", "u", "undo my last decision", acts.undo],
    ["m", "m", "mark the segment (or the chosen ones) read", acts.read],
    ["f", "f", "flag chosen words that the machine missed", acts.flag],
    ["e", "e", "correct chosen words", acts.correct],
    ["n", "n", "comment at the chosen word", acts.comment],
    ["v", "v", "cover a place in the picture", acts.cover],
    ["p", "p", "put the chosen words in a plan", acts.plan],
    ["o", "o", "loop the flag with 2 seconds around it", acts.loop],
    ["w", "w", "after a decision go to the next open flag, or stay", acts.onward],
    ["y", "y", "after a decision play the next flag, or wait", acts.autoplay],
    ["s", "s", "sound on or off", acts.sound],
    [",", ",", "slower", acts.slower],
    [".", ".", "faster", acts.faster],
    ["Escape", "Esc", "let go of the chosen words", acts.clear],
    ["?", "?", "this list", acts.help],
  ];
  const spoken = [["← →", "the word before, the next word (in the transcript)"], ["shift ← →", "choose words"], ["enter", "play from the word"], ["click", "go to the word"], ["double click", "play from the word"], ["drag", "choose words"]];
  const list = document.getElementById("keys");
  for (const [name, what] of [...table.map(([, name, what]) => [name, what]), ...spoken]) {
    const [term, text, key] = [document.createElement("dt"), document.createElement("dd"), document.createElement("kbd")];
    key.textContent = name;
    term.append(key);
    text.textContent = what;
    list.append(term, text);
  }
  const byKey = new Map(table.map(([key, , , act]) => [key, act]));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input, select, textarea") || (event.key === " " && event.target.closest("button, a, summary"))) return;
    const act = byKey.get(event.key);
    if (!act) return;
    event.preventDefault();
    act();
  });
}
