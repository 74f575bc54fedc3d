"""Checklist item x turn -> candidates: what its words find there, who did it, and whether it counts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from pipeline.domain import Agent, Modality
from review.checklist import FoundBy, Item, Says
from review.language.events import Event
from review.language.turns import Turn

SHORT_ANSWER = 8
"""Words up to which an answer says nothing without its question."""
YES = regex.compile(
    r"\W*(?:yes|yeah|yep|of course|sure|i did|i was|i have|we did|we were|correct|true|right|many|few|some|sometimes|"
    r"often|once|twice|\d+|one|two|three|four|five|six|seven|eight|nine|ten|a lot|all|both|always|every|maybe|perhaps|"
    r"probably|mostly|only|in |at |with )",
    regex.IGNORECASE,
)
NO = regex.compile(
    r"\W*(?:no\b|never|not\b|none|nobody|nothing|i did ?n[o']t|i was ?n[o']t|i have ?n[o']t|of course not|"
    r"me\? (?:no|never)|neither)",
    regex.IGNORECASE,
)
NEGATION = regex.compile(r"\b(?:no|not|never|nobody|nothing|none|cannot|without)\b|n['’]t\b", regex.IGNORECASE)
SENTENCE = regex.compile(r"[^.!?…]+[.!?…]*\s*")
FIRST_PERSON = regex.compile(r"\b(?:i|me|my|mine|we|us|our)\b", regex.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One item at one place of a turn."""

    item: str
    start: int
    end: int
    agent: Agent
    modality: Modality
    rule: str
    because: str
    certain: bool
    suppressed: str | None = None


def applies_to(item: Item, turn: Turn) -> bool:
    """True when this turn is by somebody whose speech the item is looked for in."""
    if item.says is Says.ANYONE:
        return True
    return turn.asked == (item.says is Says.INTERVIEWER)


def find_candidates(item: Item, turn: Turn, events: Sequence[Event]) -> Iterator[Candidate]:
    """Everything that the item's words find in the turn, suppressed candidates with their reason."""
    if FoundBy.WORDS not in item.found_by or not applies_to(item, turn):
        return
    for candidate in (*_by_phrase(item, turn, events), *_by_act(item, events), *_by_question(item, turn)):
        yield _unless(item, turn, candidate)


def _by_phrase(item: Item, turn: Turn, events: Sequence[Event]) -> Iterator[Candidate]:
    for found in item.phrases.search(turn.text):
        rule = f"{item.file}: phrase {found.number}"
        if found.gave_up:
            why = "the search took too long, so the whole passage counts"
            yield Candidate(item.id, 0, len(turn.text), Agent.UNKNOWN, Modality.ASSERTED, rule, why, False)
            continue
        event = event_at(events, found.start, found.end)
        words = turn.text[found.start : found.end]
        agent, modality, because = (
            (Agent.UNKNOWN, Modality.ASSERTED, "") if event is None else (event.agent, event.modality, event.because)
        )
        if FIRST_PERSON.search(words) and item.own_acts_only and agent is Agent.OTHER:
            agent, because = Agent.SELF, "the words name the speaker himself"
        if NEGATION.search(words) and modality is Modality.DENIED:
            modality = Modality.ASSERTED
        yield Candidate(
            item.id,
            found.start,
            found.end,
            agent,
            modality,
            rule,
            because or "the words of the checklist stand here",
            True,
        )


def _by_act(item: Item, events: Sequence[Event]) -> Iterator[Candidate]:
    for number, act in enumerate(item.acts, 1):
        for event in events:
            if event.lemma in act.do and (not act.to or event.words & act.to):
                certain = event.agent in (Agent.SELF, Agent.GROUP) or not item.own_acts_only
                rule = f"{item.file}: act {number}"
                yield Candidate(
                    item.id, event.start, event.end, event.agent, event.modality, rule, event.because, certain
                )


def _by_question(item: Item, turn: Turn) -> Iterator[Candidate]:
    """A short answer takes its meaning from the question before it."""
    if turn.asked or not turn.question or not item.asked.stands_in(turn.question):
        return
    first = SENTENCE.match(turn.text)
    if first is None:
        return
    end = len(first.group().rstrip(" .!?…"))
    rule = f"{item.file}: asked"
    because = "a short answer to a question about it; the question belongs to the evidence"
    words = len(first.group().split())
    if NO.match(turn.text):
        yield Candidate(item.id, 0, end, Agent.SELF, Modality.DENIED, rule, "the answer denies what was asked", True)
    elif YES.match(turn.text):
        yield Candidate(item.id, 0, end, Agent.SELF, Modality.ASSERTED, rule, because, words <= SHORT_ANSWER)
    elif words <= SHORT_ANSWER:
        yield Candidate(item.id, 0, end, Agent.UNKNOWN, Modality.ASSERTED, rule, because, False)


def event_at(events: Sequence[Event], start: int, end: int) -> Event | None:
    """The shortest event around these characters, else the one that shares most with them."""
    touching = [e for e in events if e.start < end and start < e.end]
    if not touching:
        return None
    return min(touching, key=lambda e: (-(min(e.end, end) - max(e.start, start)), e.end - e.start))


def _unless(item: Item, turn: Turn, candidate: Candidate) -> Candidate:
    """The candidate, suppressed when it is not the speaker's own, did not happen, or is excluded."""
    reason = None
    if excluded(item, turn, candidate.start, candidate.end):
        reason = "the checklist excludes this use of the words"
    if reason is None and item.own_acts_only:
        reason = why_not_own(candidate.agent, candidate.modality)
    if reason is None and item.id.startswith("message.") and candidate.modality in (Modality.DENIED, Modality.REPORTED):
        reason = candidate.because
    if reason is None:
        return candidate
    c = candidate
    return Candidate(c.item, c.start, c.end, c.agent, c.modality, c.rule, c.because, c.certain, reason)


def why_not_own(agent: Agent, modality: Modality) -> str | None:
    """Why something is no act of the speaker's; None when it counts. Nobody known counts as the speaker."""
    if agent is Agent.OTHER:
        return "somebody else did it, which is testimony"
    if modality is Modality.DENIED:
        return "it is denied"
    if modality is Modality.HYPOTHETICAL:
        return "it is imagined, wished, planned or conditional"
    if modality is Modality.REPORTED:
        return "somebody else says it, and the speaker does not accept it"
    return None


def excluded(item: Item, turn: Turn, start: int, end: int) -> bool:
    """True when the checklist's `not_when` stands in the sentence around these characters."""
    if not item.not_when.texts:
        return False
    first = max(turn.text.rfind(mark, 0, start) for mark in ".!?") + 1
    ends = [e for e in (turn.text.find(mark, max(end - 1, start)) for mark in ".!?") if e >= 0]
    return item.not_when.stands_in(turn.text[first : min(ends, default=len(turn.text))])
