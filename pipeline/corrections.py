"""Corrections laid over a transcript: the word changes, its time stays (pure)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipeline.domain import Correction, Segment, Speaker, Transcript, Word


def apply_corrections(transcript: Transcript, corrections: Iterable[Correction]) -> Transcript:
    """The transcript with the latest correction of each word; a word that is no longer there is passed over.

    A correction finds its word by its time and by what was heard, so that a new recognition with the
    same words keeps it and one with other words does not get a stranger's correction.
    """
    mine: dict[tuple[int, int, str], list[Correction]] = defaultdict(list)
    for correction in corrections:
        mine[correction.span.start_ms, correction.span.end_ms, correction.was].append(correction)
    if not mine:
        return transcript
    return replace(transcript, segments=tuple(_corrected(segment, mine) for segment in transcript.segments))


def word_places(segment: Segment) -> tuple[tuple[int, int], ...]:
    """Where each word stands in the segment's text, end exclusive; an empty place where it is not found."""
    places, cursor = [], 0
    for word in segment.words:
        text = word.text.strip()
        start = segment.text.find(text, cursor) if text else -1
        if start < 0:
            places.append((cursor, cursor))
            continue
        cursor = start + len(text)
        places.append((start, cursor))
    return tuple(places)


def _corrected(segment: Segment, mine: dict[tuple[int, int, str], list[Correction]]) -> Segment:
    found = [mine.get((w.span.start_ms, w.span.end_ms, w.text), []) for w in segment.words]
    if not any(found):
        return segment
    words = tuple(_word(word, made) for word, made in zip(segment.words, found, strict=True))
    return replace(segment, words=words, text=_text(segment, words), speaker=_speaker(segment, words))


def _speaker(segment: Segment, words: Sequence[Word]) -> Speaker | None:
    """Whose segment it is; nobody's, which is read as the interviewee's, when its words are of several people."""
    said_by = {word.speaker or segment.speaker for word in words}
    return said_by.pop() if len(said_by) == 1 else None


def _word(word: Word, made: Sequence[Correction]) -> Word:
    for correction in made:
        word = replace(
            word,
            text=correction.text if correction.text is not None else word.text,
            speaker=correction.speaker or word.speaker,
        )
    return word


def _text(segment: Segment, words: Sequence[Word]) -> str:
    pieces, cursor = [], 0
    for old, new, (start, end) in zip(segment.words, words, word_places(segment), strict=True):
        if old.text != new.text and end > start:
            pieces += [segment.text[cursor:start], new.text.strip()]
            cursor = end
    return "".join([*pieces, segment.text[cursor:]])
