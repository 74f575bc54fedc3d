"""What the checklist finds and misses: one command, one table.

    python benchmarks/flags.py [--only corpus,speed,pairs,names,court,facts,heard] [--corpus FILE.jsonl]
                               [--peers PYTHON] [--heard FOLDER]

Nothing here was tuned on what it is scored on. The second reader learned from the writers that `reader/about.json`
names; how it weighs and its thresholds were chosen on `train-d`, read by models that had not seen him; `dev.jsonl`,
by a further writer, nobody and nothing has seen. The grammar of modality saw UDS-IH2's dev part, never its test
part. Sets from elsewhere lie in ../shared/corpus/external and are passed over with a line when they are not there.
PYTHON is an environment with Presidio (`presidio_peer.py`), FOLDER holds interviews made by `interviews.py`. The
goals stand in the last column.
"""

import argparse
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

from benchmarks.flag_scores import NARRATIVES, Scores, by_item, score
from benchmarks.flag_sets import court, facts, names
from benchmarks.flag_speech import heard
from benchmarks.flag_table import Given, line, red, sentence, shown, transcript
from benchmarks.minimal_pairs import minimal_pairs
from pipeline.canonical import Json
from pipeline.domain import Segment, Transcript
from review.checklist import Checklist, load_checklist
from review.flags import raise_flags

CORPUS = Path(__file__).resolve().parents[1] / "training" / "corpus"
DEV = CORPUS / "dev.jsonl"
THREE_HOURS = 27_000
"""Words of an interview of three hours."""
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


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(SECTIONS))
    parser.add_argument("--corpus", type=Path, default=DEV, help="labelled interviews that nothing was tuned on")
    parser.add_argument("--peers", type=Path, help="the Python of an environment with Presidio")
    parser.add_argument("--heard", type=Path, help="a folder of interviews made by interviews.py")
    said = parser.parse_args()
    given = Given(load_checklist(), said.corpus, said.peers, said.heard)
    raise_flags(sentence("Warm up."), given.checklist)
    print(f"{'measure':78}{'figure':>8}{'goal':>9}")
    for name in said.only.split(","):
        SECTIONS[name](given)


def corpus(given: Given) -> None:
    """Interviews by a writer that was left out of everything, as text and as a recogniser would write them."""
    interviews = [json.loads(text) for text in given.corpus.read_text(encoding="utf-8").splitlines()]
    flags = {i["id"]: raise_flags(transcript(i), given.checklist) for i in interviews}
    words = sum(len(t["text"].split()) for i in interviews for t in i["turns"])
    print(f"-- {given.corpus.name}: {len(interviews)} interviews, {words} words, left out of all tuning")
    found = score(interviews, flags, SCORED)
    _show(found)
    raw = [_as_recognised(i) for i in interviews]
    noisy = score(raw, {i["id"]: raise_flags(transcript(i), given.checklist) for i in raw}, SCORED)
    line("without case and punctuation: recall lost, points", 100 * ((found.recall or 0) - (noisy.recall or 0)), "≤ 3")
    for item, turns, precision, recall in by_item(interviews, flags, SCORED):
        print(f"   {item:34} {turns:4} turns   precision {shown(precision)}  recall {shown(recall)}")


def speed(given: Given) -> None:
    """All interviews one after the other as one recording of three hours, and parts of it: is it linear?"""
    print("-- speed, everything on, loading apart")
    for share in (0.25, 0.5, 1.0):
        said = _recording(int(THREE_HOURS * share))
        words = sum(len(s.text.split()) for s in said.segments)
        started, worked = time.perf_counter(), time.process_time()
        raise_flags(said, given.checklist)
        seconds, busy = time.perf_counter() - started, time.process_time() - worked
        line(f"thousand words a second, {words} words", words / seconds / 1000, "≥ 1.5")
        line(f"thousand words a second of one core's work, {words} words", words / busy / 1000)
        if share == 1.0:
            line("seconds for an interview of three hours", seconds, "≤ 20")


def _recording(words: int) -> Transcript:
    """Dev and what follows in the corpus as one long recording."""
    files = (DEV, *(CORPUS / f"train-{writer}.jsonl" for writer in "dabc"))
    texts = chain.from_iterable(path.read_text(encoding="utf-8").splitlines() for path in files)
    segments: list[Segment] = []
    for n, interview in enumerate(map(json.loads, texts)):
        segments += [replace(s, id=f"{n}-{s.id}") for s in transcript(interview).segments]
        if sum(len(s.text.split()) for s in segments) >= words:
            break
    return Transcript("en", 0, "", "", tuple(_first(segments, words)))


def _first(segments: list[Segment], words: int) -> Iterator[Segment]:
    for segment in segments:
        if words <= 0:
            return
        words -= len(segment.text.split())
        yield segment


def pairs(given: Given) -> None:
    """Sentences that differ in one thing only: both sides have to be right."""
    right = total = 0
    for admission, other in minimal_pairs():
        right += _admits(admission, given.checklist) and not _admits(other, given.checklist)
        total += 1
    print("-- minimal pairs of our own: subject, negation, modality, reported speech, tense")
    line(f"both sides right, of {total} pairs", right / total, "≥ .90")


SECTIONS: dict[str, Callable[[Given], None]] = {
    "corpus": corpus,
    "speed": speed,
    "pairs": pairs,
    "names": names,
    "court": court,
    "facts": facts,
    "heard": lambda given: heard(given, SCORED),
}


def _show(s: Scores) -> None:
    line("turns with an admission missed, red, per 100", 100 * (s.missed_red or 0), "≤ 10")
    line("the same, red and amber, per 100", 100 * (s.missed_amber or 0), "≤ 4")
    line("clean answers that amber opens, per 100", 100 * (s.amber_clean or 0), "≤ 25")
    line("red flags: precision by turn and item", s.precision, "≥ .80")
    line("red flags: recall by turn and item", s.recall, "≥ .80")
    line("clean turns with a red flag, per 100", 100 * (s.false_alarms or 0), "≤ 8")
    line("characters of the secret covered by red flags of the item", s.covered, "≥ .95")
    line("the same, covered by red identity flags of any item", s.covered_by_any, "")
    line("character precision of red identity flags", s.character_precision, "≥ .60")
    line(f"narratives ({', '.join(NARRATIVES)}): micro F1", s.narrative_f1, "≥ .70")


def _as_recognised(interview: Json) -> Json:
    """Lower case without punctuation, every character in its place so that labels still fit."""
    turns = [{**t, "text": re.sub(r"[.,;:!?\"“”()…]", " ", _lowered(t["text"]))} for t in interview["turns"]]
    return {**interview, "turns": turns}


def _lowered(text: str) -> str:
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _admits(text: str, checklist: Checklist) -> bool:
    return any(f.item.startswith("incrimination.") and f.item in SCORED for f in red(sentence(text), checklist))


if __name__ == "__main__":
    main()
