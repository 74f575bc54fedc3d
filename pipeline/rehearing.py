"""One stretch of a recording heard again, by another engine or model; everything outside stays as it is."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from pipeline.domain import Segment, Span, Transcript
from pipeline.errors import PipelineError


def widen(transcript: Transcript, region: Span) -> Span:
    """The region with the whole of every segment that it touches, so that no sentence is torn.

    Raises PipelineError when it lies outside the recording, or touches text without times.
    """
    whole = Span(0, transcript.duration_ms).intersection(region)
    if whole is None:
        raise PipelineError("there is no sound to hear again", "give times inside the recording: --from 1:20 --to 2:05")
    if any(s.span is None for s in transcript.segments):
        raise PipelineError("this transcript has text without times", "hear the whole recording again")
    while True:
        spans = (whole, *(s.span for s in touched(transcript, whole) if s.span))
        wider = Span(min(s.start_ms for s in spans), max(s.end_ms for s in spans))
        if wider == whole:
            return whole
        whole = wider  # what it touches now may lie over others again


def touched(transcript: Transcript, region: Span) -> tuple[Segment, ...]:
    """The segments that have to do with a region."""
    return tuple(s for s in transcript.segments if s.span and s.span.overlaps(region))


def languages_in(transcript: Transcript, region: Span) -> str:
    """What is spoken in a region, with commas; where nothing was heard, what is spoken anywhere."""
    segments = touched(transcript, region) or transcript.segments
    return ",".join(dict.fromkeys(s.language or transcript.language for s in segments)) or transcript.language


def replace_unchanged(known: Transcript, latest: Transcript, region: Span, heard: Transcript) -> Transcript:
    """As `replace_region`, in a transcript that may have changed since `known` was read.

    Raises PipelineError when somebody changed the region itself.
    """
    if touched(latest, region) != touched(known, region) or latest.duration_ms != known.duration_ms:
        raise PipelineError(
            "somebody changed this stretch of the transcript meanwhile",
            "read it, and hear it again if it still needs it",
        )
    return replace_region(latest, region, heard)


def replace_region(transcript: Transcript, region: Span, heard: Transcript) -> Transcript:
    """The transcript with what was heard in a widened region in place of what stood there.

    A segment that comes out the same keeps its id, and with it what people decided about it; new ones get new ids.
    Corrections find their words by time and text.
    """
    old = {(s.text, s.words): s for s in touched(transcript, region)}
    stays = [s for s in transcript.segments if not (s.span and s.span.overlaps(region))]
    numbers = (f"s{n}" for n in count(1) if f"s{n}" not in {s.id for s in transcript.segments})
    new = [old.get((s.text, s.words)) or replace(s, id=next(numbers)) for s in heard.segments]
    doubts = [d for d in transcript.doubts if not d.span.overlaps(region)]
    return replace(
        transcript,
        segments=_in_time([*stays, *new]),
        doubts=tuple(sorted((*doubts, *heard.doubts), key=lambda d: d.span)),
    )


def _in_time(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    return tuple(sorted(segments, key=lambda s: s.span or Span(0, 0)))
