"""Who did not agree to his voice being heard is not heard, disguised neither; and viewers get the words."""

from dataclasses import replace
from typing import Any

import pytest

from pipeline.domain import Revoicing, Voice
from review.policy import Refusal, decide
from subtitles.plan_cues import read_sha256


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


READ = Revoicing("v-1", "d" * 64, "en", read_sha256(()), (), (), 0)


@pytest.mark.parametrize(
    ("made", "on_disk", "expected"),
    [
        (None, {}, ["voice.unread"]),
        (READ, {"v-1": "d" * 64}, []),
        (replace(READ, cues_sha256="0" * 64), {"v-1": "d" * 64}, ["voice.stale"]),
        (replace(READ, missing=(2,)), {"v-1": "d" * 64}, ["voice.missing"]),
        (READ, {}, ["voice.changed"]),
        (READ, {"v-1": "e" * 64}, ["voice.changed"]),
    ],
    ids=["nobody read", "as it should be", "other subtitles", "a cue left out", "gone", "changed"],
)
def test_another_reader_is_heard_when_he_read_what_stands_there(
    case: Any, made: Revoicing | None, on_disk: dict[str, str], expected: list[str]
) -> None:
    """No consent to the voice is needed then."""
    case.edit_consent(voice=False)
    case.edit_plan(voice=Voice.REVOICED, revoicing=made)
    case.changes["originals_sha256"] = {"r-1": case.recording.sha256, **on_disk}
    assert codes(case) == expected


def test_what_is_read_aloud_stands_in_the_picture(case: Any) -> None:
    """Subtitles that lie beside the clip need no signature, and nobody would have agreed to what is heard."""
    case.edit_plan(voice=Voice.REVOICED, revoicing=READ, burn=())
    case.changes["originals_sha256"] = {"r-1": case.recording.sha256, "v-1": "d" * 64}
    assert "voice.not_burned" in codes(case)


def test_a_signature_is_void_when_the_voice_changes(case: Any) -> None:
    """What was signed with the voice is not signed without it."""
    signed = case.facts().core_sha256
    case.edit_plan(voice=Voice.REMOVED)
    assert case.core() != signed
