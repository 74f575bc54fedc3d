// Flags: the list, the card with the why, decisions. The server has the last word: stale ones are refused.

import { clock, get, make, post, say } from "./common.js";

const CONTEXT_MS = 2000;
const ACTION_WEIGHT = { block: 0, redact: 1, review: 2, tag: 3 };

export function makeFlags(app, player, words, wave, covers) {
  const base = `/recordings/${app.dataset.recording}`;
  const decides = app.dataset.decides === "1", reasons = JSON.parse(app.dataset.reasons);
  const [card, list, filter] = ["card", "flags", "filter"].map((id) => document.getElementById(id));
  const form = document.getElementById("verdict");
  let flags = [], comments = [], stamp = "", current = null, mine = [], onward = true, autoplay = false;
  const spans = new Map();

  async function refresh() {
    const came = stamp ? null : document.getElementById("state"); // with the page, and once only
    const found = came ? JSON.parse(came.textContent) : await get(`${base}/state${stamp ? `?since=${stamp}` : ""}`);
    came?.remove();
    if (!found || found.same) return;
    if (stamp && found.words_state !== app.dataset.wordsState) { say("Words were corrected by somebody: reload the page to see them."); }
    stamp = found.stamp;
    ({ flags, comments } = found);
    words.showRead(found.read);
    showAll();
    showComments();
  }

  function wordsOf(flag) {
    if (!spans.has(flag.id)) spans.set(flag.id, words.flagged(flag.id) || (flag.start_ms === null ? [] : words.within(flag.start_ms, flag.end_ms)));
    return spans.get(flag.id);
  }

  const verdictClass = { keep: "kept", cut: "cut", block: "block", counsel: "counsel", redact: "kept" };
  function showAll() {
    const byWeight = [...flags].sort((a, b) => Number(isOpen(a)) - Number(isOpen(b)) || ACTION_WEIGHT[b.action] - ACTION_WEIGHT[a.action]);
    const looks = new Map();
    for (const flag of byWeight) {
      if (flag.action === "tag") continue;
      for (const word of wordsOf(flag)) looks.set(word, `f ${flag.decision ? verdictClass[flag.decision.choice] : flag.red ? "red" : "amber"}`);
    }
    const removed = flags.filter((f) => f.decision?.redaction).map((f) => f.decision.redaction);
    for (const r of removed) for (const word of words.within(r.first_ms, r.last_ms + 1)) looks.set(word, `${looks.get(word) || ""} gone`.trim());
    words.paint(looks);
    player.setRemoved(removed);
    covers?.setBoxes(flags.map((f) => f.decision?.cover).filter(Boolean));
    player.setGraphic(flags.filter((f) => ["safety.graphic", "process.distress", "safety.minor"].includes(f.item) && f.start_ms !== null));
    wave.show(flags.filter((f) => f.start_ms !== null && f.action !== "tag" && (f.red || !f.decision)).map((f) => ({ start_ms: f.start_ms, end_ms: f.end_ms, red: f.red, open: isOpen(f) })), removed);
    showList();
    showCard();
  }

  const isOpen = (flag) => !flag.decision && flag.action !== "tag";
  const shown = () => flags.filter((f) => ({
    open: isOpen(f) && f.red, amber: isOpen(f), counsel: f.decision?.choice === "counsel", all: true,
  })[filter.value]);

  function showList() {
    const entries = shown();
    const open = flags.filter((f) => isOpen(f) && f.red).length;
    document.getElementById("flags-count").textContent = `${open} open of ${flags.filter((f) => f.red && f.action !== "tag").length}`;
    list.replaceChildren(...entries.map((flag) => make("li", {}, make("button", {
      type: "button", "data-id": flag.id, "aria-current": String(flag === current), onclick: () => select(flag, true),
    }, make("span", { class: "when" }, flag.start_ms === null ? "–" : clock(flag.start_ms)), make("span", {}, flag.title),
    make("span", { class: `tag ${flag.decision ? "done" : flag.action}` }, flag.decision ? flag.decision.choice : flag.red ? flag.action : "amber")))));
    if (!entries.length) list.append(make("li", { class: "quiet" }, filter.value === "open" ? "No open flags. Unread segments may still hold what the machine missed." : "None."));
  }

  function showCard() {
    current = current && (flags.find((f) => f.id === current.id) || null);
    if (form) form.hidden = !current;
    words.showCard(current ? wordsOf(current) : []);
    if (!current) { card.replaceChildren(make("p", { class: "quiet" }, "Choose a flag with ", make("kbd", {}, "]"), ", or choose words the machine missed. ", make("kbd", {}, "?"), " shows every key.")); return; }
    const flag = current, text = words.text(wordsOf(flag));
    const parts = [
      make("h2", {}, flag.title, make("span", { class: `chip ${flag.decision ? "good" : flag.red ? "open" : "wait"}` }, flag.red ? flag.action : "read this first")),
      text ? make("p", { class: `quote ${flag.red ? "" : "amber"}`, dir: "auto" }, text) : null,
      make("p", {}, flag.why),
      make("details", {}, make("summary", { class: "quiet small" }, `${flag.item} · ${flag.agent}, ${flag.modality} · ${flag.score}`), make("p", { class: "quiet" }, flag.because)),
    ];
    if (flag.decision) parts.push(make("p", { class: "decided" }, make("strong", {}, flag.decision.choice), `: ${flag.decision.reason}`, flag.decision.note ? ` (${flag.decision.note})` : "", make("span", { class: "quiet" }, " · ", make("bdi", {}, flag.decision.by))));
    if (flag.item === "incrimination.innocence_claim") parts.push(claimForm(flag));
    card.replaceChildren(...parts.filter(Boolean));
    showReasons();
  }

  // The claims ledger: an unverified claim of innocence keeps every clip with it from being exported.
  function claimForm(flag) {
    const known = flag.claim, state = make("p", {}, "Claim of innocence: ", make("strong", {}, known?.status || "unverified"), known?.source ? ` (${known.source}, ${known.by})` : "");
    if (!decides) return state;
    const status = make("select", { name: "status" }, ...["unverified", "corroborated", "disputed", "false"].map((s) => make("option", s === known?.status ? { selected: "" } : {}, s)));
    const source = make("input", { name: "source", maxlength: "300", placeholder: "known from", autocomplete: "off" });
    return make("form", { class: "row", onsubmit: async (event) => {
      event.preventDefault();
      const answer = await post(`/flags/${flag.id}/claim`, { status: status.value, source: source.value });
      if (answer.ok) { flag.claim = answer.data.claim; showCard(); say(`Claim: ${flag.claim.status}`); }
    } }, state, make("label", {}, "It is ", status), make("label", {}, "Source ", source), make("button", {}, "Keep"));
  }

  function showReasons() {
    if (!form) return;
    const chosen = current.action === "redact" ? "redact" : current.action === "block" ? "block" : "keep";
    const select_ = document.getElementById("reason");
    select_.replaceChildren(...["", ...Object.entries(reasons)].flatMap((entry) => {
      if (!entry) return [make("option", { value: "" }, "the usual one")];
      const group = make("optgroup", { label: entry[0] });
      group.append(...entry[1].map((r) => make("option", {}, r)));
      return [group];
    }));
    form.querySelectorAll("[data-choice]").forEach((b) => b.classList.toggle("primary", b.dataset.choice === chosen && !current.decision));
  }

  function select(flag, go) {
    current = flag;
    showCard();
    for (const b of list.querySelectorAll("button")) b.setAttribute("aria-current", String(b.dataset.id === flag?.id));
    const row = list.querySelector('[aria-current="true"]');
    if (row) list.scrollTop = row.offsetTop - list.offsetTop - list.clientHeight / 3; // scrollIntoView would move the player away
    if (!flag || !go) return;
    const [first] = wordsOf(flag);
    if (first !== undefined) words.reveal(first);
    const from = flag.start_ms ?? (first === undefined ? null : words.start(first));
    if (from !== null) player.seek(Math.max(0, from));
    if (player.isLooping()) setLoop(true);
    history.replaceState(null, "", `#${flag.id}`);
  }

  function step(way) {
    const entries = shown();
    if (!entries.length) { say("No flags in this list."); return; }
    const i = entries.findIndex((f) => f.id === current?.id);
    select(entries[i < 0 ? (way > 0 ? 0 : entries.length - 1) : (i + way + entries.length) % entries.length], true);
  }

  async function decide(choice) {
    if (!decides) { say("Only reviewers and counsel decide."); return; }
    if (!current) { say("Choose a flag first: ] goes to the next."); return; }
    const flag = current, note = document.getElementById("note");
    const picked = document.getElementById("reason").value;
    const next = onward ? following(flag) : null;
    const answer = await post(`/flags/${flag.id}/decide`, {
      choice, reason: picked || usualReason(flag, choice), note: note.value, sound: document.getElementById("kind").value, seen: flag.decision?.id || "",
    });
    if (!answer.ok) { if (answer.status === 409) await again(); return; }
    mine.push(flag.id);
    note.value = "";
    flag.decision = answer.data.decision;
    showAll();
    say(`${choice}: ${flag.title}`);
    if (next) { select(next, true); if (autoplay) playFlag(next); }
  }

  // From two seconds before, as in the loop: words are judged by what leads to them.
  function playFlag(flag) {
    const [first] = wordsOf(flag), from = flag.start_ms ?? (first === undefined ? null : words.start(first));
    if (from === null) return;
    if (!player.isLooping()) player.seek(Math.max(0, from - CONTEXT_MS));
    player.play();
  }

  const usualReason = (flag, choice) => (choice === "redact" && flag.usual) || reasons[choice][0];

  function following(flag) {
    const open = flags.filter((f) => isOpen(f) && (f.red || filter.value !== "open") && f.id !== flag.id);
    return open.find((f) => (f.start_ms ?? 0) >= (flag.start_ms ?? 0)) || open[0] || null;
  }

  async function undo() {
    const id = mine.pop() || (current?.decision?.mine ? current.id : null);
    const flag = flags.find((f) => f.id === id);
    if (!flag) { say("You decided nothing here that can be undone."); return; }
    const answer = await post(`/flags/${flag.id}/undo`, { seen: flag.decision?.id || "" });
    if (answer.ok) { flag.decision = answer.data.decision; showAll(); select(flag, true); say(`Taken back: ${flag.title}`); } else await again();
  }

  async function again() { stamp = ""; await refresh(); }

  function setLoop(on) {
    if (!on || !current || current.start_ms === null) { player.loop(null); return false; }
    player.loop({ start_ms: Math.max(0, current.start_ms - CONTEXT_MS), end_ms: current.end_ms + CONTEXT_MS });
    player.seek(Math.max(0, current.start_ms - CONTEXT_MS));
    player.play();
    return true;
  }

  function showComments() {
    document.getElementById("comments").replaceChildren(...comments.map((c) => make("li", {},
      make("button", { type: "button", onclick: () => player.seek(c.at_ms), "aria-label": `Go to ${clock(c.at_ms)}` }, clock(c.at_ms)), " ", make("bdi", { class: "quiet" }, c.by), ": ", make("span", { dir: "auto" }, c.text))),
      ...(comments.length ? [] : [make("li", { class: "quiet" }, "None yet: choose a word and press n.")]));
  }

  filter.addEventListener("change", () => { showList(); });
  form?.addEventListener("submit", (event) => event.preventDefault());
  form?.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-choice]")?.dataset.choice;
    if (choice) (choice === "undo" ? undo() : decide(choice));
  });
  words.root.addEventListener("click", (event) => {
    const id = event.target.closest("[data-f]")?.dataset.f?.split(" ")[0];
    const flag = id && flags.find((f) => f.id === id);
    if (flag) select(flag, false);
  });
  setInterval(refresh, 10000);
  return {
    refresh, again, decide, undo, step, select, setLoop,
    current: () => current,
    open: (id) => { const flag = flags.find((f) => f.id === id); if (flag) { if (!shown().includes(flag)) { filter.value = "all"; showList(); } select(flag, true); } },
    setOnward: (on) => { onward = on; },
    setAutoplay: (on) => { autoplay = on; },
  };
}
