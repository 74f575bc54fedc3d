"""How burned-in text looks and where it may stand, per shape, as dated data."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.domain import Aspect

AS_OF = "2026-11"
"""When the platforms' screens were last looked at: no platform publishes a map, so this ages."""


@dataclass(frozen=True, slots=True)
class Area:
    """Where text may stand, as shares of the picture's width and height, edges from left and top."""

    left: float
    top: float
    right: float
    bottom: float


PLATFORM_AREAS: Mapping[str, Area] = {
    "tiktok": Area(60 / 1080, 130 / 1920, 916 / 1080, 1440 / 1920),
    "reels": Area(65 / 1080, 269 / 1920, 1015 / 1080, 1470 / 1920),
    "shorts": Area(60 / 1080, 250 / 1920, 900 / 1080, 1440 / 1920),
}
"""What each platform leaves free of its own buttons in 9:16, on 1080x1920 (third-party maps of 2026)."""

SAFE_AREAS: Mapping[Aspect, Area] = {
    Aspect.WIDE: Area(0.125, 0.05, 0.875, 0.95),  # BBC 10.1: central 75 % wide, 90 % high
    Aspect.SQUARE: Area(0.05, 0.05, 0.95, 0.95),  # BBC 10.1: 90 x 90
    # free on every platform above: x 90-900, y 270-1440 of 1080x1920
    Aspect.TALL: Area(90 / 1080, 270 / 1920, 900 / 1080, 1440 / 1920),
}

LINE_HEIGHT: Mapping[Aspect, float] = {Aspect.WIDE: 0.072, Aspect.SQUARE: 0.072, Aspect.TALL: 0.0405}
"""Share of the picture's height (BBC 9.2.1: 7-8 % in 16:9 and 1:1, 3.9-4.5 % in 9:16)."""

BOX_PADDING = 0.25
"""Of the line height, on every side (BBC 9.2.4 asks for half an em left and right)."""

SUBTITLE_LINES = 2.8
"""Height of a burned cue in lines of text, its box included."""

OUTLINE = 0.025
"""Of the line height: keeps letters apart from a bright picture behind the box."""

NARROWEST = 0.72
"""Wide lines are set narrower down to this; below it the letters shrink instead."""
