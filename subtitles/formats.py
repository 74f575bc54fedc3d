"""Cues to files and back: the one door to every subtitle format."""

from pathlib import Path

from subtitles.ass import escape_ass, write_ass
from subtitles.cards import write_card_ass
from subtitles.fonts import FONT_FAMILY, fonts_folder
from subtitles.repair import ReadResult, Repair, decoded
from subtitles.srt import from_pysrt, to_pysrt, write_srt
from subtitles.srt_reader import read_srt
from subtitles.vtt import read_vtt, write_vtt

__all__ = [
    "FONT_FAMILY",
    "ReadResult",
    "Repair",
    "escape_ass",
    "fonts_folder",
    "from_pysrt",
    "read_subtitles",
    "to_pysrt",
    "write_ass",
    "write_card_ass",
    "write_srt",
    "write_vtt",
]


def read_subtitles(path: Path, language: str = "und") -> ReadResult:
    """The cues of an SRT or WebVTT file, whatever its name ends in, with a list of what was repaired.

    `language` tells the old code page of a file that is not Unicode. Raises TranscriptFormatError
    naming the file and the line of what cannot be put right.
    """
    text, repairs = decoded(path, language)
    read = read_vtt if text.startswith("WEBVTT") else read_srt
    return read(text, path.name, repairs)
