"""Which words a cue shows, found by their text, so that its times can be held against the speech."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from pipeline.domain import Cue
from subtitles.clipwords import ClipWord

Sounds = tuple[int, int]
"""First start and last end of the words that a cue shows, clip time."""

AHEAD = 400
"""Letters searched beyond the place where a cue's text is expected: more was not left out in between."""

SURE = 4
"""Letters in a row that count as found."""


def speech_of_cues(cues: Sequence[Cue], words: Sequence[ClipWord]) -> list[Sounds | None]:
    """The speech that each cue stands for; None for a cue whose text is not among the words nearby.

    Cues and words run in the same order, so the time this takes is linear in the words.
    """
    letters, owners = _letters(words)
    found: list[Sounds | None] = []
    place = 0
    for cue in cues:
        shown = _bare("".join(cue.lines))
        span = _find(shown, letters, place) if shown else None
        if span is None:
            found.append(None)
            continue
        first, last = words[owners[span[0]]], words[owners[span[1] - 1]]
        found.append((first.clip_start_ms, last.clip_end_ms))
        place = span[1]
    return found


def _find(shown: str, letters: str, place: int) -> tuple[int, int] | None:
    """Where these letters are, at the expected place or a little later, wholly or for the most part."""
    at = letters.find(shown, place, place + len(shown) + AHEAD)
    if at >= 0:
        return at, at + len(shown)
    window = letters[place : place + len(shown) + AHEAD]
    blocks = SequenceMatcher(None, shown, window, autojunk=False).get_matching_blocks()
    sure = [block for block in blocks if block.size >= SURE]
    if 2 * sum(block.size for block in sure) < len(shown):
        return None
    return place + sure[0].b, place + sure[-1].b + sure[-1].size


def _letters(words: Sequence[ClipWord]) -> tuple[str, list[int]]:
    """All letters and digits in a row, and the number of the word each comes from."""
    texts = [_bare(word.text) for word in words]
    return "".join(texts), [number for number, text in enumerate(texts) for _ in text]


def _bare(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
