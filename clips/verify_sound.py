"""The finished sound, beside the recording's own: what is gone is gone on every channel."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clips.expected import Expected
from clips.loudness import MOST_GAIN_DB
from clips.profiles import SAMPLE_RATE, find_profile
from clips.redaction import Hidden
from clips.samples import (
    COARSE,
    Likeness,
    Sound,
    channels_of,
    coarse,
    correlated,
    measured_loudness,
    power_db,
    read_channels,
    whitened,
    without_tone,
)
from clips.verify_disguise import IN_STEP_MS, SAME_RHYTHM, check_altered, rhythm
from pipeline.domain import Check, RedactionKind, Voice

MAX_CORRELATION = 0.10
"""Of what is heard in a redaction with the source's sound there (`safety.md`, C2)."""

SMEAR_MS = 15
"""AAC spreads sound this far over a redaction's edge, at less than -60 dB (`render.md`)."""

GONE_DB = -45.0
"""What is left under a tone or in silence, in any 40 ms, below the source's loudest: nothing of it."""

NEARLY_GONE_DB = -25.0
"""Below the tone or the source, whichever is louder: what the codec adds, if it does not resemble the source."""

FLOOR_DB = -70.0
"""Quieter than this nothing is made out, whatever the source."""

MAX_WINDOW_CORRELATION = 0.25
"""In any 200 ms of room tone; by chance such a short stretch reaches 0.15."""

LAG_MS = 25
"""How far the source may have slipped in the search for it."""

STEP_MS = 100
STEP_ALLOWED_MS = 2.0
LIKE_SOURCE = 0.5
"""Correlation of kept sound with the source; right sound gives 0.9 and more, another track about 0."""

LOUDNESS_LU = 1.0
HIGHEST_PEAK = -0.5
"""dBTP in the finished file. Renders aim at -1; a decoder of another make may read half a dB more."""
SHORTEST_MEASURED_S = 3.0
"""Under three seconds of speech the integrated loudness says little; it is printed, not judged."""

TONE_DB = (-24.0, -14.0)
SILENCE_DB = -60.0


def check_sound(path: Path, sound: Sound, expected: Expected) -> tuple[Check, ...]:
    """Redactions, likeness to the source, silence on cards, loudness; `sound` has its right length."""
    checks = []
    kept, hidden = [], []
    is_disguised = expected.plan.voice is Voice.DISGUISED
    for take in expected.takes:
        source = read_channels(take.path, expected.probes[take.passage.recording], take.passage.span)
        first = expected.clock.samples(take.passage.first_frame)
        heard = sound[first : first + len(source)]
        compare = rhythm if is_disguised else _likeness
        alike = compare(source[: len(heard)], heard, take.hidden)
        kept.append(alike)
        louder = 10 ** ((alike.gain_db if alike else 0.0) / 20)
        hidden += [_remains(source[: len(heard)] * louder, heard, h) for h in take.hidden]
    limits = (SAME_RHYTHM, IN_STEP_MS) if is_disguised else (LIKE_SOURCE, STEP_ALLOWED_MS)
    checks.append(_check_likeness([k for k in kept if k], *limits))
    if is_disguised:
        checks.append(check_altered(sound, expected))
    if hidden:
        checks.append(_check_hidden(hidden))
    checks.append(check_cards(sound, expected))
    checks.append(check_loudness(path, expected, max((k.gain_db for k in kept if k), default=0.0)))
    return tuple(checks)


@dataclass(frozen=True, slots=True)
class _Remains:
    kind: RedactionKind
    redaction: str
    level_db: float
    """Of all that is heard, the loudest channel."""
    left_db: float
    """Of the loudest 40 ms that is not the tone, relative to the source's loudest."""
    under_db: float
    """The same, relative to the source's loudest or the tone, whichever is louder."""
    rest_db: float
    """The same as it stands."""
    correlation: float
    """With the source; the highest of all pairs of channels."""
    window_correlation: float
    """The same in the worst 200 ms; not looked for where nothing is left."""

    @property
    def is_gone(self) -> bool:
        unlike = self.correlation <= MAX_CORRELATION and self.window_correlation <= MAX_WINDOW_CORRELATION
        is_empty = self.left_db <= GONE_DB or self.rest_db <= FLOOR_DB
        if self.kind is RedactionKind.SILENCE:
            return is_empty and self.level_db <= SILENCE_DB
        if self.kind is RedactionKind.TONE and not TONE_DB[0] <= self.level_db <= TONE_DB[1]:
            return False
        return is_empty or (unlike and (self.kind is RedactionKind.ROOM or self.under_db <= NEARLY_GONE_DB))


def check_length(sound: Sound, expected: Expected) -> Check:
    """The sound lasts as long as planned: otherwise nothing in it is where it should be."""
    wanted = expected.clock.samples(expected.clock.total)
    off = abs(len(sound) - wanted) / SAMPLE_RATE * 1000
    return Check("sound length", off <= 22, f"{off:.1f} ms from the plan's (one AAC frame, 21.3 ms, allowed)")


def _likeness(source: Sound, heard: Sound, hidden: tuple[Hidden, ...]) -> Likeness | None:
    """How the kept sound goes with the source; None where the source is silent."""
    margin = SMEAR_MS * SAMPLE_RATE // 1000
    open_ = np.ones(len(heard), bool)
    for h in hidden:
        open_[max(0, h.first - margin) : h.last + margin] = False
    heard_, theirs = heard * open_[:, None], source * open_[:, None]
    ours = max((heard_.mean(axis=1), heard_[:, 0]), key=power_db)  # the mean of opposite channels is nothing
    gain = max(power_db(c) for c in heard_.T) - max(power_db(c) for c in theirs.T)
    reach = np.zeros(STEP_MS * SAMPLE_RATE // 1000 // COARSE)
    candidates = [coarse(c) for c in channels_of(theirs) if power_db(c) > SILENCE_DB]
    found = [correlated(np.concatenate([reach, c, reach]), coarse(ours), STEP_MS, COARSE) for c in candidates]
    if not found:
        return None
    return replace(max(found, key=lambda f: f.correlation), gain_db=gain)


def _check_likeness(found: list[Likeness], least: float, most_ms: float) -> Check:
    if not found:
        return Check("same sound", True, "the source is silent there")
    weakest, late = min(f.correlation for f in found), max(abs(f.lag_ms) for f in found)
    detail = f"correlation {weakest:.2f} ({least} needed), at most {late:.1f} ms off ({most_ms} allowed)"
    return Check("same sound", weakest >= least and late <= most_ms, detail)


def _remains(source: Sound, heard: Sound, hidden: Hidden) -> _Remains:
    margin = SMEAR_MS * SAMPLE_RATE // 1000
    first, last = hidden.first + margin, min(hidden.last - margin, len(heard))
    if last <= first:
        first, last = hidden.first, min(hidden.last, len(heard))
    there, here = source[first:last], heard[first:last]
    rest = np.stack([without_tone(channel) for channel in here.T], axis=1)
    loudest = loudest_db(rest)
    left, level = loudest - loudest_db(there), max(power_db(channel) for channel in here.T)
    is_empty = hidden.kind is not RedactionKind.ROOM and (left <= GONE_DB or loudest <= FLOOR_DB)
    reach = LAG_MS * SAMPLE_RATE // 1000
    around = np.pad(source, ((reach, reach), (0, 0)))[first : last + 2 * reach]
    return _Remains(
        hidden.kind,
        hidden.redaction,
        level_db=level,
        left_db=left,
        under_db=loudest - max(loudest_db(there), level),
        rest_db=loudest,
        correlation=_likest(around, rest),
        window_correlation=0.0 if is_empty else max(_windows(around, rest), default=0.0),
    )


def resemblance(source: NDArray[np.floating], heard: NDArray[np.floating]) -> float:
    """The highest correlation of any channel with any of the source's, whitened, within LAG_MS."""
    reach = LAG_MS * SAMPLE_RATE // 1000
    return _likest(np.pad(source[: len(heard)], ((reach, reach), (0, 0))), heard)


def _likest(around: NDArray[np.floating], rest: NDArray[np.floating]) -> float:
    """The highest correlation of any channel with any of the source's, whitened."""
    sources = [whitened(c) for c in channels_of(around)]
    return max(correlated(s, whitened(r), LAG_MS).correlation for s in sources for r in rest.T)


def _windows(around: NDArray[np.floating], rest: NDArray[np.floating]) -> Iterator[float]:
    size, reach = SAMPLE_RATE // 5, 2 * LAG_MS * SAMPLE_RATE // 1000
    for first in range(0, len(rest) - size + 1, size // 2):
        yield _likest(around[first : first + size + reach], rest[first : first + size])


def loudest_db(sound: NDArray[np.floating]) -> float:
    """Of any 40 ms on any channel."""
    size = SAMPLE_RATE // 25
    parts = [channel[n : n + size] for channel in sound.T for n in range(0, max(1, len(channel) - size // 2), size)]
    return max(power_db(part) for part in parts)


def _check_hidden(found: list[_Remains]) -> Check:
    leaks = [f for f in found if not f.is_gone]
    worst = max(found, key=lambda f: (not f.is_gone, f.left_db))
    detail = (
        f"{len(found)} redactions; worst: {worst.kind.value} at {worst.level_db:.0f} dB, {worst.left_db:.0f} dB left"
        f" of the source ({GONE_DB:.0f} allowed), {worst.under_db:.0f} dB under source or tone"
        f" ({NEARLY_GONE_DB:.0f} allowed where unlike the source), correlation"
        f" {worst.correlation:.2f} ({MAX_CORRELATION} allowed), {worst.window_correlation:.2f} in any 200 ms"
        f" ({MAX_WINDOW_CORRELATION} allowed)"
    )
    if leaks:
        detail = f"not removed: {', '.join(leak.redaction for leak in leaks)}; {detail}"
    return Check("redacted sound", not leaks, detail)


def check_cards(sound: Sound, expected: Expected) -> Check:
    margin = 2 * 1024
    first = expected.clock.samples(expected.clock.opening) - margin
    last = expected.clock.samples(expected.takes[-1].passage.first_frame + expected.takes[-1].passage.frames)
    parts = [part for part in (sound[: max(0, first)], sound[last + margin :]) if len(part)]
    loudest = max((power_db(part.ravel()) for part in parts), default=-120.0)
    return Check("silent cards", loudest <= SILENCE_DB, f"{loudest:.0f} dB ({SILENCE_DB:.0f} allowed)")


def check_loudness(path: Path, expected: Expected, gain_db: float) -> Check:
    """Never louder than the target; quieter only where peaks or the recording's own noise are in the way."""
    profile = find_profile(expected.plan.render_profile)
    found = measured_loudness(path)
    spoken = sum(t.passage.frames for t in expected.takes) / expected.clock.frame_rate
    figures = (
        f"{found.integrated:.1f} LUFS, target {profile.loudness} within {LOUDNESS_LU};"
        f" {found.true_peak:.1f} dBTP, {HIGHEST_PEAK} allowed"
    )
    if spoken < SHORTEST_MEASURED_S or found.is_silent:
        return Check("loudness", True, f"{figures}; too short or silent to be judged")
    if found.integrated > profile.loudness + LOUDNESS_LU or found.true_peak > HIGHEST_PEAK:
        return Check("loudness", False, figures)
    if found.integrated >= profile.loudness - LOUDNESS_LU:
        return Check("loudness", True, figures)
    as_loud_as_can_be = found.true_peak >= profile.true_peak - LOUDNESS_LU or gain_db >= MOST_GAIN_DB - 1
    return Check("loudness", as_loud_as_can_be, f"{figures}; its peaks or its noise allow no more")
