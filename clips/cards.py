"""Opening and closing cards, and the background of the voice's wave.

MoviePy composes the picture (background, motion, fades) frame by frame; our ffmpeg runner draws the
text on it through libass, so that every script is shaped, and writes a lossless intermediate file.
"""

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg
import numpy as np
from numpy.typing import NDArray

from clips.geometry import Shape
from clips.looks import card_look
from pipeline.domain import Card
from pipeline.ffmpeg import file_url, run
from subtitles.cards import FADE_MS, write_card_ass
from subtitles.fonts import fonts_folder
from subtitles.style import SAFE_AREAS

Picture = NDArray[np.uint8]

FADE_S = FADE_MS / 1000

COMPOSED = 2
"""Frames are composed at a half of the size: background and line are soft, text is drawn later at full
size, and MoviePy takes 0.15 CPU seconds for a frame of 1080 lines."""

_GRAIN = 20261122
"""Seed of the noise that keeps dark gradients from showing bands; fixed, so that cards are the same bytes."""


def make_card(card: Card, shape: Shape, frames: int, frame_rate: Fraction, folder: Path, name: str) -> Path:
    """A card as a lossless file of exactly `frames` frames in `folder`, called by `name` only.

    Raises PipelineError when the font lacks a letter of the text.
    """
    text = folder / f"{name}.ass"
    document = write_card_ass(card, shape.aspect, shape.width, shape.height, frame_rate)
    text.write_text(document, encoding="utf-8")
    pictures = card_frames(shape, frames, frame_rate, line_position(document, shape))
    return _write(pictures, shape, frame_rate, folder / f"{name}.mkv", text)


def make_background(shape: Shape, frame_rate: Fraction, folder: Path, name: str) -> Path:
    """One frame of the cards' background: what is seen while only the voice is heard."""
    return _write(iter([gradient(_small(shape)).tobytes()]), shape, frame_rate, folder / f"{name}.mkv", None)


def card_frames(shape: Shape, frames: int, frame_rate: Fraction, line_y: float) -> Iterator[bytes]:
    """RGB frames of the card without its text, at 1/COMPOSED of its size: fade in, line, fade out."""
    clip = _composed(_small(shape), frames, frame_rate, line_y / COMPOSED)
    still: bytes | None = None
    try:
        for number in range(frames):
            moment = float(number / frame_rate)
            is_still = card_look().line_grows_ms / 1000 <= moment <= clip.duration - FADE_S
            if not (is_still and still):
                frame = np.ascontiguousarray(clip.get_frame(moment), dtype=np.uint8).tobytes()
                still = frame if is_still else None
            yield still or frame
    finally:
        clip.close()


def line_position(document: str, shape: Shape) -> float:
    """Where the line goes, in pixels from the top: between title and text, or under a title alone."""
    sizes = [float(size) for size in re.findall(r"\\fs([\d.]+)\}", document)]
    area = SAFE_AREAS[shape.aspect]
    top = (area.top + area.bottom) / 2 * shape.height - sum(sizes) / 2
    gaps = [n for n, size in enumerate(sizes) if size < max(sizes) / 2]
    if gaps:
        return top + sum(sizes[: gaps[0]]) + sizes[gaps[0]] / 2
    return top + sum(sizes) + min(sizes, default=0) / 2


def gradient(shape: Shape) -> Picture:
    """A soft glow above the middle that darkens to the edges, with a trace of grain."""
    y, x = np.mgrid[0 : shape.height, 0 : shape.width].astype(np.float32)
    scale = max(shape.width, shape.height)
    distance = np.hypot((x - 0.5 * shape.width) / scale, (y - 0.42 * shape.height) / scale)
    light = np.clip(1 - distance / 0.62, 0, 1)[..., None] ** 1.5
    look = card_look()
    inner, outer = np.array(look.glow, np.float32), np.array(look.background, np.float32)
    grain = np.random.default_rng(_GRAIN).uniform(-1.5, 1.5, (shape.height, shape.width, 1))
    return np.asarray(np.clip(outer + (inner - outer) * light + grain + 0.5, 0, 255), np.uint8)


def _small(shape: Shape) -> Shape:
    return Shape(shape.aspect, -(-shape.width // COMPOSED), -(-shape.height // COMPOSED))


def _composed(shape: Shape, frames: int, frame_rate: Fraction, line_y: float) -> Any:
    from moviepy import ColorClip, CompositeVideoClip, ImageClip, vfx

    duration = float(frames / frame_rate)
    fade = min(FADE_S, duration / 4)
    look = card_look()
    width = look.line_width(shape.aspect) * shape.width
    thickness = max(1, round(look.line_height * min(shape.width, shape.height)))

    def grown(moment: float) -> tuple[int, int]:
        share = min(1.0, max(0.0, moment * 1000 / look.line_grows_ms))
        return max(2, round(width * (1 - (1 - share) ** 3))), thickness

    area = SAFE_AREAS[shape.aspect]
    centre = (area.left + area.right) / 2 * shape.width
    line = ColorClip((round(width), thickness), color=look.accent, duration=duration)
    line = line.with_effects([vfx.Resize(grown)]).with_position(
        lambda t: (round(centre - grown(t)[0] / 2), round(line_y - thickness / 2))
    )
    scene = CompositeVideoClip([ImageClip(gradient(shape), duration=duration), line])
    return scene.with_effects([vfx.FadeIn(fade), vfx.FadeOut(fade)])


def _write(frames: Iterator[bytes], shape: Shape, frame_rate: Fraction, out: Path, text: Path | None) -> Path:
    small = _small(shape)
    picture = ffmpeg.input(
        "pipe:0",
        format="rawvideo",
        pixel_format="rgb24",
        video_size=(small.width, small.height),
        framerate=str(frame_rate),
    ).video
    picture = picture.filter("scale", shape.width, shape.height, flags="bicubic")
    if text:
        picture = picture.filter("ass", filename=str(text), fontsdir=str(fonts_folder()))
    picture = picture.filter("scale", out_color_matrix="bt709", out_range="tv").filter("format", "yuv420p")
    output = ffmpeg.output(
        picture, file_url(out), format="matroska", vcodec="libx264", preset="ultrafast", qp=0, fflags="+bitexact"
    )
    run(["-v", "error", "-y", *ffmpeg.get_args(output)], frames=frames)
    return out
