"""A clip must look neither like the group's own nor like a government's."""

from dataclasses import replace
from typing import Any

import pytest

from pipeline.domain import Card
from review.credibility import credibility, found_in
from review.policy import content_reasons

Case = Any


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Flames of War: my story", "imitates"),
        ("FLAMES-OF-WAR", "imitates"),
        ("AlHayat Media Center", "imitates"),
        ("A'maq", "imitates"),
        ("Lions of the Caliphate?", "imitates"),
        ("Bāqiya", "imitates"),
        ("Thanks to the officers who helped", "state"),
        ("Made with the Ministry of Interior", "state"),
    ],
)
def test_a_phrase_is_found_however_it_is_written(text: str, kind: str) -> None:
    """Case, accents and hyphens do not hide it."""
    assert found_in([text], kind)


@pytest.mark.parametrize(
    "text",
    ["Why I left", "A police officer's son", "The embassy was closed", "What the caliphate was like", "Inspired"],
)
def test_what_interviews_are_about_may_be_named(text: str) -> None:
    """Only whole phrases of the lists; a title may say what it is about."""
    assert not found_in([text], "imitates")
    assert not found_in([text], "state")


def test_a_title_or_card_that_imitates_keeps_the_plan_from_being_signed(case: Case) -> None:
    """In the title as in the card, and every reason at once."""
    assert not [r for r in content_reasons(case.facts()) if r.code.startswith("credibility")]
    case.edit_plan(title="Salil al-Sawarim", opening=Card("Salil al-Sawarim", "with thanks to the police", 2_500))
    codes = {r.code for r in content_reasons(case.facts())}
    assert {"credibility.imitates", "credibility.state"} <= codes
    facts = case.facts()
    assert not list(credibility(replace(facts, plan=replace(facts.plan, title="Why I left", opening=None))))
