"""Whose a segment is once somebody said who speaks its words."""

import pytest

from pipeline.corrections import apply_corrections
from pipeline.domain import Correction, Segment, Span, Speaker, Transcript, Word

ASKED, ANSWERED = Speaker.INTERVIEWER, Speaker.INTERVIEWEE


def corrected(before: Speaker | None, *said_by: Speaker | None) -> Segment:
    """Three words, with the speakers that were said of each."""
    words = tuple(Word(text, Span(n * 500, n * 500 + 400)) for n, text in enumerate(("I", "went", "there")))
    segment = Segment("s1", "I went there", Span(0, 1_400), words, before)
    made = [
        Correction("r-1", "s1", word.span, word.text, None, speaker, "u-bea", "2026-01-01T00:00:00.000Z")
        for word, speaker in zip(words, said_by, strict=True)
        if speaker
    ]
    return apply_corrections(Transcript("en", 1_500, "test", "test", (segment,)), made).segments[0]


@pytest.mark.parametrize(
    ("before", "said_by", "after"),
    [
        (ASKED, (ASKED, ANSWERED, ANSWERED), None),
        (ASKED, (None, None, ANSWERED), None),
        (None, (None, None, ASKED), None),
        (ASKED, (ANSWERED, ANSWERED, ANSWERED), ANSWERED),
        (ASKED, (ASKED, None, None), ASKED),
    ],
    ids=["two", "one and the rest", "one and nobody", "another", "the same"],
)
def test_a_segment_of_two_people_is_nobodys(
    before: Speaker | None, said_by: tuple[Speaker | None, ...], after: Speaker | None
) -> None:
    """What is nobody's is read as the interviewee's; an answer inside a question stays in sight."""
    assert corrected(before, *said_by).speaker is after
