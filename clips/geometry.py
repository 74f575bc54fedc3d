"""Where the picture goes: upright source pixels to output pixels (pure).

A wide source loses its sides in square and tall clips, because a tall clip with two thirds of margin
is not watched: what is shown lies around the face that speaks (`framing`), or around the middle.
Everything else is fitted whole onto a plain background: a crop at top or bottom would cut heads, and
a blurred copy of the picture as background would show again what a box hides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from clips.profiles import MAX_UPSCALE, RATIOS, SHORT_SIDES, RenderProfile
from pipeline.domain import Aspect, PictureStream, Region

SAME_RATIO = Fraction(1, 50)
"""Ratios closer than this are one: 854 × 480 is 16:9."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The size of a rendition."""

    aspect: Aspect
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Placement:
    """This part of the upright source picture goes to that part of the output."""

    source: Region
    target: Region


def shape_of(aspect: Aspect, short_side: int) -> Shape:
    side, ratio = Fraction(short_side), RATIOS[aspect]
    width, height = max(side, side * ratio), max(side, side / ratio)
    return Shape(aspect, _even(width), _even(height))


def choose_shape(aspect: Aspect, pictures: Sequence[PictureStream], profile: RenderProfile) -> Shape:
    """The largest size to which the largest source need not be blown up past MAX_UPSCALE.

    Without pictures the profile's own size: cards and waves are drawn, not scaled.
    """
    sides = [side for side in SHORT_SIDES if side <= profile.short_side]
    if not pictures:
        return shape_of(aspect, sides[0])
    for side in sides:
        shape = shape_of(aspect, side)
        if any(_scale(picture, shape) <= MAX_UPSCALE for picture in pictures):
            return shape
    return shape_of(aspect, sides[-1])


def place(picture: PictureStream, shape: Shape, middle: float | None = None) -> Placement:
    """Crop or fit, as the module says; never blown up past MAX_UPSCALE; all figures even.

    `middle` is what a crop lies around, in pixels from the left of the upright picture, as near as its edges allow.
    """
    width, _ = upright_size(picture)
    crop = _crop(picture, shape, middle)
    scale = min(_scale(picture, shape), MAX_UPSCALE)
    shown = Fraction(crop.width, width) * _display_width(picture), Fraction(crop.height)
    target_width = min(shape.width, _even(shown[0] * scale))
    target_height = min(shape.height, _even(shown[1] * scale))
    if shape.width - target_width <= 4:  # rounding must not leave a hair of margin
        target_width = shape.width
    if shape.height - target_height <= 4:
        target_height = shape.height
    x, y = _even((shape.width - target_width) / 2), _even((shape.height - target_height) / 2)
    return Placement(crop, Region(x, y, target_width, target_height))


def upright_size(picture: PictureStream) -> tuple[int, int]:
    """Stored pixels after rotation; not yet square where the sample aspect is not 1."""
    if picture.rotation in (90, 270):
        return picture.height, picture.width
    return picture.width, picture.height


def _display_width(picture: PictureStream) -> Fraction:
    width, _ = upright_size(picture)
    turned = picture.rotation in (90, 270)
    return width / picture.sample_aspect if turned else width * picture.sample_aspect


def is_cropped(picture: PictureStream, aspect: Aspect) -> bool:
    """True when the picture loses its sides in this shape."""
    ratio = _display_width(picture) / upright_size(picture)[1]
    wider = ratio > RATIOS[aspect] * (1 + SAME_RATIO)
    return wider and aspect is not Aspect.WIDE


def crop_width(picture: PictureStream, aspect: Aspect) -> int:
    """How much of the upright picture's width is seen in this shape."""
    width, height = upright_size(picture)
    if not is_cropped(picture, aspect):
        return width
    return min(width, _even(height * RATIOS[aspect] * width / _display_width(picture)))


def _crop(picture: PictureStream, shape: Shape, middle: float | None = None) -> Region:
    width, height = upright_size(picture)
    kept = crop_width(picture, shape.aspect)
    left = _even((width - kept) / 2) if middle is None else crop_left(middle, kept, width)
    return Region(left if kept < width else 0, 0, kept, height)


def crop_left(middle: float, kept: int, width: int) -> int:
    """The first column seen. Rounded as ffmpeg's crop filter does: to a pixel, then down to an even one (4:2:0)."""
    left = round(min(max(middle - kept / 2, 0), width - kept))
    return left - left % 2


def _scale(picture: PictureStream, shape: Shape) -> Fraction:
    """Output pixels per displayed source pixel when the shape is filled as far as it goes."""
    crop = _crop(picture, shape)
    width = Fraction(crop.width, upright_size(picture)[0]) * _display_width(picture)
    return min(shape.width / width, Fraction(shape.height, crop.height))


def _even(value: Fraction | float) -> int:
    """The nearest even number, at least 2 (or 0 for 0): 4:2:0 pictures have no odd sizes."""
    return max(round(value / 2) * 2, 2 if value >= 1 else 0)
