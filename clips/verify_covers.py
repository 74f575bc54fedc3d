"""What a cover looks like in the finished picture: solid and dark, or smooth."""

from dataclasses import dataclass, field

import numpy as np

from clips.frames import Luma, cell_means
from pipeline.domain import Check, RedactionKind, Region

BLACK = 16
MAX_SPREAD = 2.0
"""Standard deviation inside a solid box (`safety.md`, C4)."""

MAX_DETAIL = 3.0
"""Mean mixed difference of luma between cells of a blurred place: what is filled from its edges has 1, a face 12."""

BLURS = "blurs"
CHECKS = {RedactionKind.BOX: "boxes", RedactionKind.FACE: "face covers", RedactionKind.BLUR: BLURS}
"""Kind of cover → the check that looks at it."""

CELLS = 24
"""A blurred place is looked at in at most this many cells across: codec noise is gone, features are not."""


def _detail(part: Luma) -> float:
    """How much goes on in both directions at once: streaks from an edge inward have none of it."""
    cells = max(2, min(CELLS, *(side // 2 for side in part.shape)))
    means = cell_means(part, Region(0, 0, part.shape[1], part.shape[0]), cells)
    return float(np.abs(np.diff(np.diff(means, axis=0), axis=1)).mean())


@dataclass(slots=True)
class Tally:
    """Looks at covers of one kind."""

    name: str
    """Of the check."""

    looks: int = 0
    under_cue: int = 0
    """Looks at covers that a burned cue covers wholly."""
    faults: list[int] = field(default_factory=list)
    """Frames on which one was not solid."""
    widest_spread: float = 0.0

    def note(self, luma: Luma, number: int, area: Region | None) -> None:
        if area is None:
            self.under_cue += 1
            return
        part = luma[area.y : area.y + area.height, area.x : area.x + area.width]
        is_blur = self.name == BLURS
        spread = _detail(part) if is_blur else float(part.std())
        self.looks += 1
        if spread > (MAX_DETAIL if is_blur else MAX_SPREAD) or (not is_blur and float(part.mean()) > BLACK + 2):
            self.faults.append(number)
        self.widest_spread = max(self.widest_spread, spread)

    def check(self) -> Check:
        where = f" (frame {', '.join(map(str, self.faults[:5]))})" if self.faults else ""
        kept, limit = ("smooth", MAX_DETAIL) if self.name == BLURS else ("solid", MAX_SPREAD)
        detail = (
            f"{self.looks} looks at {self.name} ({self.under_cue} under a subtitle), "
            f"{len(self.faults)} not {kept}{where}; widest spread {self.widest_spread:.1f} of {limit} allowed"
        )
        return Check(self.name, not self.faults and self.looks + self.under_cue > 0, detail)
