"""A plan gets its face covers: what was searched before is kept, what is new is searched (values in, values out)."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from clips.faces.detector import NAME
from pipeline.domain import CutPlan, Faces, FaceSearch, Kept, Picture, Redaction, RedactionKind
from pipeline.errors import PipelineError

KINDS = {Faces.COVER: RedactionKind.FACE, Faces.BLUR: RedactionKind.BLUR}

Search = Callable[[Kept, RedactionKind], tuple[FaceSearch, tuple[Redaction, ...]] | None]
"""Looks for faces in a kept span; None where the recording has no picture."""


def with_faces(plan: CutPlan, before: CutPlan | None, shown: Sequence[str] | None, search: Search) -> CutPlan:
    """The plan with a cover for every face in what it keeps, except those of the ids in `shown`.

    `before` is the version before, whose searches hold for the same spans; None of `shown` keeps its choice.
    Raises PipelineError for an id that is none of the plan's faces.
    """
    drawn = tuple(r for r in plan.redactions if not is_followed(r))
    if plan.faces is Faces.SHOW or plan.picture is Picture.OFF:
        return replace(plan, redactions=drawn, searches=(), shown_faces=())
    searches, covers = _searched(plan, before, search)
    wanted = {r.id for r in before.shown_faces} if shown is None and before else set(shown or ())
    gone = {r.id for r in (*before.redactions, *before.shown_faces)} if before else set()
    if shown and (unknown := sorted(set(shown) - {c.id for c in covers} - gone)):
        raise PipelineError(f"{unknown[0]} is none of the faces found", f"counterclip plan show {plan.id} lists them")
    hidden = tuple(c for c in covers if c.id not in wanted)
    return replace(
        plan,
        redactions=tuple(sorted((*drawn, *hidden), key=lambda r: (r.recording, r.span, r.id))),
        searches=searches,
        shown_faces=tuple(c for c in covers if c.id in wanted),
    )


def is_followed(redaction: Redaction) -> bool:
    """True for the cover of a face that a search found; those that people draw belong to a flag."""
    return redaction.kind in KINDS.values() and redaction.flag is None


def _searched(
    plan: CutPlan, before: CutPlan | None, search: Search
) -> tuple[tuple[FaceSearch, ...], tuple[Redaction, ...]]:
    """What was searched for each kept span, and the covers that came of it."""
    kind = KINDS[plan.faces]
    known = {r.id: r for r in (*before.redactions, *before.shown_faces)} if before else {}
    searches: list[FaceSearch] = []
    covers: dict[str, Redaction] = {}
    for kept in plan.kept:
        if any(_holds(s, kept) for s in searches):
            continue
        old = next((s for s in before.searches if _holds(s, kept)), None) if before else None
        if old and known.keys() >= set(old.found):
            searches.append(old)
            covers |= {name: replace(known[name], kind=kind) for name in old.found}
        elif found := search(kept, kind):
            searches.append(found[0])
            covers |= {cover.id: cover for cover in found[1]}
    return tuple(searches), tuple(covers.values())


def _holds(search: FaceSearch, kept: Kept) -> bool:
    return search.detector == NAME and search.recording == kept.recording and search.span.contains(kept.span)
