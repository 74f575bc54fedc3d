"""Transcripts and decisions → a cut plan: snapped, merged, never into what was removed (pure)."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from clips.keeping import completed, leave_out, merge_kept, snap
from clips.looks import changed_looks
from clips.profiles import FRAME_RATES, find_profile
from pipeline.domain import (
    Aspect,
    Card,
    Choice,
    CutPlan,
    Decision,
    Faces,
    Flag,
    Kept,
    LowerThird,
    Note,
    Picture,
    Recording,
    Redaction,
    Sdh,
    Span,
    Transcript,
    Voice,
    Word,
    new_id,
)
from pipeline.errors import PipelineError, RefusedError
from subtitles.sdh import is_sdh

SOUND_ONLY_RATE = Fraction(25)


EDITABLE = frozenset({
    "title", "kept", "redactions", "aspects", "burn", "picture", "opening", "closing", "render_profile", "frame_rate",
    "faces", "searches", "shown_faces", "voice", "lower_thirds", "revoicing", "framings", "sdh", "notes", "sources",
    "looks",
})  # fmt: skip
"""Fields of a plan that its next version may have otherwise."""


@dataclass(frozen=True, slots=True)
class _Removed:
    """What a person decided to leave out, and when it is said."""

    decision: Decision
    span: Span


def new_plan(
    *,
    title: str,
    keeps: Sequence[Kept],
    transcripts: Mapping[str, Transcript],
    recordings: Mapping[str, Recording],
    made_by: str,
    decisions: Sequence[Decision] = (),
    flags: Sequence[Flag] = (),
    aspects: Sequence[Aspect] = (Aspect.WIDE,),
    burn: Sequence[str] = (),
    picture: Picture = Picture.SOURCE,
    faces: Faces = Faces.SHOW,
    voice: Voice = Voice.SOURCE,
    lower_thirds: Sequence[LowerThird] = (),
    sdh: Sdh | None = None,
    opening: Card | None = None,
    notes: Sequence[Note] = (),
    closing: Card | None = None,
    sources: str = "",
    render_profile: str = "standard",
    exclude: bool = False,
    complete: bool = False,
) -> CutPlan:
    """The first version of a plan.

    `keeps` are in the order of the clip. `decisions` are the latest on each flag, `flags` what they
    are about. With `exclude` everything decided `cut` or `block` is taken out of the kept spans;
    without it RefusedError lists each. With `complete` sentences that are kept in part are kept whole.
    Raises PipelineError for spans outside their recording.
    """
    find_profile(render_profile)
    if not aspects:
        raise PipelineError("a clip needs a shape", "choose 16:9, 1:1 or 9:16")
    removed = _removed(decisions, flags, transcripts)
    for keep in keeps:
        _check_inside(keep, recordings)
    if complete:
        keeps = _completed(keeps, transcripts, _spans(removed))
    kept = _placed(keeps, transcripts, recordings, _spans(removed), exclude=exclude)
    _refuse_removed(kept, removed)
    if any(is_sdh(language) for language in burn):
        raise PipelineError("subtitles for the deaf and hard of hearing are not burned in", "they lie beside it: --sdh")
    return CutPlan(
        id=new_id("p"),
        version=1,
        title=title,
        kept=kept,
        redactions=gather_redactions(kept, decisions, recordings),
        aspects=tuple(dict.fromkeys(aspects)),
        burn=tuple(dict.fromkeys(burn)),
        frame_rate=choose_frame_rate([recordings[k.recording] for k in kept]),
        picture=picture,
        faces=faces,
        voice=voice,
        lower_thirds=tuple(lower_thirds),
        sdh=sdh,
        opening=_card(opening),
        notes=tuple(note for note in notes if _card(note.card)),
        closing=_card(closing),
        sources=sources,
        looks=changed_looks(),
        render_profile=render_profile,
        made_by=made_by,
        edited_by=(made_by,),
        salt=secrets.token_hex(16),
    )


def edit_plan(plan: CutPlan, by: str, **changes: Any) -> CutPlan:
    """The next version, with `by` among those who may not sign it.

    Raises PipelineError for a field that does not exist or that an editor must not set.
    """
    if unknown := sorted(changes.keys() - EDITABLE):
        raise PipelineError(f"a plan has no editable {unknown[0]}", f"choose {', '.join(sorted(EDITABLE))}")
    edited_by = tuple(dict.fromkeys((*plan.edited_by, by)))
    changed = replace(plan, version=plan.version + 1, edited_by=edited_by, **changes)
    if not changed.kept:
        raise PipelineError("the clip would be empty", "keep at least one span")
    find_profile(changed.render_profile)
    return replace(changed, salt=secrets.token_hex(16))


def gather_redactions(
    kept: Sequence[Kept], decisions: Sequence[Decision], recordings: Mapping[str, Recording]
) -> tuple[Redaction, ...]:
    """Everything decided `redact` that touches a kept span, in time order.

    Raises PipelineError when a redaction lies outside its recording: nobody knows what it meant.
    """
    found = {}
    for decision in decisions:
        redaction = decision.redaction
        spans = [k.span for k in kept if redaction and k.recording == redaction.recording]
        if decision.choice is not Choice.REDACT or redaction is None or not spans:
            continue
        duration = recordings[redaction.recording].probe.duration_ms
        if redaction.span.start_ms >= duration or not redaction.span.duration_ms:
            raise PipelineError(
                f"redaction {redaction.id} lies outside recording {redaction.recording}", "decide its flag again"
            )
        if any(span.overlaps(redaction.span) for span in spans):
            found[redaction.id] = redaction
    return tuple(sorted(found.values(), key=lambda r: (r.recording, r.span, r.id)))


def choose_frame_rate(recordings: Sequence[Recording]) -> Fraction:
    """The first picture's rate, halved while above 30 and then the nearest of FRAME_RATES."""
    rates = [r.probe.picture.frame_rate for r in recordings if r.probe.picture]
    if not rates:
        return SOUND_ONLY_RATE
    rate = rates[0]
    while rate > Fraction(31):
        rate /= 2
    return min(FRAME_RATES, key=lambda known: (abs(known - rate), known))


def _placed(
    keeps: Sequence[Kept],
    transcripts: Mapping[str, Transcript],
    recordings: Mapping[str, Recording],
    removed: Mapping[str, Sequence[Span]],
    *,
    exclude: bool,
) -> tuple[Kept, ...]:
    """The keeps, checked, without what was removed if that is wanted, snapped and merged."""
    if not keeps:
        raise PipelineError("the clip would be empty", "keep at least one span")
    words = {recording: _words(transcripts, recording) for recording in recordings}
    snapped = []
    for keep in leave_out(keeps, removed, words) if exclude else keeps:
        duration = recordings[keep.recording].probe.duration_ms
        span = snap(keep.span, words[keep.recording], removed.get(keep.recording, ()), duration)
        snapped.append(Kept(keep.recording, span))
    return merge_kept(snapped)


def _completed(
    keeps: Sequence[Kept], transcripts: Mapping[str, Transcript], removed: Mapping[str, Sequence[Span]]
) -> tuple[Kept, ...]:
    found = []
    whole = merge_kept(keeps)
    for number, keep in enumerate(whole):
        transcript = transcripts.get(keep.recording)
        segments = transcript.segments if transcript else ()
        others = [k.span for n, k in enumerate(whole) if n != number and k.recording == keep.recording]
        found.append(Kept(keep.recording, completed(keep.span, segments, removed.get(keep.recording, ()), others)))
    return tuple(found)


def _check_inside(kept: Kept, recordings: Mapping[str, Recording]) -> None:
    if kept.recording not in recordings:
        raise PipelineError(f"no recording {kept.recording}", "list them: counterclip status")
    duration = recordings[kept.recording].probe.duration_ms
    if not kept.span.duration_ms or kept.span.start_ms >= duration:
        raise PipelineError(
            f"nothing to keep at {kept.span.start_ms}-{kept.span.end_ms} ms of {kept.recording}",
            f"the recording is {duration} ms long",
        )
    if kept.span.end_ms > duration:
        raise PipelineError(
            f"{kept.span.end_ms} ms is after the end of {kept.recording}",
            f"the recording is {duration} ms long",
        )


def _removed(
    decisions: Sequence[Decision], flags: Sequence[Flag], transcripts: Mapping[str, Transcript]
) -> tuple[_Removed, ...]:
    """What was decided `cut` or `block`; a flag without a time of its own stands for its whole segment.

    Raises PipelineError when that has no time either: nobody could keep it out.
    """
    known = {f.id: f for f in flags}
    found = []
    for decision in decisions:
        flag = known.get(decision.flag)
        if decision.choice not in (Choice.CUT, Choice.BLOCK) or flag is None:
            continue
        transcript = transcripts.get(decision.recording)
        segment = transcript.segment(flag.segment) if transcript else None
        span = flag.span or (segment.span if segment else None)
        if span is None:
            raise PipelineError(
                f"flag {flag.id} was decided {decision.choice.value}, but nobody knows when it is said",
                f"align the transcript of {decision.recording} with its sound first",
            )
        found.append(_Removed(decision, span))
    return tuple(found)


def _spans(removed: Sequence[_Removed]) -> dict[str, tuple[Span, ...]]:
    """Recording id → spans that must stay out, in time order."""
    recordings = {gone.decision.recording for gone in removed}
    return {r: tuple(sorted(g.span for g in removed if g.decision.recording == r)) for r in recordings}


def _refuse_removed(kept: Sequence[Kept], removed: Sequence[_Removed]) -> None:
    reasons = []
    for gone in removed:
        recording, span = gone.decision.recording, gone.span
        if any(k.recording == recording and k.span.overlaps(span) for k in kept):
            place = f"{span.start_ms}-{span.end_ms} ms of {recording}"
            reasons.append(f"flag {gone.decision.flag} at {place} was decided: {gone.decision.choice.value}")
    if reasons:
        raise RefusedError(
            "the kept spans hold what was decided to be left out",
            tuple(reasons),
            "choose other spans, leave these out, or decide the flags again",
        )


def _words(transcripts: Mapping[str, Transcript], recording: str) -> list[Word]:
    transcript = transcripts.get(recording)
    return [w for s in transcript.segments for w in s.words] if transcript else []


def _card(card: Card | None) -> Card | None:
    return card if card and (card.title or card.text) else None
