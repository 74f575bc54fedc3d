"""The words burned into media that nobody may publish yet: large, on every frame, where subtitles stand (pure)."""

import pysubs2

from pipeline.domain import Aspect
from subtitles.ass import empty_document, hundredth
from subtitles.fonts import FONT_FAMILY, line_width
from subtitles.style import BOX_PADDING, LINE_HEIGHT, SAFE_AREAS

MARK = "NOT FOR RELEASE"

LINES = 2.0
"""Height of the mark in lines of subtitles: with its box less than what verification leaves out of its comparison."""


def write_mark(aspect: Aspect, width: int, height: int, duration_ms: int) -> str:
    """An ASS document that burns the mark into all of a picture of `width` x `height` pixels."""
    area = SAFE_AREAS[aspect]
    padding = round(BOX_PADDING * LINE_HEIGHT[aspect] * height)
    room = (area.right - area.left) * width - 2 * padding
    size = LINES * LINE_HEIGHT[aspect] * height
    document = empty_document(width, height)
    document.styles["Default"] = pysubs2.SSAStyle(
        fontname=FONT_FAMILY,
        fontsize=round(min(size, size * room / line_width(MARK, size)), 1),
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
