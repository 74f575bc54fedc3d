"""What has to be told in the picture is looked for on every frame that has to tell it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from clips.expected import Expected
from clips.frames import Luma
from clips.labels import Drawn
from pipeline.domain import Check

if TYPE_CHECKING:
    import av

LETTERS = 0.012
BOX = 0.5
"""Shares of the box at least: without text nothing in it is as bright as letters are; thin Arabic ones in a picture of
240 pixels took 0.02 of it."""


@dataclass(slots=True)
class LabelWatch:
    """Notes the frames that do not show what they have to, of one kind."""

    name: str
    drawn: tuple[Drawn, ...]
    looks: int = 0
    bare: list[int] = field(default_factory=list)

    @classmethod
    def all_of(cls, expected: Expected) -> list[Self]:
        """One for each kind that is drawn."""
        kinds = dict.fromkeys(d.name for d in expected.drawn)
        return [cls(kind, tuple(d for d in expected.drawn if d.name == kind)) for kind in kinds]

    def pass_by(self, number: int, _: "av.VideoFrame", luma: Luma) -> None:
        for one in (d for d in self.drawn if d.is_whole(number)):
            box = one.box
            part = luma[box.y : box.y + box.height, box.x : box.x + box.width]
            self.looks += 1
            if _share(part, one.ink) < LETTERS or _share(part, one.ground) < BOX:
                self.bare.append(number)

    def check(self) -> Check:
        """Fails when a frame was without one, or none was looked at."""
        first = f", first {self.bare[0]}" if self.bare else ""
        detail = f"{self.looks} looks, {len(self.bare)} without their text on its ground{first}"
        return Check(self.name, bool(self.looks) and not self.bare, detail)


def _share(part: Luma, between: tuple[int, int]) -> float:
    return float(((part >= between[0]) & (part <= between[1])).mean())
