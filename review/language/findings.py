"""One turn, read by everything that reads: the checklist's words, the name finders, the second reader."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.domain import Agent, Modality, Tier
from review.checklist import Checklist, FoundBy, Item
from review.language.candidates import SENTENCE, Candidate, applies_to, event_at, find_candidates, why_not_own
from review.language.events import Event, find_events
from review.language.mentions import Mention, find_mentions_in
from review.language.parsing import Doc, parse
from review.language.reader import Opinion, Reader, load_reader
from review.language.turns import Turn

SPAN_LEAST = 0.3
"""Token probability from which a token belongs to the reader's evidence."""
NAMED_ONLY = "identity."


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
    turns: Sequence[Turn], checklist: Checklist, *, reader: Reader | None = None
) -> Iterator[tuple[Finding, ...]]:
    """The findings of each turn, in order. Without `reader` the one that comes with the product reads."""
    reader = reader or load_reader()
    opinions: Sequence[Opinion | None] = reader.read([t.window for t in turns]) if reader else [None] * len(turns)
    for turn, doc, opinion in zip(turns, parse(t.text for t in turns), opinions, strict=True):
        yield tuple(_read_turn(turn, doc, opinion, checklist, reader))


def _read_turn(
    turn: Turn, doc: Doc, opinion: Opinion | None, checklist: Checklist, reader: Reader | None
) -> Iterator[Finding]:
    events = find_events(doc)
    mentions = find_mentions_in(turn.text, doc)
    for item in checklist.items:
        found = [_from_candidate(item, c, opinion, reader) for c in find_candidates(item, turn, events)]
        if FoundBy.NAMES in item.found_by:
            found += [_from_mention(item, m, opinion, reader) for m in mentions if m.item == item.id]
        if FoundBy.READER in item.found_by and opinion and reader and applies_to(item, turn):
            found += _from_opinion(item, turn, opinion, reader, events)
        yield from _merged(found)


def _from_candidate(item: Item, c: Candidate, opinion: Opinion | None, reader: Reader | None) -> Finding:
    """Words alone are red; where the second reader knows the item and sees nothing, they are amber."""
    tier, score = (Tier.RED if c.certain else Tier.AMBER), (0.7 if c.certain else 0.4)
    because = c.because
    if opinion and reader and FoundBy.READER in item.found_by and item.id in reader.thresholds:
        probability = opinion.probability(item.id)
        enough = probability >= reader.thresholds[item.id].with_words
        tier, score = (Tier.RED if enough else Tier.AMBER), max(probability, 0.05)
        because += "; the second reader agrees" if enough else "; the second reader does not see it"
    return Finding(item.id, c.start, c.end, c.agent, c.modality, tier, round(score, 3), c.rule, because, c.suppressed)


def _from_mention(item: Item, m: Mention, opinion: Opinion | None, reader: Reader | None) -> Finding:
    tier, score = (Tier.RED if m.certain else Tier.AMBER), (0.8 if m.certain else 0.4)
    if opinion and reader and item.id in reader.thresholds:
        probability = _around(opinion, item.id, m.start, m.end)
        sure = m.certain and probability >= 0.02
        tier = Tier.RED if sure or probability >= reader.thresholds[item.id].with_words else Tier.AMBER
        score = max(probability, 0.5 if m.certain else 0.1)
    return Finding(
        item.id,
        m.start,
        m.end,
        Agent.UNKNOWN,
        Modality.ASSERTED,
        tier,
        round(score, 3),
        f"names: {m.rule}",
        f"{m.rule} stands here",
    )


def _around(opinion: Opinion, item: str, start: int, end: int) -> float:
    """The highest probability of the tokens in a stretch."""
    column = opinion.names.index(item)
    inside = [float(opinion.tokens[i, column]) for i, (a, b) in enumerate(opinion.offsets) if a < end and start < b]
    return max(inside, default=0.0)


def _from_opinion(item: Item, turn: Turn, opinion: Opinion, reader: Reader, events: Sequence[Event]) -> list[Finding]:
    """What the second reader says on its own; the grammar adds who and whether."""
    limits = reader.thresholds.get(item.id)
    probability = opinion.probability(item.id)
    if limits is None or probability < limits.amber:
        return []
    tier = Tier.RED if probability >= limits.red else Tier.AMBER
    findings = []
    for start, end in _places(item, turn, opinion):
        event = event_at(events, start, end)
        agent, modality, because = (
            (event.agent, event.modality, event.because) if event else (Agent.UNKNOWN, Modality.ASSERTED, "")
        )
        if item.own_acts_only and why_not_own(agent, modality):
            because = f"the grammar reads it otherwise ({because}), the second reader as the speaker's own"
            agent, modality = Agent.UNKNOWN, Modality.ASSERTED
        rule = f"second reader: {probability:.2f}"
        said = "passages that people marked for this read like it" + (f"; {because}" if because else "")
        findings.append(Finding(item.id, start, end, agent, modality, tier, round(probability, 3), rule, said))
    return findings


def _places(item: Item, turn: Turn, opinion: Opinion) -> list[tuple[int, int]]:
    """Where the evidence stands; without any clear place, the strongest sentence, or the whole turn."""
    spans = (
        [(e.start, e.end) for e in opinion.evidence(item.id, turn.text, SPAN_LEAST)]
        if item.id in opinion.names[: opinion.tokens.shape[1]]
        else []
    )
    if spans or item.id.startswith("narrative."):
        return spans or [(0, len(turn.text))]
    strongest = opinion.strongest(item.id)
    best = opinion.evidence(item.id, turn.text, strongest)
    at = best[0].start if best else 0
    for match in SENTENCE.finditer(turn.text):
        if match.start() <= at < match.end():
            return [(match.start(), match.start() + len(match.group().rstrip()))]
    return [(0, len(turn.text))]


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
