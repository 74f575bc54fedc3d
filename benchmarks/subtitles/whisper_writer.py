"""Cues of Whisper's own writer, and what a quick script makes of anybody's cues afterwards."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pipeline.domain import Cue, Segment, Span, Transcript, Word

WHISPER_WAYS: dict[str, dict[str, int]] = {
    "Whisper": {},
    "Whisper 42x2": {"max_line_width": 42, "max_line_count": 2},
    "Whisper 4 words": {"max_words_per_line": 4},
}


def whisper_result(transcript: Transcript) -> dict[str, Any]:
    """The transcript as openai-whisper would have returned it."""
    segments = [segment for segment in transcript.segments if segment.words]
    return {
        "language": transcript.language,
        "text": " ".join(s.text for s in segments),
        "segments": [_whisper_segment(n, s) for n, s in enumerate(segments)],
    }


def _whisper_segment(number: int, segment: Segment) -> dict[str, Any]:
    span = segment.span or Span(segment.words[0].span.start_ms, segment.words[-1].span.end_ms)
    return {
        "id": number,
        "start": span.start_ms / 1000,
        "end": span.end_ms / 1000,
        "text": f" {segment.text}",
        "words": [_whisper_word(word) for word in segment.words],
    }


def _whisper_word(word: Word) -> dict[str, Any]:
    start, end = word.span.start_ms / 1000, word.span.end_ms / 1000
    return {"word": f" {word.text}", "start": start, "end": end, "probability": word.probability or 1.0}


def whisper_cues(result: dict[str, Any], **options: int) -> list[Cue]:
    from whisper.utils import WriteSRT

    written = WriteSRT(".").iterate_result(result, {}, **options)
    return [cue_of(_ms(start), _ms(end), text) for start, end, text in written]


def _ms(stamp: str) -> int:
    hours, minutes, seconds, ms = (int(part) for part in re.split("[:,]", stamp))
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms


def cue_of(start_ms: int, end_ms: int, text: str) -> Cue:
    return Cue(start_ms, end_ms, tuple(line.strip() for line in text.strip().split("\n")))


def retimed(cues: Sequence[Cue]) -> list[Cue]:
    """What a quick script does: on frames, two frames of gap, small gaps closed, short cues prolonged."""
    done = []
    for cue, after in zip(cues, [*cues[1:], None], strict=False):
        start = round(cue.clip_start_ms / 40) * 40
        limit = round(after.clip_start_ms / 40) * 40 - 80 if after else cue.clip_end_ms + 2000
        end = min(limit, max(round(cue.clip_end_ms / 40) * 40, start + 840))
        if 0 < limit - end < 420:
            end = limit
        done.append(replace(cue, clip_start_ms=start, clip_end_ms=end))
    return done
