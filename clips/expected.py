"""What a rendered file has to be: the plan, broken down to what can be looked for in it (pure)."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from clips.geometry import Shape
from clips.labels import Drawn
from clips.soundgraph import Clock, Take
from pipeline.domain import Cue, CutPlan, Probe, Span, Transcript, Word

FUZZY_LETTERS = 4
"""From this length on a word that differs by one letter counts as the same."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One rendition as it was meant."""

    plan: CutPlan
    takes: tuple[Take, ...]
    probes: Mapping[str, Probe]
    """By recording id."""
    transcripts: Mapping[str, Transcript]
    clock: Clock
    shape: Shape
    cues: tuple[Cue, ...]
    """What is burned in or delivered beside it."""
    is_burned: bool
    canaries: tuple[str, ...]
    """File names, titles and the like that must not be found in the file."""
    is_marked: bool = False
    """The mark stands on every frame where burned cues would."""
    drawn: tuple[Drawn, ...] = ()
    """Boxes with text over the picture that are no subtitles."""
    reading: Path | None = None
    """Another reader's recording, where he is heard instead of the interview."""
    read_cues: tuple[Cue, ...] = ()
    """What he reads."""
    beside: tuple[Cue, ...] = ()
    """Of every version in the language that is spoken, whether it is burned in or not."""


@dataclass(frozen=True, slots=True)
class SaidWord:
    """A transcribed word of a passage, on the passage's own clock."""

    text: str
    """Normalised."""
    span: Span
    is_redacted: bool
    """A redaction touches it: cues do not show it, and nobody expects to hear it."""
    must_vanish: bool
    """At least half of it is covered: it may not be heard. A neighbour that padding only grazes may."""


def said_words(expected: Expected, take: Take) -> tuple[SaidWord, ...]:
    """The words of a passage, by the same rule as its cues: the middle counts, a touch redacts."""
    transcript = expected.transcripts.get(take.passage.recording)
    if transcript is None:
        return ()
    kept = take.passage.span
    hidden = [
        r.span
        for r in expected.plan.redactions
        if r.kind.is_sound and r.recording == take.passage.recording and r.span.overlaps(kept)
    ]
    words = sorted((w for s in transcript.segments for w in s.words), key=lambda w: (w.span.start_ms, w.span.end_ms))
    return tuple(_said(w, kept, hidden) for w in words if _middle_inside(w, kept) and normalised(w.text))


def redacted_terms(expected: Expected) -> frozenset[str]:
    """Normalised words that are removed and said nowhere else in the clip: they may appear nowhere."""
    return frozenset(w.text for w in _all_said(expected) if w.must_vanish) - kept_terms(expected)


def kept_terms(expected: Expected) -> frozenset[str]:
    """Normalised words that the clip says somewhere."""
    return frozenset(w.text for w in _all_said(expected) if not w.must_vanish)


def is_same_word(heard: str, said: str) -> bool:
    """Equal, or longer than three letters and different by one: engines and translators spell names freely."""
    if min(len(heard), len(said)) < FUZZY_LETTERS:
        return heard == said
    return bool(Levenshtein.distance(heard, said, score_cutoff=1) <= 1)


def _all_said(expected: Expected) -> list[SaidWord]:
    return [word for take in expected.takes for word in said_words(expected, take)]


def normalised(text: str) -> str:
    """Letters and digits only, case and accents' forms folded: what two spellings of a word share."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if c.isalnum() or unicodedata.category(c) == "Mn")


def normalised_words(text: str) -> tuple[str, ...]:
    return tuple(n for part in text.split() if (n := normalised(part)))


def _middle_inside(word: Word, span: Span) -> bool:
    return span.start_ms <= (word.span.start_ms + word.span.end_ms) // 2 < span.end_ms


def _said(word: Word, kept: Span, hidden: Sequence[Span]) -> SaidWord:
    whole = Span(word.span.start_ms, max(word.span.end_ms, word.span.start_ms + 1))
    start = max(0, whole.start_ms - kept.start_ms)
    span = Span(start, max(start, whole.end_ms - kept.start_ms))
    covered = sum(both.duration_ms for h in hidden if (both := h.intersection(whole)))
    return SaidWord(
        normalised(word.text),
        span,
        any(h.overlaps(whole) for h in hidden),
        2 * covered >= whole.duration_ms and covered > 0,
    )
