"""What is written over the picture is judged like a title: names, removed words, states, and whether it is seen."""

from dataclasses import replace
from typing import Any

import pytest

from pipeline.domain import Action, Choice, HeardSound, LowerThird, Sdh, Span, TextMatch, Voice
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
