"""Faces that were to be covered: looked for, found, and every one of them answered (pure)."""

from collections.abc import Iterator

from pipeline.domain import Faces, Kept, Picture
from review.approval import Source
from review.gate import GateFacts, Reason
from review.places import times, uncovered


def faces(facts: GateFacts) -> Iterator[Reason]:
    """Every kept span was searched, every face in it is covered or shown on purpose; or there is no clip."""
    plan = facts.plan
    if plan.faces is Faces.SHOW or plan.picture is Picture.OFF:
        return
    pictured = {s.recording.id: s for s in facts.sources if s.recording.probe.picture is not None}
    answered = {r.id for r in (*plan.redactions, *plan.shown_faces)}
    again = f"look again: counterclip plan edit {plan.id} --faces {plan.faces}"
    for kept in (k for k in plan.kept if k.recording in pictured):
        where = f"the kept span {times(kept.span)} of {kept.recording}"
        searches = [s for s in plan.searches if s.recording == kept.recording and s.span.contains(kept.span)]
        if not searches:
            yield Reason("faces.not_searched", f"nobody has looked for faces in {where}", again)
        elif not answered.issuperset(name for s in searches for name in s.found):
            yield Reason("faces.uncovered", f"a face found in {where} has no cover", again)
        elif not _agreed(facts, pictured[kept.recording]):
            yield from _unseen(facts, kept)


def _unseen(facts: GateFacts, kept: Kept) -> Iterator[Reason]:
    """Who did not agree to be seen: something covers the picture at every moment, and no face is shown on purpose.

    A head that the detector does not take for one is answered by a person, with a box or without the picture.
    """
    plan = facts.plan
    covers = [r.span for r in plan.redactions if not r.kind.is_sound and r.recording == kept.recording]
    for gap in uncovered(kept.span, covers):
        yield Reason(
            "faces.none",
            f"no face is covered in {times(gap)} of {kept.recording}, and its interviewee did not agree to be seen",
            f"cover it by hand: counterclip review cover {kept.recording} … --at {times(gap)}, then"
            f" counterclip plan edit {plan.id}; or counterclip plan edit {plan.id} --picture off",
        )
    if any(shown.recording == kept.recording and shown.span.overlaps(kept.span) for shown in plan.shown_faces):
        yield Reason(
            "faces.shown",
            f"a face in {times(kept.span)} of {kept.recording} stays uncovered on purpose, and its interviewee did not"
            " agree to be seen",
            f"counterclip plan edit {plan.id} --faces {plan.faces}, which covers every face",
        )


def _agreed(facts: GateFacts, source: Source) -> bool:
    profile = facts.profile(source)
    return profile is not None and profile.consent is not None and profile.consent.face
