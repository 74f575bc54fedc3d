"""What a container says of its own length: of a file that was cut off ffmpeg reads what is there, and says nothing."""

from pathlib import Path
from typing import BinaryIO

BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"moof", b"mfra", b"sidx", b"free", b"skip", b"wide", b"uuid", b"udta"})
"""The parts of MP4 and QuickTime files at their top level; what some cameras leave behind them is not judged."""

UNKNOWN_SIZES = (0, 0xFFFFFFFF)
"""What recorders write before they know better."""


def is_cut_off(path: Path) -> bool:
    """True for a WAV, AVI, MP4 or QuickTime file that is shorter than it says itself, be it by a byte."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(8)
        if head[:4] == b"RIFF":
            stated = int.from_bytes(head[4:8], "little")
            return stated not in UNKNOWN_SIZES and size < stated
        return head[4:] in BOXES and _last_box_ends(stream, size) > size


def _last_box_ends(stream: BinaryIO, size: int) -> int:
    """Where the last box ends by its own word, or the file's end where a box says nothing about it."""
    at = 0
    while at + 8 <= size:
        stream.seek(at)
        head = stream.read(16)
        length = int.from_bytes(head[:4], "big")
        if length == 1 and len(head) == 16:
            length = int.from_bytes(head[8:], "big")
        if head[4:8] not in BOXES or length < 8:
            return size
        at += length
    return at
