"""What a cue's times cost, for all starts and all next starts at once."""

import numpy as np
from numpy.typing import NDArray

from subtitles.clock import Clock
from subtitles.layout import HARD, SOFT

Floats = NDArray[np.float64]
Frames = NDArray[np.int64]

NEVER = 1e7
"""A cue that would end before it starts."""

_SLACK = 0.02
"""Frames; word times are whole milliseconds and frames are not."""


def start_costs(starts: Frames, onsets: Floats, clock: Clock) -> Floats:
    """Cost of starting at each frame for a word that sounds from `onset`."""
    off = starts - onsets[:, None]
    far = np.abs(off)
    cost = 0.15 * far + 0.15 * np.maximum(off, 0)
    cost += np.where(far > clock.off + _SLACK, SOFT + 5 + far - clock.off, 0)
    cost += np.where(far > clock.away + _SLACK, HARD + 40 * far, 0)
    return np.where(starts < 0, NEVER, cost)


def end_costs(
    starts: Frames, following: Frames, speech_ends: Floats, lengths: Floats, clock: Clock
) -> tuple[Floats, Frames]:
    """The cheapest end of each cue and its cost, as arrays (cue, its start, next start).

    `following` holds the next starts of each cue, `speech_ends` when its last word ends, `lengths`
    its characters. An end either leaves exactly the smallest gap to the next start, or a gap long
    enough to be left open: the best of a few such ends is the best of all, because the costs
    only bend there.
    """
    begin, after = starts[None, :, None], following[:, None, :]
    speech, length = speech_ends[:, None, None], lengths[:, None, None]
    ends = np.broadcast_to(after - clock.gap, (len(following), len(starts), following.shape[1]))
    best = _cost(ends, begin, speech, length, clock)
    latest = after - clock.open_gap
    for wanted in _wanted(begin, speech, length, clock):
        candidate = np.minimum(wanted, latest)
        cost = _cost(candidate, begin, speech, length, clock)
        better = cost < best
        best, ends = np.where(better, cost, best), np.where(better, candidate, ends)
    return best, ends


def _wanted(begin: Frames, speech: Floats, length: Floats, clock: Clock) -> list[Frames]:
    heard = np.ceil(speech - _SLACK).astype(np.int64)
    linger = np.floor(speech + clock.off).astype(np.int64)
    latest = np.floor(speech + clock.away).astype(np.int64)
    readable = begin + np.ceil(length / clock.speed - 1e-9).astype(np.int64)
    comfortable = begin + np.ceil(length / clock.comfort - 1e-9).astype(np.int64)
    shortest = begin + clock.min_frames
    return [
        np.maximum(heard, shortest),
        np.maximum(linger, shortest),
        np.minimum(np.maximum(np.maximum(heard, shortest), readable), np.maximum(latest, shortest)),
        np.minimum(np.maximum(np.maximum(heard, shortest), comfortable), np.maximum(latest, shortest)),
    ]


def _cost(ends: Frames, begin: Frames, speech: Floats, length: Floats, clock: Clock) -> Floats:
    lasts = ends - begin
    late = ends - speech
    far = np.abs(late)
    unread = length - clock.comfort * lasts
    cost = 0.04 * far + 0.6 * np.maximum(-late, 0)
    cost += np.where(far > clock.off + _SLACK, SOFT + 0.1 * far, 0)
    cost += np.where(-late > clock.cut_off + _SLACK, SOFT, 0)
    cost += np.where(unread > 1e-6, SOFT + 0.2 * unread, 0)
    over = length - clock.speed * lasts
    cost += np.where(over > 1e-6, HARD + 30 * over, 0)
    cost += np.where(far > clock.away + _SLACK, HARD + 40 * far, 0)
    cost += np.where(lasts < clock.min_frames, HARD + 40 * (clock.min_frames - lasts), 0)
    cost += np.where(lasts > clock.max_frames, HARD + 40 * (lasts - clock.max_frames), 0)
    return np.where(lasts < 1, NEVER, cost)
