"""The text of cues as it may stand in a file: no control characters, no empty lines, marks where needed."""

import unicodedata
from collections.abc import Iterable, Sequence

from pipeline.domain import Cue
from pipeline.errors import PipelineError
from subtitles.limits import is_right_to_left

RIGHT_TO_LEFT_MARK = "\u200f"


def clean_lines(lines: Iterable[str]) -> tuple[str, ...]:
    """Lines with single spaces and without control characters; empty ones are left out.

    Only plain spaces are merged: a no-break space, as French has before `!`, is part of the text.
    """
    tidied = (" ".join(filter(None, visible(line).split(" "))) for line in lines)
    return tuple(line for line in tidied if line.strip())


def visible(text: str) -> str:
    """The text with control characters and lone surrogates as spaces: a file could not hold them."""
    if text.isprintable():
        return text
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in text)


def in_order(cues: Sequence[Cue]) -> list[Cue]:
    """Cues by start time. Raises PipelineError for one that ends before it starts."""
    for number, cue in enumerate(cues, 1):
        if not 0 <= cue.clip_start_ms < cue.clip_end_ms:
            raise PipelineError(f"cue {number} ends before it starts", "make the cues again")
    return sorted(cues, key=lambda cue: cue.clip_start_ms)


def directed(line: str, language: str) -> str:
    """In a right-to-left language a line that opens with a Latin letter or digit needs a mark.

    Renderers take the direction of a line from its first strong character (measured with libass;
    WebVTT: `unicode-bidi: plaintext`).
    """
    if not is_right_to_left(language) or line.startswith(RIGHT_TO_LEFT_MARK):
        return line
    first = next((d for c in line if (d := unicodedata.bidirectional(c)) in ("L", "R", "AL", "EN")), "R")
    return RIGHT_TO_LEFT_MARK + line if first in ("L", "EN") else line
