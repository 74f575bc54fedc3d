"""NOT FOR RELEASE is looked for on every finished frame that has to carry it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from clips.expected import Expected
from clips.frames import Luma
from clips.mark import mark_area
from pipeline.domain import Check, Region

if TYPE_CHECKING:
    import av

BRIGHT = 180
"""Luma from which a pixel is of the letters: they are white."""

DARK = 110
"""Luma up to which it is of their box: dark red, through which a fifth of the picture shines."""

LETTERS = 0.12
BOX = 0.65
"""Shares of the mark's area at least: over white, black and patterns the letters take 0.18 of it, the box 0.79."""


@dataclass(slots=True)
class MarkWatch:
    """Notes the frames that do not show the mark."""

    area: Region
    looks: int = 0
    bare: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, expected: Expected) -> Self | None:
        """None where no mark is due."""
        shape = expected.shape
        return cls(mark_area(shape.aspect, shape.width, shape.height)) if expected.is_marked else None

    def pass_by(self, number: int, _: "av.VideoFrame | None", luma: Luma) -> None:
        area = self.area
        part = luma[area.y : area.y + area.height, area.x : area.x + area.width]
        self.looks += 1
        if (part > BRIGHT).mean() < LETTERS or (part < DARK).mean() < BOX:
            self.bare.append(number)

    def check(self) -> Check:
        """Fails when a frame was without it, or none was looked at."""
        first = f", first {self.bare[0]}" if self.bare else ""
        detail = f"{self.looks} frames looked at, {len(self.bare)} without NOT FOR RELEASE{first}"
        return Check("mark", bool(self.looks) and not self.bare, detail)
