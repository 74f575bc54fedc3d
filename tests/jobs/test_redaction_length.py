"""How long something is removed for may be fixed, so that it tells nothing of the word."""

from dataclasses import replace

import pytest
from office import Office

from pipeline.domain import Choice, Redaction
from pipeline.errors import PipelineError
from pipeline.jobs.decide import decide_and_redact, flag_by_hand


def redacted(office: Office, length_ms: int | None = None, *, usual_ms: int = 0) -> Redaction:
    """One word of a speech, decided as at the terminal."""
    office.state_everything()
    recording = office.ingest()
    workspace = replace(office.workspace, settings=replace(office.workspace.settings, redaction_length_ms=usual_ms))
    flag = flag_by_hand(workspace, office.store, office.team.bea, recording, "s1", "identity.person", "a name", "4")
    reviewer = (workspace, office.store, office.team.bea)
    made = decide_and_redact(*reviewer, flag.id, Choice.REDACT, "a name", length_ms=length_ms).redaction
    assert made is not None
    return made


def test_the_length_is_the_teams_or_one_decisions_own(office: Office) -> None:
    """The decision's own wins; without either it is as long as the word."""
    assert redacted(office, usual_ms=1_500).span.duration_ms == 1_500
    assert redacted(office, 2_000, usual_ms=1_500).span.duration_ms == 2_000
    assert redacted(office, 0, usual_ms=1_500).span.duration_ms < 1_500


def test_a_length_that_counts_syllables_is_refused(office: Office) -> None:
    """A fifth of a second would be as telling as none."""
    with pytest.raises(PipelineError, match="no length"):
        redacted(office, 200)
