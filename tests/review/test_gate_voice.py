"""Who did not agree to his voice being heard is not heard, disguised neither; and viewers get the words."""

from typing import Any

import pytest

from pipeline.domain import Voice
from review.policy import Refusal, decide


def codes(case: Any) -> list[str]:
    verdict = decide(case.facts())
    return [r.code for r in verdict.reasons] if isinstance(verdict, Refusal) else []


@pytest.mark.parametrize(
    ("voice", "expected"),
    [(Voice.SOURCE, ["consent.no_voice"]), (Voice.DISGUISED, ["consent.no_voice"]), (Voice.REMOVED, [])],
)
def test_only_a_voice_that_is_gone_needs_no_consent(case: Any, voice: Voice, expected: list[str]) -> None:
    """A disguise is heard through."""
    case.edit_consent(voice=False)
    case.edit_plan(voice=voice)
    assert codes(case) == expected


def test_without_a_voice_the_words_have_to_be_burned_in(case: Any) -> None:
    """A silent clip without subtitles tells nothing."""
    case.edit_plan(voice=Voice.REMOVED, burn=())
    assert "voice.no_subtitles" in codes(case)


def test_a_signature_is_void_when_the_voice_changes(case: Any) -> None:
    """What was signed with the voice is not signed without it."""
    signed = case.facts().core_sha256
    case.edit_plan(voice=Voice.REMOVED)
    assert case.core() != signed
