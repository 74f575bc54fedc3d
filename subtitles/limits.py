"""The guidelines as data: what a cue may be, per language and shape, with the source of each number."""

from dataclasses import dataclass
from fractions import Fraction

from pipeline.domain import Aspect

SPACELESS = frozenset({"zh", "yue", "ja", "th", "lo", "km", "my", "bo"})
"""Languages written without spaces between words."""

WIDE_SCRIPTS = frozenset({"zh", "yue", "ja", "ko"})
"""Languages whose limits count full-width characters; an ASCII character is half of one (Netflix TTSG)."""

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "ps", "sd", "ug", "yi", "ckb", "dv"})
"""Languages written from right to left."""

LINE_LENGTH = {"zh": 16, "yue": 16, "ko": 16, "ja": 23, "th": 35}
"""Characters a line in 16:9 where it is not 42 (Netflix TTSG; Subtitle Edit, SingleLineMaxLength)."""

TALL_LINE_LENGTH = {"zh": 11, "yue": 11, "ko": 11, "ja": 13, "th": 22}
SQUARE_LINE_LENGTH = {"zh": 13, "yue": 13, "ko": 13, "ja": 15, "th": 26}

SPEECH_RATE = {"ar": 23, "hi": 25, "ko": 14, "zh": 11, "yue": 11, "ja": 7}
"""Characters a second of same-language subtitles where it is not 20 (Netflix TTSG, adult SDH)."""

TRANSLATION_RATE = {"en": 20, "ar": 20, "hi": 22, "ko": 12, "zh": 9, "yue": 9, "ja": 4}
"""Characters a second of translations where it is not 17 (Netflix TTSG, adult programmes)."""

COMFORTABLE_RATE = 17
"""Soft: comprehension falls above it (Szarkowska and Gerber-Moron 2018; Netflix templates)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one language in one shape allows. Times in milliseconds, lengths in characters."""

    line_length: int
    max_lines: int
    reading_speed: int
    """Hard, characters a second."""
    comfortable_speed: int
    """Soft, characters a second; never above the hard one."""
    min_ms: Fraction = Fraction(2500, 3)
    """5/6 s (Netflix General 1)."""
    max_ms: int = 7000
    """7 s (Netflix General 1)."""
    gap_frames: int = 2
    """Two frames at any frame rate (Netflix Timing 360051554394)."""
    chain_ms: int = 500
    """A gap from three frames to less than this is closed (Netflix Timing)."""
    away_ms: int = 500
    """Hard: a cue starts and ends at most this far from its speech."""
    off_ms: int = 120
    """Soft: three frames at 25 a second (Netflix quality control)."""
    cut_off_frames: int = 2
    """Soft: a cue that leaves earlier than this before its last word ends."""


def base_language(language: str) -> str:
    """`en` of `en-US`: limits go by language, not by region."""
    return language.split("-")[0].split("_")[0].lower()


def is_right_to_left(language: str) -> bool:
    return base_language(language) in RIGHT_TO_LEFT


def limits_for(language: str, aspect: Aspect, *, translation: bool = False) -> Limits:
    """The limits of a language in a shape; a translation is read more slowly than one's own language.

    Line lengths: 42 in 16:9 (Netflix), 25 in 9:16 (BBC 3.1); 30 in 1:1, which is what fits 90 % of
    its width at the BBC's letter size.
    """
    base = base_language(language)
    speed = TRANSLATION_RATE.get(base, 17) if translation else SPEECH_RATE.get(base, 20)
    return Limits(
        line_length=_line_length(base, aspect),
        max_lines=3 if aspect is Aspect.TALL else 2,
        reading_speed=speed,
        comfortable_speed=min(COMFORTABLE_RATE, speed),
    )


def _line_length(base: str, aspect: Aspect) -> int:
    match aspect:
        case Aspect.WIDE:
            return LINE_LENGTH.get(base, 42)
        case Aspect.SQUARE:
            return SQUARE_LINE_LENGTH.get(base, 30)
        case Aspect.TALL:
            return TALL_LINE_LENGTH.get(base, 25)
