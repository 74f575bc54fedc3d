"""What recognition costs: interviews read aloud by voices, heard by Whisper, beside the same words as text."""

import json
from collections.abc import Sequence

from benchmarks.flag_scores import score
from benchmarks.flag_table import Given, line, transcript
from benchmarks.speech import hear
from pipeline.canonical import Json
from pipeline.domain import Word
from pipeline.transcribe import load_engine
from review.flags import raise_flags


def heard(given: Given, items: frozenset[str]) -> None:
    """Recall on the words as they were read out, and on what Whisper made of the sound."""
    if given.heard is None:
        print("-- heard: passed over; benchmarks/interviews.py makes interviews, give their folder as --heard FOLDER")
        return
    labelled = [json.loads(text) for text in given.corpus.read_text(encoding="utf-8").splitlines()]
    engine = load_engine("auto", "base")
    read, understood = [], []
    for path in sorted(given.heard.glob("*.json")):
        said = json.loads(path.read_text(encoding="utf-8"))["turns"]
        turns = [t for n, turn in enumerate(said) if (t := _labelled(turn, str(n), labelled))]
        words = [w for s in hear(engine, path.with_suffix(".wav")).segments for w in s.words]
        read.append({"id": path.stem, "turns": turns})
        understood.append({"id": path.stem, "turns": [{**t, "text": _words_in(t, words)} for t in turns]})
    flags = {i["id"]: raise_flags(transcript(i), given.checklist) for i in read}
    noisy = {i["id"]: raise_flags(transcript(i), given.checklist) for i in understood}
    one, other = score(read, flags, items), score(understood, noisy, items)
    pairs = sum(len({x["item"] for x in t["labels"]}) for i in read for t in i["turns"])
    print(f"-- {len(read)} interviews read aloud, one microphone, Whisper base; {pairs} labelled items in their turns")
    line("recall by turn and item on the words as they were read out", one.recall)
    line("the same on what Whisper heard", other.recall)
    line("points lost by recognition", 100 * ((one.recall or 0) - (other.recall or 0)))


def _labelled(turn: Json, name: str, interviews: Sequence[Json]) -> Json | None:
    """The turn with the labels of what was read out of it; None where sentences were left out."""
    for known in (t for i in interviews for t in i["turns"] if t["speaker"] == turn["speaker"]):
        if known["text"].startswith(turn["text"]):
            labels = [x for x in known["labels"] if x["end"] <= len(turn["text"])]
            return {**turn, "id": name, "labels": labels}
    return None


def _words_in(turn: Json, words: Sequence[Word]) -> str:
    """Whisper's words whose middle lies in the turn; a dot where it heard none."""
    start, end = turn["start"] * 2000, turn["end"] * 2000
    inside = [w.text.strip() for w in words if start <= w.span.start_ms + w.span.end_ms < end]
    return " ".join(inside) or "."
