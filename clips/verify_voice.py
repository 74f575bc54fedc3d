"""A voice that is not to be heard: nothing of it is in the finished file."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from clips.expected import Expected, is_same_word, normalised_words, redacted_terms
from clips.profiles import SAMPLE_RATE
from clips.revoicing import named_again, reading_sound
from clips.samples import COARSE, Sound, coarse, correlated, read_channels
from clips.verify_sound import (
    FLOOR_DB,
    LAG_MS,
    LIKE_SOURCE,
    MAX_CORRELATION,
    STEP_ALLOWED_MS,
    check_cards,
    check_loudness,
    loudest_db,
    resemblance,
)
from clips.verify_words import LEAST_FOUND, HeardWord, in_order
from pipeline.domain import Check
from subtitles.handover import removed_words

NOTHING_DB = -100.0
"""Quieter than this are no samples but zeros: engines hear words in them that nobody said."""

REACH_MS = 100
REACH = REACH_MS * SAMPLE_RATE // 1000 // COARSE

Hear = Callable[[], Mapping[int, Sequence[HeardWord]]]


def check_removed(sound: Sound, expected: Expected, hear: Hear) -> tuple[Check, ...]:
    """Energy, likeness to each recording, and words: nothing of all three."""
    loudest = loudest_db(sound)
    is_empty = loudest <= FLOOR_DB
    gone = Check("voice removed", is_empty, f"loudest 40 ms {loudest:.0f} dB ({FLOOR_DB:.0f} allowed)")
    words = 0 if loudest <= NOTHING_DB else sum(len(words) for words in hear().values())
    return (gone, check_unlike(sound, expected), Check("no words", words == 0, f"{words} words heard, none allowed"))


def check_revoiced(path: Path, sound: Sound, expected: Expected, hear: Hear) -> tuple[Check, ...]:
    """The reader as he was laid on the clip and nothing besides; the words that he reads and none that was removed."""
    made, reading = expected.plan.revoicing, expected.reading
    if made is None or reading is None:
        return (Check("reader", False, "nobody knows what was to be heard"),)
    meant = reading_sound(made, reading, expected.clock)[: len(sound)]
    likeness = correlated(np.pad(coarse(meant[:, 0]), REACH), coarse(sound[: len(meant), 0]), REACH_MS, COARSE)
    detail = f"correlation {likeness.correlation:.2f} ({LIKE_SOURCE} needed), {abs(likeness.lag_ms):.1f} ms off"
    step = abs(likeness.lag_ms) <= STEP_ALLOWED_MS
    same = Check("reader", likeness.correlation >= LIKE_SOURCE and step, detail)
    words = [word for part in hear().values() for word in part]
    return (
        same,
        check_unlike(sound, expected),
        *check_read_words(expected, words),
        check_cards(sound, expected),
        check_loudness(path, expected, 0.0),
    )


def check_read_words(expected: Expected, heard: Sequence[HeardWord]) -> tuple[Check, ...]:
    """Words of the subtitles that were read, in order; and none that was removed, in whatever spelling."""
    wanted = [w for cue in expected.read_cues for line in cue.lines for w in normalised_words(line)]
    gone, names = redacted_terms(expected) - set(wanted), removed_words(expected.plan, expected.transcripts)
    strange = [word for word in heard if word.text not in wanted]
    leaks = sum(
        1
        for word in strange
        if any(is_same_word(word.text, term) for term in gone) or named_again([word.written], names, wanted)
    )
    found, least = in_order(wanted, [word.text for word in heard]), max(1, round(LEAST_FOUND * len(wanted)))
    return (
        Check("removed words", leaks == 0, f"{len(gone)} words removed, {leaks} heard again"),
        Check("kept words", found >= least, f"{found} of {len(wanted)} words heard as they are read, {least} needed"),
    )


def check_unlike(sound: Sound, expected: Expected) -> Check:
    """What is heard in each passage does not go with what the recording has there, on any channel."""
    worst = 0.0
    for take in expected.takes:
        source = read_channels(take.path, expected.probes[take.passage.recording], take.passage.span)
        first = expected.clock.samples(take.passage.first_frame)
        heard = sound[first : first + len(source)]
        worst = max(worst, resemblance(source, heard))
    detail = f"correlation with the recording {worst:.2f} ({MAX_CORRELATION} allowed) within {LAG_MS} ms"
    return Check("recorded voice", worst <= MAX_CORRELATION, detail)
