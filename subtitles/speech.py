"""Which words a cue shows, found by their text, so that its times can be held against the speech."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from pipeline.domain import Cue
from subtitles.clipwords import ClipWord

Sounds = tuple[int, int]
"""First start and last end of the words that a cue shows, clip time."""


def speech_of_cues(cues: Sequence[Cue], words: Sequence[ClipWord]) -> list[Sounds | None]:
    """The speech that each cue stands for; None for a cue none of whose text is among the words."""
    letters, owners = _letters([word.text for word in words])
    shown, cue_of = _letters(["".join(cue.lines) for cue in cues])
    firsts: list[int | None] = [None] * len(cues)
    lasts: list[int | None] = [None] * len(cues)
    for at_shown, at_letters, size in _matches(shown, letters):
        for step in range(size):
            cue, word = cue_of[at_shown + step], owners[at_letters + step]
            if firsts[cue] is None:
                firsts[cue] = word
            lasts[cue] = word
    return [
        None if first is None or last is None else (words[first].clip_start_ms, words[last].clip_end_ms)
        for first, last in zip(firsts, lasts, strict=True)
    ]


def _letters(texts: Sequence[str]) -> tuple[str, list[int]]:
    """All letters and digits in a row, and the number of the text each comes from."""
    kept, owners = [], []
    for number, text in enumerate(texts):
        letters = [c for c in text.casefold() if c.isalnum()]
        kept += letters
        owners += [number] * len(letters)
    return "".join(kept), owners


def _matches(shown: str, letters: str) -> Sequence[tuple[int, int, int]]:
    if shown == letters:
        return [(0, 0, len(letters))]
    # whole words added or left out: find the rest again
    blocks = SequenceMatcher(None, shown, letters, autojunk=False).get_matching_blocks()
    return [(b.a, b.b, b.size) for b in blocks if b.size >= 4]
