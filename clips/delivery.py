"""A verified rendition as a platform wants it: the same file where it fits, else encoded again and read back.

Only a finished file goes in, whole, so nothing can come out that its verification did not see. The picture
is encoded again for size, frame rate or bit rate, the sound for loudness, peaks or bit rate.
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from clips.filtergraph import BT709, CLEAN
from clips.loudness import CLOSE_LU, OVERSAMPLED, Loudness
from clips.platforms import PlatformPreset
from clips.profiles import PROFILES, SAMPLE_RATE
from clips.readback import LOUDNESS_LU, ReadBack, Target
from clips.samples import measured_loudness
from pipeline.domain import Rendition
from pipeline.errors import VerificationError
from pipeline.ffmpeg import SAFE_INPUT, file_url, run

ATTEMPTS = 5
"""At loudness and peak together: AAC adds peaks that only the finished file shows."""

AAC_OVERSHOOT_DB = 1.5
"""What AAC adds to peaks at most, in our measurements; the limiter leaves room for it."""

MOST_GAIN_DB = 8.0
"""A verified clip is near -16 LUFS; one that needs more than this was quiet for a reason."""

SPARE = 0.95
"""Share of a file's largest size that the bit rates are planned for: containers and peaks take the rest."""

DEFAULT_SOUND_KBPS = 160


def target_for(preset: PlatformPreset, found: ReadBack) -> Target:
    """The platform's wishes for this file: never larger and never faster than it is."""
    rate = found.frame_rate
    while rate > preset.frame_rate:
        rate /= 2
    width, height = _within(found.width, found.height, preset.short_side)
    return Target(
        width=width,
        height=height,
        frame_rate=rate,
        frames=round(found.frames * rate / found.frame_rate),
        video_kbps=_least(preset.video_kbps, _room_kbps(preset, found.duration_ms)),
        sound_kbps=preset.sound_kbps,
        loudness=None if preset.is_whole or found.loudness.is_silent else preset.loudness,
        true_peak=preset.true_peak,
    )


def misfits(preset: PlatformPreset, renditions: Sequence[Rendition]) -> list[str]:
    """Why a clip cannot go to a platform, in sentences; nothing is cropped or shortened for it."""
    there = [aspect for aspect in preset.aspects if any(r.aspect is aspect for r in renditions)]
    if not there:
        wanted = " or ".join(preset.aspects)
        return [f"{preset.name} takes {wanted}: make a version of the plan in that shape (plan edit --aspect)"]
    length = max(r.duration_ms for r in renditions)
    if preset.longest_ms is not None and length > preset.longest_ms:
        return [f"it is {length / 1000:.1f} s long and {preset.name} takes {preset.longest_ms / 1000:.0f} s"]
    if length < preset.shortest_ms:
        return [
            f"it is {length / 1000:.1f} s long and {preset.name} takes none under {preset.shortest_ms / 1000:.1f} s"
        ]
    return []


def chosen(preset: PlatformPreset, renditions: Sequence[Rendition]) -> list[Rendition]:
    """What of a clip goes to a platform: its best shape in every burned language; all of it where it says so."""
    if preset.is_whole:
        return list(renditions)
    best = next((a for a in preset.aspects if any(r.aspect is a for r in renditions)), None)
    return [r for r in renditions if r.aspect is best]


def encode(source: Path, found: ReadBack, target: Target, out: Path) -> None:
    """Write `out` after `target`, from a verified file that is not.

    Raises VerificationError when loudness and peaks cannot both be reached.
    """
    picture = source
    if not _is_picture_right(found, target):
        picture = out.with_suffix(".v.mp4")
        run(_picture_argv(source, target, picture))
    try:
        _level(source, picture, found, target, out)
    finally:
        if picture is not source:
            picture.unlink(missing_ok=True)


def is_right(found: ReadBack, target: Target) -> bool:
    """True when the file needs nothing done to it."""
    return _is_picture_right(found, target) and _is_sound_right(found, target)


def shared(found: ReadBack, target: Target) -> Target:
    """The target without what makes no difference to this file: equal ones are one file."""
    sound = min(target.sound_kbps or DEFAULT_SOUND_KBPS, DEFAULT_SOUND_KBPS)
    video = None if _is_picture_right(found, target) else target.video_kbps
    return replace(target, video_kbps=video, sound_kbps=sound)


def _is_picture_right(found: ReadBack, target: Target) -> bool:
    same = (found.width, found.height, found.frame_rate) == (target.width, target.height, target.frame_rate)
    return same and (target.video_kbps is None or found.video_kbps <= target.video_kbps)


def _is_sound_right(found: ReadBack, target: Target) -> bool:
    small = target.sound_kbps is None or found.sound_kbps <= target.sound_kbps
    return small and _is_level(found.loudness, target, LOUDNESS_LU)


def _is_level(heard: Loudness, target: Target, within_lu: float) -> bool:
    if target.loudness is None:
        return True
    return abs(heard.integrated - target.loudness) <= within_lu and heard.true_peak <= target.true_peak


def _level(source: Path, picture: Path, found: ReadBack, target: Target, out: Path) -> None:
    gain = 0.0 if target.loudness is None else target.loudness - found.loudness.integrated
    ceiling = target.true_peak - AAC_OVERSHOOT_DB
    is_limited = found.loudness.true_peak + gain > ceiling
    good_enough: tuple[float, float | None] | None = None
    for _ in range(ATTEMPTS):
        if gain > MOST_GAIN_DB:
            break
        limit = ceiling if is_limited else None
        run(_sound_argv(source, picture, target, out, gain, limit))
        heard = measured_loudness(out)
        if _is_level(heard, target, CLOSE_LU) or target.loudness is None:
            return
        if _is_level(heard, target, LOUDNESS_LU):
            good_enough = gain, limit
        if heard.true_peak > target.true_peak:
            ceiling, is_limited = ceiling - (heard.true_peak - target.true_peak) - 0.2, True
        gain += target.loudness - heard.integrated
    if good_enough:  # a lucky peak of the encoder's can drive the rest away from where it was right
        run(_sound_argv(source, picture, target, out, *good_enough))
        return
    raise VerificationError(
        f"the sound cannot be brought to {target.loudness:.0f} LUFS with peaks under {target.true_peak:.0f} dBTP",
        "leave this platform out, or make the clip from a better recording",
    )


def _picture_argv(source: Path, target: Target, out: Path) -> list[str]:
    profile = PROFILES["standard"]
    size = f"scale={target.width}:{target.height}:flags=bicubic,setsar=1"
    filters = f"fps={target.frame_rate}:start_time=0,{size},format=yuv420p"
    cap = ["-maxrate", f"{target.video_kbps}k", "-bufsize", f"{target.video_kbps}k"] if target.video_kbps else []
    return [
        "-v", "error", "-y", *SAFE_INPUT, "-i", file_url(source), "-map", "0:v:0", "-vf", filters,
        "-c:v", "libx264", "-preset", profile.preset, "-crf", str(profile.crf), *cap, "-pix_fmt", "yuv420p",
        "-g", str(round(2 * target.frame_rate)), "-frames:v", str(target.frames), *_options({**CLEAN, **BT709}),
        "-f", "mp4", file_url(out),
    ]  # fmt: skip


def _sound_argv(
    source: Path, picture: Path, target: Target, out: Path, gain: float, ceiling: float | None
) -> list[str]:
    seconds = target.frames / target.frame_rate
    limiter = ""
    if ceiling is not None:
        limit = f"limit={10 ** (ceiling / 20):.5f}:attack=5:release=50:level=false:latency=true"
        limiter = f"aresample={OVERSAMPLED},alimiter={limit},"
    filters = (
        f"aresample={SAMPLE_RATE}:async=1:first_pts=0,volume={gain:.2f}dB,{limiter}aresample={SAMPLE_RATE},"
        f"apad=whole_len={round(seconds * SAMPLE_RATE)},atrim=end_sample={round(seconds * SAMPLE_RATE)}"
    )
    return [
        "-v", "error", "-y", *SAFE_INPUT, "-i", file_url(picture), *SAFE_INPUT, "-i", file_url(source),
        "-map", "0:v:0", "-map", "1:a:0", "-c:v", "copy", "-af", filters, "-c:a", "aac", "-ar", str(SAMPLE_RATE),
        "-ac", "2", "-b:a", f"{_least(target.sound_kbps, DEFAULT_SOUND_KBPS)}k", *_options(CLEAN),
        "-movflags", "+faststart", "-f", "mp4", file_url(out),
    ]  # fmt: skip


def _options(named: dict[str, str | None]) -> list[str]:
    return [part for key, value in named.items() for part in (f"-{key}", *([value] if value is not None else []))]


def _within(width: int, height: int, short_side: int) -> tuple[int, int]:
    share = min(Fraction(1), Fraction(short_side, min(width, height)))
    return round(width * share / 2) * 2, round(height * share / 2) * 2


def _least(*limits: int | None) -> int | None:
    return min((limit for limit in limits if limit is not None), default=None)


def _room_kbps(preset: PlatformPreset, duration_ms: int) -> int | None:
    """What the picture may take so that the whole stays under the platform's file size."""
    if preset.file_bytes is None:
        return None
    whole = preset.file_bytes * 8 * SPARE / max(1, duration_ms)
    return max(1, int(whole) - (preset.sound_kbps or DEFAULT_SOUND_KBPS))
