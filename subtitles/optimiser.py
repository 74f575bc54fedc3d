"""All cues of a stretch of speech at once: the cheapest way through words and start times.

Dynamic programming over (first word of a cue, start offset in frames). Because the next start is
part of the state, the time a cue may occupy is known, so that reading speed, durations, gaps and
chaining are exact inside the search (after Knuth and Plass 1981, who did it for lines of a page).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from subtitles.clock import Clock
from subtitles.layout import Layout, Wording, best_layout
from subtitles.shots import shot_start_costs
from subtitles.timing import best_end, ending_costs, endings, start_costs

Floats = NDArray[np.float64]
Frames = NDArray[np.int64]

LONGEST_CUE = 60
"""Words; more fit no shape, even as single characters in Japanese."""

MERGED = 6.0
"""For each sentence end inside a cue of whole sentences: milder than a soft fault."""

SPILLED = 120.0
"""For a cue that holds part of one sentence and some of another."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words between two long pauses. Times in frames of the clip, with fractions."""

    wording: Wording
    starts: Floats
    ends: Floats
    end_costs: Floats
    """What it costs to end a cue after each word."""
    inner_costs: Floats
    """What it costs to have the place after each word inside a cue."""
    sentence_ends: NDArray[np.bool_]
    """Whether a sentence ends after each word."""
    last_frame: int
    """No cue may end later."""
    cuts: Frames
    """Frames at which a new shot begins."""


@dataclass(frozen=True, slots=True)
class Timed:
    """One chosen cue: words `first` to `last - 1`, from frame `start` to frame `end`."""

    first: int
    last: int
    start: int
    end: int
    breaks: tuple[int, ...]
    """Numbers of the words that begin a new line."""


@dataclass(frozen=True, slots=True)
class _Table:
    """Per state (next word, its start): the least cost of getting there, and from which state."""

    cost: Floats
    first: Frames
    offset: Frames


def best_cues(stretch: Stretch, clock: Clock) -> list[Timed]:
    """The cheapest cues for a stretch, in order; every word is in exactly one."""
    words = len(stretch.starts)
    grid = _grid(stretch, clock)
    starting = start_costs(grid[:-1], stretch.starts, clock) + shot_start_costs(grid[:-1], stretch.cuts, clock)
    starting = np.vstack([starting, np.zeros((1, grid.shape[1]))])
    inner = np.concatenate(([0.0], np.cumsum(stretch.inner_costs)))
    table = _Table(np.full(grid.shape, np.inf), *(np.zeros(grid.shape, np.int64) for _ in range(2)))
    table.cost[0] = starting[0]
    chosen: dict[tuple[int, int], Layout] = {}
    for first in range(words):
        layouts = _layouts(stretch.wording, first, words)
        chosen.update({(first, first + n): layout for n, layout in enumerate(layouts, 1)})
        cues = slice(first, first + len(layouts))
        reached = slice(first + 1, first + 1 + len(layouts))
        fixed = np.array([layout.cost for layout in layouts]) + stretch.end_costs[cues]
        fixed += inner[cues] - inner[first] + _sentence_costs(stretch.sentence_ends, first, len(layouts))
        lengths = np.array([layout.length for layout in layouts])
        ends = endings(grid[first], grid[reached], stretch.ends[cues], lengths, stretch.cuts, clock)
        costs = ending_costs(ends, grid[reached], clock) + table.cost[first][None, :, None]
        _keep_better(table, first, reached, costs, fixed[:, None] + starting[reached])
    return _way_back(table, grid, chosen, stretch, clock)


def _grid(stretch: Stretch, clock: Clock) -> Frames:
    """Frames at which a cue may start, per word; after the last word the end of the clip."""
    onsets = np.rint(stretch.starts).astype(np.int64)
    beyond = np.full((1, len(clock.offsets)), stretch.last_frame + clock.gap)
    return np.vstack([onsets[:, None] + clock.offsets, beyond])


def _layouts(text: Wording, first: int, words: int) -> list[Layout]:
    """The best lines of each cue that begins with this word, one word long first."""
    found: list[Layout] = []
    for last in range(first + 1, min(words, first + LONGEST_CUE) + 1):
        layout = best_layout(text, first, last)
        if layout is None:
            break
        found.append(layout)
    return found


def _sentence_costs(ends: NDArray[np.bool_], first: int, cues: int) -> Floats:
    """Whole short sentences may share a cue (BBC 3.9); the end of one and the start of another may not."""
    closes = ends[first : first + cues]
    passed: Frames = np.cumsum(closes) - closes
    whole = closes & (first == 0 or bool(ends[first - 1]))
    return np.where(whole, MERGED * passed, SPILLED * (passed > 0))


def _keep_better(table: _Table, first: int, reached: slice, costs: Floats, added: Floats) -> None:
    offset = costs.argmin(axis=1)
    cost = costs.min(axis=1) + added
    better = cost < table.cost[reached]
    table.cost[reached] = np.where(better, cost, table.cost[reached])
    table.first[reached] = np.where(better, first, table.first[reached])
    table.offset[reached] = np.where(better, offset, table.offset[reached])


def _way_back(
    table: _Table, grid: Frames, chosen: dict[tuple[int, int], Layout], stretch: Stretch, clock: Clock
) -> list[Timed]:
    last, offset = len(grid) - 1, int(table.cost[-1].argmin())
    way: list[Timed] = []
    while last > 0:
        first, came = int(table.first[last, offset]), int(table.offset[last, offset])
        layout = chosen[first, last]
        speech, length = stretch.ends[last - 1 : last], np.array([layout.length])
        ends = endings(grid[first], grid[last : last + 1], speech, length, stretch.cuts, clock)
        end = best_end(ends, 0, came, int(grid[last, offset]), clock)
        way.append(Timed(first, last, int(grid[first, came]), end, layout.breaks))
        last, offset = first, came
    return way[::-1]
