"""Transcript JSON in: ours (milliseconds) and Whisper's or faster-whisper's (seconds)."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.canonical import Json
from pipeline.domain import Segment, Span, Speaker, Transcript, Word
from subtitles.limits import SPACELESS, base_language

LONGEST_MS = 100 * 3_600_000
"""A time beyond a hundred hours is a mistake of unit."""

LANGUAGE_NAMES = {
    "english": "en", "french": "fr", "german": "de", "spanish": "es", "arabic": "ar", "russian": "ru",
    "turkish": "tr", "italian": "it", "dutch": "nl", "portuguese": "pt", "bosnian": "bs", "albanian": "sq",
    "persian": "fa", "urdu": "ur", "hebrew": "he", "japanese": "ja", "chinese": "zh", "korean": "ko",
}  # fmt: skip
"""What Whisper's own API writes instead of a tag."""


class TranscriptJsonError(ValueError):
    """Says which segment, which word and which field do not fit; never the text itself."""


def parse_transcript(document: Json) -> Transcript:
    """A transcript from one JSON object, or from a bare list of Whisper segments.

    Raises TranscriptJsonError with the place of the first thing that does not fit.
    """
    if isinstance(document, list):
        document = {"segments": document}
    if not isinstance(document, dict) or not isinstance(document.get("segments"), list):
        raise TranscriptJsonError("top: no list of segments")
    if document.get("version", 1) != 1:
        raise TranscriptJsonError("version: only version 1 is known")
    named = _text(document, "language", "top") or "und"
    language = LANGUAGE_NAMES.get(named.lower(), named)
    spaced = base_language(language) not in SPACELESS
    segments = tuple(_segment(s, n, spaced) for n, s in enumerate(document["segments"], 1))
    name, count = Counter(s.id for s in segments).most_common(1)[0] if segments else ("", 1)
    if count > 1:
        raise TranscriptJsonError(f"segment {name}: this id is used {count} times")
    engine, model = _text(document, "engine", "top"), _text(document, "model", "top")
    duration_ms = _duration_ms(document, segments)
    return Transcript(language, duration_ms, engine, model, segments, _voiced(document.get("voiced")))


def _segment(found: Json, number: int, spaced: bool) -> Segment:
    place = f"segment {number}"
    if not isinstance(found, dict):
        raise TranscriptJsonError(f"{place}: not an object")
    name = found.get("id")
    words = tuple(_words(found.get("words") or [], place, spaced))
    text = " ".join(_text(found, "text", place).split())
    if words and _letters(text) != _letters("".join(w.text for w in words)):
        raise TranscriptJsonError(f"{place}: its text and its words are not the same")
    return Segment(
        id=name if isinstance(name, str) and name else f"s{number}",
        text=text,
        span=_span(found, place),
        words=words,
        speaker=_speaker(found, place),
        language=_text(found, "language", place) or None,
        translation=_text(found, "translation", place) or None,
    )


def _words(found: Json, place: str, spaced: bool) -> Iterator[Word]:
    """Words, Whisper's sub-words glued: where words carry their leading space, one without it goes on
    with the word before. None at all when a single one has no time: such a segment cannot be cut."""
    if not isinstance(found, list) or not all(isinstance(word, dict) for word in found):
        raise TranscriptJsonError(f"{place}: words are not a list of objects")
    texts = [_text(w, "text" if "text" in w else "word", f"{place}, word {n}") for n, w in enumerate(found, 1)]
    spans = [_span(w, f"{place}, word {n}") for n, w in enumerate(found, 1)]
    if None in spans:
        return
    carries_space = spaced and any(text.startswith(" ") for text in texts)
    glued: list[Word] = []
    for number, (word, text, span) in enumerate(zip(found, texts, spans, strict=True), 1):
        if span is None or not text.strip():
            continue
        made = Word(text.strip(), span, _probability(word), _speaker(word, f"{place}, word {number}"))
        if glued and carries_space and not text.startswith(" "):
            made = _glue(glued.pop(), made)
        glued.append(made)
    yield from glued


def _glue(first: Word, second: Word) -> Word:
    known = [p for p in (first.probability, second.probability) if p is not None]
    span = Span(first.span.start_ms, max(first.span.end_ms, second.span.end_ms))
    return Word(first.text + second.text, span, min(known) if known else None, first.speaker)


def _span(found: Mapping[str, Any], place: str) -> Span | None:
    """Milliseconds as ours, or Whisper's seconds; an empty span gets the millisecond it needs to exist."""
    start_ms, end_ms = (_moment(found, side, place) for side in ("start", "end"))
    if start_ms is None or end_ms is None:
        return None
    if start_ms < 0 or end_ms < start_ms:
        raise TranscriptJsonError(f"{place}: ends before it starts")
    return Span(start_ms, max(end_ms, start_ms + 1))


def _moment(found: Mapping[str, Any], side: str, place: str) -> int | None:
    ours, whisper = found.get(f"{side}_ms"), found.get(side)
    value = whisper * 1000 if ours is None and isinstance(whisper, int | float) else ours
    if value is None and whisper is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TranscriptJsonError(f"{place}: {side} is not a number")
    if value > LONGEST_MS:
        raise TranscriptJsonError(f"{place}: {side} lies beyond a hundred hours")
    return round(value)


def _probability(word: Mapping[str, Any]) -> float | None:
    value = word.get("probability", word.get("score"))
    return float(value) if isinstance(value, int | float) and 0 <= value <= 1 else None


def _speaker(found: Mapping[str, Any], place: str) -> Speaker | None:
    """One of our roles; labels of other programs (`SPEAKER_00`) say nobody we know."""
    name = _text(found, "speaker", place).lower()
    return Speaker(name) if name in set(Speaker) else None


def _text(found: Mapping[str, Any], field: str, place: str) -> str:
    value = found.get(field)
    if value is not None and not isinstance(value, str):
        raise TranscriptJsonError(f"{place}: {field} is not text")
    return value or ""


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _duration_ms(document: Mapping[str, Any], segments: Sequence[Segment]) -> int:
    last = max((s.span.end_ms for s in segments if s.span), default=0)
    stated = document.get("duration_ms", document.get("duration"))
    if isinstance(stated, bool) or not isinstance(stated, int | float) or not math.isfinite(stated):
        return last
    return max(last, round(stated if "duration_ms" in document else stated * 1000))


def _voiced(found: Json) -> tuple[Span, ...] | None:
    if found is None:
        return None
    try:
        return tuple(Span(start_ms, end_ms) for start_ms, end_ms in found)
    except (TypeError, ValueError):
        raise TranscriptJsonError("voiced: not a list of [start_ms, end_ms]") from None
