"""What no editor's handle may reach into: removed, redacted, flagged, unread; unmarked, any speech (pure)."""

from collections.abc import Iterator

from pipeline.domain import Action, Choice, Flag, Span
from review.approval import Source
from review.gate import GateFacts
from review.places import place_of


def handle_barriers(facts: GateFacts, *, is_cleared: bool) -> dict[str, tuple[Span, ...]]:
    """Recording id → spans that handles stay away from.

    With `is_cleared` media are handed over without the mark: then nobody has signed what is said
    beside a passage: every word and every voice is a barrier.
    """
    return {s.recording.id: tuple(sorted(_barriers(s, is_cleared=is_cleared))) for s in facts.sources}


def _barriers(source: Source, *, is_cleared: bool) -> Iterator[Span]:
    whole = Span(0, source.recording.probe.duration_ms)
    transcript = source.transcript
    if transcript is None or transcript.voiced is None:
        yield whole
        return
    yield from (d.redaction.span for d in source.decisions if d.redaction is not None)
    yield from (place_of(flag, transcript) or whole for flag in source.flags if _stands(source, flag))
    if is_cleared:
        yield from transcript.voiced
    for segment in transcript.segments:
        if source.reading(segment) is None:
            yield segment.span or whole
            yield from (word.span for word in segment.words)
        elif is_cleared:
            yield from (word.span for word in segment.words) if segment.words else (segment.span or whole,)


def _stands(source: Source, flag: Flag) -> bool:
    """Decided to be hidden or left out, or nobody has decided that it may be heard."""
    decision = source.decision(flag)
    if decision is not None:
        return decision.choice is not Choice.KEEP
    return flag.suppressed is None and flag.action is not Action.TAG
