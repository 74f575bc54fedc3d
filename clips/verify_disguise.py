"""A disguised voice: still the approved speech, in step with the recording, and no longer the recorded voice."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clips.expected import Expected
from clips.profiles import SAMPLE_RATE
from clips.redaction import Hidden
from clips.samples import Likeness, Sound, correlated, power_db, read_channels
from clips.verify_words import speech_samples
from pipeline.domain import Check
from pipeline.speakers.embedding import embed_voice, load_voice_encoder, similarity

CURVE_MS = 10
CURVE = CURVE_MS * SAMPLE_RATE // 1000
"""Samples that become one value of a loudness curve."""

REACH_MS = 100

SAME_RHYTHM = 0.6
"""Correlation of loudness curves: disguised speech has 0.9 and more, another passage under 0.4."""

IN_STEP_MS = 20.0

MOST_ALIKE = 0.85
"""Similarity to the recorded voice; the same words encoded again have 0.97 and more, disguised ones 0.55 to 0.8."""


def rhythm(source: Sound, heard: Sound, hidden: tuple[Hidden, ...]) -> Likeness | None:
    """How the loudness of both goes together from moment to moment; None where the source is silent.

    The waves of a disguised voice resemble nothing: words, syllables and pauses are what stays.
    """
    heard_, theirs = (_open(sound, hidden) for sound in (heard, source[: len(heard)]))
    if max(power_db(c) for c in theirs.T) < -100:
        return None
    gain = max(power_db(c) for c in heard_.T) - max(power_db(c) for c in theirs.T)
    reach = np.zeros(REACH_MS // CURVE_MS)
    found = correlated(np.concatenate([reach, _curve(theirs), reach]), _curve(heard_), REACH_MS, CURVE)
    return Likeness(found.correlation, found.lag_ms, gain)


def check_altered(sound: Sound, expected: Expected) -> Check:
    """The voice in the file beside the recorded one, as a program that tells people apart hears them.

    Raises WeightsError when that program is not installed.
    """
    ours, theirs = [], []
    for take in expected.takes:
        source = read_channels(take.path, expected.probes[take.passage.recording], take.passage.span)
        first = expected.clock.samples(take.passage.first_frame)
        heard = sound[first : first + len(source)]
        ours.append(speech_samples(_open(heard, take.hidden), 0))
        theirs.append(speech_samples(_open(source[: len(heard)], take.hidden), 0))
    encoder = load_voice_encoder()
    alike = similarity(*(embed_voice(encoder, _sounding(parts)) for parts in (ours, theirs)))
    detail = (
        f"{alike:.2f} like the recorded voice ({MOST_ALIKE} allowed); two recordings of one person have about .83,"
        " of two people .53"
    )
    return Check("voice altered", alike <= MOST_ALIKE, detail)


def _open(sound: Sound, hidden: tuple[Hidden, ...]) -> Sound:
    """What no redaction replaced."""
    free = sound.copy()
    for h in hidden:
        free[h.first : h.last] = 0
    return free


def _curve(sound: Sound) -> NDArray[np.float64]:
    """Loudness of the louder channel, around its mean."""
    whole = sound[: len(sound) // CURVE * CURVE].astype(np.float64)
    parts = (whole**2).reshape(-1, CURVE, sound.shape[1]).mean(axis=1).max(axis=1)
    level = np.sqrt(parts)
    return np.asarray(level - level.mean())


def _sounding(parts: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Without the longest silences: they have no voice."""
    whole = np.concatenate(parts)
    blocks = whole[: len(whole) // 1600 * 1600].reshape(-1, 1600)
    return np.asarray(blocks[np.abs(blocks).max(axis=1) > 0].ravel(), np.float32) if len(blocks) else whole
