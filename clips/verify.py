"""A finished file is opened again and compared with what was meant; only then may it get its name."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from clips.expected import Expected
from clips.samples import Sound, read_clip_sound
from clips.verify_file import check_cues, check_file
from clips.verify_picture import check_picture
from clips.verify_sound import check_length, check_sound
from clips.verify_voice import check_removed, check_revoiced
from clips.verify_words import HeardWord, check_words, listen
from pipeline.domain import Check, Verification, Voice
from pipeline.engines.engine import Engine
from pipeline.errors import MediaError, PipelineError

Listen = Callable[[Sound, Expected], Mapping[int, Sequence[HeardWord]]]
"""Hears each passage of a finished sound again."""


def verify_rendition(path: Path, expected: Expected, engine: Engine, listen_to: Listen | None = None) -> Verification:
    """Every check with its figures. Nothing is skipped when one fails, so that all faults are named.

    `listen_to` may stand in for the engine where the same sound was heard before.
    """
    checks: list[Check] = [check_cues(expected)]
    checks += _tried("file", lambda: check_file(path, expected))
    checks += _tried("picture", lambda: check_picture(path, expected))
    checks += _tried("sound", lambda: _check_heard(path, expected, engine, listen_to))
    return Verification(tuple(checks))


def _check_heard(path: Path, expected: Expected, engine: Engine, listen_to: Listen | None) -> tuple[Check, ...]:
    sound = read_clip_sound(path)
    length = check_length(sound, expected)
    if not length.passed:
        return (length,)

    def hear() -> Mapping[int, Sequence[HeardWord]]:
        return listen_to(sound, expected) if listen_to else listen(sound, expected, engine)

    if expected.plan.voice is Voice.REMOVED:
        return (length, *check_removed(sound, expected, hear))
    if expected.plan.voice is Voice.REVOICED:
        return (length, *check_revoiced(path, sound, expected, hear))
    return (length, *check_sound(path, sound, expected), *check_words(expected, hear()))


def _tried(name: str, look: Callable[[], tuple[Check, ...]]) -> tuple[Check, ...]:
    """A file that cannot be read has failed, and the other checks still say what they see."""
    try:
        return look()
    except (MediaError, PipelineError) as error:
        return (Check(name, False, error.message),)
