"""Subtitles for the deaf and hard of hearing: who speaks, and what else is heard."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import yaml

from pipeline.domain import Aspect, Cue, CutPlan, HeardSound, Speaker
from pipeline.times import clock as shown_time
from subtitles.clipwords import ClipWord, sound_redactions, to_clip_ms
from subtitles.clock import Clock, clock
from subtitles.limits import Limits, base_language, limits_for
from subtitles.measure import text_length
from subtitles.reshape import in_best_lines
from subtitles.text import RIGHT_TO_LEFT_MARK

ROLES = Path(__file__).with_name("roles.yaml")
FALLBACK = "en"

MARK = "-x-sdh"
"""BCP 47, private use: `en-x-sdh` is English for the deaf and hard of hearing. Files are named by it."""

LAG_MS = 1_500
"""A sound that is over is told no later than this after it began (BBC 5.2)."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Something heard that is not speech, as a person described it."""

    text: str
    clip_start_ms: int
    clip_end_ms: int


def sdh_language(language: str) -> str:
    """The tag of a language's variant for the deaf and hard of hearing."""
    return f"{language}{MARK}"


def plain_language(language: str) -> str:
    """The language of which this is such a variant; any other tag is itself."""
    return language.removesuffix(MARK)


def is_sdh(language: str) -> bool:
    return language.endswith(MARK)


def language_told(language: str) -> str:
    """A language version's name, for people."""
    return f"{plain_language(language)} for the deaf and hard of hearing" if is_sdh(language) else language


def labelled(words: Sequence[ClipWord], language: str, aspect: Aspect = Aspect.WIDE) -> tuple[ClipWord, ...]:
    """The words with a label at every change of speaker; none when one person speaks alone.

    Roles, never names (BBC 7.8: capitals and a colon, where it is not clear who speaks).
    """
    names = _names(plain_language(language))
    if len({word.speaker for word in words} - {None}) < 2:
        return tuple(words)
    limit = limits_for(language, aspect).line_length
    known: Speaker | None = None
    shown: list[ClipWord] = []
    for word in words:
        turn = word.speaker is not None and word.speaker != known
        shown += _told(word, names[word.speaker], limit, language) if turn and word.speaker else (word,)
        known = word.speaker or known
    return tuple(shown)


def _told(word: ClipWord, name: str, limit: int, language: str) -> tuple[ClipWord, ...]:
    """The label and the word: as one, so that nothing parts them, unless they fill more than a line."""
    together = f"{name}: {word.text}"
    if text_length(together, language) <= limit:
        return (replace(word, text=together),)
    first_ms = word.clip_start_ms
    label = ClipWord(f"{name}:", first_ms, first_ms + 1, word.speaker, False, None, word.passage)
    return (label, word)


def without_labels(text: str) -> str:
    """The text without the roles before turns: they are not what is said."""
    return _labels().sub("", text.replace(RIGHT_TO_LEFT_MARK, ""))


def plan_sounds(plan: CutPlan) -> tuple[Sound, ...]:
    """What the plan says is heard, on the clip's clock; nothing from where the sound is removed."""
    told = plan.sdh.sounds if plan.sdh else ()
    return tuple(Sound(heard.text, *times) for heard in told for times in _heard(plan, heard))


def sounds_without_room(plan: CutPlan, language: str, cues: Sequence[Cue]) -> tuple[str, ...]:
    """Where the plan's sounds are not in these cues, because nobody had time to read them; never what they are."""
    if not is_sdh(language):
        return ()
    shown = {" ".join(cue.lines).replace(RIGHT_TO_LEFT_MARK, "") for cue in cues}
    missing = (sound for sound in plan_sounds(plan) if _bracketed(sound) not in shown)
    return tuple(f"no room for the sound at {shown_time(sound.clip_start_ms)} of the clip" for sound in missing)


def _bracketed(sound: Sound) -> str:
    return f"[{' '.join(sound.text.split())}]"


def _heard(plan: CutPlan, heard: HeardSound) -> Iterator[tuple[int, int]]:
    for passage in plan.passages():
        both = passage.span.intersection(heard.span) if passage.recording == heard.recording else None
        if both and not any(r.span.overlaps(both) for r in sound_redactions(plan, passage)):
            yield to_clip_ms(passage, both.start_ms), to_clip_ms(passage, both.end_ms)


def with_sounds(
    cues: Sequence[Cue],
    sounds: Sequence[Sound],
    *,
    language: str,
    aspect: Aspect,
    frame_rate: Fraction,
    clip_end_ms: int,
) -> tuple[tuple[Cue, ...], tuple[Sound, ...]]:
    """The cues with `[sounds]` in the pauses between them, and the sounds for which there was no room.

    Speech comes first: a sound that nobody has time to read is left out (BBC 17: only what matters).
    """
    limits = limits_for(language, aspect)
    times = clock(limits, frame_rate)
    placed, left_out = list(cues), []
    for sound in sorted(sounds, key=lambda s: s.clip_start_ms):
        cue = _placed(sound, placed, language, limits, times, clip_end_ms)
        if cue is None:
            left_out.append(sound)
        else:
            placed.append(cue)
    return tuple(sorted(placed, key=lambda c: c.clip_start_ms)), tuple(left_out)


def _placed(
    sound: Sound, placed: Sequence[Cue], language: str, limits: Limits, times: Clock, clip_end_ms: int
) -> Cue | None:
    """The sound's cue among those that are there; None when it has no room in the picture or in time."""
    text = _bracketed(sound)
    lines, wide_ms = in_best_lines(text.split(" "), language, limits), times.ms(times.open_gap)
    before = max((c.clip_end_ms for c in placed if c.clip_start_ms <= sound.clip_start_ms), default=-wide_ms)
    after = min((c.clip_start_ms for c in placed if c.clip_start_ms > sound.clip_start_ms), default=None)
    first = times.last_frame(max(sound.clip_start_ms, before + wide_ms - 1)) + 1
    limit_ms = clip_end_ms if after is None else after - wide_ms
    last = min(times.last_frame(limit_ms), times.last_frame(sound.clip_end_ms), first + times.max_frames)
    need = max(times.min_frames, -int(-text_length(text, language) // times.comfort))
    last = max(last, min(first + need, times.last_frame(limit_ms)))
    late_ms = max(sound.clip_end_ms, sound.clip_start_ms + LAG_MS)
    if lines is None or last - first < need or times.ms(first) > late_ms:
        return None
    return Cue(times.ms(first), times.ms(last), lines)


def _names(language: str) -> Mapping[Speaker, str]:
    return _roles().get(language) or _roles().get(base_language(language)) or _roles()[FALLBACK]


@cache
def _labels() -> re.Pattern[str]:
    names = {name for known in _roles().values() for name in known.values()}
    return re.compile(rf"(?<!\S)(?:{'|'.join(sorted(map(re.escape, names), key=len, reverse=True))}):(?!\S)")


@cache
def _roles() -> Mapping[str, Mapping[Speaker, str]]:
    said = yaml.safe_load(ROLES.read_text(encoding="utf-8"))
    return {language: {Speaker(role): name for role, name in names.items()} for language, names in said.items()}
