"""SubRip text from cues, and `pysrt` objects in and out."""

import re
from collections.abc import Iterable, Sequence

import pysrt

from pipeline.domain import Cue
from subtitles.text import clean_lines, in_order

LAST_MS = 359_999_999
"""99:59:59,999, the largest time that every reader takes."""

SEAL = "\u2060"
"""Word joiner: takes no room, and keeps `<font>`, `{\\an8}` and `-->` in the speech from being obeyed."""

_OBEYED = re.compile(r"<(?=[A-Za-z/!?])|\{(?=[\\A-Za-z])|-(?=->)")
_SEALED = re.compile(f"([<{{-]){SEAL}")


def write_srt(cues: Sequence[Cue]) -> str:
    """SubRip text, plain and UTF-8, as every platform reads it.

    SubRip has no escapes: what a player would take for markup is sealed with an invisible character
    that our reader takes out again. Raises PipelineError for a cue that ends before it starts.
    """
    blocks = (
        f"{number}\n{srt_time(cue.clip_start_ms)} --> {srt_time(cue.clip_end_ms)}\n{text}\n"
        for number, (cue, text) in enumerate(_texts(cues), 1)
    )
    return "\n".join(blocks)


def srt_time(ms: int) -> str:
    """`00:01:02,345`."""
    seconds, rest = divmod(min(ms, LAST_MS), 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02},{rest:03}"


def seal(text: str) -> str:
    """A text in which no SubRip reader sees markup or a time line."""
    return _OBEYED.sub(rf"\g<0>{SEAL}", text)


def unseal(text: str) -> str:
    return _SEALED.sub(r"\1", text)


def to_pysrt(cues: Sequence[Cue]) -> "pysrt.SubRipFile":
    """The same as `pysrt` objects, for programs that work with those."""
    items = (
        pysrt.SubRipItem(
            number,
            pysrt.SubRipTime.from_ordinal(cue.clip_start_ms),
            pysrt.SubRipTime.from_ordinal(cue.clip_end_ms),
            text,
        )
        for number, (cue, text) in enumerate(_texts(cues), 1)
    )
    return pysrt.SubRipFile(items=list(items))


def from_pysrt(items: "Iterable[pysrt.SubRipItem]") -> tuple[Cue, ...]:
    """Cues of `pysrt` objects, in their order."""
    return tuple(
        Cue(item.start.ordinal, item.end.ordinal, clean_lines(unseal(item.text).split("\n"))) for item in items
    )


def _texts(cues: Sequence[Cue]) -> Iterable[tuple[Cue, str]]:
    for cue in in_order(cues):
        lines = clean_lines(cue.lines)
        if lines:
            yield cue, "\n".join(seal(line) for line in lines)
