"""A voice that is not to be heard: nothing of it is in the finished file."""

from collections.abc import Callable, Mapping, Sequence

from clips.expected import Expected
from clips.samples import Sound, read_channels
from clips.verify_sound import FLOOR_DB, LAG_MS, MAX_CORRELATION, loudest_db, resemblance
from clips.verify_words import HeardWord
from pipeline.domain import Check

NOTHING_DB = -100.0
"""Quieter than this are no samples but zeros: engines hear words in them that nobody said."""

Hear = Callable[[], Mapping[int, Sequence[HeardWord]]]


def check_removed(sound: Sound, expected: Expected, hear: Hear) -> tuple[Check, ...]:
    """Energy, likeness to each recording, and words: nothing of all three."""
    loudest = loudest_db(sound)
    is_empty = loudest <= FLOOR_DB
    gone = Check("voice removed", is_empty, f"loudest 40 ms {loudest:.0f} dB ({FLOOR_DB:.0f} allowed)")
    words = 0 if loudest <= NOTHING_DB else sum(len(words) for words in hear().values())
    return (gone, check_unlike(sound, expected), Check("no words", words == 0, f"{words} words heard, none allowed"))


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
