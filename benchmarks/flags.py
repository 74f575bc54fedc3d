"""What the checklist finds and misses: one command, one table.

    python benchmarks/flags.py [--only corpus,pairs,names,court,facts] [--corpus FILE.jsonl]

Nothing here was tuned on what it is scored on. The second reader learned from the writers `train-a` to `train-f`; its
thresholds were chosen on `train-d`, read by models that had not seen him; `dev.jsonl`, by a further writer, nobody and
nothing has seen. The grammar of modality saw UDS-IH2's dev part, never its test part. Sets from elsewhere lie in
../shared/corpus/external and are passed over with a line when they are not there. The goals stand in the last column.
"""

import argparse
import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.flag_scores import NARRATIVES, Scores, by_item, score
from benchmarks.minimal_pairs import minimal_pairs
from pipeline.canonical import Json
from pipeline.domain import Flag, Modality, Segment, Speaker, Tier, Transcript
from review.checklist import Checklist, load_checklist
from review.flags import raise_flags
from review.language.events import find_events
from review.language.parsing import parse

HERE = Path(__file__).resolve().parent
DEV = HERE.parent / "training" / "corpus" / "dev.jsonl"
EXTERNAL = HERE.parents[1] / "shared" / "corpus" / "external"
SCORED = frozenset(
    f"{family}.{name}"
    for family, names in {
        "incrimination": ("violence", "membership", "material_support", "weapons_training", "property", "travel"),
        "network": ("facilitator",),
        "identity": ("person", "location", "contact", "date", "family", "affiliation"),
        "legal": ("proceeding",),
        "safety": ("minor", "operational", "graphic"),
        "message": ("ambivalence", "glorification", "sectarian", "no_consequence"),
    }.items()
    for name in names
)
REMOVED = ("identity.person", "identity.location", "identity.affiliation", "identity.contact", "identity.date")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(SECTIONS))
    parser.add_argument("--corpus", type=Path, default=DEV, help="labelled interviews that nothing was tuned on")
    given = parser.parse_args()
    checklist = load_checklist()
    raise_flags(_sentence("Warm up."), checklist)
    print(f"{'measure':74}{'figure':>10}{'goal':>10}")
    for name in given.only.split(","):
        SECTIONS[name](checklist, given.corpus)


def corpus(checklist: Checklist, path: Path) -> None:
    """Interviews by a writer that was left out of everything, as text and as a recogniser would write them."""
    interviews = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    started, worked = time.perf_counter(), time.process_time()
    flags = {i["id"]: raise_flags(_transcript(i), checklist) for i in interviews}
    seconds, busy = time.perf_counter() - started, time.process_time() - worked
    words = sum(len(t["text"].split()) for i in interviews for t in i["turns"])
    print(f"-- {path.name}: {len(interviews)} interviews, {words} words, left out of all tuning")
    found = score(interviews, flags, SCORED)
    _show(found)
    _line("thousand words a second, loading apart", words / seconds / 1000, "≥ 1.5")
    _line("thousand words a second of one core's work", words / busy / 1000, "")
    raw = [_as_recognised(i) for i in interviews]
    heard = score(raw, {i["id"]: raise_flags(_transcript(i), checklist) for i in raw}, SCORED)
    _line("without case and punctuation: recall lost, points", 100 * ((found.recall or 0) - (heard.recall or 0)), "≤ 3")
    for item, turns, precision, recall in by_item(interviews, flags, SCORED):
        print(f"   {item:34} {turns:4} turns   precision {_text(precision)}  recall {_text(recall)}")


def pairs(checklist: Checklist, _: Path) -> None:
    """Sentences that differ in one thing only: both sides have to be right."""
    right = total = 0
    for admission, other in minimal_pairs():
        right += _admits(admission, checklist) and not _admits(other, checklist)
        total += 1
    print("-- minimal pairs of our own: subject, negation, modality, reported speech, tense")
    _line(f"both sides right, of {total} pairs", right / total, "≥ .90")


def names(checklist: Checklist, _: Path) -> None:
    """Presidio's synthetic sentences: persons and places that are fully covered, beside spaCy alone."""
    path = EXTERNAL / "presidio_synth_v2.json"
    if not path.exists():
        print("-- names: the synthetic set is not here, passed over")
        return
    rows = json.loads(path.read_text(encoding="utf-8"))
    kinds = {"PERSON": "persons", "GPE": "places"}
    print(f"-- Presidio's synthetic set, {len(rows)} sentences, nothing tuned on it")
    docs = list(parse(r["full_text"] for r in rows))
    ours = [_removed(r["full_text"], checklist) for r in rows]
    theirs = [
        {
            c
            for e in d.ents
            if e.label_ in ("PERSON", "GPE", "LOC", "ORG", "FAC")
            for c in range(e.start_char, e.end_char)
        }
        for d in docs
    ]
    for kind, words in kinds.items():
        for who, masks in (("counterclip", ours), ("spaCy alone", theirs)):
            hits = [
                set(range(s["start_position"], s["end_position"])) <= mask
                for row, mask in zip(rows, masks, strict=True)
                for s in row["spans"]
                if s["entity_type"] == kind
            ]
            goal = {"PERSON": "≥ .97", "GPE": "≥ .95"}[kind] if who == "counterclip" else ""
            _line(
                f"{words} fully covered, {who} (large cities and countries count as missed)",
                sum(hits) / len(hits),
                goal,
            )


def court(checklist: Checklist, _: Path) -> None:
    """Court cases (TAB, test): identifiers fully covered, and how much else was covered."""
    path = EXTERNAL / "tab_entity_data_144.jsonl"
    if not path.exists():
        print("-- court: the court cases are not here, passed over")
        return
    counts = {"DIRECT": [0, 0], "QUASI": [0, 0]}
    right = covered = 0
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["metadata"]["provenance"]["dataset_type"] != "test":
            continue
        mask = _removed(row["text"], checklist)
        secret = {
            c
            for e in row["entities"]
            if e["identifier_type"] in counts
            for c in range(e["start_offset"], e["end_offset"])
        }
        for kind in counts:
            by_entity: dict[str, bool] = {}
            for e in row["entities"]:
                if e["identifier_type"] == kind:
                    whole = _inside(row["text"], e["start_offset"], e["end_offset"], mask)
                    by_entity[e["entity_id"]] = by_entity.get(e["entity_id"], True) and whole
            counts[kind][0] += sum(by_entity.values())
            counts[kind][1] += len(by_entity)
        tokens = [m.span() for m in re.finditer(r"\w+", row["text"]) if m.start() in mask]
        covered += len(tokens)
        right += sum(a in secret for a, _ in tokens)
    print("-- court cases (TAB subset, test), general checklist, no profile for legal texts")
    for kind, goal in (("DIRECT", "≥ .95"), ("QUASI", "≥ .90")):
        _line(f"{kind.lower()} identifiers fully covered", counts[kind][0] / counts[kind][1], goal)
    _line("token precision", right / max(1, covered), "≥ .50")


def facts(_: Checklist, __: Path) -> None:
    """Event factuality (UDS-IH2, test): what happened is kept, what did not is not."""
    path = EXTERNAL / "fact" / "uds_ih2_test.jsonl"
    if not path.exists():
        print("-- facts: the factuality set is not here, passed over")
        return
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    kept: dict[bool, list[bool]] = {True: [], False: []}
    for row, doc in zip(rows, parse(r["text"] for r in rows), strict=True):
        events = find_events(doc)
        starts = [m.start() for m in re.finditer(r"\S+", row["text"])]
        for target in row["targets"]:
            if abs(target["label"]) >= 1:
                at = starts[target["span1"][0]]
                event = next((e for e in events if e.verb == at), None)
                kept[target["label"] > 0].append(event is None or event.modality is Modality.ASSERTED)
    print(f"-- event factuality (UDS-IH2 test), {len(kept[True])} happened, {len(kept[False])} did not, grammar alone")
    _line("happened and kept", sum(kept[True]) / len(kept[True]), "≥ .90")
    _line("did not happen and wrongly kept", sum(kept[False]) / len(kept[False]), "≤ .25")


SECTIONS: dict[str, Callable[[Checklist, Path], None]] = {
    "corpus": corpus,
    "pairs": pairs,
    "names": names,
    "court": court,
    "facts": facts,
}


def _show(s: Scores) -> None:
    _line("turns with an admission missed, red, per 100", 100 * (s.missed_red or 0), "≤ 10")
    _line("the same, red and amber, per 100", 100 * (s.missed_amber or 0), "≤ 4")
    _line("clean answers that amber opens, per 100", 100 * (s.amber_clean or 0), "≤ 25")
    _line("red flags: precision by turn and item", s.precision, "≥ .80")
    _line("red flags: recall by turn and item", s.recall, "≥ .80")
    _line("clean turns with a red flag, per 100", 100 * (s.false_alarms or 0), "≤ 8")
    _line("characters of the secret covered by red identity flags", s.covered, "≥ .95")
    _line("character precision of red identity flags", s.character_precision, "≥ .60")
    _line(f"narratives ({', '.join(NARRATIVES)}): micro F1", s.narrative_f1, "≥ .70")


def _line(measure: str, figure: float | None, goal: str) -> None:
    print(f"{measure:74}{_text(figure):>10}{goal:>10}", flush=True)


def _text(figure: float | None) -> str:
    return "-" if figure is None else f"{figure:.2f}"


def _transcript(interview: Json) -> Transcript:
    segments = tuple(Segment(t["id"], t["text"], None, speaker=Speaker(t["speaker"])) for t in interview["turns"])
    return Transcript("en", 0, "", "", segments)


def _sentence(text: str) -> Transcript:
    return Transcript("en", 0, "", "", (Segment("s1", text, None, speaker=Speaker.INTERVIEWEE),))


def _as_recognised(interview: Json) -> Json:
    """Lower case without punctuation, every character in its place so that labels still fit."""
    turns = [{**t, "text": re.sub(r"[.,;:!?\"“”()…]", " ", _lowered(t["text"]))} for t in interview["turns"]]
    return {**interview, "turns": turns}


def _lowered(text: str) -> str:
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _standing(transcript: Transcript, checklist: Checklist) -> Sequence[Flag]:
    return [f for f in raise_flags(transcript, checklist) if f.suppressed is None and f.tier is Tier.RED]


def _admits(text: str, checklist: Checklist) -> bool:
    return any(f.item.startswith("incrimination.") and f.item in SCORED for f in _standing(_sentence(text), checklist))


def _removed(text: str, checklist: Checklist) -> set[int]:
    """Characters that red identity flags cover; a document's line breaks count as blanks."""
    only = replace(checklist, items=tuple(i for i in checklist.items if i.id in REMOVED))
    flags = _standing(_sentence(text.replace("\n", " ")), only)
    return {c for f in flags if f.match for c in range(f.match.start, f.match.end)}


def _inside(text: str, start: int, end: int, mask: set[int]) -> bool:
    """Every letter and digit of the words, light words apart, is covered."""
    light = {
        "mr",
        "mrs",
        "ms",
        "no",
        "nr",
        "about",
        "of",
        "in",
        "on",
        "at",
        "by",
        "to",
        "from",
        "the",
        "a",
        "an",
        "and",
        "or",
    }
    words = [m for m in re.finditer(r"\w+", text[start:end]) if m.group().lower() not in light]
    return all(start + m.start() in mask and start + m.end() - 1 in mask for m in words)


if __name__ == "__main__":
    main()
