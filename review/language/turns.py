"""Transcript -> turns: what one person says in one go, however recognition cut it into segments."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

from pipeline.domain import Segment, Speaker, Transcript

MAX_WORDS = 70
"""Longer turns are read in parts; parts end where a segment or a sentence ends."""
LONG_SENTENCE, CLAUSE = 24, 8
"""A sentence of more words is read in clauses (a recogniser may write no full stop at all), none shorter than this."""
SENTENCE = re.compile(r"[^.!?…]+[.!?…]*\s*")
JOINS = re.compile(
    r"\s(?=(?:and|but|so|then|because|when|after|before|until|or|if|while|that)\s+"
    r"(?:i|we|you|he|she|they|it|the|my|our|his|her|their|there|one|in|on|then|so|after|when)\b)",
    re.IGNORECASE,
)
SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters of a segment and where they lie in the turn's text."""

    segment: Segment
    start: int
    """Offset in the turn's text."""
    offset: int
    """Offset in the segment's text."""
    length: int


@dataclass(frozen=True, slots=True)
class Turn:
    """One window of speech with what stood before it."""

    speaker: Speaker | None
    text: str
    pieces: tuple[Piece, ...]
    question: str
    """What the other person said directly before."""
    before: str
    """What the same person said last."""

    @property
    def asked(self) -> bool:
        return self.speaker is Speaker.INTERVIEWER

    def places(self, start: int, end: int) -> Iterator[tuple[Segment, int, int]]:
        """The segments that a stretch of the turn's text lies in, with offsets in each one's text."""
        for piece in self.pieces:
            first, last = max(start, piece.start), min(end, piece.start + piece.length)
            if first < last:
                shift = piece.offset - piece.start
                yield piece.segment, first + shift, last + shift


def sentences(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a text stand; long ones are cut into clauses, and those between words."""
    places: list[tuple[int, int]] = []
    for match in SENTENCE.finditer(text):
        start, end = match.start(), match.start() + len(match.group().rstrip())
        if len(text[start:end].split()) <= LONG_SENTENCE:
            places.append((start, end))
        else:
            places += _clauses(text, start, end)
    return places


def _clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A long sentence cut before joining words, and wherever a clause is still longer than LONG_SENTENCE words."""
    joins = {m.end() for m in JOINS.finditer(text, start, end)}
    first, count = start, 0
    for word in re.finditer(r"\S+", text[start:end]):
        at = start + word.start()
        if (at in joins and count >= CLAUSE) or count >= LONG_SENTENCE:
            yield first, at - 1
            first, count = at, 0
        count += 1
    yield first, end


def make_turns(transcript: Transcript, *, translated: bool = False) -> tuple[Turn, ...]:
    """Every word of the transcript in exactly one turn, in order; empty segments are passed over.

    With `translated`, the turns hold the English translation, and their offsets are the translation's.
    Where nobody knows who speaks, all of it is read as the interviewee's, and what follows a question as its answer.
    """
    turns: list[Turn] = []
    question = before = ""
    last: dict[bool, str] = {True: "", False: ""}
    spoken = [s for s in transcript.segments if _text(s, translated).strip()]
    for speaker, group in groupby(spoken, key=lambda s: s.speaker):
        asked = speaker is Speaker.INTERVIEWER
        question, before = (last[not asked], last[asked])
        for pieces in _parts([(s, _text(s, translated)) for s in group], stop_at_questions=speaker is None):
            text, placed = _joined(pieces)
            turns.append(Turn(speaker, text, placed, question, before))
            last[asked] = before = text
            if speaker is None and text.endswith("?"):
                question = text[slice(*(sentences(text) or [(0, len(text))])[-1])]
    return tuple(turns)


def _text(segment: Segment, translated: bool) -> str:
    return (segment.translation or "") if translated else segment.text


Cut = tuple[Segment, int, str]
"""A segment, an offset in its text, and the text from there."""


def _parts(spoken: list[tuple[Segment, str]], *, stop_at_questions: bool) -> Iterator[list[Cut]]:
    """Runs of whole sentences of at most MAX_WORDS words; a longer sentence is cut between words."""
    part: list[Cut] = []
    count = 0
    for segment, text in spoken:
        for offset, sentence, words in _sentences(text):
            if part and count + words > MAX_WORDS:
                yield part
                part, count = [], 0
            part.append((segment, offset, sentence))
            count += words
            if stop_at_questions and sentence.endswith("?"):
                yield part
                part, count = [], 0
    if part:
        yield part


def _sentences(text: str) -> Iterator[tuple[int, str, int]]:
    """(offset, text, number of words) of each sentence, or of each MAX_WORDS words without a full stop."""
    starts = [0, *(m.end() for m in SENTENCE_END.finditer(text)), len(text)]
    for start, end in pairwise(starts):
        words = list(re.finditer(r"\S+", text[start:end]))
        for i in range(0, len(words), MAX_WORDS):
            run = words[i : i + MAX_WORDS]
            yield start + run[0].start(), text[start + run[0].start() : start + run[-1].end()], len(run)


def _joined(cuts: list[Cut]) -> tuple[str, tuple[Piece, ...]]:
    """The parts with a blank between them; neighbours of one segment keep their own distance."""
    text, pieces = "", []
    for segment, offset, sentence in cuts:
        text += " " if text else ""
        pieces.append(Piece(segment, len(text), offset, len(sentence)))
        text += sentence
    return text, tuple(pieces)
