"""Faces by another detector than the one that found them: MTCNN, learned elsewhere and from other pictures.

What one network misses, the same network misses again in the finished clip. Three small ones look here, each at what
the one before takes for a face (Zhang, Zhang, Li and Qiao, 2016); its licence is in LICENSE_MTCNN.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.reformatter import Interpolation
from numpy.typing import NDArray

from clips.faces.detector import FLATTEST, OVERLAP, WIDEST, Face, Picture
from pipeline.canonical import file_sha256
from pipeline.errors import WeightsError

WEIGHTS = Path(__file__).parent / "mtcnn"
SHA256 = {
    "pnet": "6f0e446b92adbf38537a732d73a6f81fa28a208a9c4136894b3b9c30f694e710",
    "rnet": "5791c21c4c9dba865c17a61747fb99a8c4728866019432dbc943cc64f461fcb7",
    "onet": "4835521c5e453bea07d1d5db15022298621da723b8869c8234c5b0a2f0dcd198",
}
SMALLEST = 24
"""Pixels of the narrowest face that is looked for, in a picture of `look_size`."""

STEP = 0.709
"""From one size of the picture to the next."""

CELL, STRIDE = 12, 2
"""Pixels that the first network sees at a time, and how far it goes between two looks."""

LIKELY, LIKELIER = 0.6, 0.7
"""Scores from which the next network looks."""

SHARED = 0.5
"""Boxes of one network that share more are one."""

Boxes = NDArray[np.float64]
"""A row for each: left, top, right, bottom, score."""


def find_faces_again(picture: Picture, least: float) -> tuple[Face, ...]:
    """Every face of at least this score that is one in the mirror, too, best first.

    Raises WeightsError when the weights are missing or were changed.
    """
    found = _faces(picture, least)
    if not found:
        return ()
    width = picture.shape[1]
    mirrored = [
        Face(width - face.right, face.top, width - face.left, face.bottom, face.score)
        for face in _faces(np.ascontiguousarray(picture[:, ::-1]), least)
    ]
    return tuple(face for face in found if any(face.overlap(other) > OVERLAP for other in mirrored))


def _faces(picture: Picture, least: float) -> tuple[Face, ...]:
    boxes = _refined(picture, _proposed(picture), "rnet", 24, LIKELIER)
    boxes = _refined(picture, boxes, "onet", 48, least)
    faces = [Face(*(float(v) for v in row)) for row in boxes]
    return tuple(f for f in faces if FLATTEST <= f.width / max(1.0, f.height) <= WIDEST)


def _proposed(picture: Picture) -> Boxes:
    """Places where the first network sees something like a face, at any size."""
    height, width = picture.shape[:2]
    scale, found = CELL / SMALLEST, []
    while min(height, width) * scale >= CELL:
        small = _resized(picture, round(width * scale), round(height * scale))
        score, edges = _run("pnet", small[None])
        rows, columns = np.nonzero(score[0, 1] >= LIKELY)
        corners = np.stack([columns, rows], axis=1) * STRIDE
        boxes = np.concatenate([(corners + 1) // scale, (corners + CELL) // scale], axis=1)
        moves = edges[0][:, rows, columns].T
        found.append(_distinct(_with_scores(_moved(boxes, moves), score[0, 1][rows, columns])))
        scale *= STEP
    return _distinct(np.concatenate(found)) if found else np.zeros((0, 5))


def _refined(picture: Picture, boxes: Boxes, network: str, side: int, least: float) -> Boxes:
    """Those that the next network takes for faces, with better edges."""
    if not len(boxes):
        return boxes
    square = _squared(boxes)
    score, edges = _run(network, np.stack([_cut_out(picture, row, side) for row in square]))
    kept = score[:, 1] >= least
    return _distinct(_with_scores(_moved(square[kept, :4], edges[kept]), score[kept, 1]))


def _moved(boxes: Boxes, moves: NDArray[np.float32]) -> Boxes:
    size = boxes[:, [2, 3, 2, 3]] - boxes[:, [0, 1, 0, 1]] + 1
    return np.asarray(boxes + moves * size, np.float64)


def _with_scores(boxes: Boxes, scores: NDArray[np.float32]) -> Boxes:
    return np.concatenate([boxes, scores[:, None]], axis=1)


def _squared(boxes: Boxes) -> Boxes:
    """As high as wide, around the same middle."""
    size = boxes[:, 2:4] - boxes[:, :2]
    middle, half = boxes[:, :2] + size / 2, size.max(axis=1, keepdims=True) / 2
    return np.concatenate([middle - half, middle + half, boxes[:, 4:]], axis=1)


def _distinct(boxes: Boxes) -> Boxes:
    """The best of those that lie over each other."""
    kept: list[int] = []
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    order = np.argsort(-boxes[:, 4])
    while len(order):
        best, rest = order[0], order[1:]
        kept.append(int(best))
        size = np.minimum(boxes[best, 2:4], boxes[rest, 2:4]) - np.maximum(boxes[best, :2], boxes[rest, :2])
        shared = np.prod(np.maximum(size, 0), axis=1)
        order = rest[shared / np.minimum(area[best], area[rest]) <= SHARED]
    return boxes[kept]


def _cut_out(picture: Picture, box: Boxes, side: int) -> NDArray[np.float32]:
    """The place in the picture, black beyond its edges, at the size that the network knows."""
    left, top, right, bottom = (round(float(v)) for v in box[:4])
    wide, high = max(1, right - left), max(1, bottom - top)
    out = np.zeros((high, wide, 3), np.uint8)
    part = picture[max(0, top) : max(0, bottom), max(0, left) : max(0, right)]
    out[max(0, -top) :, max(0, -left) :][: part.shape[0], : part.shape[1]] = part
    return _resized(out, side, side)


def _resized(picture: Picture, width: int, height: int) -> NDArray[np.float32]:
    """As the networks take it: colours apart, around zero."""
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
    small = frame.reformat(width, height, interpolation=Interpolation.AREA).to_ndarray(format="rgb24")
    return np.asarray((small.transpose(2, 0, 1).astype(np.float32) - 127.5) / 128)


def _run(network: str, pictures: NDArray[np.float32]) -> tuple[Any, Any]:
    score, edges = _session(network).run(None, {"input": pictures})
    return score, edges


@lru_cache
def _session(network: str) -> Any:
    import onnxruntime

    weights = WEIGHTS / f"{network}.onnx"
    if not weights.is_file() or file_sha256(weights) != SHA256[network]:
        raise WeightsError("the second face detector's weights are missing or changed", "install counterclip again")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])
