"""A voice made harder to recognise: other resonances, another pitch, nothing of it kept. Never more than a disguise.

Speech is a buzz that a mouth filters. Both are taken apart (linear prediction), the filter's resonances are moved as
the McAdams coefficient does (an angle to a power) and the mouth made longer or shorter, the buzz is set to another,
flatter pitch grain by grain, and both are put together again. All amounts are random, from the operating system, and
wander while he speaks: a plain pitch shift, or any shift by one amount, is undone by shifting back (`render.md`).
Nobody writes them down, so nobody can be made to hand them over. Words, pauses, accent and rhythm stay.
"""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clips.profiles import SAMPLE_RATE
from clips.samples import Sound, power_db
from clips.speech import FRAME, HOP, RATE, Pitch, Signal, envelopes, find_pitch, frames_of, joined

WARPS = ((0.72, 0.80), (1.18, 1.30))
"""McAdams coefficient: angles between 0 and pi to this power. Nearer to 1 he is recognised, farther words are lost."""

MOUTHS = ((1.12, 1.22), (0.82, 0.88))
"""All resonances times this; in the direction of the warp, so that one does not undo the other."""

PITCHES = ((1.32, 1.58), (0.63, 0.76))
"""The pitch times this."""

MIDDLE_HZ = 165.0
"""Who speaks lower than this gets the first of each pair, up; others the second, down: words are lost at the ends."""

FLATNESS = (0.3, 0.5)
"""What the pitch sinks and rises is flattened to this much of itself."""

BREATH = 0.3
"""Noise that follows the buzz, as a share of it."""

WANDER = 0.05
"""By which share each amount wanders to both sides."""

WANDER_S = (0.7, 1.6)
"""How long it takes from one place to the next."""

TILT_DB = 8.0
"""How much louder or softer each part of the spectrum becomes, at most."""

TILT_BANDS = 7

MOST_GAIN = 4.0
"""Where the disguise sounds quieter than the voice it is brought up by no more than this."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """How one voice is changed, a value for each step of HOP samples. Never stored, printed or passed on."""

    warp: Signal
    mouth: Signal
    pitch: Signal
    flatness: float
    tilt: Signal
    """A row of TILT_BANDS gains for each step."""


def disguise(sound: Sound, spans: Sequence[tuple[int, int]], kept: Sequence[tuple[int, int]]) -> Sound:
    """The sound with the voices in `spans` disguised, all by the same amounts, in samples of 48 kHz.

    What lies in `kept` (redactions: silence or room tone) and outside the spans stays as it is, to the sample.
    """
    from scipy.signal import resample_poly

    chance = np.random.default_rng(secrets.randbits(128))
    down = SAMPLE_RATE // RATE
    voices = [resample_poly(_mono(sound[first:last]), 1, down) for first, last in spans]
    steps = [len(voice) // HOP + 4 for voice in voices]
    amounts = draw_amounts(chance, sum(steps), find_pitch(np.concatenate(voices)).usual)
    out = sound.copy()
    for number, ((first, last), voice) in enumerate(zip(spans, voices, strict=True)):
        part = _part(amounts, sum(steps[:number]), steps[number])
        back = resample_poly(changed_voice(voice, part, chance), down, 1)[: last - first]
        out[first:last] = 0
        out[first : first + len(back)] = back[:, None]
    for first, last in kept:
        out[first:last] = sound[first:last]
    return out


def draw_amounts(chance: np.random.Generator, steps: int, usual_hz: float) -> Amounts:
    """Random amounts for so many steps of a voice of this pitch."""

    def wandering(low: float, high: float) -> Signal:
        return chance.uniform(low, high) * (1 + WANDER * _walk(chance, steps))

    side = 0 if usual_hz < MIDDLE_HZ else 1
    tilt = np.stack([_walk(chance, steps) / 2 + chance.uniform(-0.7, 0.7) for _ in range(TILT_BANDS)], axis=1)
    flatness = float(chance.uniform(*FLATNESS))
    return Amounts(
        wandering(*WARPS[side]), wandering(*MOUTHS[side]), wandering(*PITCHES[side]), flatness, TILT_DB * tilt
    )


def changed_voice(voice: Signal, amounts: Amounts, chance: np.random.Generator) -> Signal:
    """16 kHz samples of one stretch of speech, as long as before and in step with it."""
    if power_db(voice) < -100:
        return voice
    spectra = np.fft.rfft(frames_of(voice), axis=1)
    filters = envelopes(voice)
    buzz = joined(np.fft.irfft(spectra / filters, FRAME, axis=1), len(voice))
    buzz = _breathy(_repitched(buzz, find_pitch(voice), amounts, chance), chance)
    moved = np.stack([_moved(row, amounts, step) for step, row in enumerate(filters)])
    made = joined(np.fft.irfft(np.fft.rfft(frames_of(buzz), axis=1) * moved, FRAME, axis=1), len(voice))
    return np.asarray(made * _as_loud(voice, made))


def _moved(row: Signal, amounts: Amounts, step: int) -> Signal:
    """One frame's filter with its resonances at other frequencies."""
    angles = np.linspace(0, np.pi, len(row))
    back = np.minimum((angles / amounts.mouth[step]) ** (1 / amounts.warp[step]), np.pi)
    bands = np.linspace(0, np.pi, TILT_BANDS)
    return np.asarray(np.interp(back, angles, row) * 10 ** (np.interp(angles, bands, amounts.tilt[step]) / 20))


def _repitched(buzz: Signal, pitch: Pitch, amounts: Amounts, chance: np.random.Generator) -> Signal:
    """The buzz set grain by grain at other distances; where nobody sings it stays noise in its place."""
    marks = np.array(list(_marks(buzz, pitch)) or [0])
    out = np.zeros(len(buzz) + 2 * RATE // 40)
    usual = pitch.usual
    at = 0.0
    while at < len(buzz):
        step = min(int(at) // HOP, len(pitch.hertz) - 1)
        mark = int(marks[np.abs(marks - at).argmin()]) if len(marks) < 64 else _nearest(marks, at)
        if pitch.voiced[step]:
            own = pitch.hertz[step]
            wanted = amounts.pitch[step] * usual * (own / usual) ** amounts.flatness
            size, distance = RATE / own, RATE / wanted
        else:
            size, distance = RATE / 200, RATE / 200 * chance.uniform(0.9, 1.1)
        _lay(out, buzz, mark, int(at), int(size), np.sqrt(distance / size))
        at += distance
    return out[: len(buzz)]


def _breathy(buzz: Signal, chance: np.random.Generator) -> Signal:
    """With breath in it: the fine grain of a voice is most of what a program knows it by."""
    level = np.sqrt(np.convolve(buzz**2, _bell(RATE // 100), "same"))
    return np.asarray(buzz + BREATH * level * chance.standard_normal(len(buzz)))


def _bell(size: int) -> Signal:
    bell = np.hanning(2 * size + 1)
    return np.asarray(bell / bell.sum())


def _nearest(marks: NDArray[np.int64], at: float) -> int:
    place = int(np.searchsorted(marks, at))
    return int(min(marks[max(0, place - 1) : place + 1], key=lambda mark: abs(mark - at)))


def _lay(out: Signal, buzz: Signal, mark: int, at: int, size: int, gain: float) -> None:
    """A grain of two periods around `mark`, laid around `at`."""
    before, after = min(size, mark, at), min(size, len(buzz) - mark)
    window = np.hanning(2 * size + 1)[size - before : size + after]
    out[at - before : at + after] += gain * window * buzz[mark - before : mark + after]


def _marks(buzz: Signal, pitch: Pitch) -> Iterator[int]:
    """A place in each period, on its strongest pulse; every 5 ms where there is none."""
    at = 0
    while at < len(buzz):
        yield at
        step = min(at // HOP, len(pitch.hertz) - 1)
        if not pitch.voiced[step]:
            at += RATE // 200
            continue
        period = RATE / pitch.hertz[step]
        near = buzz[at + int(0.75 * period) : at + int(1.25 * period) + 1]
        at += int(0.75 * period) + int(np.argmax(near)) if len(near) else int(period)


def _as_loud(voice: Signal, made: Signal) -> Signal:
    """Gains that give the changed voice the loudness of the voice from moment to moment: pauses stay pauses."""
    theirs, ours = (np.convolve(s**2, _bell(RATE // 50), "same") for s in (voice, made))
    return np.asarray(np.minimum(np.sqrt((theirs + 1e-12) / (ours + 1e-12)), MOST_GAIN))


def _walk(chance: np.random.Generator, steps: int) -> Signal:
    """Smooth and between -1 and 1; somewhere else every second or so."""
    times, values = [0.0], [chance.uniform(-1, 1)]
    while times[-1] < steps:
        times.append(times[-1] + chance.uniform(*WANDER_S) * RATE / HOP)
        values.append(chance.uniform(-1, 1))
    return np.asarray(np.interp(np.arange(steps), times, values))


def _part(amounts: Amounts, first: int, count: int) -> Amounts:
    part = slice(first, first + count)
    return Amounts(amounts.warp[part], amounts.mouth[part], amounts.pitch[part], amounts.flatness, amounts.tilt[part])


def _mono(sound: Sound) -> Signal:
    """Both channels together, or the first where they cancel each other out."""
    return np.asarray(max((sound.mean(axis=1), sound[:, 0]), key=power_db), np.float64)
