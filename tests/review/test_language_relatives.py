"""What is told of relatives, schools and firms: found by grammar, and named in a reason."""

import pytest

from pipeline.domain import Segment, Speaker, Tier, Transcript
from review.checklist import load_checklist
from review.flags import raise_flags
from review.language.known import names_nobody
from review.language.mentions import find_mentions_in
from review.language.relatives import find_relatives


def told(text: str, question: str, *names: str) -> list[str]:
    """What is told of relatives where these names stand."""
    named = [(text.index(n), text.index(n) + len(n)) for n in names]
    return [text[a:b] for a, b in find_relatives(text, question, named)]


def test_a_living_relative_beside_a_name_leads_to_him() -> None:
    """The clauses about him are found, and neither what stands before nor what follows."""
    text = "I was there, and my brother drives a bus in Tutrakova, and I never wrote."
    assert told(text, "", "Tutrakova") == ["my brother drives a bus in Tutrakova"]


def test_the_question_may_name_the_kin() -> None:
    """A pronoun tells of the sister that was asked for."""
    text = "She works in Tutrakova."
    assert told(text, "And your sister?", "Tutrakova") == ["She works in Tutrakova"]
    assert told(text, "And then?", "Tutrakova") == []


@pytest.mark.parametrize(
    "text", ["My father died in Tutrakova.", "My father shouted at us in Tutrakova.", "My father works a lot."]
)
def test_the_dead_the_past_and_what_leads_nowhere_are_clean(text: str) -> None:
    """Grief, old stories and sentences without a name lead to nobody."""
    assert told(text, "", *(["Tutrakova"] if "Tutrakova" in text else [])) == []


def test_a_relative_is_flagged_with_the_reason() -> None:
    """The flag covers the sentence and says why."""
    text = "My sister Mirela Dedaj is a nurse in the village of Tutrakova."
    transcript = Transcript("en", 0, "", "", (Segment("s1", text, None, speaker=Speaker.INTERVIEWEE),))
    flags = [f for f in raise_flags(transcript, load_checklist()) if f.item == "identity.family"]
    assert [f.tier for f in flags] == [Tier.RED]
    assert "relative" in flags[0].why


@pytest.mark.parametrize(
    "name",
    ["Katibat al-Tawhid", "the 112th Mountain Company", "D Company", "Colegio Santa Rosa", "KF Vrelo", "Vrelo Bandy"],
)
def test_units_schools_and_clubs_are_found_by_their_form(name: str) -> None:
    """Also abroad, numbered, and with "al-" in small letters."""
    text = f"Then I was with {name} for a year."
    assert name in {text[m.start : m.end] for m in find_mentions_in(text, None) if m.item == "identity.affiliation"}


@pytest.mark.parametrize("text", ["At school I was good.", "I've a shop now.", "In front we had nothing."])
def test_a_sentence_that_begins_is_no_name(text: str) -> None:
    """The capital of a first word makes no firm."""
    assert not [m for m in find_mentions_in(text, None) if m.item == "identity.affiliation"]


@pytest.mark.parametrize(
    ("text", "nobody"),
    [
        ("I worked with my hands, and it's true that they paid us.", True),
        ("I worked with Samir.", False),
        ("Salim worked with us.", False),
        ("He lives in Tutrakova now.", False),
        ("Write to lion underscore seven.", False),
        ("It was in 2014.", False),
        ("I ate simit.", False),
        ("i worked with samir", False),
    ],
)
def test_only_everyday_words_are_passed_over_by_the_name_finders(text: str, nobody: bool) -> None:
    """A capital, digit, rare word or spelled address is always looked at, and all of a text without capitals."""
    assert names_nobody(text) is nobody
