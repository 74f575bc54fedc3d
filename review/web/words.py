"""A transcript as HTML: each segment's text, and in its attributes where words begin and what is flagged (pure).

Six hours are 54,000 words, and they have to be there at once: the page is made by hand and not by a
template, and words become elements only near the view (`static/words.js`). Their text is all there
from the start, to be searched and read aloud. Everything that comes from a transcript goes through `escape`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from pipeline.corrections import word_places
from pipeline.domain import Flag, Segment, Span, Transcript
from review.web.material import is_right_to_left
from review.web.pages import clock

LOW_PROBABILITY = 0.5
"""Below this a word is shown as uncertain: a person has to listen."""

BLOCK = 30
"""Segments in a block: browsers lay out and paint only blocks near the view (`content-visibility`)."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a transcript page shows besides the words themselves."""

    flags: tuple[Flag, ...]
    corrected: frozenset[tuple[str, int]]
    """Segment and start of each corrected word."""
    voices: Mapping[str, str] = field(default_factory=dict)
    """For segments without a speaker: which voice is heard, and whose it sounds like."""


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
        parts.append(_segment_html(segment, by_segment[segment.id], transcript.language, shown))
    parts += [_wordless_html(flag) for flag in loose]
    spoken = f' dir="{_direction(transcript.language)}"{_lang(transcript.language)}'
    blocks = ("".join(parts[n : n + BLOCK]) for n in range(0, len(parts), BLOCK))
    return Markup("".join(f'<div class="block"{spoken}>{block}</div>' for block in blocks))  # noqa: S704 - every text in it was escaped below


def _segment_html(segment: Segment, flags: Sequence[Flag], language: str, shown: Shown) -> str:
    """Who speaks and when is put beside it near the view (`static/words.js`)."""
    speaker = segment.speaker
    own = segment.language or language
    spoken = f' dir="{_direction(own)}"{_lang(own)}' if own != language else ""
    start = f' data-t="{clock(segment.span.start_ms)}"' if segment.span else ""
    voice = shown.voices.get(segment.id)
    who = f' data-who="{escape(voice)}"' if voice else ""
    draft = f'<p class="draft" lang="en" dir="ltr">{escape(segment.translation)}</p>' if segment.translation else ""
    return (
        f'<section class="seg {speaker or "nobody"}" id="{escape(segment.id)}"{start}{who}>'
        f'<p class="said"{spoken}{_words_html(segment, flags, shown.corrected)}</p>{draft}</section>'
    )


def _direction(language: str) -> str:
    return "rtl" if is_right_to_left(language) else "ltr"


def _lang(language: str) -> str:
    return f' lang="{escape(language)}"' if language != "und" else ""


def _words_html(segment: Segment, flags: Sequence[Flag], corrected: frozenset[tuple[str, int]]) -> str:
    """The end of the paragraph's tag and its text; each word's text is its own and what follows it."""
    text, places = segment.text, word_places(segment)
    ends = [end for _, end in places]
    begins = [start if end > start else ends[n - 1] for n, (start, end) in enumerate(places)]
    nexts = [*begins[1:], len(text)]
    before = text[: places[0][0]] if places else text
    said = [_one_line(w.text.strip() + (text[e:a] or " ")) for w, e, a in zip(segment.words, ends, nexts, strict=True)]
    low = [n for n, w in enumerate(segment.words) if w.probability is not None and w.probability < LOW_PROBABILITY]
    mended = [n for n, w in enumerate(segment.words) if corrected and (segment.id, w.span.start_ms) in corrected]
    whole = [f.id for f in flags if f.match is None and f.span is None]
    marked = {**_marks(segment, flags, places), **({-1: whole} if whole else {})}
    attributes = [
        ("w", " ".join(map(str, _counted(before, segment, said)))),
        ("l", " ".join(map(str, low))),
        ("c", " ".join(map(str, mended))),
        ("f", " ".join(f"{n}:{','.join(ids)}" for n, ids in marked.items())),
    ]
    told = "".join(f' data-{name}="{escape(value)}"' for name, value in attributes if value)
    return f"{told}>{escape(_one_line(before) + ''.join(said))}"


def _counted(before: str, segment: Segment, said: Sequence[str]) -> Iterator[int]:
    """Characters before the first word; then for each word its start, counted from the one before, and its length."""
    yield _length(before)
    last = 0
    for word, text in zip(segment.words, said, strict=True):
        yield word.span.start_ms - last
        yield _length(text)
        last = word.span.start_ms


def _length(text: str) -> int:
    """As browsers count: in units of UTF-16."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _one_line(text: str) -> str:
    """Without the returns that a page would count otherwise than we do."""
    return text.replace("\r", " ")


def _marks(segment: Segment, flags: Iterable[Flag], places: Sequence[tuple[int, int]]) -> Mapping[int, list[str]]:
    """Word number → ids of its flags."""
    found: dict[int, list[str]] = defaultdict(list)
    for flag in (f for f in flags if f.match or f.span):
        for number, (word, (start, end)) in enumerate(zip(segment.words, places, strict=True)):
            if flag.match is not None:
                touches = start < flag.match.end and flag.match.start < end
            else:
                touches = flag.span is not None and word.span.overlaps(flag.span)
            if touches:
                found[number].append(flag.id)
    return found


def _wordless_html(flag: Flag) -> str:
    if flag.span is None:
        return ""
    said = f"{flag.span.duration_ms / 1000:.1f} seconds of voice that nobody transcribed"
    name, start = escape(flag.id), flag.span.start_ms
    return (
        f'<section class="seg wordless" id="at-{name}" data-t="{clock(start)}">'
        f'<p class="said" dir="ltr" lang="en" data-w="0 {start} {len(said)}" data-g="0" data-f="0:{name}">{said}</p>'
        f"</section>"
    )
