"""Evidence x words -> turns: the voice changes between words, and rather where somebody pauses or ends a sentence."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

import numpy as np

from pipeline.domain import Segment, Span, Transcript, VoiceTurn, Word
from pipeline.speakers.evidence import Evidence
from pipeline.words import ends_sentence

PAUSE_MS = 300
"""After such a pause the next word may well be somebody else's."""
CHANGE, AFTER_PAUSE, AFTER_SENTENCE, AFTER_BOTH = 6.0, 3.0, 2.0, 1.0
"""What a change of voice costs, in logarithms of odds."""
SURE = 3.0
"""From these odds on (20 to 1) a turn is surely its voice's."""
NEAR_MS = 250
"""Words as near to a change of voice may be the other one's."""
CONTRADICTED_MS = 400
"""So long another voice is heard inside a turn: somebody speaks at the same time."""
SAMPLE_MS = 200


def find_turns(transcript: Transcript, evidence: Evidence) -> tuple[VoiceTurn, ...]:
    """What each voice says, in order. A word that begins before the one before it ends stays with it."""
    words = [w for s in transcript.segments for w in s.words]
    if not words:
        return ()
    said = np.stack([evidence.of(w.span) for w in words])
    chosen = _cheapest(said, [_cost(a, b) for a, b in pairwise(words)])
    numbers = {voice: n for n, voice in enumerate(dict.fromkeys(chosen), 1)}
    turns = []
    for voice, group in groupby(range(len(words)), key=lambda n: chosen[n]):
        mine = list(group)
        odds = said[mine].sum(axis=0)
        lead = odds[voice] - max(np.delete(odds, voice))
        span = Span(words[mine[0]].span.start_ms, max(words[n].span.end_ms for n in mine))
        turns.append(VoiceTurn(span, numbers[voice], bool(lead >= SURE)))
    return tuple(turns)


def _cost(word: Word, following: Word) -> float:
    pause = following.span.start_ms - word.span.end_ms >= PAUSE_MS
    sentence = ends_sentence(word.text)
    if pause and sentence:
        return AFTER_BOTH
    return AFTER_SENTENCE if sentence else AFTER_PAUSE if pause else CHANGE


def _cheapest(said: np.ndarray[tuple[int, int], np.dtype[np.float64]], costs: Sequence[float]) -> list[int]:
    """The voice of each word for which evidence less the cost of changes is greatest (Viterbi)."""
    best = said[0]
    back = []
    for row, cost in zip(said[1:], costs, strict=True):
        changed = float(best.max()) - cost
        back.append(np.where(best >= changed, np.arange(len(best)), best.argmax()))
        best = np.maximum(best, changed) + row
    path = [int(best.argmax())]
    for came_from in reversed(back):
        path.append(int(came_from[path[-1]]))
    return path[::-1]


def find_unclear(turns: Sequence[VoiceTurn], evidence: Evidence) -> tuple[Span, ...]:
    """Where it is open who speaks: unsure turns, changes without a pause, and other voices inside a turn."""
    found = [t.span for t in turns if not t.is_sure]
    for before, after in pairwise(turns):
        if before.voice != after.voice and after.span.start_ms - before.span.end_ms < PAUSE_MS:
            middle = (before.span.end_ms + after.span.start_ms) // 2
            found.append(Span(max(0, middle - NEAR_MS), middle + NEAR_MS))
    order = _column_of(turns, evidence)
    for turn in turns:
        found += _contradicted(turn, order[turn.voice], evidence)
    return _united(found)


def _column_of(turns: Sequence[VoiceTurn], evidence: Evidence) -> dict[int, int]:
    """The evidence's column of each voice: the one that speaks most for its turns."""
    return {
        voice: int(np.sum([evidence.of(t.span) for t in turns if t.voice == voice], axis=0).argmax())
        for voice in {t.voice for t in turns}
    }


def _contradicted(turn: VoiceTurn, column: int, evidence: Evidence) -> Iterator[Span]:
    run: Span | None = None
    for start in range(turn.span.start_ms, turn.span.end_ms, SAMPLE_MS):
        here = Span(start, min(start + SAMPLE_MS, turn.span.end_ms))
        odds = evidence.of(here)
        other = max(np.delete(odds, column)) - odds[column] > 0
        if other:
            run = Span(run.start_ms if run else start, here.end_ms)
        elif run:
            yield from _long_enough(run)
            run = None
    if run:
        yield from _long_enough(run)


def _long_enough(run: Span) -> Iterator[Span]:
    if run.duration_ms >= CONTRADICTED_MS:
        yield run


def _united(spans: Sequence[Span]) -> tuple[Span, ...]:
    united: list[Span] = []
    for span in sorted(spans):
        if united and span.start_ms <= united[-1].end_ms:
            united[-1] = Span(united[-1].start_ms, max(span.end_ms, united[-1].end_ms))
        else:
            united.append(span)
    return tuple(united)


def split_segments(transcript: Transcript, turns: Sequence[VoiceTurn]) -> Transcript:
    """The same words in the same order; no segment holds words of two voices."""
    spans = [t.span for t in turns]
    pieces: list[Segment] = []
    at = 0
    for segment in transcript.segments:
        owners = []
        for word in segment.words:
            while at + 1 < len(spans) and word.span.start_ms >= spans[at + 1].start_ms:
                at += 1
            owners.append(at)
        pieces += _pieces(segment, owners)
    return replace(transcript, segments=tuple(replace(s, id=f"s{n}") for n, s in enumerate(pieces, 1)))


def _pieces(segment: Segment, owners: Sequence[int]) -> Iterator[Segment]:
    """A segment with a translation stays whole: nobody knows which words of that belong to which."""
    from pipeline.corrections import word_places

    if len(set(owners)) < 2 or segment.translation:
        yield segment
        return
    places = word_places(segment)
    starts = [0, *(places[n][0] for n in range(1, len(owners)) if owners[n] != owners[n - 1]), len(segment.text)]
    firsts = [0, *(n for n in range(1, len(owners)) if owners[n] != owners[n - 1]), len(owners)]
    for (start, end), (first, last) in zip(pairwise(starts), pairwise(firsts), strict=True):
        words = segment.words[first:last]
        span = Span(words[0].span.start_ms, max(w.span.end_ms for w in words))
        yield replace(segment, text=segment.text[start:end].strip(), words=words, span=span)
