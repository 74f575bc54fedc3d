"""What the interviewee says without a break, sentence by sentence (pure)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.domain import Segment, Span, Speaker, Transcript, Word
from pipeline.words import SPACELESS, bare, ends_sentence

TITLES = frozenset({"mr", "mrs", "ms", "dr", "prof", "st", "hr", "fr", "sr", "sra", "gen", "col", "sgt"})
PAUSE_MS = 700
"""Where a transcript has no punctuation at all, a pause this long ends a sentence."""
LONGEST_PAUSE_MS = 5_000
"""Longer than this and a passage falls apart."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """Timed words up to a full stop."""

    words: tuple[Word, ...]
    segment: str
    """The segment that it begins in."""
    language: str
    draft: str | None
    """English, of the segment, when the sentence begins with it."""

    @property
    def span(self) -> Span:
        return Span(self.words[0].span.start_ms, max(w.span.end_ms for w in self.words))

    @property
    def text(self) -> str:
        between = "" if self.language.split("-")[0] in SPACELESS else " "
        return between.join(w.text.strip() for w in self.words if w.text.strip())


@dataclass(frozen=True, slots=True)
class _Placed:
    word: Word
    segment: Segment
    first: bool


def find_runs(transcript: Transcript) -> tuple[tuple[Sentence, ...], ...]:
    """Runs of whole sentences that nobody interrupts: no question, no interpreter, no long silence.

    A half sentence at the end of a run is left out; so is everything without times.
    """
    punctuated = any(ends_sentence(w.text) for s in transcript.segments for w in s.words)
    runs = (_sentences(run, transcript.language, punctuated) for run in _unbroken(transcript))
    return tuple(run for found in runs if (run := tuple(found)))


def _unbroken(transcript: Transcript) -> Iterator[list[_Placed]]:
    run: list[_Placed] = []
    for segment in transcript.segments:
        for n, word in enumerate(segment.words):
            mine = (word.speaker or segment.speaker) in (Speaker.INTERVIEWEE, None)
            silent = bool(run) and word.span.start_ms - run[-1].word.span.end_ms > LONGEST_PAUSE_MS
            if run and (silent or not mine):
                yield run
                run = []
            if mine:
                run.append(_Placed(word, segment, n == 0))
        if not segment.words and run and segment.speaker not in (Speaker.INTERVIEWEE, None):
            yield run
            run = []
    if run:
        yield run


def _sentences(run: Sequence[_Placed], language: str, punctuated: bool) -> Iterator[Sentence]:
    begun: list[_Placed] = []
    for n, placed in enumerate(run):
        begun.append(placed)
        following = run[n + 1] if n + 1 < len(run) else None
        if _is_last(placed, following, punctuated):
            first = begun[0]
            draft = first.segment.translation if first.first else None
            spoken = first.segment.language or language
            yield Sentence(tuple(p.word for p in begun), first.segment.id, spoken, draft)
            begun = []


def _is_last(placed: _Placed, following: _Placed | None, punctuated: bool) -> bool:
    if not punctuated:
        pause = following.word.span.start_ms - placed.word.span.end_ms if following else PAUSE_MS
        return pause >= PAUSE_MS
    if not ends_sentence(placed.word.text):
        return False
    letters = bare(placed.word.text)
    if following is None or not placed.word.text.strip().endswith("."):
        return True
    shortened = len(letters) == 1 or letters in TITLES  # "J. Smith", "Dr. Ali"
    return not shortened and not _first_letter(following.word.text).islower()  # "approx. ten"


def _first_letter(text: str) -> str:
    """Without the quotes before it."""
    return next((c for c in text if c.isalnum()), "")
