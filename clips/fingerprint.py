"""What a clip looks and sounds like however it was encoded: by this a copy of it is recognised.

Sound: Chromaprint's own fingerprint (ffmpeg's muxer), 32 bits for each eighth of a second. Picture: perceptual
hashes (pHash of `imagehash`, 256 bits) twice a second, without bars at the edges, whole and cropped a little.
"""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from pipeline.domain import Fingerprint, Span
from pipeline.errors import MediaError
from pipeline.ffmpeg import SAFE_INPUT, file_url, open_media, run

SILENCE = 627_964_279
"""Chromaprint's item for no sound: cards and pauses of any two clips share it."""

ITEM_MS = 1365 * 1000 / 11_025
"""From one of Chromaprint's items to the next."""

PICTURES_MS = 500
"""From one remembered picture to the next."""

LOOKS_PER_PICTURE = 4
"""A copy may begin at any moment, so it is looked at more often than what is remembered."""

CROPS = (1.0, 0.95, 0.9)
"""Shares of width and height, around the middle, under which a picture is remembered."""

HASH_SIDE = 16
BITS = HASH_SIDE * HASH_SIDE

LOOK_WIDTH = 160

FLAT = 5.0
"""Brightness of a bar's rows and columns differs no more than this, in space and time."""

LEAST_SOUND = 16
"""Items, two seconds of overlap with their context: less is chance."""

LEAST_PICTURES = 6

Bits = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Heard:
    """A file that somebody asks about."""

    sound: NDArray[np.uint32]
    pictures: Bits
    """One row of BITS for each PICTURES_MS / LOOKS_PER_PICTURE."""


@dataclass(frozen=True, slots=True)
class Alike:
    """How much of a clip is in a file, 0 to 1; None where one of them has nothing to compare."""

    sound: float | None
    picture: float | None


def fingerprint_of(file: Path, clip: str, sha256: str, shown: Sequence[Span]) -> Fingerprint:
    """What is kept of a finished file. `shown` are the clip times at which the recording's picture is seen.

    Raises MediaError when it cannot be read.
    """
    seen = _looks(file, PICTURES_MS) if shown else ()
    frames = [grey for ms, grey in seen if any(s.start_ms <= ms < s.end_ms for s in shown)]
    rows = [_hashes(frames, crop) for crop in CROPS] if frames else []
    return Fingerprint(clip, sha256, tuple(int(n) for n in sound_items(file)), tuple(_packed(row) for row in rows))


def look_at(file: Path) -> Heard:
    """A file to be recognised. Raises MediaError when there is neither a picture nor a sound in it."""
    try:
        with open_media(file) as container:
            kinds = {stream.type for stream in container.streams}
    except av.error.FFmpegError as error:
        raise MediaError(f"the file cannot be read: {error.strerror}", "give a video or a sound file") from None
    if not kinds & {"video", "audio"}:
        raise MediaError("there is neither a picture nor a sound in this file", "give a video or a sound file")
    sound = sound_items(file) if "audio" in kinds else np.zeros(0, np.uint32)
    frames = [grey for _, grey in _looks(file, PICTURES_MS // LOOKS_PER_PICTURE)] if "video" in kinds else []
    return Heard(sound, _hashes(frames, 1.0) if frames else np.zeros((0, BITS), np.uint8))


def sound_items(file: Path) -> NDArray[np.uint32]:
    """Chromaprint's raw fingerprint; empty for less than three seconds. Raises FfmpegError when there is no sound."""
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "f"
        run([
            "-v", "error", *SAFE_INPUT, "-i", file_url(file), "-map", "0:a:0", "-ac", "1", "-f", "chromaprint",
            "-fp_format", "raw", file_url(raw),
        ])  # fmt: skip
        return np.fromfile(raw, dtype="<u4") if raw.exists() and raw.stat().st_size else np.zeros(0, np.uint32)


def compare(known: Fingerprint, heard: Heard) -> Alike:
    """The best place of one in the other."""
    ours = np.array(known.sound, np.uint32)
    return Alike(_sound_likeness(ours, heard.sound), _picture_likeness(known, heard.pictures))


def _sound_likeness(ours: NDArray[np.uint32], theirs: NDArray[np.uint32]) -> float | None:
    """1 less twice the share of bits that differ, where both sound: 0 is chance."""
    if min(_sounding(ours), _sounding(theirs)) < LEAST_SOUND:
        return None
    best = 0.0
    for offset in range(LEAST_SOUND - len(theirs), len(ours) - LEAST_SOUND + 1):
        first, last = max(0, offset), min(len(ours), offset + len(theirs))
        a, b = ours[first:last], theirs[first - offset : last - offset]
        both = (a != SILENCE) & (b != SILENCE)
        count = int(both.sum())
        if count >= LEAST_SOUND:
            wrong = np.bitwise_count(a[both] ^ b[both]).sum() / (32 * count)
            best = max(best, 1 - 2 * float(wrong))
    return best


def _sounding(items: NDArray[np.uint32]) -> int:
    return int((items != SILENCE).sum())


def _picture_likeness(known: Fingerprint, theirs: Bits) -> float | None:
    best: float | None = None
    for packed in known.pictures:
        ours = _unpacked(packed)
        if len(ours) < LEAST_PICTURES or len(theirs) < LEAST_PICTURES * LOOKS_PER_PICTURE:
            continue
        likeness = _best_run(_agreement(ours, theirs))
        best = likeness if best is None else max(best, likeness)
    return best


def _agreement(ours: Bits, theirs: Bits) -> NDArray[np.float32]:
    """1 for equal pictures, 0 for chance: a row for each of ours, a column for each of theirs."""
    a, b = ours.astype(np.float32) * 2 - 1, theirs.astype(np.float32) * 2 - 1
    return np.asarray(a @ b.T / BITS, np.float32)


def _best_run(agreement: NDArray[np.float32]) -> float:
    """The highest mean along a line on which both go on at the same speed."""
    ours, theirs = agreement.shape
    rows = np.arange(ours)
    best = -1.0
    for offset in range(
        -(ours - LEAST_PICTURES) * LOOKS_PER_PICTURE, theirs - (LEAST_PICTURES - 1) * LOOKS_PER_PICTURE
    ):
        columns = rows * LOOKS_PER_PICTURE + offset
        inside = (columns >= 0) & (columns < theirs)
        if inside.sum() >= LEAST_PICTURES:
            best = max(best, float(agreement[rows[inside], columns[inside]].mean()))
    return best


def _looks(file: Path, every_ms: int) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """Small grey pictures at even times, upright pixels as stored, all in the shape of the first."""
    due = 0
    try:
        with open_media(file) as container:
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            begin, height = None, 0
            for frame in container.decode(stream):
                if frame.pts is None:
                    continue
                ms = float(frame.pts * frame.time_base * 1000)
                begin = ms if begin is None else begin
                if ms - begin >= due:
                    height = height or max(32, round(frame.height * LOOK_WIDTH / frame.width))
                    yield due, frame.reformat(LOOK_WIDTH, height, "gray").to_ndarray()
                    due += every_ms
    except av.error.FFmpegError as error:
        raise MediaError(f"the picture cannot be decoded: {error.strerror}", "give a video file") from None


def _hashes(frames: Sequence[NDArray[np.uint8]], crop: float) -> Bits:
    import imagehash
    from PIL import Image

    top, bottom, left, right = _content(frames)
    high, wide = (1 - crop) / 2 * (bottom - top), (1 - crop) / 2 * (right - left)
    box = slice(round(top + high), round(bottom - high)), slice(round(left + wide), round(right - wide))
    rows = [imagehash.phash(Image.fromarray(frame[box]), HASH_SIDE).hash.ravel() for frame in frames]
    return np.array(rows, np.uint8)


def _content(frames: Sequence[NDArray[np.uint8]]) -> tuple[int, int, int, int]:
    """Top, bottom, left and right of what is no bar; all of it where nothing is left."""
    stack = np.stack(frames[:: max(1, len(frames) // 40)]).astype(np.float32)
    rows = np.flatnonzero(stack.std(axis=(0, 2)) > FLAT)
    columns = np.flatnonzero(stack.std(axis=(0, 1)) > FLAT)
    height, width = frames[0].shape
    if len(rows) < height // 4 or len(columns) < width // 4:
        return 0, height, 0, width
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def _packed(bits: Bits) -> str:
    return bytes(np.packbits(bits, axis=1)).hex()


def _unpacked(packed: str) -> Bits:
    return np.unpackbits(np.frombuffer(bytes.fromhex(packed), np.uint8).reshape(-1, BITS // 8), axis=1)
