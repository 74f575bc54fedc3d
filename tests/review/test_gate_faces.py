"""Who did not agree to be seen is covered, or there is no permit."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pipeline.domain import (
    CutPlan,
    Faces,
    FaceSearch,
    Keyframe,
    Permit,
    Picture,
    Redaction,
    RedactionKind,
    Region,
    Span,
)
from review.policy import Refusal, decide

REGION = Region(10, 10, 80, 90)
COVER = Redaction("x-9", "r-1", RedactionKind.FACE, Span(0, 14_000), REGION, track=(Keyframe(0, REGION),))
SEARCH = FaceSearch("r-1", Span(800, 13_000), "detector", ("x-9",))
WHOLE = {"faces": Faces.COVER, "searches": (SEARCH,), "redactions": (COVER,)}


def codes(case: Any) -> list[str]:
    verdict = decide(case.facts())
    return [r.code for r in verdict.reasons] if isinstance(verdict, Refusal) else []


def test_a_covered_face_needs_no_consent_to_be_seen(case: Any) -> None:
    """Searched, found, covered."""
    case.edit_consent(face=False)
    case.edit_plan(**WHOLE)
    assert isinstance(decide(case.facts()), Permit)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda plan: replace(plan, searches=()), "faces.not_searched"),
        (lambda plan: replace(plan, searches=(replace(SEARCH, span=Span(900, 13_000)),)), "faces.not_searched"),
        (lambda plan: replace(plan, searches=(replace(SEARCH, recording="r-2"),)), "faces.not_searched"),
        (lambda plan: replace(plan, redactions=()), "faces.uncovered"),
        (lambda plan: replace(plan, redactions=(), searches=(replace(SEARCH, found=()),)), "faces.none"),
        (lambda plan: replace(plan, shown_faces=(replace(COVER, id="x-8"),)), "faces.shown"),
        (lambda plan: replace(plan, redactions=(replace(COVER, span=Span(0, 9_000)),)), "faces.none"),
        (lambda plan: replace(plan, faces=Faces.SHOW), "consent.no_face"),
    ],
    ids=[
        "never searched",
        "too little",
        "another recording",
        "no track",
        "none found",
        "one shown on purpose",
        "not all the time",
        "all shown",
    ],
)
def test_without_a_cover_there_is_no_permit(
    case: Any, spoil: Callable[[CutPlan], CutPlan], code: str,
) -> None:  # fmt: skip
    """Each with a reason of its own."""
    case.edit_consent(face=False)
    case.edit_plan(**WHOLE)
    case.plan = spoil(case.plan)
    assert codes(case) == [code]


def test_a_box_drawn_by_a_person_covers_who_was_not_found(case: Any) -> None:
    """A head turned away is no face to the detector."""
    case.edit_consent(face=False)
    drawn = Redaction("x-1", "r-1", RedactionKind.BOX, Span(0, 14_000), REGION, flag="f-7")
    case.edit_plan(faces=Faces.COVER, searches=(replace(SEARCH, found=()),), redactions=(drawn,))
    assert codes(case) == []


def test_who_agreed_to_be_seen_may_be_where_no_face_was_found(case: Any) -> None:
    """Faces are covered there for the sake of others."""
    case.edit_plan(faces=Faces.COVER, searches=(replace(SEARCH, found=()),))
    assert codes(case) == []


def test_without_a_picture_nothing_is_searched(case: Any) -> None:
    """A card and the voice show nobody."""
    case.edit_consent(face=False)
    case.edit_plan(faces=Faces.COVER, picture=Picture.OFF)
    assert codes(case) == []


def test_a_cover_that_moves_voids_what_was_signed(case: Any) -> None:
    """Its track is part of what people saw."""
    case.edit_plan(**WHOLE)
    before = case.core()
    moved = replace(COVER, track=(Keyframe(0, replace(REGION, x=11)),))
    case.edit_plan(redactions=(moved,))
    assert case.core() != before
