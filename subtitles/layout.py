"""The best lines for the words of one cue."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from pipeline.domain import Speaker
from subtitles.breaks import Edge
from subtitles.limits import Limits
from subtitles.quality import TOP_HEAVY, UNBALANCED

SOFT = 40.0
"""What a soft fault costs; everything milder is a fraction of it."""

HARD = 10_000.0
"""What a hard fault costs: never taken to mend soft ones, and the least of them when one must be."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a stretch as the layout sees them."""

    ends: tuple[float, ...]
    """Length of the text before each word, joiners included; one more than there are words."""
    joiner: float
    """Length of what stands between two words."""
    break_costs: tuple[float, ...]
    """What it costs to break a line after each word."""
    turns: tuple[int, ...]
    """How often the speaker has changed up to each word."""
    limits: Limits
    dash: float
    """Length of the dash before each of two speakers in one cue."""

    def length(self, first: int, last: int) -> float:
        """Characters of words `first` to `last - 1` in one line."""
        return self.ends[last] - self.ends[first] - self.joiner


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the lines of a cue end, and what that costs."""

    cost: float
    breaks: tuple[int, ...]
    """Numbers of the words that begin a new line."""
    length: float
    """Characters that are read."""


def wording(
    lengths: Sequence[float],
    edges: Sequence[Edge],
    speakers: Sequence[Speaker | None],
    limits: Limits,
    *,
    joiner: float,
    dash: float,
) -> Wording:
    """What the layout needs to know about words of these lengths; a speaker of None is nobody new."""
    ends = tuple(accumulate((length + joiner for length in lengths), initial=0.0))
    breaks = tuple(line_break_cost(edge) for edge in edges)
    return Wording(ends, joiner, breaks, _turns(speakers), limits, dash)


def _turns(speakers: Sequence[Speaker | None]) -> tuple[int, ...]:
    turns, known, count = [], None, 0
    for speaker in speakers:
        count += known is not None and speaker not in (known, None)
        known = speaker or known
        turns.append(count)
    return tuple(turns)


def best_layout(text: Wording, first: int, last: int) -> Layout | None:
    """The cheapest lines for words `first` to `last - 1`; None when they do not fit."""
    turns = text.turns[last - 1] - text.turns[first]
    if turns:
        return _two_speakers(text, first, last) if turns == 1 else None
    length, limit = text.length(first, last), text.limits.line_length
    if length <= limit:
        return Layout(SOFT if last - first == 1 else 0.0, (), length)
    if last - first == 1:
        return Layout(HARD * length / limit, (), length)
    if length > text.limits.max_lines * (limit + text.joiner):
        return None
    options = [_broken(text, first, breaks, last) for breaks in _breaks(text, first, last)]
    return min(options, key=lambda o: o.cost, default=None)


def _two_speakers(text: Wording, first: int, last: int) -> Layout | None:
    """One line each, with a dash (Netflix, dual speakers): only where a cue of one's own is too short."""
    turn = next(n for n in range(first + 1, last) if text.turns[n] != text.turns[first])
    longest = max(text.length(first, turn), text.length(turn, last)) + text.dash
    if longest > text.limits.line_length:
        return None
    lonely = SOFT * ((turn - first == 1) + (last - turn == 1))
    return Layout(SOFT + lonely, (turn,), text.length(first, last) + 2 * text.dash)


def _breaks(text: Wording, first: int, last: int) -> Iterator[tuple[int, ...]]:
    limit = text.limits.line_length
    for one in range(first + 1, last):
        if text.length(first, one) > limit:
            break
        if text.length(one, last) <= limit:
            yield (one,)
        elif text.limits.max_lines > 2:
            for two in range(one + 1, last):
                if text.length(one, two) > limit:
                    break
                if text.length(two, last) <= limit:
                    yield (one, two)


def _broken(text: Wording, first: int, breaks: tuple[int, ...], last: int) -> Layout:
    bounds = (first, *breaks, last)
    lengths = [text.length(a, b) for a, b in pairwise(bounds)]
    cost = sum(text.break_costs[b - 1] for b in breaks) + len(breaks) - 1
    if any(b - a == 1 for a, b in pairwise(bounds)):
        cost += SOFT
    longest, shortest = max(lengths), min(lengths)
    if lengths[0] > lengths[-1] + TOP_HEAVY or shortest < UNBALANCED * longest:
        cost += SOFT
    cost += 3 * (longest - shortest) / longest + max(0, lengths[0] - lengths[-1]) / 8
    return Layout(cost, breaks, text.length(first, last))


def line_break_cost(edge: Edge) -> float:
    """Netflix General 4: break after punctuation, before conjunctions and prepositions, never inside a name."""
    cost = SOFT * edge.clings + 1.5 * SOFT * edge.splits
    if edge.sentence or edge.clause:
        return cost - 3
    return cost + 1 - 1.5 * edge.opens_clause - edge.opens_phrase
