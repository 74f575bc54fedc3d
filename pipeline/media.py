"""What reviewers look at and listen to: a small copy that seeks fast, and the shape of the sound.

Neither is ever exported. The copy has a key frame every half second, so that a click on a word is heard
at once; times in it are recording times.
"""

import wave
from fractions import Fraction
from pathlib import Path

import numpy as np

from pipeline.canonical import file_sha256
from pipeline.domain import Probe, Recording
from pipeline.errors import MediaError
from pipeline.ffmpeg import SAFE_INPUT, file_url, run
from pipeline.ingest import SOUND_FILE
from pipeline.store import Store
from pipeline.workspace import Workspace, partial_folder, publish, require_space

PEAKS_FILE = "peaks.u8"
PEAKS_PER_SECOND = 50
"""One hour is 180 kB: small enough to fetch whole, fine enough to see a word."""

PROXY_LINES = 540
PROXY_RATE = 30
BITS_PER_SECOND = 1_200_000
"""Generous for 540 lines; only used to ask for disk space."""


def proxy_file(workspace: Workspace, recording: Recording) -> Path:
    """Where the small copy lies, or will lie."""
    suffix = "mp4" if recording.probe.picture else "m4a"
    return workspace.recording_folder(recording.id) / f"proxy.{suffix}"


def peaks_file(workspace: Workspace, recording: Recording) -> Path:
    return workspace.recording_folder(recording.id) / PEAKS_FILE


def make_proxy(store: Store, workspace: Workspace, recording: Recording) -> Path:
    """The small copy, made once: H.264 and AAC, 540 lines, two key frames a second, no metadata.

    Raises PipelineError when the original is gone, the disk is full or ffmpeg refuses.
    """
    final = proxy_file(workspace, recording)
    if final.is_file() and store.stage(recording.id, "proxy"):
        return final
    require_space(workspace.root, recording.probe.duration_ms * BITS_PER_SECOND // 8000)
    with partial_folder(workspace.root) as part:
        made = part / final.name
        run(proxy_arguments(workspace.original(recording.id), recording.probe, made), timeout_s=24 * 3600)
        final.unlink(missing_ok=True)
        publish(made, final)
    store.finish_stage(recording.id, "proxy", file_sha256(final))
    return final


def proxy_arguments(source: Path, probe: Probe, out: Path) -> list[str]:
    """ffmpeg's arguments for the small copy (pure)."""
    sound = ["-map", f"0:{probe.sound.index}", "-af", "aresample=48000:async=1:first_pts=0", "-ac", "2", "-c:a", "aac",
             "-b:a", "96k"]  # fmt: skip
    picture = _picture_arguments(probe) if probe.picture else ["-vn"]
    return [
        "-v", "error", "-y", *SAFE_INPUT, "-i", file_url(source), *picture, *sound, "-sn", "-dn",
        "-map_metadata", "-1", "-map_chapters", "-1", "-movflags", "+faststart", "-f", "mp4", file_url(out),
    ]  # fmt: skip


def _picture_arguments(probe: Probe) -> list[str]:
    if probe.picture is None:
        return []
    rate = probe.picture.frame_rate
    while rate > PROXY_RATE:
        rate = rate / 2
    lines = f"min({PROXY_LINES}\\,if(gt(iw\\,ih)\\,ih\\,iw))"
    size = f"scale=w='if(gt(iw\\,ih)\\,-2\\,{lines})':h='if(gt(iw\\,ih)\\,{lines}\\,-2)'"
    square = f"scale=iw*sar:ih,setsar=1,{size},scale=trunc(iw/2)*2:trunc(ih/2)*2"
    return [
        "-map", f"0:{probe.picture.index}", "-vf", f"{square},fps={rate.numerator}/{rate.denominator}",
        "-c:v", "libx264", "-preset", "veryfast", "-crf", "28", "-pix_fmt", "yuv420p",
        "-tune", "fastdecode", "-bf", "0", "-g", str(max(1, round(Fraction(rate) / 2))), "-sc_threshold", "0",
    ]  # fmt: skip


def make_peaks(store: Store, workspace: Workspace, recording: Recording) -> Path:
    """One byte for each fiftieth of a second, the loudest sample in it; made once from the 16 kHz sound.

    Raises MediaError when that sound is not there.
    """
    final = peaks_file(workspace, recording)
    if final.is_file() and store.stage(recording.id, "peaks"):
        return final
    peaks = find_peaks(workspace.recording_folder(recording.id) / SOUND_FILE)
    with partial_folder(workspace.root) as part:
        (part / final.name).write_bytes(peaks)
        final.unlink(missing_ok=True)
        publish(part / final.name, final)
    store.finish_stage(recording.id, "peaks", file_sha256(final))
    return final


def find_peaks(sound: Path) -> bytes:
    """The loudest sample of each fiftieth of a second, 0 to 255, read in bounded memory.

    Raises MediaError when the file cannot be read.
    """
    found = []
    try:
        with wave.open(str(sound), "rb") as stream:
            size = stream.getframerate() // PEAKS_PER_SECOND
            while raw := stream.readframes(size * PEAKS_PER_SECOND * 60):
                samples = np.abs(np.frombuffer(raw, dtype="<i2").astype(np.int32))
                padded = np.pad(samples, (0, -len(samples) % size)).reshape(-1, size)
                found.append((padded.max(axis=1) * 255 // 32768).astype(np.uint8).tobytes())
    except (OSError, wave.Error, EOFError) as error:
        raise MediaError(f"cannot read {sound.name}: {error}", "ingest the recording again") from None
    return b"".join(found)
