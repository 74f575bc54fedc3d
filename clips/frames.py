"""Pictures of a recording as they are on screen at a moment, for comparing."""

import itertools
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from pipeline.domain import PictureStream, Probe
from pipeline.ffmpeg import open_media

Luma = NDArray[np.uint8]


LOOK_BACK_MS = (3_000, 15_000, 60_000)
"""How far before the moment a key frame is looked for; then the file is read from its beginning."""


def source_frames(path: Path, probe: Probe, at_ms: float, reach_ms: float) -> Iterator[Luma]:
    """Upright luma (16-235) of the recording's frames on screen within `reach_ms` of a moment."""
    if probe.picture is None:
        return
    earliest = at_ms - reach_ms
    for back_ms in (*(b for b in LOOK_BACK_MS if b < earliest), None):
        with open_media(path) as container:
            stream = container.streams[probe.picture.index]
            stream.thread_type = "AUTO"
            start = Fraction(container.start_time or 0, av.time_base)
            if back_ms is not None:
                goal = Fraction(earliest - back_ms) / 1000 + start
                container.seek(int(goal * av.time_base), backward=True)
            frames = _timed(container.decode(stream), start)
            first = next(frames, None)
            if first and (first[0] <= earliest or back_ms is None):
                yield from _on_screen(itertools.chain([first], frames), at_ms, reach_ms, probe.picture)
                return


def _timed(frames: Iterator["av.VideoFrame"], start: Fraction) -> Iterator[tuple[float, "av.VideoFrame"]]:
    for frame in frames:
        if frame.pts is not None:
            yield float((frame.pts * frame.time_base - start) * 1000), frame


def _on_screen(
    frames: Iterator[tuple[float, "av.VideoFrame"]], at_ms: float, reach_ms: float, picture: PictureStream
) -> Iterator[Luma]:
    shown = None
    for ms, frame in frames:
        if ms > at_ms - reach_ms and shown is not None:
            yield _upright(shown, picture)
        shown = frame
        if ms > at_ms + reach_ms:
            return
    if shown is not None:
        yield _upright(shown, picture)


def _upright(frame: "av.VideoFrame", picture: PictureStream) -> Luma:
    return np.rot90(luma_of(frame.reformat(format="yuv420p", dst_color_range="MPEG")), k=-(picture.rotation // 90))


def luma_of(frame: "av.VideoFrame") -> Luma:
    """A planar frame's brightness, not copied."""
    plane = frame.planes[0]
    return np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[: frame.height, : frame.width]
