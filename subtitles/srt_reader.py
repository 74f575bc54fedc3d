"""Reading any SubRip file: what can be put right is, with a note; the rest is refused with its line."""

import re
from collections.abc import Iterator, Sequence

from pipeline.domain import Cue
from subtitles.repair import Placed, ReadResult, Repair, has_control_characters, refused, untangled, without_markup
from subtitles.srt import unseal
from subtitles.text import clean_lines

_TIME = r"(-?)(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[,.:](\d{1,6}))?"
_TIMES = re.compile(rf"^\s*{_TIME}\s*-{{1,2}}\s?>\s*{_TIME}\s*(?:[XYxy]\d?:.*)?$")
_NEARLY = re.compile(r"\d\s*-->|-->\s*-?\d")
_NUMBER = re.compile(r"^\s*\d{1,7}\s*$")


def read_srt(text: str, name: str, repairs: Sequence[Repair] = ()) -> ReadResult:
    """Cues of SubRip text with `\\n` line ends.

    Raises TranscriptFormatError naming the line of a time that cannot be read, of text without a
    time, of a cue that ends before it starts, and of cues that cover each other.
    """
    lines = text.split("\n")
    notes = list(repairs)
    times = [number for number, line in enumerate(lines) if _is_time_line(line, number, name)]
    heads = [_head(lines, number) for number in times]
    _require_nothing_before(lines, heads[0] if heads else len(lines), name)
    placed = []
    for number, head, end in zip(times, heads, [*heads[1:], len(lines)], strict=True):
        notes += _numbering_notes(lines, number, head)
        cue = _cue(lines, number, end, name, notes)
        if cue is not None:
            placed.append(Placed(number + 1, cue))
    return untangled(placed, notes, name)


def _is_time_line(line: str, number: int, name: str) -> bool:
    if "->" not in line:
        return False
    if _TIMES.match(line):
        return True
    if _NEARLY.search(line):
        raise refused(name, number + 1, "a time that cannot be read")
    return False


def _head(lines: Sequence[str], number: int) -> int:
    """The line a cue begins with: its number, or its times where there is no number."""
    return number - 1 if number and _NUMBER.match(lines[number - 1]) else number


def _require_nothing_before(lines: Sequence[str], head: int, name: str) -> None:
    for number, line in enumerate(lines[:head]):
        if line.strip():
            raise refused(name, number + 1, "text without a time")
    if head == len(lines):
        raise refused(name, 1, "no cue in this file")


def _numbering_notes(lines: Sequence[str], number: int, head: int) -> Iterator[Repair]:
    if head == number:
        yield Repair(number + 1, "no number, added")
    if head > 0 and lines[head - 1].strip():
        yield Repair(head + 1, "no empty line before this cue, added")


def _cue(lines: Sequence[str], number: int, end: int, name: str, notes: list[Repair]) -> Cue | None:
    start_ms, end_ms = _times(lines[number], number + 1, name, notes)
    text = list(lines[number + 1 : end])
    while text and not text[-1].strip():
        text.pop()
    if any(not line.strip() for line in text):
        notes.append(Repair(number + 1, "empty line inside the text, removed"))
    plain = [without_markup(line) for line in text]
    if any(marked for _, marked in plain):
        notes.append(Repair(number + 1, "markup removed"))
    if any(has_control_characters(line) for line in text):
        notes.append(Repair(number + 1, "control characters removed"))
    kept = clean_lines(unseal(line) for line, _ in plain)
    if not kept:
        notes.append(Repair(number + 1, "cue without text, left out"))
        return None
    return Cue(start_ms, end_ms, kept)


def _times(line: str, number: int, name: str, notes: list[Repair]) -> tuple[int, int]:
    found = _TIMES.match(line)
    groups = found.groups() if found else ()
    if "-" in (groups[0], groups[5]):
        raise refused(name, number, "a time before zero")
    if any(fraction is not None and len(fraction) != 3 for fraction in (groups[4], groups[9])):
        notes.append(Repair(number, "milliseconds without three digits, read as a decimal fraction"))
    start_ms, end_ms = _ms(groups[1:5], name, number), _ms(groups[6:10], name, number)
    if end_ms <= start_ms:
        raise refused(name, number, "this cue ends before it starts")
    return start_ms, end_ms


def _ms(parts: Sequence[str | None], name: str, line: int) -> int:
    hours, minutes, seconds = (int(part or 0) for part in parts[:3])
    if minutes > 59 or seconds > 59:
        raise refused(name, line, "minutes or seconds above 59")
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + int(f"{parts[3] or '0':0<3}"[:3])
