"""Where a flag lies, and what of it the viewer of a plan would hear (pure)."""

from collections.abc import Iterable

from pipeline.domain import CutPlan, Flag, Segment, Span, Transcript
from pipeline.times import clock

UNTRANSCRIBED = "process.untranscribed_speech"

NEAR_MS = 500
"""Speech without words counts from this far outside a kept span: where a voice begins is only known roughly."""


def times(span: Span) -> str:
    return f"{clock(span.start_ms)}-{clock(span.end_ms)}"


def kept_spans(plan: CutPlan, recording: str) -> tuple[Span, ...]:
    return tuple(k.span for k in plan.kept if k.recording == recording)


def silenced_spans(plan: CutPlan, recording: str) -> tuple[Span, ...]:
    return tuple(r.span for r in plan.redactions if r.recording == recording and r.kind.is_sound)


def place_of(flag: Flag, transcript: Transcript | None) -> Span | None:
    """Where the flag lies: its own span, else its segment's; None when nobody knows."""
    if flag.span is not None:
        return flag.span
    segment = transcript.segment(flag.segment) if transcript and flag.segment else None
    return segment.span if segment else None


def heard_of(plan: CutPlan, recording: str, flag: Flag, transcript: Transcript | None) -> tuple[Span, ...]:
    """The parts of kept spans that a flag concerns; empty when it lies outside all of them.

    Untranscribed speech reaches further by NEAR_MS. A flag whose place nobody knows concerns everything kept.
    """
    place = place_of(flag, transcript)
    if place is None:
        return kept_spans(plan, recording)
    if flag.item == UNTRANSCRIBED:
        place = Span(max(0, place.start_ms - NEAR_MS), place.end_ms + NEAR_MS)
    return within(_at_least_a_moment(place), kept_spans(plan, recording))


def within(span: Span, spans: Iterable[Span]) -> tuple[Span, ...]:
    """What of `span` lies in each of the others."""
    return tuple(part for other in spans if (part := span.intersection(other)) is not None)


def read_within(plan: CutPlan, recording: str, transcript: Transcript | None) -> tuple[Segment, ...]:
    """Every segment that sounds in a kept span, by its own times or those of its words."""
    kept = kept_spans(plan, recording)
    return tuple(s for s in (transcript.segments if transcript else ()) if any(sounds_in(s, span) for span in kept))


def sounds_in(segment: Segment, span: Span) -> bool:
    own = segment.span is not None and _at_least_a_moment(segment.span).overlaps(span)
    return own or any(_at_least_a_moment(w.span).overlaps(span) for w in segment.words)


def is_silenced(plan: CutPlan, recording: str, parts: Iterable[Span]) -> bool:
    """True when sound redactions of the plan, together, cover every part wholly."""
    silenced = silenced_spans(plan, recording)
    return all(not uncovered(part, silenced) for part in parts)


def uncovered(span: Span, covers: Iterable[Span]) -> tuple[Span, ...]:
    """What of `span` none of the others covers."""
    left, start = [], span.start_ms
    for cover in sorted(covers):
        if cover.start_ms > start:
            left.append(Span(start, min(max(start, cover.start_ms), span.end_ms)))
        start = max(start, cover.end_ms)
        if start >= span.end_ms:
            break
    else:
        left.append(Span(start, span.end_ms))
    return tuple(part for part in left if part.duration_ms)


def _at_least_a_moment(span: Span) -> Span:
    """A span without length still lies somewhere."""
    return span if span.duration_ms else Span(span.start_ms, span.start_ms + 1)
