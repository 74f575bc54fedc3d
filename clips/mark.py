"""The words burned into media that nobody may publish yet: large, on every frame, where subtitles stand (pure)."""

import pysubs2

from pipeline.domain import Aspect, Region
from subtitles.ass import empty_document, hundredth
from subtitles.fonts import FONT_FAMILY, line_width
from subtitles.style import BOX_PADDING, LINE_HEIGHT, SAFE_AREAS

MARK = "NOT FOR RELEASE"

LINES = 2.0
"""Height of the mark in lines of subtitles: with its box less than what verification leaves out of its comparison."""


def write_mark(aspect: Aspect, width: int, height: int, duration_ms: int) -> str:
    """An ASS document that burns the mark into all of a picture of `width` x `height` pixels."""
    area, padding = SAFE_AREAS[aspect], _padding(aspect, height)
    document = empty_document(width, height)
    document.styles["Default"] = pysubs2.SSAStyle(
        fontname=FONT_FAMILY,
        fontsize=_size(aspect, width, height),
        primarycolor=pysubs2.Color(255, 255, 255),
        backcolor=pysubs2.Color(120, 0, 0, 0x30),
        borderstyle=4,
        outline=0,
        shadow=padding,
        alignment=pysubs2.Alignment.BOTTOM_CENTER,
        marginl=round(area.left * width) + padding,
        marginr=round((1 - area.right) * width) + padding,
        marginv=round((1 - area.bottom) * height) + padding,
    )
    document.events.append(pysubs2.SSAEvent(0, hundredth(duration_ms) + 1000, MARK))
    return str(document.to_string("ass"))


def mark_area(aspect: Aspect, width: int, height: int) -> Region:
    """Where the words stand in a picture of `width` x `height` pixels, without the edge of their box."""
    area, size = SAFE_AREAS[aspect], _size(aspect, width, height)
    across, middle = line_width(MARK, size), (area.left + area.right) / 2 * width
    bottom = area.bottom * height - _padding(aspect, height)
    return Region(round(middle - across / 2), round(bottom - size), round(across), round(size))


def _size(aspect: Aspect, width: int, height: int) -> float:
    """Of the letters' line: as large as LINES says, smaller where the safe area is narrow."""
    area, size = SAFE_AREAS[aspect], LINES * LINE_HEIGHT[aspect] * height
    room = (area.right - area.left) * width - 2 * _padding(aspect, height)
    return round(min(size, size * room / line_width(MARK, size)), 1)


def _padding(aspect: Aspect, height: int) -> int:
    return round(BOX_PADDING * LINE_HEIGHT[aspect] * height)
