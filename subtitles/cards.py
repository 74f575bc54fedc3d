"""The text of opening and closing cards as ASS: the same letters and safe areas as the subtitles."""

import unicodedata
from collections.abc import Sequence
from fractions import Fraction

import pysubs2

from pipeline.domain import Aspect, Card
from subtitles.ass import ANY_SCRIPT, ass_text, empty_document, hundredth
from subtitles.fonts import FONT_FAMILY, line_width, needs_naskh, require_glyphs
from subtitles.style import LINE_HEIGHT, SAFE_AREAS
from subtitles.text import directed

TITLE_SIZE = 1.5
"""Of the subtitles' line height."""

BETWEEN = 0.4
"""Of a line's height, between two paragraphs: their lines may be short as well."""

FADE_MS = 400
"""The text comes and goes with the card's picture; a quarter of a short card at most."""


def write_card_ass(card: Card, aspect: Aspect, width: int, height: int, frame_rate: Fraction) -> str:
    """An ASS document with the card's title and text, centred, for all its frames from time 0.

    Long texts are wrapped inside the safe area, and set smaller when they would leave it; they fade
    in and out with the picture.
    Raises PipelineError when the font lacks a letter.
    """
    require_glyphs([card.title, card.text])
    area, line_height = SAFE_AREAS[aspect], LINE_HEIGHT[aspect] * height
    room = (area.right - area.left) * width - line_height / 4, (area.bottom - area.top) * height
    naskh = needs_naskh([card.title, card.text])
    scale, title, paragraphs = _largest(card, line_height, *room, naskh=naskh)
    size = line_height * scale
    document = empty_document(width, height)
    document.styles["Default"] = _style(size)
    shown = [rf"{{\fs{size * TITLE_SIZE:.1f}}}{line}" for line in _drawn(title, naskh=naskh)]
    shown += [rf"{{\fs{size / 2:.1f}}}"] if title and paragraphs else []
    for number, lines in enumerate(paragraphs):
        shown += [rf"{{\fs{size * BETWEEN:.1f}}}"] if number else []
        shown += [rf"{{\fs{size:.1f}}}{line}" for line in _drawn(lines, naskh=naskh)]
    end_ms = hundredth(round(round(card.duration_ms * frame_rate / 1000) * 1000 / frame_rate) + 10)
    fade = min(FADE_MS, card.duration_ms // 4)
    middle = (area.left + area.right) * width / 2, (area.top + area.bottom) * height / 2
    begin = rf"{{\pos({middle[0]:.0f},{middle[1]:.0f})\fad({fade},{fade})}}"
    document.events.append(pysubs2.SSAEvent(0, end_ms, begin + r"\N".join(shown)))
    return str(document.to_string("ass"))


def _style(size: float) -> pysubs2.SSAStyle:
    return pysubs2.SSAStyle(
        fontname=FONT_FAMILY,
        fontsize=round(size, 1),
        primarycolor=pysubs2.Color(255, 255, 255),
        outlinecolor=pysubs2.Color(0, 0, 0, 0x60),
        borderstyle=1,
        outline=round(size / 24, 1),
        shadow=0,
        alignment=pysubs2.Alignment.MIDDLE_CENTER,
        encoding=ANY_SCRIPT,
    )


def _largest(
    card: Card, line_height: float, wide: float, high: float, *, naskh: bool
) -> tuple[float, list[str], list[list[str]]]:
    """The largest scale, up to 1, at which both texts stay inside, and the title's and each paragraph's lines at it."""
    for percent in range(100, 5, -5):
        size = line_height * percent / 100
        title = wrap(card.title, size * TITLE_SIZE, wide, naskh=naskh)
        wrapped = (wrap(paragraph, size, wide, naskh=naskh) for paragraph in card.text.splitlines())
        paragraphs = [lines for lines in wrapped if lines]
        text = [line for lines in paragraphs for line in lines]
        drawn = [(line, size * TITLE_SIZE) for line in title] + [(line, size) for line in text]
        widest = max((line_width(line, tall, naskh=naskh) for line, tall in drawn), default=0)
        gaps = 0.5 + BETWEEN * len(paragraphs)
        if widest <= wide and (len(title) * TITLE_SIZE + gaps + len(text)) * size <= high:
            break
    return percent / 100, title, paragraphs


def wrap(text: str, line_height: float, wide: float, *, naskh: bool = False) -> list[str]:
    """The text in as few lines of at most this many pixels as possible, and those of like length.

    Its own line breaks stay.
    """
    lines = _wrapped(text, line_height, wide, naskh=naskh)
    for percent in range(95, 45, -5):
        narrower = _wrapped(text, line_height, wide * percent / 100, naskh=naskh)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return lines


def _wrapped(text: str, line_height: float, wide: float, *, naskh: bool) -> list[str]:
    lines: list[str] = []
    for paragraph in text.splitlines():
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}".strip()
            if line and line_width(longer, line_height, naskh=naskh) > wide:
                lines.append(line)
                longer = word
            line = longer
        lines += [line] if line else []
    return lines


def _drawn(lines: Sequence[str], *, naskh: bool) -> list[str]:
    language = "ar" if reads_from_right("".join(lines)) else "und"
    return [ass_text(directed(line, language), naskh=naskh) for line in lines]


def reads_from_right(text: str) -> bool:
    """True when most of its letters are of a right-to-left script."""
    directions = [unicodedata.bidirectional(c) for c in text]
    return sum(d in ("R", "AL") for d in directions) > directions.count("L")
