"""What a finished file is when it is opened again, and whether a platform takes it as it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av

from clips.loudness import Loudness
from clips.platforms import PlatformPreset
from clips.profiles import SAMPLE_RATE
from clips.samples import measured_loudness
from clips.verify_file import check_start, check_tags, count_packets
from pipeline.domain import Check
from pipeline.errors import MediaError
from pipeline.ffmpeg import open_media

LOUDNESS_LU = 0.5
"""How far from the target a delivered file may be."""

RATE_SHARE = 1.1
"""By how much an average bit rate may exceed what was asked for: encoders aim, they do not count."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a file of this length has to be for a platform; equal ones share one file."""

    width: int
    height: int
    frame_rate: Fraction
    frames: int
    video_kbps: int | None
    sound_kbps: int | None
    loudness: float | None
    """None: whatever it has."""
    true_peak: float

    @property
    def label(self) -> str:
        """For a file name: the short side and the loudness."""
        level = f"-{-self.loudness:.0f}lufs" if self.loudness is not None else ""
        return f"{min(self.width, self.height)}p{level}"


@dataclass(frozen=True, slots=True)
class ReadBack:
    """Read from the file itself, nothing remembered."""

    streams: tuple[str, ...]
    """Codec of each stream, in order."""
    pixel_format: str
    width: int
    height: int
    frame_rate: Fraction
    frames: int
    hidden_frames: int
    """Stored beyond those that are shown."""
    duration_ms: int
    sound_rate: int
    channels: int
    video_kbps: float
    sound_kbps: float
    size_bytes: int
    loudness: Loudness
    tags: Check
    start: Check


def read_back(path: Path) -> ReadBack:
    """Raises MediaError when it is no file with a picture and a sound."""
    try:
        with open_media(path) as container:
            if not container.streams.video or not container.streams.audio:
                raise MediaError("a delivered file lacks its picture or its sound", "cut the clip again")
            picture, sound = container.streams.video[0], container.streams.audio[0]
            codecs = tuple(s.codec_context.name if s.codec_context else s.type for s in container.streams)
            size = picture.width, picture.height
            rate, pixels = Fraction(picture.average_rate or 0), str(picture.codec_context.pix_fmt)
            heard = sound.codec_context.sample_rate, sound.codec_context.channels
            duration_ms = int((container.duration or 0) // 1000)
            tags = check_tags(container)
        taken = _bytes_of(path)
        shown, stored = (count_packets(path, ignore_edits=ignored) for ignored in (False, True))
    except av.error.FFmpegError as error:
        raise MediaError(f"a delivered file cannot be opened: {error.strerror}", "cut the clip again") from None
    seconds = max(0.001, duration_ms / 1000)
    return ReadBack(
        streams=codecs,
        pixel_format=pixels,
        width=size[0],
        height=size[1],
        frame_rate=rate,
        frames=shown.frames,
        hidden_frames=stored.frames - shown.frames,
        duration_ms=duration_ms,
        sound_rate=heard[0],
        channels=heard[1],
        video_kbps=taken["video"] / 125 / seconds,
        sound_kbps=taken["audio"] / 125 / seconds,
        size_bytes=path.stat().st_size,
        loudness=measured_loudness(path),
        tags=tags,
        start=check_start(path),
    )


def check_delivery(found: ReadBack, target: Target, preset: PlatformPreset) -> tuple[Check, ...]:
    """Every wish of the platform beside what the file is; nothing is skipped when one fails."""
    return tuple(_checks(found, target, preset))


def _checks(found: ReadBack, target: Target, preset: PlatformPreset) -> Iterator[Check]:
    kinds = f"{' '.join(found.streams)}, {found.sound_rate} Hz, {found.channels} channels"
    only = found.streams == ("h264", "aac") and (found.sound_rate, found.channels) == (SAMPLE_RATE, 2)
    yield Check("streams", only, kinds)
    size = (found.width, found.height) == (target.width, target.height)
    yield Check("size", size, f"{found.width}x{found.height}, {target.width}x{target.height} wanted")
    rate = found.frame_rate == target.frame_rate and found.frame_rate <= preset.frame_rate
    yield Check("frame rate", rate, f"{float(found.frame_rate):.3f}, at most {preset.frame_rate}")
    yield Check("pixel format", found.pixel_format == "yuv420p", found.pixel_format)
    yield _check_duration(found, target, preset)
    yield _check_rates(found, target, preset)
    yield _check_loudness(found, target)
    peak = found.loudness.is_silent or target.loudness is None or found.loudness.true_peak <= target.true_peak
    yield Check("true peak", peak, f"{found.loudness.true_peak:.1f} dBTP, {target.true_peak} allowed")
    yield Check("fast start", found.start.passed, found.start.detail)
    yield Check("no metadata", found.tags.passed, found.tags.detail)


def _check_duration(found: ReadBack, target: Target, preset: PlatformPreset) -> Check:
    wanted = float(1000 * target.frames / target.frame_rate)
    whole = found.frames == target.frames and not found.hidden_frames
    near = abs(found.duration_ms - wanted) <= float(1000 / target.frame_rate) + 1
    allowed = preset.shortest_ms <= wanted <= (preset.longest_ms or wanted)
    detail = f"{found.duration_ms} ms of {wanted:.0f}, {found.frames} frames, {found.hidden_frames} hidden"
    return Check("duration", whole and near and allowed, detail)


def _check_rates(found: ReadBack, target: Target, preset: PlatformPreset) -> Check:
    video = target.video_kbps is None or found.video_kbps <= target.video_kbps * RATE_SHARE
    sound = target.sound_kbps is None or found.sound_kbps <= target.sound_kbps * RATE_SHARE
    small = preset.file_bytes is None or found.size_bytes <= preset.file_bytes
    detail = f"picture {found.video_kbps:.0f} kbit/s, sound {found.sound_kbps:.0f} kbit/s, {found.size_bytes} bytes"
    return Check("bit rate", video and sound and small, detail)


def _check_loudness(found: ReadBack, target: Target) -> Check:
    if target.loudness is None:
        return Check("loudness", True, f"{found.loudness.integrated:.1f} LUFS, as it was verified")
    near = abs(found.loudness.integrated - target.loudness) <= LOUDNESS_LU
    detail = f"{found.loudness.integrated:.1f} LUFS, {target.loudness} within {LOUDNESS_LU} wanted"
    return Check("loudness", near, detail)


def _bytes_of(path: Path) -> dict[str, int]:
    taken = {"video": 0, "audio": 0}
    with open_media(path) as container:
        for packet in container.demux():
            taken[packet.stream.type] = taken.get(packet.stream.type, 0) + packet.size
    return taken
