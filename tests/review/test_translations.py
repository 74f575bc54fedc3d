"""A translation is judged for every person who speaks in the clip, not only for the first."""

from dataclasses import replace
from typing import Any

import pytest

from pipeline.domain import Cue, LegalStatus
from review.checklist import load_checklist
from review.translations import check_translation

CUES = (Cue(0, 4_000, ("I joined the brigade in the spring.",)),)


@pytest.mark.parametrize(
    ("statuses", "found"),
    [
        ((LegalStatus.RELEASED,), False),
        ((LegalStatus.RELEASED, LegalStatus.CHARGED), True),
        ((LegalStatus.CHARGED, LegalStatus.RELEASED), True),
    ],
    ids=["a verdict for all", "none for the second", "none for the first"],
)
def test_what_blocks_for_anybody_is_found(case: Any, statuses: tuple[LegalStatus, ...], found: bool) -> None:
    """Membership is for counsel after a verdict and blocks before it."""
    facts = case.facts()
    profiles = [replace(case.profile, legal_status=status) for status in statuses]
    findings = check_translation(CUES, "en", load_checklist(), facts.plan, facts.sources, profiles=profiles)
    assert [(f.cue, f.item) for f in findings] == ([(1, "incrimination.membership")] if found else [])
