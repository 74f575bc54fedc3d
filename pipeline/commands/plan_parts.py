"""What is typed for a plan, as values."""

from typing import TYPE_CHECKING

from clips.keeping import added
from pipeline.commands.console import note
from pipeline.domain import Aspect, CutPlan, Kept
from pipeline.errors import PipelineError
from pipeline.times import clock, parse_span

if TYPE_CHECKING:
    from pipeline.store import Store


def kept_spans(
    store: "Store", recording: str | None, keep: list[str] | None, segments: list[str] | None
) -> tuple[Kept, ...]:
    kept = []
    for text in keep or ():
        source, span = _placed(text, recording)
        kept.append(Kept(store.recording(source).id, parse_span(span)))
    for text in segments or ():
        source, name = _placed(text, recording)
        transcript = store.transcript(source)
        segment = transcript.segment(name) if transcript else None
        if segment is None or segment.span is None:
            raise PipelineError(f"no segment {name} with times in {source}", f"counterclip review list {source}")
        kept.append(Kept(source, segment.span))
    if not kept:
        raise PipelineError("nothing to keep", "give --keep START-END or --segment ID")
    return tuple(kept)


def tell_added(wished: tuple[Kept, ...], plan: CutPlan) -> None:
    """Say what whole sentences keep beyond what was named."""
    for more in added(wished, plan.kept):
        times = f"{clock(more.span.start_ms)}-{clock(more.span.end_ms)}"
        note(f"also kept, so that sentences stay whole: {times} of {more.recording} (not with --exact)")


def ids(texts: list[str] | None) -> tuple[str, ...] | None:
    return None if texts is None else tuple(text for text in texts if text)


def _placed(text: str, recording: str | None) -> tuple[str, str]:
    if text.startswith("r-") and ":" in text:
        source, _, rest = text.partition(":")
        return source, rest
    if recording is None:
        raise PipelineError(f"which recording is {text!r} in?", "add --recording r-…")
    return recording, text


def parse_aspects(text: str | None) -> tuple[Aspect, ...] | None:
    if text is None:
        return None
    try:
        return tuple(Aspect(part.strip()) for part in text.split(",") if part.strip())
    except ValueError:
        raise PipelineError(f"unknown aspect in {text!r}", "use 16:9, 1:1, 9:16") from None


def parse_languages(text: str | None) -> tuple[str, ...] | None:
    return None if text is None else tuple(part.strip() for part in text.split(",") if part.strip())
