"""What is kept: ends moved into the quiet, removed spans left out, neighbours merged (pure)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipeline.domain import Kept, Segment, Span, Word
from pipeline.errors import PipelineError, RefusedError
from pipeline.words import ends_sentence

MAX_PADDING_MS = 200
"""Quiet kept before the first and after the last word: enough for a breath, too short for a word."""


MOST_ADDED_MS = 15_000
"""On each side, to complete a sentence: a transcript without marks has none that long."""


def snap(span: Span, words: Sequence[Word], barriers: Iterable[Span] = (), duration_ms: int | None = None) -> Span:
    """Move both ends into the quiet between words.

    A word belongs to the span when its middle does; it is then kept whole, any other is left out
    whole. An end that would touch a word gets at most MAX_PADDING_MS of the quiet beside it, never
    past the middle of the gap; an end that the editor put into quiet stays there, up to that middle.
    Barriers (what was removed) are never entered, nor is what lies after `duration_ms`.
    Raises PipelineError when the span lies within one word.
    """
    inside = [w.span for w in words if holds(span, w.span)]
    neighbours = [w.span for w in words if not holds(span, w.span)]
    if not inside:
        return _clear_of(span, neighbours)
    first, last = min(s.start_ms for s in inside), max(s.end_ms for s in inside)
    others = [*neighbours, *barriers]
    # nothing before: as if a word as far on the other side of zero, so that half the gap is all of it
    before = max((s.end_ms for s in others if s.start_ms < first), default=-first)
    after = min((s.start_ms for s in others if s.end_ms > last), default=None)
    lead = min(max(first - span.start_ms, MAX_PADDING_MS), max(0, first - before) // 2)
    tail = max(span.end_ms - last, MAX_PADDING_MS)
    if after is not None:
        tail = min(tail, max(0, after - last) // 2)
    end = last + tail if duration_ms is None else max(last, min(last + tail, duration_ms))
    return Span(first - lead, end)


def completed(
    span: Span, segments: Iterable[Segment], removed: Sequence[Span] = (), others: Sequence[Span] = ()
) -> Span:
    """The span with the rest of the sentences that it begins and ends in.

    Sentences end where the transcript has a mark, and with its segment. One that goes on for longer than MOST_ADDED_MS,
    or in which something was removed, is left as the editor cut it; so is one that `others`, the further spans kept of
    this recording, hold words of: what lies between was left out on purpose.
    """
    start, end = span.start_ms, span.end_ms
    for sentence in (s for segment in segments for s in sentences(segment.words)):
        whole = Span(sentence[0].span.start_ms, max(w.span.end_ms for w in sentence))
        if not any(holds(span, w.span) for w in sentence):
            continue
        is_long = max(span.start_ms - whole.start_ms, whole.end_ms - span.end_ms) > MOST_ADDED_MS
        is_shared = any(holds(other, w.span) for other in others for w in sentence)
        if not is_long and not is_shared and not any(gone.overlaps(whole) for gone in removed):
            start, end = min(start, whole.start_ms), max(end, whole.end_ms)
    return Span(start, end)


def added(wished: Sequence[Kept], kept: Sequence[Kept]) -> tuple[Kept, ...]:
    """What is kept beyond what was wished for, but for the quiet at its ends."""
    found = []
    for keep in kept:
        rest = [keep.span]
        for wish in (w for w in wished if w.recording == keep.recording):
            rest = [part for piece in rest for part in _outside(piece, wish.span)]
        found += [Kept(keep.recording, part) for part in rest if part.duration_ms > MAX_PADDING_MS]
    return tuple(found)


def sentences(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """The words of a segment, sentence by sentence."""
    first = 0
    for number, word in enumerate(words, 1):
        if number == len(words) or ends_sentence(word.text):
            yield words[first:number]
            first = number


def merge_kept(kept: Sequence[Kept]) -> tuple[Kept, ...]:
    """Neighbours in the clip that overlap or touch in the recording become one; order stays."""
    merged: list[Kept] = []
    for item in kept:
        last = merged[-1] if merged else None
        if last and last.recording == item.recording and _touches(last.span, item.span):
            both = Span(min(last.span.start_ms, item.span.start_ms), max(last.span.end_ms, item.span.end_ms))
            merged[-1] = Kept(item.recording, both)
        else:
            merged.append(item)
    return tuple(merged)


def leave_out(
    keeps: Sequence[Kept], removed: Mapping[str, Sequence[Span]], words: Mapping[str, Sequence[Word]]
) -> list[Kept]:
    """The keeps without what was removed; pieces in which no whole word is left are dropped, too."""
    left = []
    for keep in keeps:
        pieces = [keep.span]
        for hole in removed.get(keep.recording, ()):
            pieces = [rest for piece in pieces for rest in _outside(piece, hole)]
        said = words[keep.recording]
        if pieces != [keep.span] and said:
            pieces = [p for p in pieces if any(holds(p, w.span) for w in said)]
        left += [Kept(keep.recording, piece) for piece in pieces]
    if not left:
        raise RefusedError("nothing is left: all of it was decided to be cut or blocked")
    return left


def _outside(piece: Span, hole: Span) -> list[Span]:
    if not hole.overlaps(piece):
        return [piece]
    rest = [(piece.start_ms, hole.start_ms), (hole.end_ms, piece.end_ms)]
    return [Span(start, end) for start, end in rest if start < end]


def holds(span: Span, word: Span) -> bool:
    """True when the word's middle lies inside: the same rule by which cues take their words."""
    return span.start_ms <= (word.start_ms + word.end_ms) // 2 < span.end_ms


def _clear_of(span: Span, words: Sequence[Span]) -> Span:
    """A span without words of its own, shrunk so that it holds no part of a neighbour's."""
    middle = (span.start_ms + span.end_ms) // 2
    start = max([span.start_ms, *(w.end_ms for w in words if w.overlaps(span) and w.start_ms <= middle)])
    end = min([span.end_ms, *(w.start_ms for w in words if w.overlaps(span) and w.start_ms > middle)])
    if start >= end:
        raise PipelineError(f"no whole word at {span.start_ms}-{span.end_ms} ms", "choose a span that holds a sentence")
    return Span(start, end)


def _touches(a: Span, b: Span) -> bool:
    return a.start_ms <= b.end_ms and b.start_ms <= a.end_ms
