"""WebVTT: strictly conforming text from cues, and cues from anybody's file."""

from collections.abc import Sequence

import webvtt
from webvtt.errors import MalformedCaptionError, MalformedFileError
from webvtt.models import Timestamp

from pipeline.domain import Aspect, Cue
from subtitles.repair import (
    Placed,
    ReadResult,
    Repair,
    has_control_characters,
    refused,
    untangled,
    voice_of,
    without_entities,
    without_markup,
)
from subtitles.text import clean_lines, directed, in_order

PLACE = {Aspect.TALL: " line:70% position:50% size:90% align:center"}
"""Cue settings: in 9:16 the lower edge belongs to the platform's own buttons, so the text sits higher."""


def write_vtt(cues: Sequence[Cue], language: str, aspect: Aspect = Aspect.WIDE) -> str:
    """WebVTT text (W3C): escaped, in start order, with unique numbers as ids.

    WebVTT has no setting for the direction of text: a right-to-left line that opens in another script
    gets a mark (`text.directed`). Raises PipelineError for a cue that ends before it starts.
    """
    settings = PLACE.get(aspect, "")
    blocks = ["WEBVTT\n"]
    for number, cue in enumerate(in_order(cues), 1):
        text = "\n".join(escape(directed(line, language)) for line in clean_lines(cue.lines))
        if text:
            times = f"{vtt_time(cue.clip_start_ms)} --> {vtt_time(cue.clip_end_ms)}{settings}"
            blocks.append(f"{number}\n{times}\n{text}\n")
    return "\n".join(blocks)


def vtt_time(ms: int) -> str:
    """`00:01:02.345`; hours have two digits or more."""
    seconds, rest = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"


def escape(text: str) -> str:
    """Text that no parser takes for a tag, an entity or a time line."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def read_vtt(text: str, name: str, repairs: Sequence[Repair] = ()) -> ReadResult:
    """Cues of WebVTT text with `\\n` line ends; styles, regions and notes are left out.

    Raises TranscriptFormatError naming the line when a cue could not be read.
    """
    notes = list(repairs)
    lines = [number for number, line in enumerate(text.split("\n"), 1) if "-->" in line]
    try:
        captions = webvtt.from_string(text).captions
    except (MalformedFileError, MalformedCaptionError):
        raise refused(name, lines[0] if lines else 1, "not WebVTT") from None
    if not lines:
        raise refused(name, 1, "no cue in this file")
    _require_all(captions, text, lines, name)
    placed = []
    for caption, line in zip(captions, lines, strict=True):
        cue = _cue(caption, line, name, notes)
        if cue is not None:
            placed.append(Placed(line, cue))
    return untangled(placed, notes, name)


def _require_all(captions: "Sequence[webvtt.Caption]", text: str, lines: Sequence[int], name: str) -> None:
    """The library leaves out what it cannot read; here no cue may vanish without a word."""
    rows = text.split("\n")
    for number, line in enumerate(lines):
        start = rows[line - 1].split("-->")[0].strip()
        read = captions[number] if number < len(captions) else None
        if read is None or read.start_time != _timestamp(start, line, name):
            raise refused(name, line, "a cue that cannot be read")


def _timestamp(text: str, line: int, name: str) -> "Timestamp":
    try:
        return Timestamp.from_string(text)
    except MalformedCaptionError:
        raise refused(name, line, "a time that cannot be read") from None


def _cue(caption: "webvtt.Caption", line: int, name: str, notes: list[Repair]) -> Cue | None:
    start_ms, end_ms = caption.start_time.in_milliseconds(), caption.end_time.in_milliseconds()
    if end_ms <= start_ms:
        raise refused(name, line, "this cue ends before it starts")
    plain, marked = without_markup(caption.raw_text)
    if marked:
        notes.append(Repair(line, "markup removed"))
    text = without_entities(plain)
    if has_control_characters(text.replace("\n", "")):
        notes.append(Repair(line, "control characters removed"))
    kept = clean_lines(text.split("\n"))
    if not kept:
        notes.append(Repair(line, "cue without text, left out"))
        return None
    return Cue(start_ms, end_ms, kept, voice_of(caption.raw_text))
