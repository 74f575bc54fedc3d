"""Facts about the recognition that are flags by themselves: nobody has reviewed what nobody could read."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.domain import Doubt, Segment, Span, Speaker, Transcript, Word

LONGEST_SILENCE_MS = 400
"""Voice without words that is longer than this is flagged (`safety.md`, invariant 2)."""
LOW_RUN = 2
"""So many doubtful words in a row, or one alone below VERY_LOW, make words unreliable."""
VERY_LOW = 0.15
SHORTEST_WORD_MS, LONGEST_WORD_MS = 20, 3000
LOOP = 4
"""So many repeats of the same few words are a loop."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One fact, where it holds, and why it matters, in plain words."""

    item: str
    segment: str
    words: tuple[int, int] | None
    """First and last word of the segment it is about."""
    span: Span | None
    rule: str
    because: str


def find_conditions(
    transcript: Transcript, low_probability: float, unclear: Sequence[Span] = ()
) -> Iterator[Condition]:
    """Untranscribed speech, unreliable words and unclear speakers of a transcript.

    `unclear` is where voices meet, overlap or cannot be told apart, in time order.
    """
    for condition in _untranscribed(transcript):
        yield _with_doubts(condition, transcript.doubts)
    for segment in transcript.segments:
        found = [_with_doubts(c, transcript.doubts) for c in _unreliable(segment, transcript, low_probability)]
        yield from found
        yield from _disagreements(segment, transcript.doubts, found)
        yield from _unclear(segment, unclear)
        if segment.speaker is Speaker.INTERPRETER:
            why = "an interpreter speaks; what he says for the interviewee counts as the interviewee's"
            yield Condition("process.unclear_speaker", segment.id, None, segment.span, "speaker", why)
    if transcript.segments and all(s.speaker is None for s in transcript.segments):
        why = "nobody has said who speaks in this transcript; all of it is read as the interviewee's"
        first = transcript.segments[0]
        yield Condition("process.unclear_speaker", first.id, None, first.span, "no speakers", why)


def _unclear(segment: Segment, unclear: Sequence[Span]) -> Iterator[Condition]:
    """Words that may be somebody else's."""
    here = [s for s in unclear if segment.span and s.overlaps(segment.span)]
    for span in here:
        touched = [n for n, w in enumerate(segment.words) if w.span.overlaps(span)]
        if touched:
            words = (touched[0], touched[-1])
            around = Span(segment.words[words[0]].span.start_ms, segment.words[words[1]].span.end_ms)
            why = "two voices meet here, or cannot be told apart: these words may be somebody else's"
            yield Condition("process.unclear_speaker", segment.id, words, around, "voices meet", why)


def _with_doubts(condition: Condition, doubts: Sequence[Doubt]) -> Condition:
    """The condition, and what a second listening heard there."""
    here = [d for d in doubts if condition.span and d.span.overlaps(condition.span)]
    return replace(condition, because="; ".join([condition.because, *map(_heard_again, here)]))


def _heard_again(doubt: Doubt) -> str:
    again = f"“{doubt.instead}”" if doubt.instead else "nothing"
    return f"a second listening heard {again}" + (f" instead of “{doubt.was}”" if doubt.was else "")


def _disagreements(segment: Segment, doubts: Sequence[Doubt], found: Sequence[Condition]) -> Iterator[Condition]:
    """Words that two listenings hear differently, where nothing else is wrong with them."""
    for doubt in doubts:
        touched = [n for n, w in enumerate(segment.words) if w.span.overlaps(doubt.span)]
        if doubt.was and touched and not any(c.span and c.span.overlaps(doubt.span) for c in found):
            yield _words(segment, touched[0], touched[-1], "second listening", _heard_again(doubt))


def _untranscribed(transcript: Transcript) -> Iterator[Condition]:
    """Voiced stretches that no word covers; a segment with a time but without timed words covers nothing."""
    words = sorted((w.span for s in transcript.segments for w in s.words), key=lambda s: s.start_ms)
    i = 0
    for voiced in sorted(transcript.voiced or (), key=lambda s: s.start_ms):
        at = voiced.start_ms
        while i > 0 and words[i - 1].end_ms > at:
            i -= 1
        while i < len(words) and words[i].start_ms < voiced.end_ms:
            yield from _gap(at, words[i].start_ms)
            at = max(at, words[i].end_ms)
            i += 1
        yield from _gap(at, voiced.end_ms)


def _gap(start_ms: int, end_ms: int) -> Iterator[Condition]:
    if end_ms - start_ms > LONGEST_SILENCE_MS:
        why = f"a voice is heard for {end_ms - start_ms} ms without words; nobody has reviewed it"
        yield Condition("process.untranscribed_speech", "", None, Span(start_ms, end_ms), "voice without words", why)


def _unreliable(segment: Segment, transcript: Transcript, low: float) -> Iterator[Condition]:
    for first, last in _low_runs(segment.words, low):
        yield _words(segment, first, last, "low confidence", "recognition itself was not sure of these words")
    for i, word in enumerate(segment.words):
        if word.span.duration_ms < SHORTEST_WORD_MS or word.span.duration_ms > LONGEST_WORD_MS:
            yield _words(segment, i, i, "duration", f"nobody can say this in {word.span.duration_ms} ms")
    yield from _loops(segment)
    if transcript.voiced is not None:
        yield from _unheard(segment, transcript.voiced)


def _low_runs(words: tuple[Word, ...], low: float) -> Iterator[tuple[int, int]]:
    start = None
    for i in range(len(words) + 1):
        probability = words[i].probability if i < len(words) else None
        if probability is not None and probability < low:
            start = i if start is None else start
        elif start is not None:
            lowest = min(p for w in words[start:i] if (p := w.probability) is not None)
            if i - start >= LOW_RUN or lowest < VERY_LOW:
                yield start, i - 1
            start = None


def _loops(segment: Segment) -> Iterator[Condition]:
    """The same one to four words again and again: recognition got stuck."""
    words = [w.strip(".,!?…").lower() for w in segment.text.split()]
    for size in (1, 2, 3, 4):
        run = 1
        for i in range(size, len(words) - size + 1, size):
            run = run + 1 if words[i : i + size] == words[i - size : i] else 1
            if run >= LOOP:
                why = "the same words come again and again, as when recognition is stuck"
                yield Condition("process.unreliable_words", segment.id, None, segment.span, "loop", why)
                return
    most = Counter(words).most_common(1)
    if len(words) >= 20 and most[0][1] > 0.5 * len(words):
        yield Condition(
            "process.unreliable_words", segment.id, None, segment.span, "loop", "one word makes up most of it"
        )


def _unheard(segment: Segment, voiced: tuple[Span, ...]) -> Iterator[Condition]:
    """Words where nobody speaks: recognition may have invented them."""
    silent = [i for i, w in enumerate(segment.words) if not _overlaps_any(w.span, voiced)]
    runs: list[list[int]] = []
    for i in silent:
        if runs and runs[-1][-1] == i - 1:
            runs[-1].append(i)
        else:
            runs.append([i])
    for run in runs:
        yield _words(segment, run[0], run[-1], "no voice", "no voice is heard where these words are said to be")


def _overlaps_any(span: Span, voiced: tuple[Span, ...]) -> bool:
    """Binary search; `voiced` is in time order and does not overlap itself."""
    low, high = 0, len(voiced)
    while low < high:
        middle = (low + high) // 2
        if voiced[middle].end_ms <= span.start_ms:
            low = middle + 1
        else:
            high = middle
    return low < len(voiced) and voiced[low].overlaps(span)


def _words(segment: Segment, first: int, last: int, rule: str, why: str) -> Condition:
    span = Span(
        segment.words[first].span.start_ms, max(segment.words[last].span.end_ms, segment.words[first].span.start_ms)
    )
    return Condition("process.unreliable_words", segment.id, (first, last), span, rule, why)
