"""One turn, read by everything that reads: the checklist's words, the name finders, the second reader."""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from pipeline.domain import Agent, Modality, Tier
from review.checklist import Checklist, FoundBy, Item
from review.language.candidates import Candidate, applies_to, event_at, excluded, find_candidates, why_not_own
from review.language.encoder import View
from review.language.events import Event, find_events
from review.language.known import is_known, vocabulary
from review.language.mentions import Mention, find_mentions_in
from review.language.modality import REFUSALS
from review.language.parsing import Doc, parse
from review.language.reader import Opinion, Reader, Thresholds, load_reader
from review.language.relatives import find_relatives
from review.language.second_names import Name, load_second_names
from review.language.turns import Turn, sentences

NAMED_ONLY = "identity."
RELATIVES, AFFILIATION = "identity.family", "identity.affiliation"
LEADING = ("identity.person", "identity.location", "identity.affiliation", "identity.contact")
"""What makes a sentence about a relative one that leads to him."""
MESSAGE = "message."
AT_ONCE, AHEAD = 96, 2
"""Turns that the networks see at once, and how many such parts they are ahead: each in a thread of its own. The
encoder's numbers are rounded by the largest of those seen at once: another number here moves every score a little, and
the thresholds were chosen with this one."""
WEIGHTIEST = 3
"""Words that are named as reasons."""


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


def read_turns(turns: Sequence[Turn], checklist: Checklist) -> Iterator[tuple[Finding, ...]]:
    """The findings of each turn, in order; the second reader reads as well where its weights are there."""
    reader = load_reader()
    for turn, doc, seen in _seen(turns, reader):
        facts = Facts(find_events(doc), find_mentions_in(turn.text, doc, seen.names))
        opinion = reader.read(turn, doc, facts.events, facts.mentions, seen.view) if reader and seen.view else None
        limits = reader.thresholds if reader else {}
        facts = replace(facts, relatives=tuple(_of_relatives(turn, facts.mentions, opinion, limits)))
        yield tuple(_read_turn(turn, facts, opinion, checklist, limits))


@dataclass(frozen=True, slots=True)
class Seen:
    """What the networks see in a turn."""

    names: tuple[Name, ...]
    view: View | None


def _seen(turns: Sequence[Turn], reader: Reader | None) -> Iterator[tuple[Turn, Doc, Seen]]:
    """Each turn with its parse and what the networks see in it; they look on while the turns before are read."""
    finder = load_second_names()
    parts = [turns[i : i + AT_ONCE] for i in range(0, len(turns), AT_ONCE)]

    def look(part: Sequence[Turn]) -> tuple[Sequence[View | None], list[tuple[Name, ...]]]:
        return (reader.encoder.read(part) if reader else [None] * len(part)), list(finder.read([t.text for t in part]))

    with ThreadPoolExecutor(AHEAD) as beside:
        looked = deque(beside.submit(look, part) for part in parts[:AHEAD])
        for i, part in enumerate(parts):
            looked.extend(beside.submit(look, following) for following in parts[i + AHEAD : i + AHEAD + 1])
            docs = list(parse(t.text for t in part))
            views, names = looked.popleft().result()
            yield from zip(part, docs, (Seen(*both) for both in zip(names, views, strict=True)), strict=True)


@dataclass(frozen=True, slots=True)
class Facts:
    """What grammar found in a turn."""

    events: tuple[Event, ...]
    mentions: tuple[Mention, ...]
    relatives: tuple[Mention, ...] = ()
    """Sentences about them, found beside the mentions."""


def _read_turn(
    turn: Turn, facts: Facts, opinion: Opinion | None, checklist: Checklist, limits: dict[str, Thresholds]
) -> Iterator[Finding]:
    told = (*facts.mentions, *facts.relatives)
    for item in checklist.items:
        limit = limits.get(item.id)
        candidates = list(find_candidates(item, turn, facts.events))
        found = [_from_candidate(item, c, opinion, limit) for c in candidates]
        if FoundBy.NAMES in item.found_by:
            found += [_from_mention(item, m, opinion, limit) for m in told if m.item == item.id]
        if FoundBy.READER in item.found_by and opinion and limit and applies_to(item, turn):
            denied = [(c.start, c.end) for c in candidates if c.suppressed and c.modality is Modality.DENIED]
            found += _from_opinion(item, turn, opinion, limit, facts, denied)
        yield from _merged(found)


def _of_relatives(
    turn: Turn, mentions: Sequence[Mention], opinion: Opinion | None, limits: dict[str, Thresholds]
) -> Iterator[Mention]:
    """What is told of relatives beside names and places that are believed."""
    leading = [m for m in mentions if m.item in LEADING]
    if opinion is not None:
        leading = [m for m in leading if opinion.at_tokens(m.item, m.start, m.end) >= limits[m.item].with_words]
    named = [(m.start, m.end) for m in leading]
    if opinion is not None:
        named += [(a, b) for item in LEADING for a, b, _ in opinion.token_runs(item, limits[item].red)]
    for start, end in find_relatives(turn.text, turn.question, named):
        yield Mention(RELATIVES, start, end, "a relative beside what leads to him")


def _from_candidate(item: Item, c: Candidate, opinion: Opinion | None, limit: Thresholds | None) -> Finding:
    """Words alone are red; where the second reader knows the item and sees nothing, phrases are amber.

    A plain sentence in which the speaker himself does the act, or answers the question for it, stays red.
    """
    tier, score = (Tier.RED if c.certain else Tier.AMBER), (0.7 if c.certain else 0.4)
    because = c.because
    if opinion and limit and FoundBy.READER in item.found_by:
        score = opinion.probabilities[item.id]
        plain = c.certain and (": asked" in c.rule or (": act " in c.rule and item.own_acts_only))
        tier = Tier.RED if plain or score >= limit.with_words else Tier.AMBER
        because += "; the second reader agrees" if score >= limit.with_words else "; the second reader does not see it"
    return Finding(item.id, c.start, c.end, c.agent, c.modality, tier, round(score, 3), c.rule, because, c.suppressed)


def _from_mention(item: Item, m: Mention, opinion: Opinion | None, limit: Thresholds | None) -> Finding:
    """A name, place, contact or date found by grammar; the second reader has learned how far to trust each finder."""
    tier, score = (Tier.RED if m.certain else Tier.AMBER), (0.8 if m.certain else 0.4)
    if opinion and limit:
        score = (
            opinion.at_tokens(item.id, m.start, m.end)
            if item.id in opinion.token_names
            else opinion.probabilities[item.id]
        )
        tier = Tier.RED if m.sure or score >= limit.with_words else Tier.AMBER
    return Finding(
        item.id, m.start, m.end, Agent.UNKNOWN, Modality.ASSERTED, tier, round(score, 3), f"names: {m.rule}", m.because
    )


def _from_opinion(
    item: Item, turn: Turn, opinion: Opinion, limit: Thresholds, facts: Facts, denied: Sequence[tuple[int, int]]
) -> Iterator[Finding]:
    """What the second reader says on its own; the grammar adds who and whether, and keeps what it refutes amber.

    `denied` are places in which the answer denies what was asked.
    """
    for start, end, score in _places(item, turn, opinion, limit, facts):
        agent, modality, who = _who(item, event_at(facts.events, start, end))
        refuted = _refuted(item, turn, facts.events, (start, end))
        if refuted is None and any(a <= start and not turn.text[b:end].strip(" .!?…") for a, b in denied):
            refuted = "the answer denies what was asked"
        tier = Tier.RED if score >= limit.red and refuted is None else Tier.AMBER
        weighed = _weighed(item, turn, opinion, facts.mentions, (start, end))
        parts = [
            f"it reads like passages that people marked for this (score {score:.2f}, red from {limit.red:.2f} on)",
            f"the words that weigh most are {weighed}" if weighed else "",
            f"not red, because {refuted}" if refuted else who,
        ]
        rule = f"second reader: {score:.2f}"
        because = "; ".join(p for p in parts if p)
        yield Finding(item.id, start, end, agent, modality, tier, round(score, 3), rule, because)


def _refuted(item: Item, turn: Turn, events: Sequence[Event], place: tuple[int, int]) -> str | None:
    """Why the second reader alone does not make this red: what grammar and checklist say against it."""
    if excluded(item, turn, *place):
        return "the checklist excludes this use of the words"
    return _refuted_by(item, events, place)


def _refuted_by(item: Item, events: Sequence[Event], place: tuple[int, int]) -> str | None:
    """Why nothing that happens here counts for the item; None when something does, or when nothing happens."""
    inside = [e for e in events if e.start < place[1] and place[0] < e.end and e.lemma not in REFUSALS]
    acts = [e for e in inside if e.act] or inside
    reasons = [_against(item, e) for e in acts]
    return reasons[0] if reasons and all(reasons) else None


def _against(item: Item, event: Event) -> str | None:
    """Why this event does not count for the item; None when it does, or when the item is not about acts."""
    if item.own_acts_only:
        return why_not_own(event.agent, event.modality)
    if item.id.startswith(MESSAGE) and event.modality in (Modality.DENIED, Modality.REPORTED):
        return why_not_own(Agent.SELF, event.modality)
    return None


def _weighed(item: Item, turn: Turn, opinion: Opinion, mentions: Sequence[Mention], place: tuple[int, int]) -> str:
    """Up to three words that speak most for it; only common English words, never a name or a number."""
    if item.id in opinion.token_names:
        return ""
    words: dict[str, None] = {}
    for start, end in opinion.weightiest(item.id, *place):
        word = turn.text[start:end].lower()
        named = any(m.start < end and start < m.end for m in mentions)
        if len(word) > 2 and word.isalpha() and word in vocabulary() and not named and not is_known(word):
            words[word] = None
        if len(words) == WEIGHTIEST:
            break
    return ", ".join(f"“{w}”" for w in words)


def _who(item: Item, event: Event | None) -> tuple[Agent, Modality, str]:
    if event is None:
        return Agent.UNKNOWN, Modality.ASSERTED, ""
    if item.own_acts_only and why_not_own(event.agent, event.modality):
        because = f"the grammar reads it otherwise ({event.because}), the second reader as the speaker's own"
        return Agent.UNKNOWN, Modality.ASSERTED, because
    return event.agent, event.modality, event.because


def _places(item: Item, turn: Turn, opinion: Opinion, limit: Thresholds, facts: Facts) -> list[tuple[int, int, float]]:
    """Where it stands and how sure the reader is: runs of tokens, or sentences that speak for it.

    For what only counts as the speaker's own, sentences in which he acts go before all others.
    """
    if item.id in opinion.token_names:
        runs = opinion.token_runs(item.id, limit.amber)
        return [_widened(run, facts.mentions) for run in runs] if item.id == AFFILIATION else runs
    score = opinion.probabilities[item.id]
    if score < limit.amber:
        return []
    places = sentences(turn.text)
    own = [s for s in places if _refuted_by(item, facts.events, s) is None and _stands_in(facts.events, s)]
    blamed = opinion.blamed(item.id, own or places or [(0, len(turn.text))])
    return [(start, end, score) for start, end in blamed]


def _widened(run: tuple[int, int, float], mentions: Sequence[Mention]) -> tuple[int, int, float]:
    """The whole of a name of which the reader knows a part; a firm or school is often named after who is no secret."""
    start, end, score = run
    names = [m for m in mentions if m.item in LEADING and m.start < end and start < m.end]
    return min([start, *(m.start for m in names)]), max([end, *(m.end for m in names)]), score


def _stands_in(events: Sequence[Event], place: tuple[int, int]) -> bool:
    return any(e.start < place[1] and place[0] < e.end for e in events)


def _merged(found: list[Finding]) -> Iterator[Finding]:
    """Overlapping findings of one item become one: the widest place, the redder tier, the better score.

    A suppressed candidate vanishes where something else makes the same place red.
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
        red = [m for m in merged if m.tier is Tier.RED and m.start < finding.end and finding.start < m.end]
        if finding.suppressed and not red:
            yield finding


def _both(one: Finding, other: Finding) -> Finding:
    first, second = (
        (one, other) if (one.tier is Tier.RED, one.score) >= (other.tier is Tier.RED, other.score) else (other, one)
    )
    if first.item.startswith(NAMED_ONLY) and first.tier is not second.tier:
        return first
    because = "; ".join(dict.fromkeys([*first.because.split("; "), *second.because.split("; ")]))
    return replace(first, start=min(one.start, other.start), end=max(one.end, other.end), because=because)
