"""Small words in the picture that say what was done to the voice: a box in the safe area's upper corner."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pysubs2
import yaml

from pipeline.domain import Aspect, Region, Voice
from subtitles.ass import ANY_SCRIPT, ass_text, empty_document, hundredth
from subtitles.fonts import FONT_FAMILY, line_width, needs_naskh, require_glyphs
from subtitles.limits import base_language, is_right_to_left
from subtitles.style import LINE_HEIGHT, SAFE_AREAS
from subtitles.text import directed

TEXTS = Path(__file__).with_name("labels.yaml")
FALLBACK = "en"

LABEL_SIZE = 0.55
"""Of the subtitles' line height: read by who looks for it, not in the way of who does not."""

PADDING = 0.3
"""Of the label's line height, on every side."""

BOX_ALPHA = 0x40
"""A quarter of the picture shines through; over white the letters still stand on dark grey."""

TOLD: Mapping[Voice, str] = {
    Voice.SOURCE: "as recorded: it can be recognised",
    Voice.DISGUISED: "disguised: harder to recognise, and still recognisable; no protection for who must not be found",
    Voice.REMOVED: "removed: nothing is heard, the words are burned in",
    Voice.REVOICED: "of another reader: nothing of the recording is heard",
}


@dataclass(frozen=True, slots=True)
class Label:
    """A line of text on a dark box, for a stretch of the clip."""

    text: str
    box: Region
    """Pixels of the finished picture."""
    line_height: float
    clip_start_ms: int
    clip_end_ms: int


def voice_told(voice: Voice) -> str:
    """What a choice means, for who makes or signs a plan."""
    return TOLD[voice]


def voice_text(voice: Voice, language: str) -> str:
    """What viewers read of it, in their language or in English."""
    known = _texts()[voice.value]
    return known.get(language) or known.get(base_language(language)) or known[FALLBACK]


def place_label(
    text: str, aspect: Aspect, width: int, height: int, language: str, clip_start_ms: int, clip_end_ms: int
) -> Label:
    """The label in the corner where a line of its language begins, set smaller where the safe area is narrow.

    Raises PipelineError when the font lacks a letter.
    """
    require_glyphs([text])
    area, tall = SAFE_AREAS[aspect], LABEL_SIZE * LINE_HEIGHT[aspect] * height
    room, naskh = (area.right - area.left) * width, needs_naskh([text])
    whole = line_width(text, tall, naskh=naskh) + 2 * PADDING * tall
    tall *= min(1.0, room / whole)
    across, down = _even(min(room, whole)), _even(tall * (1 + 2 * PADDING))
    left = area.right * width - across if is_right_to_left(language) else area.left * width
    return Label(text, Region(_even(left), _even(area.top * height), across, down), tall, clip_start_ms, clip_end_ms)


def with_label(document: str, label: Label, width: int, height: int, language: str) -> str:
    """An ASS document with the label besides what is in it; `document` may be empty."""
    drawn = pysubs2.SSAFile.from_string(document, format_="ass") if document else empty_document(width, height)
    drawn.styles["Label"] = _style(label.line_height)
    box, naskh = label.box, needs_naskh([label.text])
    times = hundredth(label.clip_start_ms), hundredth(label.clip_end_ms)
    shade = rf"{{\an7\pos({box.x},{box.y})\bord0\1c&H000000&\1a&H{BOX_ALPHA:02X}&\p1}}"
    square = f"{shade}m 0 0 l {box.width} 0 {box.width} {box.height} 0 {box.height}{{\\p0}}"
    middle = rf"{{\an5\pos({box.x + box.width / 2:.0f},{box.y + box.height / 2:.0f})}}"
    line = middle + ass_text(directed(label.text, language), naskh=naskh)
    drawn.events.append(pysubs2.SSAEvent(*times, square, layer=5, style="Label"))
    drawn.events.append(pysubs2.SSAEvent(*times, line, layer=6, style="Label"))
    return str(drawn.to_string("ass"))


def _style(line_height: float) -> pysubs2.SSAStyle:
    return pysubs2.SSAStyle(
        fontname=FONT_FAMILY,
        fontsize=round(line_height, 1),
        primarycolor=pysubs2.Color(255, 255, 255),
        borderstyle=1,
        outline=0,
        shadow=0,
        encoding=ANY_SCRIPT,
    )


def _even(value: float) -> int:
    return max(2, round(value / 2) * 2)


@cache
def _texts() -> dict[str, dict[str, str]]:
    texts: dict[str, dict[str, str]] = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))
    return texts
