"""Small words in the picture that say what was done to the voice: a box in the safe area's upper corner."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pysubs2
import yaml

from pipeline.domain import Aspect, NoteKind, Region, Revoicing, Voice
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
    Voice.DISGUISED: "disguised: harder to recognise, and no protection. Of 16 voices a program still found the right"
    " one in 12 of 32 tries, in 28 when it knew the method; who knows him hears his words and pauses",
    Voice.REMOVED: "removed: nothing is heard, the words are burned in",
    Voice.REVOICED: "of another reader: nothing of the recording is heard",
}


@dataclass(frozen=True, slots=True)
class Writing:
    """Text in the middle of a box, for a stretch of the clip."""

    text: str
    """Lines apart from each other by line breaks."""
    box: Region
    """Pixels of the finished picture."""
    line_height: float
    clip_start_ms: int
    clip_end_ms: int
    language: str
    colour: tuple[int, int, int] = (255, 255, 255)
    fade_ms: int = 0


@dataclass(frozen=True, slots=True)
class Label(Writing):
    """One on a dark box of its own."""


def voice_told(voice: Voice) -> str:
    """What a choice means, for who makes or signs a plan."""
    return TOLD[voice]


def reading_told(made: Revoicing) -> str:
    """What of another reader's recording is heard, for who makes or signs a plan."""
    left = f"; left out: cue {', '.join(str(n) for n in made.missing)}" if made.missing else ""
    cut = f"; {made.additional} words that are in no subtitle were cut away" if made.additional else ""
    return f"{made.id}: {len(made.cues)} subtitles in {made.language}{left}{cut}; sha256 {made.sha256[:16]}"


def voice_text(voice: Voice, language: str) -> str:
    """What viewers read of it, in their language or in English."""
    return _text(voice.value, language)


def note_title(kind: NoteKind, language: str) -> str:
    """What stands over a note on its card, in this language or in English."""
    return _text(kind.value, language)


def has_own_title(kind: NoteKind, language: str) -> bool:
    """False where English stands for the language."""
    return base_language(language) in _texts()[kind.value]


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
    box = Region(_even(left), _even(area.top * height), across, down)
    return Label(text, box, tall, clip_start_ms, clip_end_ms, language)


def with_writing(document: str, writings: Sequence[Writing], width: int, height: int) -> str:
    """An ASS document with more text besides what is in it; `document` may be empty, and stays so without any."""
    if not writings:
        return document
    drawn = pysubs2.SSAFile.from_string(document, format_="ass") if document else empty_document(width, height)
    for number, one in enumerate(writings):
        style = f"Writing{number}"
        drawn.styles[style] = _style(one.line_height, one.colour)
        times = hundredth(one.clip_start_ms), hundredth(one.clip_end_ms)
        if isinstance(one, Label):
            drawn.events.append(pysubs2.SSAEvent(*times, _shade(one.box), layer=5, style=style))
        drawn.events.append(pysubs2.SSAEvent(*times, _lines(one), layer=6, style=style))
    return str(drawn.to_string("ass"))


def _shade(box: Region) -> str:
    begin = rf"{{\an7\pos({box.x},{box.y})\bord0\1c&H000000&\1a&H{BOX_ALPHA:02X}&\p1}}"
    return f"{begin}m 0 0 l {box.width} 0 {box.width} {box.height} 0 {box.height}{{\\p0}}"


def _lines(one: Writing) -> str:
    box, naskh = one.box, needs_naskh([one.text])
    fade = rf"\fad({one.fade_ms},{one.fade_ms})" if one.fade_ms else ""
    begin = rf"{{\an5\pos({box.x + box.width / 2:.0f},{box.y + box.height / 2:.0f}){fade}}}"
    return begin + r"\N".join(ass_text(directed(line, one.language), naskh=naskh) for line in one.text.splitlines())


def _style(line_height: float, colour: tuple[int, int, int]) -> pysubs2.SSAStyle:
    return pysubs2.SSAStyle(
        fontname=FONT_FAMILY,
        fontsize=round(line_height, 1),
        primarycolor=pysubs2.Color(*colour),
        borderstyle=1,
        outline=0,
        shadow=0,
        encoding=ANY_SCRIPT,
    )


def _text(key: str, language: str) -> str:
    known = _texts()[key]
    in_latin = f"{base_language(language)}-Latn" if "latn" in language.lower().split("-") else ""
    return known.get(in_latin) or known.get(language) or known.get(base_language(language)) or known[FALLBACK]


def _even(value: float) -> int:
    return max(2, round(value / 2) * 2)


@cache
def _texts() -> dict[str, dict[str, str]]:
    texts: dict[str, dict[str, str]] = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))
    return texts
