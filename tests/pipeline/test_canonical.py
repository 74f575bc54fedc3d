"""What a signature is bound to stays the same from version to version of the program."""

from dataclasses import replace
from fractions import Fraction

from pipeline.canonical import plan_json, plan_sha256
from pipeline.domain import (
    Aspect,
    Card,
    CutPlan,
    Framing,
    HeardSound,
    Kept,
    LowerThird,
    Middle,
    Picture,
    Sdh,
    Span,
    Voice,
)

BEFORE = "e173787165535679656d2fce67eba98cf88db854150f4d04840bb836f78140c8"
"""Of this plan, by the program that knew neither voices nor lower thirds nor framings."""

PLAN = CutPlan(
    id="p-0000000001", version=1, title="A speech", kept=(Kept("r-1", Span(1_000, 9_000)),), redactions=(),
    aspects=(Aspect.WIDE,), burn=("en",), frame_rate=Fraction(25), picture=Picture.SOURCE,
    opening=Card("A speech", "1961", 2_500), closing=None, render_profile="standard", made_by="u-1", edited_by=("u-1",),
    salt="00" * 16,
)  # fmt: skip


def test_a_plan_that_was_signed_before_is_still_the_plan_that_was_signed() -> None:
    """A field that came later says nothing while it has its default."""
    assert plan_sha256(PLAN) == BEFORE


def test_a_field_that_came_later_changes_the_digest_as_soon_as_it_says_something() -> None:
    """Otherwise it could be changed under a signature."""
    changed = (
        replace(PLAN, voice=Voice.REMOVED),
        replace(PLAN, lower_thirds=(LowerThird("A witness", Span(0, 3_000)),)),
        replace(PLAN, framings=(Framing("r-1", Span(1_000, 9_000), (Middle(1_000, 300),)),)),
        replace(PLAN, sdh=Sdh()),
        replace(PLAN, sdh=Sdh((HeardSound("r-1", Span(2_000, 3_000), "door slams"),))),
    )
    assert len({plan_sha256(plan) for plan in (PLAN, *changed)}) == 6
    assert plan_json(changed[0])["voice"] == "removed"
