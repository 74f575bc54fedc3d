"""The one place that starts ffmpeg, and the one that opens media to look inside."""

import contextlib
import ctypes
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import IO

import av
import imageio_ffmpeg
import numpy as np

from pipeline.containers import is_cut_off
from pipeline.domain import PictureStream, Probe, SoundStream, Span
from pipeline.errors import FfmpegError, MediaError

SPEECH_RATE = 16_000
"""Samples per second that every engine hears."""

CONTAINERS = "mov,matroska,webm,mpegts,mpeg,avi,wav,w64,mp3,flac,ogg,aac,asf,flv,mxf,caf,amr,aiff,dv,au,ac3"
"""Demuxers that cannot name other files. Playlists (HLS, concat, DASH) are refused: a protocol list
alone does not stop a playlist that calls itself .mp4 (`safety.md`, finding 1)."""

DECODERS = (
    "h264,hevc,av1,libdav1d,libaom-av1,vp8,vp9,libvpx,libvpx-vp9,mpeg4,mpeg1video,mpeg2video,mpegvideo,h263,h263p,"
    "mjpeg,prores,dnxhd,dvvideo,vc1,wmv1,wmv2,wmv3,msmpeg4v2,msmpeg4,flv,theora,qtrle,rawvideo,v210,ffv1,huffyuv,"
    "ffvhuff,utvideo,cfhd,png,aac,aac_latm,ac3,eac3,dca,mp1,mp1float,mp2,mp2float,mp3,mp3float,flac,alac,opus,libopus,"
    "vorbis,libvorbis,wmav1,wmav2,wmapro,wmalossless,amrnb,amrwb,gsm,gsm_ms,adpcm_ms,adpcm_ima_wav,adpcm_ima_qt,"
    "pcm_alaw,pcm_mulaw,pcm_u8,pcm_s8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,"
    "pcm_f32be,pcm_f64le,pcm_f64be,pcm_bluray,pcm_dvd,pcm_s16le_planar,pcm_s24le_planar"
)
"""What cameras, phones, recorders and editors write. The several hundred decoders for anything else, games and
text screens among them, are seldom looked after and never needed."""

MAX_PIXELS = 67_108_864

SAFE_INPUT = (
    "-protocol_whitelist", "file,pipe",
    "-format_whitelist", CONTAINERS,
    "-codec_whitelist", DECODERS,
    "-max_pixels", str(MAX_PIXELS),
)  # fmt: skip
"""Options that stand before every `-i` of a file that is not ours."""

MEMORY_BYTES = 16 * 2**30
"""Of addresses, not of memory in use: a thread for each core takes some hundred MB of them."""

_PR_SET_PDEATHSIG = 1
_SIGKILL = 9


def file_url(path: Path) -> str:
    """A path as ffmpeg must be given it: `concat:…` and `-y.ts` are file names, too."""
    return f"file:{path.resolve()}"


@lru_cache
def binary() -> str:
    """The ffmpeg of the imageio-ffmpeg wheel, or the system's.

    Raises FfmpegError when there is none.
    """
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError:
        raise FfmpegError("no ffmpeg found", "install the imageio-ffmpeg wheel or Debian's ffmpeg") from None


def run(argv: Sequence[str], *, frames: Iterable[bytes] | None = None, timeout_s: float = 3600) -> str:
    """Run ffmpeg with these arguments (without the program); return what it logged.

    `frames` is fed to its standard input. The process dies with ours.
    Raises FfmpegError with ffmpeg's last lines when it fails or takes longer than `timeout_s`.
    """
    command = [binary(), "-hide_banner", "-nostdin" if frames is None else "-y", *argv]
    with tempfile.TemporaryFile() as log:
        with _started(command, log, subprocess.PIPE if frames is not None else subprocess.DEVNULL) as process:
            _feed(process, frames)
            _wait(process, timeout_s)
        log.seek(0)
        text = log.read().decode(errors="replace")
    if process.returncode != 0:
        raise FfmpegError(f"ffmpeg failed: {_last_line(text)}", "see docs/troubleshooting.md")
    return text


def capabilities(kind: str) -> frozenset[str]:
    """Names that this ffmpeg lists for `filters` or `encoders`.

    Raises FfmpegError when it cannot be started.
    """
    try:
        done = subprocess.run([binary(), "-hide_banner", f"-{kind}"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise FfmpegError(f"ffmpeg does not start: {error}", "reinstall imageio-ffmpeg") from None
    return frozenset(line.split()[1] for line in done.stdout.splitlines() if len(line.split()) > 1)


def version() -> str:
    """What this ffmpeg calls itself, such as `7.0.2-static`. Raises FfmpegError when it cannot be started."""
    try:
        done = subprocess.run([binary(), "-version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise FfmpegError(f"ffmpeg does not start: {error}", "reinstall imageio-ffmpeg") from None
    words = done.stdout.split(maxsplit=3)
    return words[2] if len(words) > 2 else "of no version"


def _started(command: list[str], log: IO[bytes], stdin: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(command, stdin=stdin, stdout=subprocess.DEVNULL, stderr=log, preexec_fn=_confine)


def _feed(process: "subprocess.Popen[bytes]", frames: Iterable[bytes] | None) -> None:
    if frames is None or process.stdin is None:
        return
    # ffmpeg that stops reading has failed; its exit code and log say why
    with contextlib.suppress(BrokenPipeError):
        for frame in frames:
            process.stdin.write(frame)
    with contextlib.suppress(BrokenPipeError):
        process.stdin.close()


def _wait(process: "subprocess.Popen[bytes]", timeout_s: float) -> None:
    try:
        process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        process.kill()
        raise FfmpegError(f"ffmpeg took longer than {timeout_s:.0f} s and was stopped") from None
    except BaseException:
        process.kill()
        raise


def _confine() -> None:
    """In the child, before ffmpeg is there: it dies with us, takes no more memory than this, and leaves no core file,
    which would hold testimony."""
    _die_with_parent()
    for what, most in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(what)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (allowed, allowed))


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, _SIGKILL)


def _last_line(log: str) -> str:
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"


def probe(path: Path) -> Probe:
    """What a file holds, as far as the product uses it.

    Raises MediaError when the file is missing, is not media, or has no sound.
    """
    if not path.is_file():
        raise MediaError(f"no such file: {path}", "check the path")
    if is_cut_off(path):
        raise MediaError(f"the file is cut off: {path.name}", "copy it again from its source")
    try:
        with open_media(path) as container:
            return _facts(container, path)
    except av.error.FFmpegError as error:
        raise MediaError(
            f"not a readable recording: {path.name} ({error.strerror})",
            "give a video or audio file; a file that was cut off while copying has to be copied again",
        ) from None


def open_media(path: Path, **options: str) -> "av.container.InputContainer":
    """A media file opened to look inside; playlists are refused as in SAFE_INPUT.

    Raises av.error.FFmpegError when it cannot be opened.
    """
    safe = {"protocol_whitelist": "file", "format_whitelist": CONTAINERS, "codec_whitelist": DECODERS}
    return av.open(file_url(path), options={**safe, **options})


def _facts(container: "av.container.InputContainer", path: Path) -> Probe:
    sounds = [s for s in container.streams.audio if s.codec_context is not None and s.codec_context.sample_rate]
    if not sounds:
        raise MediaError(f"no sound in {path.name}", "choose a file in which someone speaks")
    pictures = [s for s in container.streams.video if not s.disposition & av.stream.Disposition.attached_pic]
    sound = max(sounds, key=lambda s: bool(s.disposition & av.stream.Disposition.default))
    for used in (sound, *pictures[:1]):
        _require_usual(used.codec_context.name)
    return Probe(
        container=container.format.name,
        start_ms=(container.start_time or 0) // 1000,
        duration_ms=_duration_ms(container, sound),
        sound=SoundStream(
            sound.index,
            sound.codec_context.name,
            sound.codec_context.sample_rate,
            sound.codec_context.channels,
        ),
        picture=_picture(container, pictures[0]) if pictures else None,
    )


def _duration_ms(container: "av.container.InputContainer", sound: "av.AudioStream") -> int:
    if container.duration:
        return int(container.duration // 1000)
    if sound.duration and sound.time_base:
        return int(sound.duration * sound.time_base * 1000)
    last = 0.0  # raw streams without an index: read the packets once
    for packet in container.demux(sound):
        if packet.pts is not None and packet.time_base is not None:
            last = max(last, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    return int(last * 1000)


def _require_usual(codec: str) -> None:
    if codec not in DECODERS.split(","):
        raise MediaError(f"the file is coded as {codec}, which is not accepted", "convert it with an editor first")


def _picture(container: "av.container.InputContainer", stream: "av.VideoStream") -> PictureStream:
    context = stream.codec_context
    if context.width * context.height > MAX_PIXELS:  # said before anything decodes a frame of it
        raise MediaError(f"the picture is too large: {context.width}x{context.height}", "make it smaller first")
    rate = stream.average_rate or stream.guessed_rate
    if not rate:
        raise MediaError("the picture has no frame rate", "convert it with an editor first")
    first = next(container.decode(stream), None)
    if first is None:
        raise MediaError("the picture has no frames", "convert it with an editor first")
    return PictureStream(
        index=stream.index,
        codec=context.name,
        width=context.width,
        height=context.height,
        frame_rate=Fraction(rate),
        rotation=-round(first.rotation / 90) * 90 % 360,
        sample_aspect=Fraction(stream.sample_aspect_ratio or 1),
    )


def start_us(path: Path) -> int:
    """The container's first timestamp in microseconds: the moment that is recording time 0.

    Raises FfmpegError when the file cannot be opened.
    """
    try:
        with open_media(path) as container:
            return int(container.start_time or 0)
    except av.error.FFmpegError as error:
        raise FfmpegError(f"cannot open {path.name}: {error.strerror}", "ingest the recording again") from None


def from_start(start: int) -> str:
    """Filter argument that counts times from the container's start; needs `-copyts` before the inputs.

    Left alone, ffmpeg counts from the first stream that it uses: in MPEG-TS sound that starts late would
    come early whenever the picture is not decoded with it.
    """
    return f"PTS-{start}/(1000000*TB)"


def decode_sound(
    path: Path, stream_index: int, *, rate: int = SPEECH_RATE, channels: int = 1, span: Span | None = None
) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    """Samples of one stream as float32 of shape (samples, channels), recording time 0 first.

    Late or gappy sound is filled with silence so that sample n is time n / rate.
    Raises FfmpegError when it cannot be decoded.
    """
    window = () if span is None else ("-ss", f"{span.start_ms / 1000:.3f}", "-t", f"{span.duration_ms / 1000:.3f}")
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "sound.f32"
        run([
            "-v", "error", "-copyts", *SAFE_INPUT, "-i", file_url(path), *window,
            "-map", f"0:{stream_index}", "-af", _timely(path, rate),
            "-ac", str(channels), "-f", "f32le", file_url(raw),
        ])  # fmt: skip
        return np.fromfile(raw, dtype="<f4").reshape(-1, channels)


def write_speech_sound(source: Path, stream_index: int, out: Path, *, timeout_s: float = 3600) -> None:
    """The sound that engines hear: 16 kHz mono 16-bit WAV from recording time 0.

    Raises FfmpegError when it cannot be decoded to its end: what is damaged is not taken for silence.
    """
    run([
        "-v", "error", "-xerror", "-y", "-copyts", *SAFE_INPUT, "-i", file_url(source),
        "-map", f"0:{stream_index}", "-af", _timely(source, SPEECH_RATE),
        "-ac", "1", "-c:a", "pcm_s16le", "-map_metadata", "-1", "-f", "wav", file_url(out),
    ], timeout_s=timeout_s)  # fmt: skip


def _timely(path: Path, rate: int) -> str:
    """Resample so that sample n is recording time n / rate, late or gappy sound included."""
    return f"asetpts={from_start(start_us(path))},aresample={rate}:async=1:first_pts=0"
