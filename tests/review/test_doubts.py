"""What a second listening heard otherwise reaches the reviewer as a flag."""

from dataclasses import replace

from pipeline.canonical import transcript_json
from pipeline.domain import Doubt, Segment, Span, Transcript, Word
from review.conditions import Condition, find_conditions
from review.flags import LOW_PROBABILITY

TEXT = "we left for Rocker then"


def heard(*doubts: Doubt, low: tuple[str, ...] = (), voiced: Span = Span(0, 2_500)) -> Transcript:
    """A word every half second, all of them sure but those in `low`."""
    words = tuple(Word(t, Span(n * 500, n * 500 + 400), 0.1 if t in low else 0.9) for n, t in enumerate(TEXT.split()))
    return Transcript("en", 9_000, "e", "m", (Segment("s1", TEXT, Span(0, 2_400), words),), (voiced,), doubts)


def about_words(transcript: Transcript) -> list[Condition]:
    return [c for c in find_conditions(transcript, LOW_PROBABILITY) if c.item.startswith("process.un") and c.because]


ROCKER = Doubt(Span(1_500, 1_900), "Rocker", "Raqqa")


def test_words_that_two_listenings_hear_differently_are_flagged() -> None:
    """Although the first was sure of them."""
    (found,) = [c for c in about_words(heard(ROCKER)) if c.rule == "second listening"]
    assert (found.segment, found.words) == ("s1", (3, 3))
    assert "“Raqqa” instead of “Rocker”" in found.because


def test_a_flag_that_is_there_says_what_was_heard_the_second_time() -> None:
    """One flag, not two about the same word."""
    found = [c for c in about_words(heard(ROCKER, low=("Rocker",))) if c.item == "process.unreliable_words"]
    assert [c.rule for c in found] == ["low confidence"]
    assert "“Raqqa” instead of “Rocker”" in found[0].because


def test_voice_without_words_says_what_may_have_been_said() -> None:
    """And that nothing was heard the second time either, where that is so."""
    gap = Doubt(Span(2_400, 6_000), "", "in the spring")
    (found,) = [c for c in about_words(heard(gap, voiced=Span(0, 6_000))) if c.item == "process.untranscribed_speech"]
    assert found.because.endswith("a second listening heard “in the spring”")


def test_a_transcript_without_doubts_has_the_digest_it_always_had() -> None:
    """Signed and checked before there was a second listening, it must not count as changed."""
    assert "doubts" not in transcript_json(heard())
    assert transcript_json(heard(ROCKER))["doubts"]
    assert replace(heard(ROCKER), doubts=()) == heard()
