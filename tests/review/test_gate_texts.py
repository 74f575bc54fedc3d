"""What is written over the picture is judged like a title: names, removed words, states, and whether it is seen."""

from dataclasses import replace
from typing import Any

import pytest

from pipeline.domain import Action, Card, Choice, HeardSound, LowerThird, Note, NoteKind, Sdh, Span, TextMatch, Voice
from review.policy import Refusal, decide

ROLE = LowerThird("A former recruiter", Span(1_000, 4_000))


def codes(case: Any) -> list[str]:
    verdict = decide(case.facts())
    return [r.code for r in verdict.reasons] if isinstance(verdict, Refusal) else []


@pytest.mark.parametrize(
    ("third", "expected"),
    [
        (ROLE, []),
        (LowerThird("Amir K.", Span(1_000, 4_000), is_name=True), ["lower_third.name"]),
        (LowerThird("He lived near the hospital", Span(1_000, 4_000)), ["lower_third.removed"]),
        (LowerThird("A former recruiter", Span(11_000, 14_000)), ["lower_third.outside"]),
        (LowerThird("Ancien recruteur", Span(1_000, 4_000), "fr"), ["lower_third.language"]),
        (LowerThird("Ministry of the Interior", Span(1_000, 4_000)), ["credibility.state"]),
    ],
    ids=["a role", "a name", "a removed word", "after the speech", "not burned in", "a state's office"],
)
def test_a_lower_third_is_judged_like_a_title(case: Any, third: LowerThird, expected: list[str]) -> None:
    """The word `hospital` is redacted."""
    case.redact(9_000, 9_500)
    case.edit_plan(lower_thirds=(third,))
    assert codes(case) == expected


@pytest.mark.parametrize(
    ("sound", "expected"),
    [
        (HeardSound("r-1", Span(4_000, 4_800), "a door slams"), []),
        (HeardSound("r-1", Span(4_000, 4_800), "a hospital bell"), ["sound.name"]),
        (HeardSound("r-1", Span(9_200, 9_800), "a bell"), ["sound.removed"]),
        (HeardSound("r-1", Span(90_000, 91_000), "a bell"), ["sound.outside"]),
    ],
    ids=["heard", "a removed word", "where something is removed", "not kept"],
)
def test_a_sound_is_told_only_where_it_is_heard_and_names_nobody(
    case: Any, sound: HeardSound, expected: list[str]
) -> None:
    """The word `hospital` is redacted."""
    case.redact(9_000, 9_500)
    case.edit_plan(sdh=Sdh((sound,)))
    assert codes(case) == expected


def test_no_sound_is_told_of_a_clip_without_the_recorded_one(case: Any) -> None:
    """Viewers who hear would get nothing of it."""
    sound = HeardSound("r-1", Span(4_000, 4_800), "a door slams")
    case.edit_plan(sdh=Sdh((sound,)), voice=Voice.REMOVED, burn=("en",))
    assert "sound.gone" in codes(case)


def test_a_name_stands_there_when_its_person_agreed(case: Any) -> None:
    """Consent to be named."""
    case.edit_consent(name=True)
    case.edit_plan(lower_thirds=(LowerThird("Amir K.", Span(1_000, 4_000), is_name=True),))
    assert codes(case) == []


@pytest.mark.parametrize(
    ("said", "shown"),
    [("خالد", "Khalid, a recruiter"), ("Khalid", "خالد"), ("Халид", "Abu-Khalid"), ("Khalid", "Халид")],
    ids=["Arabic said", "Arabic shown", "Cyrillic said", "Cyrillic shown"],
)
def test_a_removed_name_is_noticed_in_other_letters(case: Any, said: str, shown: str) -> None:
    """The fourth word of the speech is a name, and removed."""
    first, *others = case.transcript.segments
    word = replace(first.words[3], text=said)
    words = (*first.words[:3], word, *first.words[4:])
    segment = replace(first, text=" ".join(w.text for w in words), words=words)
    case.transcript = replace(case.transcript, segments=(segment, *others))
    case.redact(word.span.start_ms, word.span.end_ms)
    case.edit_plan(lower_thirds=(LowerThird(shown, Span(1_000, 4_000)),))
    assert "lower_third.removed" in codes(case)


def test_a_name_that_is_flagged_in_the_speech_is_not_shown(case: Any) -> None:
    """It may be another person's, whatever the interviewee agreed to for himself; until it was decided to stay."""
    case.edit_consent(name=True)
    first, *others = case.transcript.segments
    text = first.text.replace("doctors", "Khalid")
    case.transcript = replace(case.transcript, segments=(replace(first, text=text), *others))
    start = text.index("Khalid")
    case.flag(Action.REDACT, match=TextMatch(start, start + len("Khalid")))
    case.edit_plan(lower_thirds=(LowerThird("خالد", Span(1_000, 4_000), is_name=True),))
    assert "lower_third.person" in codes(case)
    case.decide(Choice.KEEP)
    assert "lower_third.person" not in codes(case)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"title": "After the hospital"}, ["card.removed"]),
        ({"sources": "Records of the Hospitals"}, ["card.removed"]),
        ({"opening": Card("One", "Months in a hospital", 2_000)}, ["card.removed"]),
        ({"notes": (Note(NoteKind.TRANSLATION, Card("", "Hospital is his word", 2_000)),)}, ["card.removed"]),
        ({"closing": Card("Help line", "Ask at any hospital", 2_000)}, ["card.removed"]),
        ({"title": "How I left"}, []),
    ],
    ids=["title", "sources", "opening", "note", "closing", "nothing of it"],
)
def test_no_card_brings_back_what_was_removed(case: Any, written: dict[str, Any], expected: list[str]) -> None:
    """The word `hospital` is redacted."""
    case.redact(9_000, 9_500)
    case.edit_plan(**written)
    assert codes(case) == expected


@pytest.mark.parametrize(
    ("item", "words", "title", "expected"),
    [
        ("identity.person", "Abu Khalid", "Khaled and I", ["card.name"]),
        ("identity.person", "Abu Khalid", "خالد", ["card.name"]),
        ("network.facilitator", "that man Khalid", "Khalid's men", ["card.name"]),
        ("network.facilitator", "that man Khalid", "That man", []),
        ("identity.location", "near Raqqa", "From Raqa home", ["card.name"]),
        ("identity.person", "Abu Khalid", "How I left", []),
    ],
)
def test_no_card_names_who_is_flagged_outside_the_clip(
    case: Any, item: str, words: str, title: str, expected: list[str]
) -> None:
    """In a segment that is not kept; somebody may decide that it stays, and then it may stand there."""
    *others, last = case.transcript.segments
    text = f"I met {words} there."
    case.transcript = replace(case.transcript, segments=(*others, replace(last, text=text, words=())))
    case.flag(Action.REDACT, None, segment=last.id, item=item, match=TextMatch(6, 6 + len(words)))
    case.edit_plan(title=title)
    assert codes(case) == expected
    case.decide(Choice.KEEP)
    assert codes(case) == []


def test_of_a_flag_raised_by_a_person_the_words_in_its_time_are_the_name(case: Any) -> None:
    """Not every word of its segment: `border` and `night` may stand in a title."""
    case.flag(Action.REDACT, Span(20_500, 20_900), segment="s3", match=None)
    case.edit_plan(title="Over the border by night")
    assert codes(case) == []
    case.edit_plan(title="Cousins")
    assert codes(case) == ["card.name"]
