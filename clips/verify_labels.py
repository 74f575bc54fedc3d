"""What has to be told in the picture is looked for on every frame that has to tell it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from clips.expected import Expected
from clips.frames import Luma
from clips.labels import Drawn
from pipeline.domain import Check

if TYPE_CHECKING:
    import av

BRIGHT = 170
"""Luma from which a pixel is of the letters: they are white, and thin ones lose a little in encoding."""

DARK = 120
"""Luma up to which it is of the box, through which a quarter of the picture shines."""

LETTERS = 0.03
BOX = 0.5
"""Shares of the box at least: in every script and shape the letters took 0.06 of it and more, the box 0.7."""


@dataclass(slots=True)
class LabelWatch:
    """Notes the frames that do not show what they have to."""

    drawn: tuple[Drawn, ...]
    looks: int = 0
    bare: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, expected: Expected) -> Self | None:
        """None when nothing is drawn."""
        return cls(expected.drawn) if expected.drawn else None

    def pass_by(self, number: int, _: "av.VideoFrame", luma: Luma) -> None:
        for one in self.drawn:
            if one.is_on(number):
                box = one.box
                part = luma[box.y : box.y + box.height, box.x : box.x + box.width]
                self.looks += 1
                if (part > BRIGHT).mean() < LETTERS or (part < DARK).mean() < BOX:
                    self.bare.append(number)

    def check(self) -> Check:
        """Fails when a frame was without one, or none was looked at."""
        first = f", first {self.bare[0]}" if self.bare else ""
        detail = f"{self.looks} looks, {len(self.bare)} without their label{first}"
        return Check("labels", bool(self.looks) and not self.bare, detail)
