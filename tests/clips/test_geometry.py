"""Shapes and placements: never blown up too far, heads not cut, figures even."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clips.geometry import choose_shape, place, shape_of, upright_size
from clips.profiles import MAX_UPSCALE, PROFILES
from pipeline.domain import Aspect, PictureStream, Region


def picture(width: int, height: int, rotation: int = 0, sample_aspect: str = "1") -> PictureStream:
    return PictureStream(0, "h264", width, height, Fraction(25), rotation, Fraction(sample_aspect))


@pytest.mark.parametrize(
    ("source", "aspect", "size"),
    [
        (picture(1920, 1080), Aspect.WIDE, (1920, 1080)),
        (picture(1920, 1080), Aspect.TALL, (1080, 1920)),
        (picture(1280, 720), Aspect.TALL, (720, 1280)),
        (picture(640, 360), Aspect.WIDE, (1280, 720)),
        (picture(3840, 2160), Aspect.SQUARE, (1080, 1080)),
        (picture(1920, 1080, 90), Aspect.TALL, (1080, 1920)),
        (picture(720, 576, 0, "64/45"), Aspect.WIDE, (1920, 1080)),
    ],
)
def test_the_size_follows_the_source(source: PictureStream, aspect: Aspect, size: tuple[int, int]) -> None:
    """As large as the profile allows, unless pixels would be blown up past the limit."""
    shape = choose_shape(aspect, [source], PROFILES["standard"])
    assert (shape.width, shape.height) == size


def test_the_profile_limits_the_size() -> None:
    """A preview is small whatever was filmed."""
    assert choose_shape(Aspect.WIDE, [picture(3840, 2160)], PROFILES["preview"]).height == 540


def test_the_largest_source_decides() -> None:
    """A small recording beside a large one gets a margin instead of shrinking the clip."""
    small, large = picture(320, 180), picture(1920, 1080)
    shape = choose_shape(Aspect.WIDE, [small, large], PROFILES["standard"])
    assert shape.height == 1080
    assert place(small, shape).target == Region(640, 360, 640, 360)


def test_a_wide_source_loses_its_sides_in_a_tall_clip() -> None:
    """The middle third or so, all of its height."""
    placement = place(picture(1920, 1080), shape_of(Aspect.TALL, 1080))
    assert placement.source == Region(656, 0, 608, 1080)
    assert placement.target == Region(0, 0, 1080, 1920)


@pytest.mark.parametrize("aspect", [Aspect.WIDE, Aspect.SQUARE])
def test_a_tall_source_is_never_cropped(aspect: Aspect) -> None:
    """Heads are near its top."""
    placement = place(picture(1080, 1920), shape_of(aspect, 1080))
    assert placement.source == Region(0, 0, 1080, 1920)
    assert placement.target.height == 1080


def test_anamorphic_pixels_become_square() -> None:
    """720 x 576 of 16:9 fills a wide clip."""
    assert place(picture(720, 576, 0, "64/45"), shape_of(Aspect.WIDE, 720)).target == Region(0, 0, 1280, 720)


sizes = st.integers(32, 4_200)
aspects = st.sampled_from(list(Aspect))
rotations = st.sampled_from([0, 90, 180, 270])


@given(sizes, sizes, rotations, st.sampled_from(["1", "16/15", "64/45", "8/9", "4/3"]), aspects)
def test_every_placement_is_possible(width: int, height: int, rotation: int, sample: str, aspect: Aspect) -> None:
    """Inside both pictures, even where 4:2:0 needs it, not blown up past the limit."""
    source = picture(width, height, rotation, sample)
    shape = choose_shape(aspect, [source], PROFILES["standard"])
    placement = place(source, shape)
    upright = upright_size(source)
    assert shape.width % 2 == shape.height % 2 == 0
    assert placement.source.x + placement.source.width <= upright[0]
    assert placement.source.y + placement.source.height <= upright[1]
    target = placement.target
    assert min(target.x, target.y) >= 0
    assert target.x + target.width <= shape.width
    assert target.y + target.height <= shape.height
    assert all(value % 2 == 0 for value in (target.x, target.y, target.width, target.height))
    assert target.height <= placement.source.height * MAX_UPSCALE + 6
