"""How long something is removed for may be fixed, so that it tells nothing of the word."""

from dataclasses import replace

import pytest
from office import Office

from pipeline.domain import Choice, Decision, Redaction
from pipeline.errors import PipelineError
from pipeline.jobs.decide import decide_and_redact, flag_by_hand, words_taken_along


def redacted(office: Office, length_ms: int | None = None, *, usual_ms: int = 0) -> Redaction:
    """What is removed of one word."""
    made = decided(office, length_ms, usual_ms=usual_ms).redaction
    assert made is not None
    return made


def decided(
    office: Office, length_ms: int | None = None, choice: Choice = Choice.REDACT, *, usual_ms: int = 0
) -> Decision:
    """One word of a speech, decided as at the terminal."""
    office.state_everything()
    recording = office.ingest()
    workspace = replace(office.workspace, settings=replace(office.workspace.settings, redaction_length_ms=usual_ms))
    flag = flag_by_hand(workspace, office.store, office.team.bea, recording, "s1", "identity.person", "a name", "4")
    reviewer = (workspace, office.store, office.team.bea)
    return decide_and_redact(*reviewer, flag.id, choice, "a name", length_ms=length_ms)


def test_the_length_is_the_teams_or_one_decisions_own(office: Office) -> None:
    """The decision's own wins; without either it is as long as the word."""
    assert redacted(office, usual_ms=1_500).span.duration_ms == 1_500
    assert redacted(office, 2_000, usual_ms=1_500).span.duration_ms == 2_000
    assert redacted(office, 0, usual_ms=1_500).span.duration_ms < 1_500


def test_a_length_that_counts_syllables_is_refused(office: Office) -> None:
    """A fifth of a second would be as telling as none."""
    with pytest.raises(PipelineError, match="no length"):
        redacted(office, 200)


def test_words_that_a_long_redaction_takes_along_are_counted(office: Office) -> None:
    """Who decides is told that more goes than the name."""
    short, long = decided(office, 0), decided(office, 3_000)
    assert words_taken_along(office.store, short) < words_taken_along(office.store, long)


def test_what_is_not_redacted_has_no_length(office: Office) -> None:
    """A length that does nothing would be believed."""
    with pytest.raises(PipelineError, match="no length"):
        decided(office, 2_000, Choice.KEEP)
