"""The fewest soft faults that any choice of cues can have for these words, verbatim: a lower bound.

Each possible cue is looked at alone and in the best of cases: its neighbours give way as far as they
may. What it then still has to break is counted, and the partition of the words into cues with the
fewest faults is found exactly. Nobody reaches it everywhere, because neighbours do not always give way.
"""

from collections.abc import Sequence

import numpy as np

from pipeline.domain import Aspect
from subtitles.breaks import edges_of
from subtitles.clipwords import ClipWord
from subtitles.grammar import grammar_of
from subtitles.layout import SOFT, best_layout, wording
from subtitles.limits import Limits, limits_for
from subtitles.measure import joiner, text_length

LONGEST_CUE = 60
"""Words."""

GAP_MS = 80
"""Two frames at 25 a second."""

UNREADABLE = 1_000
"""For a cue that breaks a hard rule however it is timed: taken only where every other does, and then no soft fault."""


def fewest_soft_faults(words: Sequence[ClipWord], language: str, aspect: Aspect, end_ms: int) -> int:
    """No cues of these words without an avoidable hard fault, in any number, have fewer soft faults."""
    limits = limits_for(language, aspect)
    edges = edges_of([word.text for word in words], grammar_of(language))
    text = wording(
        [text_length(word.text, language) for word in words],
        edges,
        [word.speaker for word in words],
        limits,
        joiner=len(joiner(language)),
        dash=1,
    )
    opens = [True, *(edge.sentence for edge in edges)]
    least = np.full(len(words) + 1, np.inf)
    least[0] = 0
    for first in range(len(words)):
        for last in range(first + 1, min(len(words), first + LONGEST_CUE) + 1):
            layout = best_layout(text, first, last)
            if layout is None:
                break
            inside = sum(edge.sentence for edge in edges[first : last - 1])
            spills = inside > 0 and not (opens[first] and edges[last - 1].sentence)
            said = spills + edges[last - 1].clings + edges[last - 1].splits + max(0, int((layout.cost + 12) // SOFT))
            faults = said + _timing_faults(words, first, last, layout.length, limits, end_ms)
            least[last] = min(least[last], least[first] + faults)
    return int(least[-1]) % UNREADABLE


def _timing_faults(words: Sequence[ClipWord], first: int, last: int, length: float, limits: Limits, end_ms: int) -> int:
    """The fewest of: start off, end off, too fast for comfort; each buys time from the others."""
    found = UNREADABLE
    for start_off in (0, 1):
        for end_off in (0, 1):
            lasts_ms = _time(words, first, last, limits, end_ms, bool(start_off), bool(end_off))
            if lasts_ms is None or length > limits.reading_speed * lasts_ms / 1000 + 1e-6:
                continue
            hurried = length > limits.comfortable_speed * lasts_ms / 1000 + 1e-6
            found = min(found, start_off + end_off + hurried)
    return found


def _time(
    words: Sequence[ClipWord], first: int, last: int, limits: Limits, end_ms: int, start_off: bool, end_off: bool
) -> float | None:
    """The longest time the cue may stay, in ms; None when the gap after it cannot be a lawful one."""
    start = max(0, words[first].clip_start_ms - (limits.away_ms if start_off else limits.off_ms))
    sounds_until = words[last - 1].clip_end_ms
    latest = min(end_ms, sounds_until + (limits.away_ms if end_off else limits.off_ms))
    if last == len(words):
        return float(latest - start)
    closed = words[last].clip_start_ms + limits.off_ms - GAP_MS
    if closed <= latest:
        return float(closed - start)
    may_close = words[last].clip_start_ms - limits.off_ms - GAP_MS <= latest
    return float(latest - start) if may_close or closed + GAP_MS - limits.chain_ms >= latest - limits.off_ms else None
