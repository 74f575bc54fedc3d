"""Cues of the finished clip: no removed word in them, and what is no speech is not taken for it."""

from types import SimpleNamespace
from typing import Any

import pytest

from clips.verify_file import check_cues
from pipeline.domain import Cue, Passage, Redaction, RedactionKind, Sdh, Segment, Span, Transcript, Voice, Word

KEPT, REMOVED = Span(0, 400), Span(500, 900)


def passes(removed: str, *lines: str, sdh: Sdh | None = Sdh()) -> bool:
    """One cue of a clip that says `yes` and then a removed word."""
    segment = Segment("s1", f"yes {removed}", Span(0, 900), (Word("yes", KEPT, 0.9), Word(removed, REMOVED, 0.9)))
    expected: Any = SimpleNamespace(
        plan=SimpleNamespace(
            redactions=(Redaction("x-1", "r-1", RedactionKind.TONE, REMOVED),), voice=Voice.SOURCE, sdh=sdh,
            clip_ms=lambda frames: frames * 40,
        ),
        takes=[SimpleNamespace(passage=Passage("r-1", Span(0, 1_000), 0, 25, 0, 1_000))],
        transcripts={"r-1": Transcript("en", 1_000, "engine", "model", (segment,), ())},
        clock=SimpleNamespace(opening=0),
        cues=(),
        beside=(Cue(0, 900, lines),),
    )  # fmt: skip
    return check_cues(expected).passed


@pytest.mark.parametrize(
    ("removed", "line"),
    [("speaker", "SPEAKER: Yes."), ("переводчик", "ПЕРЕВОДЧИК: Yes."), ("المترجم", "\u200fالمترجم: Yes.")],
)
def test_who_speaks_is_no_removed_word(removed: str, line: str) -> None:
    """The label of a turn may be the same word; as a word of the speech it is still a leak."""
    assert passes(removed, line)
    assert not passes(removed, line, f"the {removed}")
    assert not passes(removed, line, sdh=None)
