"""A cut that changes what a sentence says is a flag."""

from dataclasses import replace

import pytest

from pipeline.domain import Segment, Span, Transcript, Word
from review.checklist import load_checklist
from review.splices import find_splices

CHECKLIST = load_checklist()


def transcript(text: str) -> Transcript:
    """One segment, a word every 100 ms."""
    words = tuple(Word(w, Span(i * 100, i * 100 + 90)) for i, w in enumerate(text.split()))
    return Transcript("en", 10_000, "", "", (Segment("s1", text, Span(0, len(words) * 100), words),))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("I never said that I killed him.", Span(400, 700)),
        ("I never killed him.", Span(200, 400)),
        ("If I had stayed I would have killed him.", Span(700, 900)),
        ("My neighbour went in and shot him.", Span(500, 700)),
    ],
)
def test_dropping_a_negation_condition_or_subject_is_flagged(text: str, kept: Span) -> None:
    """What made it untrue, unreal or somebody else's lies in the removed part."""
    assert [f.segment for f in find_splices(transcript(text), [kept], CHECKLIST)] == ["s1"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("We slept there. I never killed him.", Span(300, 700)),
        ("I killed him, in the winter, near the river.", Span(0, 300)),
        ("I never killed him.", Span(0, 400)),
    ],
)
def test_a_cut_that_changes_nothing_is_no_flag(text: str, kept: Span) -> None:
    """Whole sentences, and sentences whose meaning stays, may be kept."""
    assert find_splices(transcript(text), [kept], CHECKLIST) == ()


def test_in_other_languages_the_words_that_were_removed_are_looked_at() -> None:
    """Nothing else is parsed than English: a negation in the removed half of a sentence is enough."""
    french = replace(transcript("Je n'ai jamais tué cet homme."), language="fr")
    assert [f.segment for f in find_splices(french, [Span(300, 600)], CHECKLIST)] == ["s1"]
    assert find_splices(french, [Span(0, 500)], CHECKLIST) == ()


def test_each_sentence_of_several_languages_is_looked_at_in_its_own() -> None:
    """A recording that began in another language: the English sentence is parsed, the Arabic one searched for signs."""
    arabic = "لم أقتل هذا الرجل."
    words = tuple(Word(w, Span(2_000 + i * 100, 2_090 + i * 100)) for i, w in enumerate(arabic.split()))
    english = replace(transcript("I killed him, in the winter, near the river. I never killed him."), language="ar")
    one = replace(english.segments[0], language="en")
    mixed = replace(english, segments=(one, Segment("s2", arabic, Span(2_000, 2_400), words)))
    assert [f.segment for f in find_splices(mixed, [Span(0, 300)], CHECKLIST)] == []
    assert [f.segment for f in find_splices(mixed, [Span(1_100, 1_300)], CHECKLIST)] == ["s1"]
    assert [f.segment for f in find_splices(mixed, [Span(2_100, 2_400)], CHECKLIST)] == ["s2"]
    first = replace(mixed, language="en", segments=(one, replace(mixed.segments[1], language="ar")))
    assert [f.segment for f in find_splices(first, [Span(2_100, 2_400)], CHECKLIST)] == ["s2"]


def test_a_negation_under_a_redaction_is_not_heard() -> None:
    """A redaction of fixed length may take `never` along; a name that is redacted changes nothing."""
    said, kept = transcript("Karim never killed him."), [Span(0, 400)]
    assert [f.segment for f in find_splices(said, kept, CHECKLIST, [Span(0, 190)])] == ["s1"]
    assert find_splices(said, kept, CHECKLIST, [Span(0, 90)]) == ()


@pytest.mark.parametrize("end", ["،؟", "۔", ".”"])
def test_sentences_end_at_the_marks_of_their_script(end: str) -> None:
    """What was said in the sentence before is not missing in this one."""
    said = replace(transcript(f"لم أقتل{end} كنا هناك"), language="ar")
    assert find_splices(said, [Span(200, 400)], CHECKLIST) == ()
