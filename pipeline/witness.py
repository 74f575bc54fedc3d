"""A second listening where the first one is in doubt; what it hears otherwise is kept for people, never used by itself.

The witness decodes with the same weights in another way (`Witness.hear_again`), so that what is sure comes out the
same and what was guessed often does not. It is asked about the worst places only: each asking costs as much as
some seconds of recognition, and what it is not asked about is flagged all the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from rapidfuzz.distance import Levenshtein

from pipeline.domain import Doubt, Segment, Span, Word
from pipeline.engines.engine import Witness
from pipeline.sound import Samples
from pipeline.words import bare

LOW, VERY_LOW = 0.4, 0.15
"""Two words in a row below the first probability are suspicious, or one below the second."""
LEAST_GAP_MS = 400
"""So long a voice without words is suspicious."""
AROUND_MS = 2_000
"""Heard on both sides of a suspicious place: without them Whisper guesses."""
WINDOW_MS = 28_000
"""Whisper hears 30 s at a time, and a shorter stretch costs the same."""
NEAR_MS = 6_000
"""Places that are nearer to each other are heard together."""
EACH_MS = 200_000
"""One window, and another one for each such stretch."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A place that may have been misheard; the smaller `trust`, the more so."""

    trust: float
    span: Span


def listen_again(
    engine: Witness, samples: Samples, segments: Sequence[Segment], voiced: Sequence[Span], language: str
) -> tuple[Doubt, ...]:
    """What a second listening hears otherwise in the most suspicious places; times count from the first sample."""
    words = [w for s in segments for w in s.words]
    suspicions = sorted(find_suspicions(words, voiced), key=lambda s: s.trust)
    whole = Span(0, len(samples) // 16)
    doubts: list[Doubt] = []
    for window in choose_windows(suspicions, whole):
        heard = engine.hear_again(samples[window.start_ms * 16 : window.end_ms * 16], language)
        texts = [text for h in heard for text in h.text.split()]
        inside = [w for w in words if window.start_ms <= (w.span.start_ms + w.span.end_ms) // 2 < window.end_ms]
        asked = [s.span for s in suspicions if window.contains(s.span)]
        doubts += compare(inside, texts, asked, window)
    return tuple(sorted(doubts, key=lambda d: d.span))


def find_suspicions(words: Sequence[Word], voiced: Sequence[Span]) -> Iterator[Suspicion]:
    """Voice without words, words without voice, and words that the engine itself was not sure of."""
    spans = [w.span for w in words]
    for voice in voiced:
        edges = [voice.start_ms, *(e for s in spans if s.overlaps(voice) for e in (s.start_ms, s.end_ms)), voice.end_ms]
        for end, start in zip(edges[::2], edges[1::2], strict=True):
            if start - end > LEAST_GAP_MS:
                yield Suspicion(0.0, Span(end, start))
    for word in words:
        if not any(word.span.overlaps(v) for v in voiced):
            yield Suspicion(0.0, word.span)
        elif word.probability is not None and word.probability < VERY_LOW:
            yield Suspicion(word.probability, word.span)
    for word, following in pairwise(words):
        chances = [w.probability for w in (word, following) if w.probability is not None and w.probability < LOW]
        if len(chances) == 2:
            yield Suspicion(min(chances), Span(word.span.start_ms, max(word.span.end_ms, following.span.end_ms)))


def choose_windows(suspicions: Sequence[Suspicion], whole: Span) -> list[Span]:
    """What to listen to again, the worst places first, as many as it may cost."""
    windows: list[Span] = []
    most = 1 + whole.duration_ms // EACH_MS
    for suspicion in suspicions:
        start, end = suspicion.span.start_ms - AROUND_MS, suspicion.span.end_ms + AROUND_MS
        around = Span(max(whole.start_ms, start), min(whole.end_ms, end))
        if around.duration_ms > WINDOW_MS or any(w.contains(suspicion.span) for w in windows):
            continue
        joined = [(n, _union(w, around)) for n, w in enumerate(windows) if _apart_ms(w, around) < NEAR_MS]
        fitting = next(((n, u) for n, u in joined if u.duration_ms <= WINDOW_MS), None)
        if fitting:
            windows[fitting[0]] = fitting[1]
        elif len(windows) < most:
            windows.append(around)
    return sorted(windows)


def compare(words: Sequence[Word], texts: Sequence[str], asked: Sequence[Span], window: Span) -> Iterator[Doubt]:
    """Where other words were heard the second time, as far as that was asked about."""
    steps = Levenshtein.opcodes([bare(w.text) for w in words], [bare(t) for t in texts])
    for step in _blocks(steps):
        first, last, start, end = step
        if first < last:
            span = Span(words[first].span.start_ms, max(w.span.end_ms for w in words[first:last]))
        else:
            before = words[first - 1].span.end_ms if first else window.start_ms
            behind = words[first].span.start_ms if first < len(words) else window.end_ms
            span = Span(min(before, behind), max(before, behind))
        if any(span.overlaps(a) for a in asked):
            was, instead = " ".join(w.text for w in words[first:last]), " ".join(texts[start:end])
            yield Doubt(span, was, instead)


def _blocks(steps: Iterable[Any]) -> Iterator[tuple[int, int, int, int]]:
    """Neighbouring changes as one: first and last word, first and last text, ends exclusive."""
    block: tuple[int, int, int, int] | None = None
    for step in steps:
        if step.tag == "equal":
            if block:
                yield block
            block = None
        elif block:
            block = (block[0], step.src_end, block[2], step.dest_end)
        else:
            block = (step.src_start, step.src_end, step.dest_start, step.dest_end)
    if block:
        yield block


def _union(one: Span, other: Span) -> Span:
    return Span(min(one.start_ms, other.start_ms), max(one.end_ms, other.end_ms))


def _apart_ms(one: Span, other: Span) -> int:
    return max(one.start_ms, other.start_ms) - min(one.end_ms, other.end_ms)
