"""One turn, read by everything that reads: the checklist's words, the name finders, the second reader."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.domain import Agent, Modality, Tier
from review.checklist import Checklist, FoundBy, Item
from review.language.candidates import SENTENCE, Candidate, applies_to, event_at, find_candidates, why_not_own
from review.language.events import Event, find_events
from review.language.mentions import Mention, find_mentions_in
from review.language.parsing import Doc, parse
from review.language.reader import Opinion, Reader, Thresholds, load_reader
from review.language.turns import Turn

NAMED_ONLY = "identity."
SURE = 0.6
"""From here on the second reader is believed against the grammar."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One item at one place of one turn, with everything that is to be said about it."""

    item: str
    start: int
    end: int
    agent: Agent
    modality: Modality
    tier: Tier
    score: float
    rule: str
    because: str
    suppressed: str | None = None


def read_turns(
    turns: Sequence[Turn], checklist: Checklist, *, words_only: bool = False
) -> Iterator[tuple[Finding, ...]]:
    """The findings of each turn, in order; with `words_only` without the second reader."""
    reader = None if words_only else load_reader()
    for turn, doc in zip(turns, parse(t.text for t in turns), strict=True):
        yield tuple(_read_turn(turn, doc, checklist, reader))


def _read_turn(turn: Turn, doc: Doc, checklist: Checklist, reader: Reader | None) -> Iterator[Finding]:
    events = find_events(doc)
    mentions = find_mentions_in(turn.text, doc)
    opinion = reader.read(turn, doc, events, mentions) if reader else None
    limits = reader.thresholds if reader else {}
    for item in checklist.items:
        limit = limits.get(item.id)
        found = [_from_candidate(item, c, opinion, limit) for c in find_candidates(item, turn, events)]
        if FoundBy.NAMES in item.found_by:
            found += [_from_mention(item, m, opinion, limit) for m in mentions if m.item == item.id]
        if FoundBy.READER in item.found_by and opinion and limit and applies_to(item, turn):
            found += _from_opinion(item, turn, opinion, limit, events)
        yield from _merged(found)


def _from_candidate(item: Item, c: Candidate, opinion: Opinion | None, limit: Thresholds | None) -> Finding:
    """Words alone are red; where the second reader knows the item and sees nothing, they are amber."""
    tier, score = (Tier.RED if c.certain else Tier.AMBER), (0.7 if c.certain else 0.4)
    because = c.because
    if opinion and limit and FoundBy.READER in item.found_by:
        score = opinion.probabilities[item.id]
        answered = c.certain and c.rule.endswith(": asked")
        tier = Tier.RED if answered or score >= limit.with_words else Tier.AMBER
        because += "; the second reader agrees" if score >= limit.with_words else "; the second reader does not see it"
    return Finding(item.id, c.start, c.end, c.agent, c.modality, tier, round(score, 3), c.rule, because, c.suppressed)


def _from_mention(item: Item, m: Mention, opinion: Opinion | None, limit: Thresholds | None) -> Finding:
    """A name, place, contact or date found by grammar; the second reader has learned how far to trust each finder."""
    tier, score = (Tier.RED if m.certain else Tier.AMBER), (0.8 if m.certain else 0.4)
    if opinion and limit:
        score = opinion.at_tokens(item.id, m.start, m.end)
        tier = Tier.RED if score >= limit.with_words else Tier.AMBER
    because = f"{m.rule} stands here"
    return Finding(
        item.id, m.start, m.end, Agent.UNKNOWN, Modality.ASSERTED, tier, round(score, 3), f"names: {m.rule}", because
    )


def _from_opinion(
    item: Item, turn: Turn, opinion: Opinion, limit: Thresholds, events: Sequence[Event]
) -> list[Finding]:
    """What the second reader says on its own; the grammar adds who and whether."""
    findings = []
    for start, end, score in _places(item, turn, opinion, limit):
        event = event_at(events, start, end)
        agent, modality, because = _who(item, event)
        contradicted = item.own_acts_only and score < SURE and _none_is_own(events, start, end)
        tier = Tier.RED if score >= limit.red and not contradicted else Tier.AMBER
        said = "passages that people marked for this read like it" + (f"; {because}" if because else "")
        rule = f"second reader: {score:.2f}"
        findings.append(Finding(item.id, start, end, agent, modality, tier, round(score, 3), rule, said))
    return findings


def _none_is_own(events: Sequence[Event], start: int, end: int) -> bool:
    """The grammar finds acts here, and all of them somebody else's, denied or imagined."""
    inside = [e for e in events if e.start < end and start < e.end]
    return bool(inside) and all(why_not_own(e.agent, e.modality) for e in inside)


def _who(item: Item, event: Event | None) -> tuple[Agent, Modality, str]:
    if event is None:
        return Agent.UNKNOWN, Modality.ASSERTED, ""
    if item.own_acts_only and why_not_own(event.agent, event.modality):
        because = f"the grammar reads it otherwise ({event.because}), the second reader as the speaker's own"
        return Agent.UNKNOWN, Modality.ASSERTED, because
    return event.agent, event.modality, event.because


def _places(item: Item, turn: Turn, opinion: Opinion, limit: Thresholds) -> list[tuple[int, int, float]]:
    """Where it stands and how sure the reader is: runs of tokens, sentences that speak for it, or the turn."""
    if item.id in opinion.token_names:
        return opinion.token_runs(item.id, limit.amber)
    score = opinion.probabilities[item.id]
    if score < limit.amber:
        return []
    sentences = [(m.start(), m.start() + len(m.group().rstrip())) for m in SENTENCE.finditer(turn.text)]
    blamed = opinion.blamed(item.id, sentences or [(0, len(turn.text))])
    return [(start, end, score) for start, end in blamed]


def _merged(found: list[Finding]) -> Iterator[Finding]:
    """Overlapping findings of one item become one: the widest place, the redder tier, the better score.

    A suppressed candidate vanishes where the same place is raised by something else.
    """
    standing = sorted((f for f in found if f.suppressed is None), key=lambda f: (f.start, f.end))
    merged: list[Finding] = []
    for finding in standing:
        if merged and finding.start < merged[-1].end:
            merged[-1] = _both(merged[-1], finding)
        else:
            merged.append(finding)
    yield from merged
    for finding in found:
        if finding.suppressed and not any(m.start < finding.end and finding.start < m.end for m in merged):
            yield finding


def _both(one: Finding, other: Finding) -> Finding:
    first, second = (
        (one, other) if (one.tier is Tier.RED, one.score) >= (other.tier is Tier.RED, other.score) else (other, one)
    )
    if first.item.startswith(NAMED_ONLY) and first.tier is not second.tier:
        return first
    because = first.because if second.because in first.because else f"{first.because}; {second.because}"
    return replace(first, start=min(one.start, other.start), end=max(one.end, other.end), because=because)
