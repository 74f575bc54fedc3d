"""What rendering has to know of a recording beyond its probe: where to start reading, its colours."""

import math
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av

from pipeline.domain import Probe
from pipeline.errors import MediaError
from pipeline.ffmpeg import open_media, start_us

SOUND_LEAD_MS = 500
"""Decoders need some sound before the first sample that is right."""

FIRST_LOOK_MS = 6000
"""How far back the last key frame is looked for; doubled until it is found."""

HD_LINES = 720
"""Untagged pictures of this height and more are BT.709, smaller ones BT.601, as players take them."""

_MATRICES = {1: "bt709", 5: "bt601", 6: "bt601", 9: "bt2020", 10: "bt2020"}
"""ITU-T H.273 code of the matrix coefficients → ffmpeg's `scale` filter."""


_HDR_TRANSFERS = (16, 18)
"""ITU-T H.273: SMPTE ST 2084 (PQ) and ARIB STD-B67 (HLG)."""


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """How a recording has to be read."""

    start_us: int = 0
    """The container's first timestamp: recording time 0."""
    matrix: str = "bt709"
    """Colour matrix of the picture in the words of ffmpeg's `scale`."""
    is_interlaced: bool = False
    is_hdr: bool = False


def source_facts(path: Path, probe: Probe) -> SourceFacts:
    """Start of the clock; colours and scan of the picture, from its first frame.

    Raises FfmpegError when it cannot be opened, MediaError when its picture cannot be decoded.
    """
    start = start_us(path)
    if probe.picture is None:
        return SourceFacts(start)
    try:
        with open_media(path) as container:
            frame = next(container.decode(container.streams[probe.picture.index]), None)
    except av.error.FFmpegError as error:
        raise MediaError(f"cannot read the picture of {path.name}: {error.strerror}") from None
    if frame is None:
        raise MediaError(f"the picture of {path.name} has no frames", "ingest it again")
    guess = "bt709" if probe.picture.height >= HD_LINES else "bt601"
    return SourceFacts(
        start_us=start,
        matrix=_MATRICES.get(int(frame.colorspace), guess),
        is_interlaced=bool(frame.interlaced_frame),
        is_hdr=int(frame.color_trc) in _HDR_TRANSFERS,
    )


def entry_ms(path: Path, probe: Probe, at_ms: int) -> int:
    """Recording time from which ffmpeg has to read so that all at `at_ms` is decoded right.

    Just before the last key frame ahead of it: in MPEG-TS a seek that lands after the key frame loses
    everything up to the next one, and in screen recordings the frame on screen may be minutes old.
    """
    target = max(0, at_ms - SOUND_LEAD_MS)
    if probe.picture is None or target == 0:
        return max(0, at_ms - 2 * SOUND_LEAD_MS) if probe.picture is None else 0
    back = FIRST_LOOK_MS
    while back < target:
        found = _last_key_ms(path, probe, target, target - back)
        if found is not None:
            return max(0, found - SOUND_LEAD_MS)
        back *= 2
    return 0


def _last_key_ms(path: Path, probe: Probe, target: int, look_from: int) -> int | None:
    """The last key frame at or before `target`, both in recording time; None: none after `look_from`."""
    if probe.picture is None:
        return None
    best = None
    try:
        with open_media(path) as container:
            stream = container.streams[probe.picture.index]
            start = Fraction(container.start_time or 0, av.time_base)
            container.seek(int((Fraction(look_from, 1000) + start) * av.time_base), backward=True)
            for packet in container.demux(stream):
                if packet.pts is None or packet.time_base is None:
                    continue
                ms = math.floor((packet.pts * packet.time_base - start) * 1000)
                if packet.is_keyframe and ms <= target:
                    best = ms if best is None else max(best, ms)
                if packet.dts is not None and (packet.dts * packet.time_base - start) * 1000 > target:
                    break
    except av.error.FFmpegError as error:
        raise MediaError(f"cannot seek in {path.name}: {error.strerror}") from None
    return best
