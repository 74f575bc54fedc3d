"""Segments to turns: no word is lost, none is read twice."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain import Segment, Speaker, Transcript
from review.language.turns import MAX_WORDS, make_turns

SPEAKERS = st.sampled_from([None, Speaker.INTERVIEWEE, Speaker.INTERVIEWER])
TEXTS = st.text(alphabet=st.sampled_from("ab .?!\n"), max_size=60)


def transcript(*spoken: tuple[Speaker | None, str]) -> Transcript:
    """One segment per pair."""
    return Transcript("en", 0, "", "", tuple(Segment(f"s{i}", t, None, speaker=s) for i, (s, t) in enumerate(spoken)))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(SPEAKERS, TEXTS), max_size=8))
def test_every_word_stands_in_exactly_one_turn(spoken: list[tuple[Speaker | None, str]]) -> None:
    """The words of all turns in order are the words of all segments in order, and offsets lead back to them."""
    source = transcript(*spoken)
    turns = make_turns(source)
    assert [w for t in turns for w in t.text.split()] == [w for s in source.segments for w in s.text.split()]
    for turn in turns:
        pieces = [segment.text[a:b] for segment, a, b in turn.places(0, len(turn.text))]
        assert " ".join(pieces).split() == turn.text.split()


def test_a_turn_knows_its_question() -> None:
    """The interviewer's words before an answer, and the answer before them, come with it."""
    turns = make_turns(
        transcript((Speaker.INTERVIEWEE, "First."), (Speaker.INTERVIEWER, "Why?"), (None, "Because."), (None, "Of it."))
    )
    assert [(t.text, t.question, t.before) for t in turns][2:] == [("Because. Of it.", "Why?", "First.")]


def test_an_enormous_segment_is_read_in_parts() -> None:
    """No part is longer than what the reader takes in."""
    turns = make_turns(transcript((None, "word " * 5000)))
    assert len(turns) > 40
    assert max(len(t.text.split()) for t in turns) <= MAX_WORDS
