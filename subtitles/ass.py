"""Cues as ASS, which libass draws into the picture: any script, shaped, in our own font."""

from collections.abc import Iterable, Sequence

import pysubs2

from pipeline.domain import Aspect, Cue
from subtitles.fonts import FONT_FAMILY, font_runs, line_width, needs_naskh, require_glyphs
from subtitles.style import BOX_PADDING, LINE_HEIGHT, NARROWEST, OUTLINE, SAFE_AREAS
from subtitles.text import clean_lines, directed, in_order, visible

ANY_SCRIPT = -1
"""Style encoding: libass finds each line's direction itself. The default 1 puts Arabic in the wrong order."""


def write_ass(cues: Sequence[Cue], aspect: Aspect, width: int, height: int, language: str) -> str:
    """An ASS document that burns these cues into a picture of `width` x `height` pixels.

    White on a dark box inside the safe area. Raises PipelineError when the font lacks a letter, or
    when a line cannot be made to fit.
    """
    require_glyphs(line for cue in cues for line in cue.lines)
    naskh = needs_naskh(line for cue in cues for line in cue.lines)
    document = empty_document(width, height)
    area, line_height = SAFE_AREAS[aspect], LINE_HEIGHT[aspect] * height
    padding = round(BOX_PADDING * line_height)
    document.styles["Default"] = _style(line_height, padding, aspect, width, height)
    room = (area.right - area.left) * width - 2 * padding - 2 * OUTLINE * line_height - 2
    for cue in in_order(cues):
        lines = [directed(line, language) for line in clean_lines(cue.lines)]
        document.events.append(
            pysubs2.SSAEvent(
                hundredth(cue.clip_start_ms),
                hundredth(cue.clip_end_ms),
                _fitting(lines, line_height, room, naskh=naskh) + r"\N".join(ass_text(ln, naskh=naskh) for ln in lines),
            )
        )
    return str(document.to_string("ass"))


def escape_ass(text: str) -> str:
    """Text that libass draws as it stands: no override, no line break, no drawing command.

    A backslash has no escape in ASS: an invisible word joiner after it takes its power.
    """
    return visible(text).replace("\\", "\\\u2060").replace("{", "\\{").replace("}", "\\}")


def ass_text(line: str, *, naskh: bool) -> str:
    """A line as libass draws it, each letter from a font that has it (`fonts.font_runs`)."""
    if not naskh:
        return escape_ass(line)
    return "".join(rf"{{\fn{family}}}{escape_ass(run)}" for family, run in font_runs(line, naskh=naskh))


def empty_document(width: int, height: int) -> pysubs2.SSAFile:
    """An ASS document in which only our own line breaks count (WrapStyle 2)."""
    document = pysubs2.SSAFile()
    document.info.update(
        {"PlayResX": str(width), "PlayResY": str(height), "WrapStyle": "2", "ScaledBorderAndShadow": "yes"}
    )
    return document


def _style(line_height: float, padding: int, aspect: Aspect, width: int, height: int) -> pysubs2.SSAStyle:
    area = SAFE_AREAS[aspect]
    return pysubs2.SSAStyle(
        fontname=FONT_FAMILY,
        fontsize=round(line_height, 1),
        primarycolor=pysubs2.Color(255, 255, 255),
        outlinecolor=pysubs2.Color(0, 0, 0),
        backcolor=pysubs2.Color(0, 0, 0, 0x48),
        borderstyle=4,
        outline=round(OUTLINE * line_height, 1),
        shadow=padding,
        alignment=pysubs2.Alignment.BOTTOM_CENTER,
        marginl=round(area.left * width) + padding,
        marginr=round((1 - area.right) * width) + padding,
        marginv=round((1 - area.bottom) * height) + padding,
        encoding=ANY_SCRIPT,
    )


def _fitting(lines: Iterable[str], line_height: float, room: float, *, naskh: bool) -> str:
    """Overrides that make the widest line fit: narrower letters first, then smaller ones."""
    widest = max((line_width(line, line_height, naskh=naskh) for line in lines), default=0)
    if widest <= room:
        return ""
    if room / widest >= NARROWEST:
        return rf"{{\fscx{int(100 * room / widest)}}}"
    size = 100 * room / widest / NARROWEST
    return rf"{{\fscx{int(NARROWEST * size)}\fscy{int(size)}}}"


def hundredth(ms: int) -> int:
    """ASS counts hundredths of a second; a frame time rounded up would miss its frame."""
    return ms // 10 * 10
