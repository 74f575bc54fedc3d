"""A cut must never change what a sentence says: its events before the cut are compared with those after it."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.canonical import document_sha256, to_json
from pipeline.domain import Agent, Flag, Modality, Span, Tier, Transcript, Word
from review.checklist import Checklist
from review.language.events import Event, find_events
from review.language.parsing import parse

ITEM = "process.splice"
REPORTING = (Modality.DENIED, Modality.HYPOTHETICAL, Modality.REPORTED)
ENDS = (".", "!", "?", "…")


@dataclass(frozen=True, slots=True)
class Sentence:
    """The timed words of one sentence of one segment."""

    segment: str
    words: tuple[Word, ...]


def find_splices(transcript: Transcript, kept: Sequence[Span], checklist: Checklist) -> tuple[Flag, ...]:
    """One flag for each sentence that a cut leaves half, where what is left says something else.

    `kept` are the kept spans of this recording, in its own time. A word is kept when its middle lies in one of them.
    """
    item = checklist.item(ITEM)
    halves = [(s, left) for s in _sentences(transcript) if 0 < len(left := _left(s, kept)) < len(s.words)]
    if item is None or not halves:
        return ()
    whole = parse(" ".join(w.text.strip() for w in s.words) for s, _ in halves)
    rest = parse(" ".join(w.text.strip() for w in left) for _, left in halves)
    salt = document_sha256("splices", [to_json(transcript), [to_json(span) for span in kept]])
    flags = []
    for (sentence, left), before, after in zip(halves, whole, rest, strict=True):
        why = _change(find_events(before), find_events(after))
        if why:
            span = Span(left[0].span.start_ms, max(w.span.end_ms for w in left))
            digest = hashlib.sha256(f"{salt}\n{sentence.segment}\n{span}".encode()).hexdigest()[:10]
            said = f"{item.why} Raised because: {why}."
            flags.append(
                Flag(
                    f"f-{digest}", ITEM, sentence.segment, None, span, Agent.UNKNOWN, Modality.ASSERTED, Tier.RED, 1.0,
                    "machine: events before and after the cut", said, item.action,
                )
            )  # fmt: skip
    return tuple(flags)


def _sentences(transcript: Transcript) -> Iterator[Sentence]:
    for segment in transcript.segments:
        run: list[Word] = []
        for word in segment.words:
            run.append(word)
            if word.text.strip().endswith(ENDS):
                yield Sentence(segment.id, tuple(run))
                run = []
        if run:
            yield Sentence(segment.id, tuple(run))


def _left(sentence: Sentence, kept: Sequence[Span]) -> list[Word]:
    def is_kept(word: Word) -> bool:
        middle = (word.span.start_ms + word.span.end_ms) // 2
        return any(span.start_ms <= middle < span.end_ms for span in kept)

    return [w for w in sentence.words if is_kept(w)]


def _change(before: Sequence[Event], after: Sequence[Event]) -> str:
    """What the cut did to the events that stay; empty when they say the same."""
    for event in after:
        same = [e for e in before if e.lemma == event.lemma]
        if not same:
            continue
        if event.modality not in {e.modality for e in same}:
            gone = next((e.modality for e in same if e.modality in REPORTING), event.modality)
            return f"the removed part made it {gone.value}, and what stays is {event.modality.value}"
        if event.agent not in {e.agent for e in same}:
            return "the removed part said who did it, and what stays lets it be somebody else"
    return ""
