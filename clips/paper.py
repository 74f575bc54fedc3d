"""A paper edit: passages of several interviews under headings, in a text file that people may edit by hand (pure).

    # Why they joined
    > what a friend said, then what a video said
    r-1a2b3c4d5e 1:15-1:48.5
    r-5e4d3c2b1a s12-s14

A line that begins with `#` is a heading, with `>` a remark; any other names a recording and a place in it: a
time span, a segment, or a row of segments. The order of the lines is the order of the clip.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipeline.domain import Kept
from pipeline.errors import PipelineError
from pipeline.times import clock, parse_span

_PASSAGE = re.compile(r"(r-[0-9a-f]{10})\s+(\S+)")
_SEGMENTS = re.compile(r"(s\d+)(?:-(s\d+))?")

MOST_BYTES = 1 << 20
"""A paper edit of a thousand passages has 40 KB."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One passage as the file names it."""

    recording: str
    place: str
    """`1:15-1:48.5`, `s12` or `s12-s14`; already checked."""
    remarks: tuple[str, ...] = ()
    """Lines before it, for colleagues."""

    @property
    def segments(self) -> tuple[str, str] | None:
        """First and last segment; None where the place is a time span."""
        match = _SEGMENTS.fullmatch(self.place)
        return (match[1], match[2] or match[1]) if match else None

    @property
    def line(self) -> str:
        return f"{self.recording} {self.place}"


@dataclass(frozen=True, slots=True)
class Heading:
    """What its passages tell."""

    title: str
    entries: tuple[Entry, ...] = ()
    remarks: tuple[str, ...] = ()
    """Lines after the last passage."""


@dataclass(frozen=True, slots=True)
class Place:
    """Heading and passage, from 1, as people say it: `2.3`. Passage 0 is the end of the heading."""

    heading: int
    entry: int

    @classmethod
    def parse(cls, text: str) -> "Place":
        """Raises PipelineError when it is no place."""
        heading, _, entry = text.partition(".")
        if not heading.isdecimal() or not (entry or "0").isdecimal():
            raise PipelineError(f"not a place in a paper edit: {text!r}", "write HEADING.PASSAGE, for example 2.3")
        return cls(int(heading), int(entry or 0))


Paper = tuple[Heading, ...]


def entry_of(kept: Kept) -> Entry:
    return Entry(kept.recording, f"{clock(kept.span.start_ms)}-{clock(kept.span.end_ms)}")


def parse_paper(text: str) -> Paper:
    """The headings of a file, each with its passages.

    Raises PipelineError naming the first line that cannot be read, without its words.
    """
    headings: list[Heading] = []
    remarks: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped.startswith("#"):
            _close(headings, remarks)
            headings.append(Heading(_title(stripped, number)))
        elif stripped.startswith(">"):
            remarks.append(stripped[1:].strip())
        elif stripped:
            if not headings:
                raise PipelineError(
                    f"line {number}: a passage before the first heading", "write # and a title above it"
                )
            entry = replace(_entry(stripped, number), remarks=tuple(remarks))
            remarks.clear()
            headings[-1] = replace(headings[-1], entries=(*headings[-1].entries, entry))
    _close(headings, remarks)
    return tuple(headings)


def write_paper(paper: Paper) -> str:
    """The same as a file; what was read from one says the same again."""
    return "\n".join("\n".join(_lines(heading)) + "\n" for heading in paper)


def add_entries(paper: Paper, title: str, entries: tuple[Entry, ...]) -> Paper:
    """Put passages at the end of a heading, which is made where there is none of that title."""
    wanted = _title(f"# {title}", 0)
    if not any(h.title == wanted for h in paper):
        paper = (*paper, Heading(wanted))
    return tuple(replace(h, entries=(*h.entries, *entries)) if h.title == wanted else h for h in paper)


def take_out(paper: Paper, place: Place) -> tuple[Paper, Entry]:
    """The paper without one passage, and that passage. Raises PipelineError when there is none."""
    heading = _heading(paper, place)
    if not 1 <= place.entry <= len(heading.entries):
        raise PipelineError(f"no passage {place.heading}.{place.entry}", "counterclip paper show numbers them")
    entry = heading.entries[place.entry - 1]
    left = heading.entries[: place.entry - 1] + heading.entries[place.entry :]
    return _with(paper, place, replace(heading, entries=left)), entry


def move(paper: Paper, source: Place, target: Place) -> Paper:
    """One passage to another place, as the paper stands without it; with passage 0 to the end of a heading.

    Raises PipelineError when either is not there.
    """
    rest, entry = take_out(paper, source)
    heading = _heading(rest, target)
    at = len(heading.entries) if target.entry == 0 else target.entry - 1
    if at > len(heading.entries):
        raise PipelineError(f"heading {target.heading} has {len(heading.entries)} passages", "choose a place in it")
    return _with(rest, target, replace(heading, entries=(*heading.entries[:at], entry, *heading.entries[at:])))


def move_heading(paper: Paper, source: int, target: int) -> Paper:
    """One heading with all its passages to another place. Raises PipelineError when either is not there."""
    heading = _heading(paper, Place(source, 0))
    _heading(paper, Place(target, 0))
    rest = [h for n, h in enumerate(paper, 1) if n != source]
    return (*rest[: target - 1], heading, *rest[target - 1 :])


def _heading(paper: Paper, place: Place) -> Heading:
    if not 1 <= place.heading <= len(paper):
        raise PipelineError(f"no heading {place.heading}", "counterclip paper show numbers them")
    return paper[place.heading - 1]


def _with(paper: Paper, place: Place, heading: Heading) -> Paper:
    return (*paper[: place.heading - 1], heading, *paper[place.heading :])


def _close(headings: list[Heading], remarks: list[str]) -> None:
    """Remarks after the last passage belong to its heading; those before the first heading to nothing yet."""
    if headings and remarks:
        headings[-1] = replace(headings[-1], remarks=tuple(remarks))
        remarks.clear()


def _title(line: str, number: int) -> str:
    title = " ".join(line.lstrip("#").split())
    if not title or not title.isprintable():
        where = f"line {number}: " if number else ""
        raise PipelineError(f"{where}a heading without a title", "write # and what its passages tell")
    return title


def _entry(line: str, number: int) -> Entry:
    match = _PASSAGE.fullmatch(line)
    hint = "write a recording and a place: r-1a2b3c4d5e 1:15-1:48, or r-1a2b3c4d5e s3"
    if match is None:
        raise PipelineError(f"line {number} names no passage", hint)
    recording, place = match.groups()
    if not _SEGMENTS.fullmatch(place):
        try:
            parse_span(place)
        except PipelineError as problem:
            raise PipelineError(f"line {number}: {problem.message}", hint) from None
    return Entry(recording, place)


def _lines(heading: Heading) -> Iterator[str]:
    yield f"# {heading.title}"
    for entry in heading.entries:
        yield from (f"> {remark}".rstrip() for remark in entry.remarks)
        yield entry.line
    yield from (f"> {remark}".rstrip() for remark in heading.remarks)
