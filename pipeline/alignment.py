"""Text from elsewhere gets the times of what an engine heard, or is refused."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from pipeline.domain import Doubt, Segment, Span, Transcript, Word
from pipeline.errors import TranscriptFormatError
from pipeline.words import bare, fill, in_order, match

LEAST_FOUND = 0.5
"""Share of its words that have to be heard for a text to belong to a sound."""
MISMATCH_WORDS = 4
"""That many missing words in a row are the mismatch to name."""
SLACK_MS = 1000
"""Subtitles stay on screen a little longer than the speech lasts, also past the end of the file."""
LEAST_VOICED = 0.5
"""Share of timed words that have to lie where a voice is heard."""


def align_text(segments: Sequence[Segment], heard: Transcript) -> Transcript:
    """Imported segments (text, with or without a span) with the word times of what was heard.

    A word that was not heard lies between its neighbours, inside its own segment's span. What a second listening
    doubted stays where the text holds the same words.
    Raises TranscriptFormatError with the place of the first mismatch when less than half of the
    words are heard, or when a segment is to lie outside the recording.
    """
    check_spans(segments, heard.duration_ms)
    spoken = [(segment, text) for segment in segments for text in segment.text.split()]
    texts = [text for _, text in spoken]
    found = match(texts, [w for s in heard.segments for w in s.words])
    _require_found(spoken, found)
    whole = Span(0, heard.duration_ms)
    limits = [whole if s.span is None else s.span.intersection(whole) or whole for s, _ in spoken]
    words = iter(in_order(fill(texts, found, limits), whole))
    timed = []
    for number, segment in enumerate(segments, 1):
        own = tuple(islice(words, len(segment.text.split())))
        if own:
            ends = Span(own[0].span.start_ms, own[-1].span.end_ms)
            timed.append(replace(segment, id=segment.id or f"s{number}", span=ends, words=own))
    now = [w for s in timed for w in s.words]
    return replace(heard, segments=tuple(timed), doubts=tuple(d for d in heard.doubts if _holds(now, d)))


def _holds(words: Sequence[Word], doubt: Doubt) -> bool:
    here = [bare(w.text) for w in words if w.span.overlaps(doubt.span)]
    return [text for text in here if text] == [text for text in map(bare, doubt.was.split()) if text]


def _require_found(spoken: Sequence[tuple[Segment, str]], found: Sequence[Word | Span | None]) -> None:
    real = [n for n, (_, text) in enumerate(spoken) if bare(text)]
    missing = [n for n in real if not isinstance(found[n], Word)]
    if real and len(real) - len(missing) >= LEAST_FOUND * len(real):
        return
    first = _first_mismatch(missing)
    before = next((f.span.end_ms for f in reversed(found[:first]) if isinstance(f, Word)), 0)
    own = spoken[first][0].span if spoken else None
    raise TranscriptFormatError(
        f"{len(missing)} of the text's {len(real)} words are not heard in the recording, first at "
        f"{_clock(own.start_ms if own else before)}",
        "give the transcript that belongs to this recording, in the language that is spoken",
    )


def _first_mismatch(missing: Sequence[int]) -> int:
    """Where several words in a row are missing first: one alone may be misheard."""
    for n in range(len(missing) - MISMATCH_WORDS + 1):
        if missing[n + MISMATCH_WORDS - 1] - missing[n] == MISMATCH_WORDS - 1:
            return missing[n]
    return missing[0] if missing else 0


def _clock(ms: int) -> str:
    seconds, rest = divmod(ms, 1000)
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"


def check_spans(segments: Sequence[Segment], duration_ms: int) -> None:
    """Raises TranscriptFormatError when a segment or word lies beyond the end of the recording."""
    for number, segment in enumerate(segments, 1):
        ends = [s.end_ms for s in (segment.span, *(w.span for w in segment.words)) if s is not None]
        if ends and max(ends) > duration_ms + SLACK_MS:
            raise TranscriptFormatError(
                f"segment {number} ends at {_clock(max(ends))}, the recording at {_clock(duration_ms)}",
                "give the transcript that belongs to this recording",
            )


def check_belongs(transcript: Transcript, duration_ms: int, voiced: Sequence[Span]) -> None:
    """Raises TranscriptFormatError when a transcript's times cannot be of this recording.

    Its words must end before the recording does, and at least half of them lie where a voice is
    heard; the first that does not is named by its time.
    """
    check_spans(transcript.segments, duration_ms)
    spans = [w.span for s in transcript.segments for w in s.words] or [
        s.span for s in transcript.segments if s.span is not None
    ]
    silent = [span for span in spans if not any(span.overlaps(v) for v in voiced)]
    if spans and len(spans) - len(silent) < LEAST_VOICED * len(spans):
        raise TranscriptFormatError(
            f"{len(silent)} of {len(spans)} words lie where nobody speaks, first at {_clock(silent[0].start_ms)}",
            "give the transcript that belongs to this recording",
        )
