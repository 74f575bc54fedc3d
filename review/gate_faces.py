"""Faces that were to be covered: looked for, found, and every one of them answered (pure)."""

from collections.abc import Iterator

from pipeline.domain import Faces, Kept, Picture
from review.approval import Source
from review.gate import GateFacts, Reason
from review.places import times


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
        elif not _is_covered(facts, kept) and not _agreed(facts, pictured[kept.recording]):
            yield Reason(
                "faces.none",
                f"no face is covered in {where}, and its interviewee did not agree to be seen",
                f"cover it by hand: counterclip review cover {kept.recording} … --at {times(kept.span)}, then"
                f" counterclip plan edit {plan.id}; or counterclip plan edit {plan.id} --picture off",
            )


def _is_covered(facts: GateFacts, kept: Kept) -> bool:
    hidden = (r for r in facts.plan.redactions if not r.kind.is_sound and r.recording == kept.recording)
    return any(r.span.overlaps(kept.span) for r in hidden)


def _agreed(facts: GateFacts, source: Source) -> bool:
    profile = facts.profile(source)
    return profile is not None and profile.consent is not None and profile.consent.face
