"""Pictures of a recording as they are on screen at a moment, for comparing."""

import itertools
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import Colorspace
from numpy.typing import NDArray

from pipeline.domain import PictureStream, Probe, Region, Span
from pipeline.ffmpeg import open_media

Luma = NDArray[np.uint8]


_SPACES = {"bt709": Colorspace.ITU709, "bt601": Colorspace.ITU601, "bt2020": Colorspace.BT2020}

LOOK_BACK_MS = (3_000, 15_000, 60_000)
"""How far before the moment a key frame is looked for; then the file is read from its beginning."""


def frames_between(path: Path, probe: Probe, span: Span) -> Iterator[tuple[float, "av.VideoFrame"]]:
    """Every frame on screen during a span, as decoded, with its recording time; the first may have begun before.

    Raises av.error.FFmpegError when it cannot be decoded.
    """
    if probe.picture is None:
        return
    for back_ms in (*(b for b in LOOK_BACK_MS if b < span.start_ms), None):
        with open_media(path) as container:
            frames = _entered(container, probe.picture.index, span.start_ms, back_ms)
            first = next(frames, None)
            if first and (first[0] <= span.start_ms or back_ms is None):
                yield from _during(itertools.chain([first], frames), span)
                return


def _entered(
    container: "av.container.InputContainer", index: int, at_ms: float, back_ms: float | None
) -> Iterator[tuple[float, "av.VideoFrame"]]:
    """Frames from a key frame at least `back_ms` before a moment on; from the beginning when that is None."""
    stream = container.streams[index]
    stream.thread_type = "AUTO"
    start = Fraction(container.start_time or 0, av.time_base)
    if back_ms is not None:
        goal = Fraction(at_ms - back_ms) / 1000 + start
        container.seek(int(goal * av.time_base), backward=True)
    return _timed(container.decode(stream), start)


def _during(frames: Iterator[tuple[float, "av.VideoFrame"]], span: Span) -> Iterator[tuple[float, "av.VideoFrame"]]:
    shown = None
    for ms, frame in frames:
        if shown is not None and ms > span.start_ms:
            yield shown
        shown = (ms, frame)
        if ms >= span.end_ms:
            return
    if shown is not None:
        yield shown


def source_frames(path: Path, probe: Probe, at_ms: float, reach_ms: float, matrix: str = "bt709") -> Iterator[Luma]:
    """Upright luma (BT.709, 16-235) of the recording's frames on screen within `reach_ms` of a moment.

    `matrix` is the recording's own, in ffmpeg's words: strong colours have another brightness in another one.
    """
    if probe.picture is None:
        return
    earliest = at_ms - reach_ms
    for back_ms in (*(b for b in LOOK_BACK_MS if b < earliest), None):
        with open_media(path) as container:
            frames = _entered(container, probe.picture.index, earliest, back_ms)
            first = next(frames, None)
            if first and (first[0] <= earliest or back_ms is None):
                shown = _on_screen(itertools.chain([first], frames), at_ms, reach_ms)
                yield from (_upright(frame, probe.picture, matrix) for frame in shown)
                return


def _timed(frames: Iterator["av.VideoFrame"], start: Fraction) -> Iterator[tuple[float, "av.VideoFrame"]]:
    for frame in frames:
        if frame.pts is not None:
            yield float((frame.pts * frame.time_base - start) * 1000), frame


def _on_screen(
    frames: Iterator[tuple[float, "av.VideoFrame"]], at_ms: float, reach_ms: float
) -> Iterator["av.VideoFrame"]:
    shown = None
    for ms, frame in frames:
        if ms > at_ms - reach_ms and shown is not None:
            yield shown
        shown = frame
        if ms > at_ms + reach_ms:
            return
    if shown is not None:
        yield shown


def _upright(frame: "av.VideoFrame", picture: PictureStream, matrix: str) -> Luma:
    same = frame.reformat(
        format="yuv420p", src_colorspace=_SPACES[matrix], dst_colorspace=Colorspace.ITU709, dst_color_range="MPEG"
    )
    return np.rot90(luma_of(same), k=-(picture.rotation // 90))


def luma_of(frame: "av.VideoFrame") -> Luma:
    """A planar frame's brightness, not copied."""
    plane = frame.planes[0]
    return np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[: frame.height, : frame.width]


def cell_means(luma: Luma, area: Region, grid: int) -> NDArray[np.float64]:
    """Means over grid x grid cells of a part of a picture."""
    part = luma[area.y : area.y + area.height, area.x : area.x + area.width].astype(np.float64)
    rows = np.linspace(0, part.shape[0], grid + 1).astype(int)[:-1]
    columns = np.linspace(0, part.shape[1], grid + 1).astype(int)[:-1]
    sums = np.add.reduceat(np.add.reduceat(part, rows, axis=0), columns, axis=1)
    sizes = np.outer(np.diff([*rows, part.shape[0]]), np.diff([*columns, part.shape[1]]))
    return np.asarray(sums / sizes)
