"""What may be done about speech that is too fast to read, mildest first; content words always stay.

Time is borrowed and cues are re-split inside the search itself (`optimiser`); these are the steps
after that: shorter spelling of the same words, and, only when not verbatim, fewer empty ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from subtitles.clipwords import ClipWord
from subtitles.grammar import bare
from subtitles.limits import base_language

_ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_TEENS = ["eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]

COMPACT_EN = {
    **{word: str(number) for number, word in enumerate(_TEENS, 11)},
    **{tens: str(10 * n) for n, tens in enumerate(_TENS, 2)},
    **{f"{tens}-{one}": str(10 * n + m) for n, tens in enumerate(_TENS, 2) for m, one in enumerate(_ONES, 1)},
    "okay": "OK",
}
"""The same words in fewer characters (BBC 18: digits from 11 on)."""

FILLERS = {
    "en": frozenset({"uh", "um", "er", "erm", "hmm", "mm", "uhm", "ah"}),
    "fr": frozenset({"euh", "heu", "hum"}),
    "de": frozenset({"äh", "ähm", "hm"}),
    "es": frozenset({"eh", "em"}),
}
"""Sounds that say nothing, per language."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A filler or repeat that a cue leaves out; the report lists its time, never the word."""

    clip_start_ms: int
    why: str


def compact(words: Sequence[ClipWord], language: str) -> tuple[ClipWord, ...]:
    """The words in their shortest usual spelling; `twenty-five percent` becomes `25%`."""
    if base_language(language) != "en":
        return tuple(words)
    short: list[ClipWord] = []
    for word in words:
        stem = word.text.rstrip(".,;:?!")
        tail = word.text[len(stem) :]
        if short and bare(stem) in ("percent", "%") and short[-1].text.isdigit():
            short[-1] = replace(short[-1], text=f"{short[-1].text}%{tail}", clip_end_ms=word.clip_end_ms)
        else:
            spelled = COMPACT_EN.get(stem.lower(), stem) if not word.redacted else stem
            short.append(replace(word, text=spelled + tail))
    return tuple(short)


def compact_where(words: Sequence[ClipWord], times: Sequence[tuple[int, int]], language: str) -> tuple[ClipWord, ...]:
    """The words, spelled compactly where they sound within one of these stretches of clip time."""
    kept: list[ClipWord] = []
    for tight, run in groupby(words, key=lambda w: any(a <= w.clip_start_ms < b for a, b in times)):
        said = tuple(run)
        kept += compact(said, language) if tight else said
    return tuple(kept)


def without_fillers(words: Sequence[ClipWord], language: str) -> tuple[tuple[ClipWord, ...], tuple[Dropped, ...]]:
    """The words without hesitations and immediate repeats (`the the`), and what was left out.

    A filler that ends a sentence stays, because its full stop would go with it.
    """
    fillers = FILLERS.get(base_language(language), frozenset())
    kept: list[ClipWord] = []
    dropped: list[Dropped] = []
    for word, after in zip(words, [*words[1:], None], strict=False):
        stem = bare(word.text).rstrip(",")
        if word.redacted:
            kept.append(word)
        elif stem in fillers:
            dropped.append(Dropped(word.clip_start_ms, "filler"))
        elif after and not after.redacted and after.speaker == word.speaker and bare(after.text).rstrip(".,?!") == stem:
            dropped.append(Dropped(word.clip_start_ms, "repeat"))
        else:
            kept.append(word)
    return tuple(kept), tuple(dropped)
