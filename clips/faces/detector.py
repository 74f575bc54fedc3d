"""Faces in one picture, by CenterFace (its licence is in LICENSE_CENTERFACE)."""

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from pipeline.canonical import file_sha256
from pipeline.errors import WeightsError

WEIGHTS = Path(__file__).parent / "centerface.onnx"
SHA256 = "719ef3c08bf3f2b9a7f21b7665b8bb0fc84403cb07d72c3f5d9f06de4502d7df"
NAME = f"centerface {SHA256[:16]}"

LOOK_WIDTH = 640
"""Longer side of the picture that the detector sees: 50 ms of one core, faces of 14 pixels of 1280 are found."""

CELL = 4
"""Pixels between two places that the network answers for."""

MULTIPLE = 32
"""Its input's sides are multiples of this."""

OVERLAP = 0.3
"""Boxes that share more of their union are the same face."""

FLATTEST, WIDEST = 0.4, 1.6
"""Width over height that a face can have, also of a head that lies on its side; hands are wider."""

NEARBY = 1.5
"""How far beyond a face, in its larger sides, the second look takes in."""

CLOSE_SIDE = 320
"""Pixels across of the second look: another size of the same face, at which what only looks like one seldom does."""

Picture = NDArray[np.uint8]
"""Height × width × red, green, blue."""


@dataclass(frozen=True, slots=True)
class Face:
    """A face in the picture, in its own pixels."""

    left: float
    top: float
    right: float
    bottom: float
    score: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def scaled(self, across: float, down: float) -> "Face":
        return Face(self.left * across, self.top * down, self.right * across, self.bottom * down, self.score)

    def overlap(self, other: "Face") -> float:
        """Shared area over the area of both, 0 to 1."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        if wide <= 0 or high <= 0:
            return 0.0
        shared = wide * high
        return shared / (self.width * self.height + other.width * other.height - shared)


def look_size(width: int, height: int) -> tuple[int, int]:
    """Width and height to which a picture is brought before it is looked at: never larger than it is."""
    scale = min(1.0, LOOK_WIDTH / max(width, height))
    return max(MULTIPLE, round(width * scale)), max(MULTIPLE, round(height * scale))


def find_faces(picture: Picture, least: float) -> tuple[Face, ...]:
    """Every face of at least this score, best first; a face is reported once.

    Raises WeightsError when the detector's weights are missing or were changed.
    """
    height, width = picture.shape[:2]
    full = np.zeros((_up(height), _up(width), 3), np.float32)
    full[:height, :width] = picture
    heat, size, offset = _session().run(None, {"input.1": full.transpose(2, 0, 1)[None]})
    rows, columns = np.nonzero(heat[0, 0] >= least)
    found = [_face(int(r), int(c), heat[0, 0], size[0], offset[0]) for r, c in zip(rows, columns, strict=True)]
    inside = [f for f in found if f.left < width and f.top < height and FLATTEST <= f.width / f.height <= WIDEST]
    return _distinct(sorted(inside, key=lambda f: -f.score))


def count_faces(picture: Picture, least: float = 0.4) -> int:
    """How many faces a picture of any size shows, each looked at twice."""
    size = look_size(picture.shape[1], picture.shape[0])
    small = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24").reformat(*size).to_ndarray()
    across, down = picture.shape[1] / small.shape[1], picture.shape[0] / small.shape[0]
    found = (face.scaled(across, down) for face in find_faces(small, least))
    return sum(is_face(picture, face, least * 0.75) for face in found)


def is_face(picture: Picture, face: Face, least: float) -> bool:
    """A second look, closer, at a face found in this picture: true when it is one there, too."""
    reach = NEARBY * max(face.width, face.height)
    (x, y), (height, width) = face.middle, picture.shape[:2]
    left, top = max(0, int(x - reach)), max(0, int(y - reach))
    near = np.ascontiguousarray(picture[top : min(height, int(y + reach)), left : min(width, int(x + reach))])
    scale = CLOSE_SIDE / near.shape[1]
    size = (CLOSE_SIDE, max(MULTIPLE, round(near.shape[0] * scale)))
    closer = av.VideoFrame.from_ndarray(near, format="rgb24").reformat(*size).to_ndarray()
    there = Face(
        (face.left - left) * scale, (face.top - top) * scale, (face.right - left) * scale,
        (face.bottom - top) * scale, face.score,
    )  # fmt: skip
    return any(there.overlap(seen) > OVERLAP for seen in find_faces(closer, least))


def _face(row: int, column: int, heat: Any, size: Any, offset: Any) -> Face:
    high, wide = (math.exp(float(size[n, row, column])) * CELL for n in (0, 1))
    y = (row + float(offset[0, row, column]) + 0.5) * CELL
    x = (column + float(offset[1, row, column]) + 0.5) * CELL
    return Face(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2, float(heat[row, column]))


def _distinct(faces: list[Face]) -> tuple[Face, ...]:
    kept: list[Face] = []
    for face in faces:
        if all(face.overlap(other) <= OVERLAP for other in kept):
            kept.append(face)
    return tuple(kept)


def _up(length: int) -> int:
    return -(-length // MULTIPLE) * MULTIPLE


@lru_cache
def _session() -> Any:
    """One thread: many clips are made at once, and two threads cost a third more than one."""
    import onnxruntime

    if not WEIGHTS.is_file() or file_sha256(WEIGHTS) != SHA256:
        raise WeightsError("the face detector's weights are missing or were changed", "install counterclip again")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(WEIGHTS), options, providers=["CPUExecutionProvider"])
