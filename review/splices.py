"""A cut must never change what a sentence says: its events before the cut are compared with those after it.

Only English sentences are parsed. In other languages the removed half of a sentence is searched for the words that
carry a meaning (`review.splice`): that asks people more often, never less.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from pipeline.canonical import document_sha256, to_json
from pipeline.domain import Agent, CutPlan, Flag, Modality, Span, Tier, Transcript, Word
from pipeline.words import ends_sentence
from review.approval import Source
from review.checklist import Checklist, Item, load_checklist
from review.language.events import Event, find_events
from review.language.parsing import parse
from review.places import kept_spans, read_within, silenced_spans
from review.splice import splice_warnings
from subtitles.limits import base_language

ITEM = "process.splice"
REPORTING = (Modality.DENIED, Modality.HYPOTHETICAL, Modality.REPORTED)


@dataclass(frozen=True, slots=True)
class Sentence:
    """The timed words of one sentence of one segment."""

    segment: str
    words: tuple[Word, ...]


def find_splices(
    transcript: Transcript, kept: Sequence[Span], checklist: Checklist, hidden: Sequence[Span] = ()
) -> tuple[Flag, ...]:
    """One flag for each sentence that a cut leaves half, where what is left says something else.

    `kept` are the kept spans of this recording, `hidden` those of its sound redactions, in its own time.
    A word is kept, or hidden, when its middle lies in one of them.
    """
    item = checklist.item(ITEM)
    halves = [(s, left) for s in _sentences(transcript) if 0 < len(left := _left(s, kept, hidden)) < len(s.words)]
    if item is None or not halves:
        return ()
    english = {s.id for s in transcript.segments if base_language(s.language or transcript.language) == "en"}
    parsed = [half for half in halves if half[0].segment in english]
    others = [half for half in halves if half[0].segment not in english]
    changed = (*_changed_events(parsed), *_removed_signs(others))
    both = zip((*parsed, *others), changed, strict=True)
    return tuple(_flag(item, sentence, left, why) for (sentence, left), why in both if why)


def plan_splices(plan: CutPlan, sources: Sequence[Source]) -> tuple[tuple[str, Flag], ...]:
    """Recording and flag of every sentence of a plan that its cuts make say something else, by the product's rule."""
    found: list[tuple[str, Flag]] = []
    for source in sources:
        transcript, name = source.transcript, source.recording.id
        if transcript is not None:
            near = replace(transcript, segments=read_within(plan, name, transcript))
            kept, hidden = kept_spans(plan, name), silenced_spans(plan, name)
            found += [(name, flag) for flag in find_splices(near, kept, _checklist(), hidden)]
    return tuple(found)


@cache
def _checklist() -> Checklist:
    return load_checklist()


def doubtful_halves(
    transcript: Transcript, kept: Sequence[Span], hidden: Sequence[Span] = ()
) -> Iterator[tuple[Sentence, tuple[str, ...]]]:
    """Sentences that a cut leaves half while a negation, a condition or who did it falls out: to be looked at.

    It does not block: most of these cuts are harmless, and people see the whole sentence beside the warning.
    """
    for sentence in _sentences(transcript):
        left = _left(sentence, kept, hidden)
        if 0 < len(left) < len(sentence.words):
            kinds = splice_warnings([w.text.strip() for w in sentence.words if w not in left])
            if kinds:
                yield sentence, kinds


Half = tuple[Sentence, list[Word]]
"""A sentence and what a cut leaves of it."""


def _changed_events(halves: Sequence[Half]) -> Iterator[str]:
    whole = parse(" ".join(w.text.strip() for w in s.words) for s, _ in halves)
    rest = parse(" ".join(w.text.strip() for w in left) for _, left in halves)
    for before, after in zip(whole, rest, strict=True):
        yield _change(find_events(before), find_events(after))


def _removed_signs(halves: Sequence[Half]) -> Iterator[str]:
    for sentence, left in halves:
        removed = [w.text.strip() for w in sentence.words if w not in left]
        kinds = splice_warnings(removed)
        yield f"the removed part of the sentence holds {', '.join(kinds)}" if kinds else ""


def _flag(item: Item, sentence: Sentence, left: Sequence[Word], why: str) -> Flag:
    """Its id names the words and the cut: another cut, or other words, is another flag."""
    span = Span(left[0].span.start_ms, max(w.span.end_ms for w in left))
    content = [sentence.segment, [to_json(w) for w in sentence.words], [to_json(w) for w in left]]
    return Flag(
        f"f-{document_sha256('splice', content)[:10]}", ITEM, sentence.segment, None, span, Agent.UNKNOWN,
        Modality.ASSERTED, Tier.RED, 1.0, "machine: events before and after the cut",
        f"{item.why} Raised because: {why}.", item.action,
    )  # fmt: skip


def _sentences(transcript: Transcript) -> Iterator[Sentence]:
    for segment in transcript.segments:
        run: list[Word] = []
        for word in segment.words:
            run.append(word)
            if ends_sentence(word.text):
                yield Sentence(segment.id, tuple(run))
                run = []
        if run:
            yield Sentence(segment.id, tuple(run))


def _left(sentence: Sentence, kept: Sequence[Span], hidden: Sequence[Span]) -> list[Word]:
    """What is heard; a redacted name stays, for its place is marked, unless words that carry the meaning go with it."""
    left = [w for w in sentence.words if _is_in(w, kept)]
    silent = [w for w in left if _is_in(w, hidden)]
    return [w for w in left if w not in silent] if splice_warnings([w.text.strip() for w in silent]) else left


def _is_in(word: Word, spans: Sequence[Span]) -> bool:
    middle = (word.span.start_ms + word.span.end_ms) // 2
    return any(span.start_ms <= middle < span.end_ms for span in spans)


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
