"""A plan gets its face covers and its framing: what was searched before is kept, what is new is searched."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from clips.faces.detector import NAME
from clips.framing import follow_face, framing_of
from clips.geometry import crop_width, is_cropped, upright_size
from pipeline.domain import (
    CutPlan,
    Faces,
    FaceSearch,
    Framing,
    Kept,
    Middle,
    Picture,
    PictureStream,
    Redaction,
    RedactionKind,
)
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


@dataclass(frozen=True, slots=True)
class Wished:
    """Where a person wants the middle of square and tall shapes."""

    at_ms: int | None
    """From this recording time on; None: throughout."""
    share: float
    """Of the picture's width, 0 to 1 from the left."""


def with_framings(
    plan: CutPlan,
    before: CutPlan | None,
    wished: Sequence[Wished] | None,
    search: Search,
    pictures: Mapping[str, PictureStream | None],
) -> CutPlan:
    """The plan with a framing for every kept span whose sides are lost in one of its shapes.

    None of `wished` keeps what the version before had, an empty one follows the face again. `pictures` are those of
    the recordings. Raises PipelineError for a time where the plan keeps passages of several recordings.
    """
    if any(w.at_ms is not None for w in wished or ()) and len({k.recording for k in plan.kept}) > 1:
        raise PipelineError(
            "a middle with a time was set, and the plan keeps passages of several recordings",
            "write one middle without a time, such as 35%, or make a plan of each recording",
        )
    framings = []
    for kept in plan.kept if plan.picture is Picture.SOURCE else ():
        picture = pictures[kept.recording]
        seen = [crop_width(picture, a) for a in plan.aspects if is_cropped(picture, a)] if picture else []
        if picture is None or not seen:
            continue
        known = _known(before.framings, kept) if before and wished is None else None
        framing = known or _set(kept, picture, wished) or follow_face(kept, _faces(kept, search), min(seen))
        framings += [framing] if framing else []
    return replace(plan, framings=tuple(dict.fromkeys(framings)))


def _known(framings: Sequence[Framing], kept: Kept) -> Framing | None:
    """The framing of the version before; what a person set also holds where the span has grown or moved."""
    if found := framing_of(framings, kept.recording, kept.span):
        return found
    mine = [f for f in framings if f.by_hand and f.recording == kept.recording and f.span.overlaps(kept.span)]
    middles = {m.at_ms: m for f in mine for m in f.middles}
    if not middles:
        return None
    return Framing(kept.recording, kept.span, tuple(middles[at] for at in sorted(middles)), by_hand=True)


def _set(kept: Kept, picture: PictureStream, wished: Sequence[Wished] | None) -> Framing | None:
    """What a person set for this span; the last moment before it counts at its start."""
    width, start = upright_size(picture)[0], kept.span.start_ms
    places = sorted((w.at_ms or 0, round(w.share * width)) for w in wished or () if (w.at_ms or 0) < kept.span.end_ms)
    if not places:
        return None
    earlier = [x for at, x in places if at <= start]
    later = [Middle(at, x) for at, x in places if at > start]
    first = Middle(start, earlier[-1] if earlier else later[0].x)
    return Framing(kept.recording, kept.span, (first, *later), by_hand=True)


def _faces(kept: Kept, search: Search) -> tuple[Redaction, ...]:
    """The faces in a kept span, covered or not."""
    found = search(kept, RedactionKind.FACE)
    return found[1] if found else ()


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
