"""What is drawn over the picture besides subtitles: where it stands, so that verification looks for it there."""

from dataclasses import dataclass
from typing import Self

from clips.geometry import Shape
from pipeline.domain import CutPlan, Region, Voice
from subtitles.labels import Label, place_label, voice_text

LABELS = "labels"
"""Name of the check that looks at them."""

SHADE, WHITE = (0, 120), (160, 255)
"""Luma of a label's box, through which a quarter of the picture shines, and of its letters, thin ones encoded."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A box with text, on some frames of the clip."""

    name: str
    """Of the check that looks at it."""
    box: Region
    """Pixels of the finished picture."""
    first_frame: int
    last_frame: int
    """Exclusive."""
    settle: int = 0
    """Frames that it takes to come, and to go."""
    ground: tuple[int, int] = SHADE
    ink: tuple[int, int] = WHITE
    """Lowest and highest luma of the box and of its letters."""

    @classmethod
    def of(cls, label: Label, plan: CutPlan) -> Self:
        """Frames that are shown while the label stands."""
        first, last = (-(-ms * plan.frame_rate // 1000) for ms in (label.clip_start_ms, label.clip_end_ms))
        return cls(LABELS, label.box, int(first), int(last))

    def is_on(self, frame: int) -> bool:
        return self.first_frame <= frame < self.last_frame

    def is_whole(self, frame: int) -> bool:
        """It neither comes nor goes."""
        return self.first_frame + self.settle <= frame < self.last_frame - self.settle


def voice_label(plan: CutPlan, shape: Shape, language: str) -> Label | None:
    """What viewers are told of a voice that is not the recorded one, as long as anyone speaks; None for that one."""
    if plan.voice is Voice.SOURCE:
        return None
    passages = plan.passages()
    text = voice_text(plan.voice, language)
    times = passages[0].clip_start_ms, passages[-1].clip_end_ms
    return place_label(text, shape.aspect, shape.width, shape.height, language, *times)


def beside(area: Region, drawn: Region) -> Region | None:
    """The largest part of an area that a box drawn over it leaves free; None where it leaves nothing."""
    right, bottom = area.x + area.width, area.y + area.height
    left_of, above = min(right, drawn.x), min(bottom, drawn.y)
    right_of, below = max(area.x, drawn.x + drawn.width), max(area.y, drawn.y + drawn.height)
    if drawn.x >= right or drawn.y >= bottom or right_of == area.x or below == area.y:
        return area
    parts = [
        Region(area.x, area.y, left_of - area.x, area.height),
        Region(right_of, area.y, right - right_of, area.height),
        Region(area.x, area.y, area.width, above - area.y),
        Region(area.x, below, area.width, bottom - below),
    ]
    free = [part for part in parts if part.width > 0 and part.height > 0]
    return max(free, key=lambda part: part.width * part.height, default=None)
