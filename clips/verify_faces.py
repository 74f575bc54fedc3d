"""Faces are looked for again in the finished picture: none may be seen where a cover was due."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import av
import numpy as np
from numpy.typing import NDArray

from clips.covers import covered_on
from clips.expected import Expected
from clips.faces.detector import Face, Picture, find_faces, is_face, look_size
from clips.faces.second import find_faces_again
from clips.frames import Luma
from clips.framing import placement_on
from clips.soundgraph import Take
from pipeline.domain import Check, Faces, Region
from pipeline.domain import Picture as Shown

SEEN = 0.4
"""Score from which the detector's answer is a face here: whatever scores so was followed, had it been there before."""

SEEN_CLOSE = 0.3
"""The same for the second, closer look that must agree: crossed hands, seen small, score like faces."""

LOOKS_PER_SECOND = 2

SEEN_AGAIN = 0.95
"""The same for another detector: what is none, such as a pattern of windows, seldom has more."""

OTHER_LOOKS_MS = 1_000
"""How often that one looks: it costs as much, and a face that the first one misses is there for longer than that."""

CUT = 24.0
"""Mean difference of luma between neighbouring frames from which a new shot begins: each is looked at, too."""

THIN = 16
"""Every so many pixels are compared for that."""

GRID = 20
COVERED = 0.7
"""Share of a face that has to lie under covers; the rest is neck and hair beside it."""


@dataclass(slots=True)
class FaceWatch:
    """Looks at some of a clip's frames while they are decoded."""

    expected: Expected
    takes: Mapping[int, Take]
    """Frame → the passage shown on it; frames without a picture are left out."""
    looks: int = 0
    bare: list[int] = field(default_factory=list)
    """Frames with a face that no cover hides and nobody chose to show."""
    other_looks: int = 0
    other_due: int = 0
    """Frame from which the other detector looks again."""
    before: NDArray[np.int16] | None = None

    @classmethod
    def of(cls, expected: Expected) -> "FaceWatch | None":
        """None where faces may be seen."""
        plan = expected.plan
        if plan.faces is Faces.SHOW or plan.picture is Shown.OFF:
            return None
        takes = {}
        for take in expected.takes:
            first, count = take.passage.first_frame, take.passage.frames
            takes.update(dict.fromkeys(range(first, first + count), take) if take.picture else {})
        return cls(expected, takes) if takes else None

    def pass_by(self, number: int, frame: "av.VideoFrame", luma: Luma) -> None:
        """Look at this frame when it is due, or begins something new."""
        take = self.takes.get(number)
        thin = luma[::THIN, ::THIN].astype(np.int16)
        is_new = self.before is None or float(np.abs(thin - self.before).mean()) > CUT
        self.before = thin
        if take is None or not (is_new or self._is_due(number, take)):
            return
        self.looks += 1
        picture = frame.reformat(*look_size(frame.width, frame.height), format="rgb24").to_ndarray()
        across, down = frame.width / picture.shape[1], frame.height / picture.shape[0]
        found = (face.scaled(across, down) for face in find_faces(picture, SEEN))
        bare = [face for face in found if not self._is_answered(face, number, take)]
        if bare and any(is_face(frame.to_ndarray(format="rgb24"), face, SEEN_CLOSE) for face in bare):
            self.bare.append(number)
        elif is_new or number >= self.other_due:
            self._look_otherwise(number, take, picture, (across, down))

    def _look_otherwise(self, number: int, take: Take, picture: Picture, scale: tuple[float, float]) -> None:
        """What one network misses in the recording it misses here as well: so another one looks, too."""
        self.other_looks += 1
        self.other_due = number + round(self.expected.clock.frame_rate * OTHER_LOOKS_MS / 1000)
        found = (face.scaled(*scale) for face in find_faces_again(picture, SEEN_AGAIN))
        if any(not self._is_answered(face, number, take) for face in found):
            self.bare.append(number)

    def check(self) -> Check:
        plan = self.expected.plan
        detail = (
            f"{self.looks} frames looked at, {self.other_looks} of them by a second detector,"
            f" {len(self.bare)} with a face that is not covered"
        )
        if self.bare:
            seconds = ", ".join(f"{plan.clip_ms(n) / 1000:.1f} s (frame {n})" for n in self.bare[:5])
            detail = f"an uncovered face at {seconds}; {detail}"
        return Check("faces", not self.bare and self.looks > 0, detail)

    def _is_due(self, number: int, take: Take) -> bool:
        """Evenly through the passage, and its first and last frame."""
        position = number - take.passage.first_frame
        every = max(1, round(self.expected.clock.frame_rate / LOOKS_PER_SECOND))
        return position % every == 0 or position == take.passage.frames - 1

    def _is_answered(self, face: Face, number: int, take: Take) -> bool:
        """Enough of it lies under covers, or its middle in a face that a person chose to show."""
        plan, frame = self.expected.plan, number - take.passage.first_frame
        rate = self.expected.clock.frame_rate
        seen = self._in_source(face, frame, take)
        places = [covered_on(take, r, frame, rate) for r in plan.redactions if not r.kind.is_sound]
        if _share(seen, [p for p in places if p]) >= COVERED:
            return True
        shown = (covered_on(take, r, frame, rate) for r in plan.shown_faces)
        return any(_holds(region, *seen.middle) for region in shown if region)

    def _in_source(self, face: Face, frame: int, take: Take) -> Face:
        if take.picture is None:
            return face
        placement = placement_on(take, take.picture, self.expected.shape, frame, self.expected.clock.frame_rate)
        crop, target = placement.source, placement.target
        across, down = crop.width / target.width, crop.height / target.height
        return Face(
            crop.x + (face.left - target.x) * across, crop.y + (face.top - target.y) * down,
            crop.x + (face.right - target.x) * across, crop.y + (face.bottom - target.y) * down, face.score,
        )  # fmt: skip


def _share(face: Face, covers: list[Region]) -> float:
    """How much of a face lies under covers together, 0 to 1."""
    columns = np.linspace(face.left, face.right, GRID)
    rows = np.linspace(face.top, face.bottom, GRID)
    under = np.zeros((GRID, GRID), bool)
    for cover in covers:
        across = (columns >= cover.x) & (columns <= cover.x + cover.width)
        under |= np.outer((rows >= cover.y) & (rows <= cover.y + cover.height), across)
    return float(under.mean())


def _holds(region: Region, x: float, y: float) -> bool:
    return region.x <= x <= region.x + region.width and region.y <= y <= region.y + region.height
