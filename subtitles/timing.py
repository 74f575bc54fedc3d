"""What a cue's times cost, for all its starts and all next starts at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from subtitles.clock import Clock
from subtitles.layout import HARD, SOFT
from subtitles.shots import shot_end_costs

Floats = NDArray[np.float64]
Frames = NDArray[np.int64]

NEVER = 1e7
"""A cue that would end before it starts; finite, so that there always is a way."""

LATE = 1.6
"""A cue that comes when nobody speaks yet, or late, is noticed sooner than one that stays too long."""

_SLACK = 0.02
"""Frames; word times are whole milliseconds and frames are not."""


@dataclass(frozen=True, slots=True)
class Endings:
    """The ends that each of several cues may have, and what each costs with each start."""

    lowest: Frames
    """First frame of each cue's ends; they go on frame by frame."""
    costs: Floats
    """(cue, its start, its end)."""


def start_costs(starts: Frames, onsets: Floats, clock: Clock) -> Floats:
    """Cost of starting at each frame for a word that sounds from `onset`."""
    off = starts - onsets[:, None]
    far = np.abs(off)
    cost = 0.15 * far + 0.15 * np.maximum(off, 0)
    cost += np.where(far > clock.off + _SLACK, LATE * SOFT + far - clock.off, 0)
    cost += np.where(far > clock.away + _SLACK, HARD + 40 * far, 0)
    return np.where(starts < 0, NEVER, cost)


def endings(
    starts: Frames, following: Frames, speech_ends: Floats, lengths: Floats, cuts: Frames, clock: Clock
) -> Endings:
    """Every end worth a look for cues with these starts.

    `following` holds the next starts of each cue, `speech_ends` when its last word ends, `lengths`
    its characters, `cuts` where shots begin.
    """
    reach = int(np.ceil(clock.away)) + 1
    lowest = np.minimum(np.floor(speech_ends).astype(np.int64), following[:, len(clock.offsets) // 2]) - reach
    highest = np.maximum(np.ceil(speech_ends).astype(np.int64) + reach, starts[-1] + clock.min_frames)
    ends = lowest[:, None] + np.arange(int((highest - lowest).max()) + 1)
    shortest = int(lowest.min()) - int(starts[-1])
    lasting = np.arange(shortest, int(ends.max()) - int(starts[0]) + 1)
    by_length = _duration_costs(lasting, lengths, clock)
    places = ends[:, None, :] - starts[None, :, None] - shortest
    costs = by_length[np.arange(len(lengths))[:, None, None], places]
    leaving = _hanging_costs(ends, speech_ends, clock) + shot_end_costs(ends, cuts, clock)
    costs += leaving[:, None, :]
    return Endings(lowest, costs)


def ending_costs(ends: Endings, following: Frames, clock: Clock) -> Floats:
    """The least cost of (cue, its start, next start) over all ends that the next start allows.

    An end either leaves exactly the smallest gap, or a gap long enough to be left open.
    """
    width = ends.costs.shape[2]
    closed = following - clock.gap - ends.lowest[:, None]
    fits = (closed >= 0) & (closed < width)
    cost = np.take_along_axis(ends.costs, np.clip(closed, 0, width - 1)[:, None, :], axis=2)
    cost = np.where(fits[:, None, :], cost, 2 * NEVER)
    earlier = np.minimum.accumulate(ends.costs, axis=2)
    latest = following - clock.open_gap - ends.lowest[:, None]
    open_cost = np.take_along_axis(earlier, np.clip(latest, 0, width - 1)[:, None, :], axis=2)
    return np.minimum(cost, np.where((latest >= 0)[:, None, :], open_cost, 2 * NEVER))


def best_end(ends: Endings, cue: int, start: int, following: int, clock: Clock) -> int:
    """The end that `ending_costs` found cheapest for one cue, one start and one next start."""
    costs = ends.costs[cue, start].copy()
    frames = np.arange(len(costs)) + int(ends.lowest[cue])
    costs[(frames != following - clock.gap) & (frames > following - clock.open_gap)] = np.inf
    return int(frames[costs.argmin()])


def _duration_costs(lasting: Frames, lengths: Floats, clock: Clock) -> Floats:
    """What it costs to show so many characters for so many frames."""
    unread = lengths[:, None] - clock.comfort * lasting
    over = lengths[:, None] - clock.speed * lasting
    cost = np.where(unread > 1e-6, SOFT + 0.2 * unread, 0) + np.where(over > 1e-6, HARD + 30 * over, 0)
    cost += np.where(lasting < clock.min_frames, HARD + 40 * (clock.min_frames - lasting), 0)
    cost += np.where(lasting > clock.max_frames, HARD + 40 * (lasting - clock.max_frames), 0)
    return np.where(lasting < 1, NEVER, cost)


def _hanging_costs(ends: Frames, speech_ends: Floats, clock: Clock) -> Floats:
    """What it costs to leave before the last word is spoken, or to stay long after it."""
    late = ends - speech_ends[:, None]
    far = np.abs(late)
    cost = 0.04 * far + 0.6 * np.maximum(-late, 0)
    cost += np.where(far > clock.off + _SLACK, SOFT + 0.1 * far, 0)
    cost += np.where(-late > clock.cut_off + _SLACK, SOFT, 0)
    return cost + np.where(far > clock.away + _SLACK, HARD + 40 * far, 0)
