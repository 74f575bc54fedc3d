"""What both readers share: decoding a translator's file, its markup, and the order of its cues."""

import codecs
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.domain import Cue, Speaker
from pipeline.errors import TranscriptFormatError
from subtitles.limits import base_language
from subtitles.text import visible

SHORTEST_MS = 200
"""A cue that an overlap would leave less than this cannot be meant: the file is refused."""

CODE_PAGES = {
    **dict.fromkeys(("ru", "uk", "bg", "sr", "mk", "be"), "cp1251"),
    **dict.fromkeys(("pl", "cs", "sk", "hu", "hr", "bs", "sl", "ro", "sq"), "cp1250"),
    **dict.fromkeys(("ar", "fa", "ur"), "cp1256"),
    "tr": "cp1254",
    "el": "cp1253",
    "he": "cp1255",
    "vi": "cp1258",
}
"""The Windows code page of a language's old files where it is not cp1252."""


@dataclass(frozen=True, slots=True)
class Repair:
    """Something in a subtitle file that was put right while reading."""

    line: int
    """Line of the file, 1 first."""
    what: str
    """What was wrong and what was done; never the text."""


@dataclass(frozen=True, slots=True)
class ReadResult:
    """The cues of a subtitle file, clean and in order, and what had to be repaired."""

    cues: tuple[Cue, ...]
    repairs: tuple[Repair, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """A cue and the line of the file that its times stand on."""

    line: int
    cue: Cue


def refused(
    name: str, line: int, what: str, hint: str = "correct the file in a subtitle editor"
) -> TranscriptFormatError:
    return TranscriptFormatError(f"{name}, line {line}: {what}", hint)


def decoded(path: Path, language: str) -> tuple[str, list[Repair]]:
    """The file's text with `\\n` line ends.

    UTF-8 and UTF-16 are known by their bytes; anything else is read in the old code page of the
    language. Raises TranscriptFormatError when the file is missing or is no text.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise TranscriptFormatError(f"cannot read {path.name}: {error.strerror}", "check the path") from None
    repairs: list[Repair] = []
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = raw.decode("utf-16", errors="replace")
        repairs.append(Repair(1, "UTF-16, read as such"))
    else:
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            page = CODE_PAGES.get(base_language(language), "cp1252")
            text = _in_code_page(raw, page, path.name)
            repairs.append(Repair(raw[: error.start].count(b"\n") + 1, f"not UTF-8, read as {page}"))
    if "\0" in text:
        raise refused(path.name, text[: text.index("\0")].count("\n") + 1, "not a text file")
    return text.replace("\r\n", "\n").replace("\r", "\n"), repairs


def _in_code_page(raw: bytes, page: str, name: str) -> str:
    try:
        return raw.decode(page)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise refused(name, line, f"neither UTF-8 nor {page}", "save the file as UTF-8") from None


_TAG = re.compile(r"</?(?:b|i|u|s|c|v|lang|ruby|rt|font)\b[^<>]*>|</?c\.[^<>]*>|<\d[\d:.]*>", re.IGNORECASE)
_VOICE = re.compile(r"<v(?:\.[^\s>]+)?\s+([^>]+)>", re.IGNORECASE)
_OVERRIDE = re.compile(r"\{\\[^{}]*\}")


def without_markup(text: str) -> tuple[str, bool]:
    """The text without tags and ASS overrides, and whether there were any."""
    plain = _OVERRIDE.sub("", _TAG.sub("", text))
    return plain, plain != text


def voice_of(text: str) -> Speaker | None:
    """Who speaks, where a voice tag names one of our roles."""
    found = _VOICE.search(text)
    name = found.group(1).strip().lower() if found else ""
    return Speaker(name) if name in set(Speaker) else None


def without_entities(text: str) -> str:
    """WebVTT's escapes undone."""
    return html.unescape(text)


def has_control_characters(text: str) -> bool:
    return visible(text) != text


def untangled(placed: Sequence[Placed], repairs: Sequence[Repair], name: str) -> ReadResult:
    """The cues in order and without overlaps.

    Raises TranscriptFormatError with the line number where two cues cannot both be meant.
    """
    if not placed:
        raise refused(name, 1, "no cue with text")
    notes = list(repairs)
    ordered = sorted(placed, key=lambda p: p.cue.clip_start_ms)
    if [p.line for p in ordered] != [p.line for p in placed]:
        first = next(a.line for a, b in zip(placed, ordered, strict=True) if a is not b)
        notes.append(Repair(first, "cues out of order, sorted"))
    cues = []
    for place, after in zip(ordered, [*ordered[1:], None], strict=True):
        cue = place.cue
        if after and cue.clip_end_ms > after.cue.clip_start_ms:
            if after.cue.clip_start_ms - cue.clip_start_ms < SHORTEST_MS:
                raise refused(name, after.line, "this cue covers another one")
            cue = replace(cue, clip_end_ms=after.cue.clip_start_ms)
            notes.append(Repair(place.line, "overlapped the next cue, shortened"))
        cues.append(cue)
    return ReadResult(tuple(cues), tuple(sorted(notes, key=lambda r: r.line)))
