"""Words and their times: no word without one, none of no length, none out of order."""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from rapidfuzz.distance import Levenshtein

from pipeline.domain import Span, Word
from pipeline.errors import PipelineError

MIN_WORD_MS = 20
"""Whisper's own grid: it can tell no two moments apart that are nearer."""

SENTENCE_ENDS = (".", "!", "?", "…", "؟", "۔", "。", "？", "！", "।")
CLOSERS = "\"'”’»)]"
"""What may stand after the end of a sentence and belongs to it."""

SPACELESS = frozenset({"zh", "ja", "th", "lo", "my", "yue"})
"""Languages that Whisper splits into characters, because they are written without spaces."""


def ends_sentence(text: str) -> bool:
    """True for a word with the mark that ends a sentence, also inside quotation marks or brackets."""
    return text.strip().rstrip(CLOSERS).endswith(SENTENCE_ENDS)


def glue(words: Sequence[Word], language: str) -> tuple[Word, ...]:
    """Engine words, whose texts begin with a space where a new one starts, as whole words.

    `twenty` `-one` becomes one word. Without spaces in the language only punctuation is glued.
    """
    whole: list[Word] = []
    for word in words:
        text = word.text.strip()
        if not text:
            continue
        starts = word.text[0].isspace() or (language in SPACELESS and bare(text) != "")
        if starts or not whole:
            whole.append(replace(word, text=text))
        else:
            whole[-1] = _joined(whole[-1], replace(word, text=text))
    return tuple(whole)


def _joined(first: Word, second: Word) -> Word:
    chances = [p for p in (first.probability, second.probability) if p is not None]
    return replace(
        first,
        text=first.text + second.text,
        span=Span(first.span.start_ms, max(first.span.end_ms, second.span.end_ms)),
        probability=min(chances, default=None),
    )


def bare(text: str) -> str:
    """A word as it is compared: case, accents' form and punctuation do not count."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if c.isalnum())


def match(texts: Sequence[str], heard: Sequence[Word]) -> list[Word | Span | None]:
    """For each text the heard word that it is, or the room where others were heard, or None."""
    steps = Levenshtein.opcodes([bare(w.text) for w in heard], [bare(t) for t in texts])
    found: list[Word | Span | None] = []
    for same, group in groupby(steps, key=lambda step: step.tag == "equal"):
        block = list(group)
        first, last = block[0].src_start, block[-1].src_end
        start, end = block[0].dest_start, block[-1].dest_end
        if same:
            pairs = zip(texts[start:end], heard[first:last], strict=True)
            found += [replace(word, text=text) for text, word in pairs]
        else:
            room = Span(heard[first].span.start_ms, heard[last - 1].span.end_ms) if last > first else None
            found += [room] * (end - start)
    return found


def fill(texts: Sequence[str], found: Sequence[Word | Span | None], limits: Sequence[Span]) -> tuple[Word, ...]:
    """Every text with a time: matched words keep theirs, the others share the room they are in.

    A text that nothing was heard for gets the whole gap between its neighbours that lies within
    its limit, so that removing it cannot miss it.
    """
    filled: list[Word] = []
    numbers = range(len(texts))
    for key, group in groupby(numbers, key=lambda n: found[n] or limits[n]):
        run = list(group)
        if isinstance(key, Word):
            filled += [key] * len(run)
            continue
        if found[run[0]] is None:
            following = next((f for f in found[run[-1] + 1 :] if f is not None), None)
            start = max(key.start_ms, filled[-1].span.end_ms if filled else 0)
            key = Span(start, max(start, min(key.end_ms, _start_ms(following, key.end_ms))))
        filled += spread([texts[n] for n in run], key)
    return tuple(filled)


def place(texts: Sequence[str], heard: Sequence[Word], span: Span) -> tuple[Word, ...]:
    """Texts with the times of the heard words they are; the others between their neighbours."""
    return in_order(fill(texts, match(texts, heard), [span] * len(texts)), span)


def _start_ms(found: Word | Span | None, otherwise: int) -> int:
    if found is None:
        return otherwise
    return found.span.start_ms if isinstance(found, Word) else found.start_ms


def spread(texts: Sequence[str], room: Span) -> list[Word]:
    """Texts one after the other over the whole room, each as long as it has letters."""
    sizes = [max(1, len(text)) for text in texts]
    total, done, placed = sum(sizes), 0, []
    for text, size in zip(texts, sizes, strict=True):
        start = room.start_ms + room.duration_ms * done // total
        done += size
        placed.append(Word(text, Span(start, room.start_ms + room.duration_ms * done // total)))
    return placed


def in_order(words: Sequence[Word], span: Span) -> tuple[Word, ...]:
    """The same words inside the span, one after the other, each of at least `MIN_WORD_MS`.

    In a span too short for that they share it evenly. Raises ValueError when it has not even a
    millisecond for each.
    """
    if span.duration_ms < len(words):
        raise ValueError(f"{len(words)} words in {span.duration_ms} ms")
    least = min(MIN_WORD_MS, span.duration_ms // max(1, len(words)))
    ordered: list[Word] = []
    free = span.start_ms
    for word in words:
        start = max(word.span.start_ms, free)
        free = max(word.span.end_ms, start + least)
        ordered.append(replace(word, span=Span(start, free)))
    limit = span.end_ms
    for n in range(len(ordered) - 1, -1, -1):
        end = min(ordered[n].span.end_ms, limit)
        limit = min(ordered[n].span.start_ms, end - least)
        ordered[n] = replace(ordered[n], span=Span(limit, end))
    return tuple(ordered)


def rooms_apart(extents: Sequence[Span], texts: Sequence[Sequence[Word]], span: Span) -> list[Span]:
    """Room for each segment's words, apart from each other.

    A loop of a hundred words in the last tenth of a second must not push real words aside: a
    segment looks for room behind it, then before it, and only then takes a millisecond a word.
    Raises PipelineError when not even those are there.
    """
    rooms: list[Span] = []
    for n, (extent, words) in enumerate(zip(extents, texts, strict=True)):
        free = rooms[-1].end_ms if rooms else span.start_ms
        behind = extents[n + 1].start_ms if n + 1 < len(extents) else span.end_ms
        need = len(words) * MIN_WORD_MS
        start = max(extent.start_ms, free)
        end = max(extent.end_ms, start)
        if end - start < need:
            end = max(end, min(behind, start + need))
        if end - start < need:
            start = max(free, end - need)
        rooms.append(Span(start, end))
    limit = span.end_ms
    for n in range(len(rooms) - 1, -1, -1):
        end = min(rooms[n].end_ms, limit)
        limit = min(rooms[n].start_ms, end - len(texts[n]))
        if limit < span.start_ms:
            raise PipelineError("more words than milliseconds in the sound", "use another engine or model")
        rooms[n] = Span(limit, end)
    return rooms
