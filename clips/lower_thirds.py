"""A line about who speaks, over the picture for a stretch of the clip: a bar that slides in, and its text.

MoviePy composes the bar as frames with transparency; the text is drawn through libass like all text, so that every
script is shaped. How it looks is in `templates/lower_third.toml`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Self

import ffmpeg
import numpy as np
from pydantic import Field

from clips.geometry import Shape
from clips.labels import Drawn
from clips.looks import LOWER_THIRD, Colour, Duration, Share, luma, read_template
from pipeline.domain import CutPlan, LowerThird, Region
from pipeline.errors import PipelineError
from pipeline.ffmpeg import file_url, run
from subtitles.cards import reads_from_right, wrap
from subtitles.fonts import line_width, needs_naskh, require_glyphs
from subtitles.labels import Writing
from subtitles.style import LINE_HEIGHT, SAFE_AREAS, SUBTITLE_LINES

TEMPLATE = LOWER_THIRD

Size = Annotated[float, Field(ge=0, le=4, allow_inf_nan=False)]
"""Share of the height of a line of subtitles."""

NAME = "lower thirds"
"""Of the check that looks at them."""

MOST_LINES = 2
SMALLEST = 0.55
"""Of the template's size: smaller letters are not read on a phone."""


@dataclass(frozen=True, slots=True)
class Template:
    """What the file says; its comments say what each means."""

    background: Colour
    opacity: Share
    accent: Colour
    text: Colour
    size: Size
    padding: Size
    stripe: Size
    gap: Size
    slide_ms: Duration


@dataclass(frozen=True, slots=True)
class Placed:
    """A lower third in one shape."""

    drawn: Drawn
    writing: Writing
    stripe: int
    """Pixels."""
    from_right: bool
    frames: int

    @classmethod
    def of(cls, third: LowerThird, plan: CutPlan, shape: Shape) -> Self:
        """Above the subtitles, from the edge of the safe area where its language begins.

        Raises PipelineError when the font lacks a letter, or the text is too long for two lines.
        """
        template = load_template()
        require_glyphs([third.text])
        area, whole = SAFE_AREAS[shape.aspect], LINE_HEIGHT[shape.aspect] * shape.height
        stripe = max(2, round(template.stripe * whole))
        room = (area.right - area.left) * shape.width - 2 * template.padding * whole - stripe
        tall, lines = _fitted(third.text, template.size * whole, room)
        naskh = needs_naskh([third.text])
        across = max(line_width(line, tall, naskh=naskh) for line in lines) + 2 * template.padding * whole + stripe
        down = len(lines) * tall + 2 * template.padding * whole
        bottom = (area.bottom - (SUBTITLE_LINES + template.gap) * LINE_HEIGHT[shape.aspect]) * shape.height
        from_right = reads_from_right(third.text)
        left = area.right * shape.width - across if from_right else area.left * shape.width
        box = Region(_even(left), _even(bottom - down), _even(across), _even(down))
        first, last = (int(-(-ms * plan.frame_rate // 1000)) for ms in (third.span.start_ms, third.span.end_ms))
        settle = min(int(-(-template.slide_ms * plan.frame_rate // 1000)) + 1, (last - first) // 3)
        drawn = Drawn(NAME, box, first, last, settle, _ground(template), _ink(template))
        clear = Region(box.x + (0 if from_right else stripe), box.y, box.width - stripe, box.height)
        times = plan.clip_ms(first + settle // 2), plan.clip_ms(last - settle // 2)
        language = third.language or ("ar" if from_right else "und")
        writing = Writing(
            "\n".join(lines), clear, tall, *times, language, template.text, fade_ms=template.slide_ms // 2
        )
        return cls(drawn, writing, stripe, from_right, last - first)


def thirds_of(plan: CutPlan, shape: Shape, language: str | None) -> tuple[Placed, ...]:
    """Those of a rendition: all without a language of their own, and those of the subtitles burned into it."""
    wanted = (t for t in plan.lower_thirds if not t.language or t.language == language)
    return tuple(Placed.of(third, plan, shape) for third in wanted)


def make_bar(placed: Placed, frame_rate: Fraction, folder: Path, name: str) -> Path:
    """The bar as a lossless file with transparency, of exactly its frames, in `folder` under a name without meaning."""
    box, out = placed.drawn.box, folder / f"{name}.mkv"
    source = ffmpeg.input(
        "pipe:0",
        format="rawvideo",
        pixel_format="rgba",
        video_size=(box.width, box.height),
        framerate=str(frame_rate),
    )
    output = ffmpeg.output(source, file_url(out), format="matroska", vcodec="ffv1", pix_fmt="bgra", fflags="+bitexact")
    run(["-v", "error", "-y", *ffmpeg.get_args(output)], frames=bar_frames(placed, frame_rate))
    return out


def bar_frames(placed: Placed, frame_rate: Fraction) -> Iterator[bytes]:
    """RGBA frames: it slides in, stays, and slides out."""
    template, scene = load_template(), _composed(placed, frame_rate)
    still: bytes | None = None
    try:
        for number in range(placed.frames):
            moves = not placed.drawn.settle <= number < placed.frames - placed.drawn.settle
            if moves or still is None:
                moment = float(number / frame_rate)
                seen = scene.mask.get_frame(moment)[..., None] * template.opacity
                colour = scene.get_frame(moment).astype(np.float64)
                frame = np.concatenate([colour, 255 * seen], axis=2).round().astype(np.uint8).tobytes()
                still = None if moves else frame
            yield still or frame
    finally:
        scene.close()


def _composed(placed: Placed, frame_rate: Fraction) -> Any:
    from moviepy import CompositeVideoClip, ImageClip

    template, box, duration = load_template(), placed.drawn.box, float(placed.frames / frame_rate)
    slide = max(1e-3, min(template.slide_ms / 1000, duration / 3))
    side = 1 if placed.from_right else -1
    bar = np.full((box.height, box.width, 3), template.background, np.uint8)
    bar[:, box.width - placed.stripe if placed.from_right else 0 :][:, : placed.stripe] = template.accent

    def at(moment: float) -> tuple[int, int]:
        """It comes from its side and goes there; MoviePy wants two pixels of it to stay."""
        share = min(1.0, max(0.0, min(moment, duration - float(1 / frame_rate) - moment) / slide))
        return side * round((1 - share) ** 3 * (box.width - 2)), 0

    moving = ImageClip(bar, duration=duration).with_position(at)
    return CompositeVideoClip([moving], size=(box.width, box.height), bg_color=None)


@cache
def load_template() -> Template:
    """Raises PipelineError naming what is wrong with the file."""
    return read_template(TEMPLATE, Template)


def _fitted(text: str, tall: float, room: float) -> tuple[float, list[str]]:
    """The height of its letters and its lines: one or two, as large as fits."""
    naskh = needs_naskh([text])
    for percent in range(100, int(100 * SMALLEST) - 1, -5):
        size = tall * percent / 100
        lines = wrap(text, size, room, naskh=naskh)
        if len(lines) <= MOST_LINES and all(line_width(line, size, naskh=naskh) <= room for line in lines):
            return size, lines
    raise PipelineError("the text of a lower third is too long to be read", "say it in fewer words")


def _ground(template: Template) -> tuple[int, int]:
    """Luma of the background on the finished frame: as dark or bright as what shines through makes it."""
    own = template.opacity * luma(template.background)
    return int(own) - 25, int(own + (1 - template.opacity) * 235) + 25


def _ink(template: Template) -> tuple[int, int]:
    """Luma of the letters: nearer to their own than to the ground's, because thin ones blur into it."""
    own, ground = luma(template.text), _ground(template)
    return (int(own + ground[1]) // 2, 255) if own > ground[1] else (0, int(own + ground[0]) // 2)


def _even(value: float) -> int:
    return max(2, round(value / 2) * 2)
