"""A transcript as HTML: each word one span with its time, flagged words with the ids of their flags (pure).

Made by hand and not by a template: six hours are 54,000 words, and they have to be there at once.
Everything that comes from a transcript goes through `escape`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from pipeline.corrections import word_places
from pipeline.domain import Flag, Segment, Span, Speaker, Transcript
from review.web.material import is_right_to_left
from review.web.pages import clock

LOW_PROBABILITY = 0.5
"""Below this a word is shown as uncertain: a person has to listen."""

BLOCK = 30
"""Segments in a block: browsers lay out and paint only blocks near the view (`content-visibility`)."""

SAID_BY = {
    Speaker.INTERVIEWEE: "Interviewee",
    Speaker.INTERVIEWER: "Interviewer",
    Speaker.INTERPRETER: "Interpreter",
    None: "Unknown voice",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a transcript page shows besides the words themselves."""

    flags: tuple[Flag, ...]
    corrected: frozenset[tuple[str, int]]
    """Segment and start of each corrected word."""


def transcript_html(transcript: Transcript, shown: Shown) -> Markup:
    """All segments in time order, and between them the stretches of sound that have no words."""
    by_segment: dict[str, list[Flag]] = defaultdict(list)
    for flag in shown.flags:
        by_segment[flag.segment].append(flag)
    loose = sorted((f for f in by_segment[""] if f.span), key=lambda f: f.span or Span(0, 0))
    parts: list[str] = []
    for segment in transcript.segments:
        start = segment.span.start_ms if segment.span else None
        while loose and loose[0].span and start is not None and loose[0].span.start_ms <= start:
            parts.append(_wordless_html(loose.pop(0)))
        parts.append(_segment_html(segment, by_segment[segment.id], transcript.language, shown.corrected))
    parts += [_wordless_html(flag) for flag in loose]
    blocks = ("".join(parts[n : n + BLOCK]) for n in range(0, len(parts), BLOCK))
    return Markup("".join(f'<div class="block">{block}</div>' for block in blocks))  # noqa: S704 - every text in it was escaped below


def _segment_html(segment: Segment, flags: Sequence[Flag], language: str, corrected: frozenset[tuple[str, int]]) -> str:
    speaker = segment.speaker
    start = segment.span.start_ms if segment.span else -1
    end = segment.span.end_ms if segment.span else -1
    spoken = segment.language or language
    direction = "rtl" if is_right_to_left(spoken) else "ltr"
    name = escape(segment.id)
    lang = f' lang="{escape(spoken)}"' if spoken != "und" else ""
    whole = " ".join(f.id for f in flags if f.match is None and f.span is None)
    marks = f' data-f="{escape(whole)}"' if whole else ""
    draft = f'<p class="draft" lang="en" dir="ltr">{escape(segment.translation)}</p>' if segment.translation else ""
    return (
        f'<section class="seg {speaker or "nobody"}" id="{name}" data-t="{start}" data-e="{end}">'
        f'<div class="side"><span class="who">{SAID_BY[speaker]}</span>'
        f"<time>{clock(start if start >= 0 else None)}</time>"
        f'<button type="button" class="mark" aria-pressed="false" aria-label="Mark segment {name} read">'
        f"unread</button></div>"
        f'<div class="body"><p class="said" dir="{direction}"{lang}{marks}>'
        f"{''.join(_words_html(segment, flags, corrected))}</p>{draft}</div></section>"
    )


def _words_html(segment: Segment, flags: Sequence[Flag], corrected: frozenset[tuple[str, int]]) -> Iterator[str]:
    """One span for each word with what follows it: half as many nodes, and marks of phrases without holes."""
    text, places = segment.text, word_places(segment)
    marked = _marks(segment, flags, places)
    ends = [end for _, end in places]
    begins = [start if end > start else ends[n - 1] for n, (start, end) in enumerate(places)]
    nexts = [*begins[1:], len(text)]
    if places and places[0][0]:
        yield str(escape(text[: places[0][0]]))
    for number, (word, end, after) in enumerate(zip(segment.words, ends, nexts, strict=True)):
        kind = " low" if word.probability is not None and word.probability < LOW_PROBABILITY else ""
        if corrected and (segment.id, word.span.start_ms) in corrected:
            kind += " corrected"
        flagged = f' data-f="{marked[number]}"' if number in marked else ""
        said = escape(word.text.strip() + (text[end:after] or " "))
        yield f'<span class="w{kind}" data-t="{word.span.start_ms}"{flagged}>{said}</span>'


def _marks(segment: Segment, flags: Iterable[Flag], places: Sequence[tuple[int, int]]) -> Mapping[int, str]:
    """Word number → ids of its flags."""
    found: dict[int, list[str]] = defaultdict(list)
    placed = [f for f in flags if f.match or f.span]
    if not placed:
        return {}
    for flag in placed:
        for number, (word, (start, end)) in enumerate(zip(segment.words, places, strict=True)):
            if flag.match is not None:
                touches = start < flag.match.end and flag.match.start < end
            else:
                touches = flag.span is not None and word.span.overlaps(flag.span)
            if touches:
                found[number].append(flag.id)
    return {number: str(escape(" ".join(ids))) for number, ids in found.items()}


def _wordless_html(flag: Flag) -> str:
    if flag.span is None:
        return ""
    seconds = flag.span.duration_ms / 1000
    return (
        f'<section class="seg wordless" id="at-{escape(flag.id)}" data-t="{flag.span.start_ms}"'
        f' data-e="{flag.span.end_ms}"><div class="side"><span class="who">No words</span>'
        f"<time>{clock(flag.span.start_ms)}</time></div>"
        f'<div class="body"><p class="said"><span class="w gap" data-t="{flag.span.start_ms}"'
        f' data-f="{escape(flag.id)}">{seconds:.1f} seconds of voice that nobody transcribed</span></p></div></section>'
    )
