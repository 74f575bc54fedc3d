"""Transcripts and decisions → a cut plan: snapped, merged, never into what was removed (pure)."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from clips.digests import plan_sha256 as plan_sha256
from clips.profiles import FRAME_RATES, find_profile
from pipeline.domain import (
    Aspect,
    Card,
    Choice,
    CutPlan,
    Decision,
    Flag,
    Kept,
    Picture,
    Recording,
    Redaction,
    Span,
    Transcript,
    Word,
    new_id,
)
from pipeline.errors import PipelineError, RefusedError

MAX_PADDING_MS = 200
"""Quiet kept before the first and after the last word: enough for a breath, too short for a word."""

SOUND_ONLY_RATE = Fraction(25)


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
    opening: Card | None = None,
    closing: Card | None = None,
    render_profile: str = "standard",
    exclude: bool = False,
) -> CutPlan:
    """The first version of a plan.

    `keeps` are in the order of the clip. `decisions` are the latest on each flag, `flags` what they
    are about. With `exclude` everything decided `cut` or `block` is taken out of the kept spans;
    without it RefusedError lists each. Raises PipelineError for spans outside their recording.
    """
    find_profile(render_profile)
    if not aspects:
        raise PipelineError("a clip needs a shape", "choose 16:9, 1:1 or 9:16")
    for keep in keeps:
        _check_inside(keep, recordings)
    if not keeps:
        raise PipelineError("the clip would be empty", "keep at least one span")
    removed = _removed(decisions, flags)
    words = {r: _words(transcripts, r) for r in recordings}
    chosen = _without(keeps, removed, words) if exclude else keeps
    snapped = []
    for keep in chosen:
        duration = recordings[keep.recording].probe.duration_ms
        span = snap(keep.span, words[keep.recording], removed.get(keep.recording, ()), duration)
        snapped.append(Kept(keep.recording, span))
    kept = merge_kept(snapped)
    _refuse_removed(kept, decisions, flags)
    redactions = gather_redactions(kept, decisions, recordings)
    return CutPlan(
        id=new_id("p"),
        version=1,
        title=title,
        kept=kept,
        redactions=redactions,
        aspects=tuple(dict.fromkeys(aspects)),
        burn=tuple(dict.fromkeys(burn)),
        frame_rate=choose_frame_rate([recordings[k.recording] for k in kept]),
        picture=picture,
        opening=_card(opening),
        closing=_card(closing),
        render_profile=render_profile,
        made_by=made_by,
        edited_by=(made_by,),
        salt=secrets.token_hex(16),
    )


def edit_plan(plan: CutPlan, by: str, **changes: Any) -> CutPlan:
    """The next version, with `by` among those who may not sign it.

    Raises PipelineError for a field that does not exist or that an editor must not set.
    """
    allowed = {"title", "kept", "redactions", "aspects", "burn", "picture", "opening", "closing"}
    allowed |= {"render_profile", "frame_rate"}
    if unknown := sorted(changes.keys() - allowed):
        raise PipelineError(f"a plan has no editable {unknown[0]}", f"choose {', '.join(sorted(allowed))}")
    edited_by = tuple(dict.fromkeys((*plan.edited_by, by)))
    changed = replace(plan, version=plan.version + 1, edited_by=edited_by, **changes)
    if not changed.kept:
        raise PipelineError("the clip would be empty", "keep at least one span")
    find_profile(changed.render_profile)
    return replace(changed, salt=secrets.token_hex(16))


def snap(span: Span, words: Sequence[Word], barriers: Iterable[Span] = (), duration_ms: int | None = None) -> Span:
    """Move both ends into the quiet between words.

    A word belongs to the span when its middle does; it is then kept whole, any other is left out
    whole. An end that would touch a word gets at most MAX_PADDING_MS of the quiet beside it, never
    past the middle of the gap; an end that the editor put into quiet stays there, up to that middle.
    Barriers (what was removed) are never entered, nor is what lies after `duration_ms`.
    Raises PipelineError when the span lies within one word.
    """
    inside = [w.span for w in words if _holds(span, w.span)]
    neighbours = [w.span for w in words if not _holds(span, w.span)]
    if not inside:
        return _clear_of(span, neighbours)
    first, last = min(s.start_ms for s in inside), max(s.end_ms for s in inside)
    others = [*neighbours, *barriers]
    # nothing before: as if a word as far on the other side of zero, so that half the gap is all of it
    before = max((s.end_ms for s in others if s.start_ms < first), default=-first)
    after = min((s.start_ms for s in others if s.end_ms > last), default=None)
    lead = min(max(first - span.start_ms, MAX_PADDING_MS), max(0, first - before) // 2)
    tail = max(span.end_ms - last, MAX_PADDING_MS)
    if after is not None:
        tail = min(tail, max(0, after - last) // 2)
    end = last + tail if duration_ms is None else max(last, min(last + tail, duration_ms))
    return Span(first - lead, end)


def merge_kept(kept: Sequence[Kept]) -> tuple[Kept, ...]:
    """Neighbours in the clip that overlap or touch in the recording become one; order stays."""
    merged: list[Kept] = []
    for item in kept:
        last = merged[-1] if merged else None
        if last and last.recording == item.recording and _touches(last.span, item.span):
            both = Span(min(last.span.start_ms, item.span.start_ms), max(last.span.end_ms, item.span.end_ms))
            merged[-1] = Kept(item.recording, both)
        else:
            merged.append(item)
    return tuple(merged)


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


def _removed(decisions: Sequence[Decision], flags: Sequence[Flag]) -> dict[str, tuple[Span, ...]]:
    """Recording id → spans decided `cut` or `block`."""
    spans = {f.id: f.span for f in flags}
    found: dict[str, list[Span]] = {}
    for decision in decisions:
        span = spans.get(decision.flag)
        if decision.choice in (Choice.CUT, Choice.BLOCK) and span is not None:
            found.setdefault(decision.recording, []).append(span)
    return {recording: tuple(sorted(spans)) for recording, spans in found.items()}


def _without(
    keeps: Sequence[Kept], removed: Mapping[str, Sequence[Span]], words: Mapping[str, Sequence[Word]]
) -> list[Kept]:
    """The keeps without what was removed; pieces in which no whole word is left are dropped, too."""
    left = []
    for keep in keeps:
        pieces = [keep.span]
        for hole in removed.get(keep.recording, ()):
            pieces = [rest for piece in pieces for rest in _outside(piece, hole)]
        said = words[keep.recording]
        if pieces != [keep.span] and said:
            pieces = [p for p in pieces if any(_holds(p, w.span) for w in said)]
        left += [Kept(keep.recording, piece) for piece in pieces]
    if not left:
        raise RefusedError("nothing is left: all of it was decided to be cut or blocked")
    return left


def _outside(piece: Span, hole: Span) -> list[Span]:
    if not hole.overlaps(piece):
        return [piece]
    rest = [(piece.start_ms, hole.start_ms), (hole.end_ms, piece.end_ms)]
    return [Span(start, end) for start, end in rest if start < end]


def _holds(span: Span, word: Span) -> bool:
    """True when the word's middle lies inside: the same rule by which cues take their words."""
    return span.start_ms <= (word.start_ms + word.end_ms) // 2 < span.end_ms


def _refuse_removed(kept: Sequence[Kept], decisions: Sequence[Decision], flags: Sequence[Flag]) -> None:
    spans = {f.id: f.span for f in flags}
    reasons = []
    for decision in decisions:
        span = spans.get(decision.flag)
        if decision.choice not in (Choice.CUT, Choice.BLOCK) or span is None:
            continue
        if any(k.recording == decision.recording and k.span.overlaps(span) for k in kept):
            place = f"{span.start_ms}-{span.end_ms} ms of {decision.recording}"
            reasons.append(f"flag {decision.flag} at {place} was decided: {decision.choice.value}")
    if reasons:
        raise RefusedError(
            "the kept spans hold what was decided to be left out",
            tuple(reasons),
            "choose other spans, leave these out, or decide the flags again",
        )


def _clear_of(span: Span, words: Sequence[Span]) -> Span:
    """A span without words of its own, shrunk so that it holds no part of a neighbour's."""
    middle = (span.start_ms + span.end_ms) // 2
    start = max([span.start_ms, *(w.end_ms for w in words if w.overlaps(span) and w.start_ms <= middle)])
    end = min([span.end_ms, *(w.start_ms for w in words if w.overlaps(span) and w.start_ms > middle)])
    if start >= end:
        raise PipelineError(f"no whole word at {span.start_ms}-{span.end_ms} ms", "choose a span that holds a sentence")
    return Span(start, end)


def _words(transcripts: Mapping[str, Transcript], recording: str) -> list[Word]:
    transcript = transcripts.get(recording)
    return [w for s in transcript.segments for w in s.words] if transcript else []


def _touches(a: Span, b: Span) -> bool:
    return a.start_ms <= b.end_ms and b.start_ms <= a.end_ms


def _card(card: Card | None) -> Card | None:
    return card if card and (card.title or card.text) else None
