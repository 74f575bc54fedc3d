"""The round trip with translators: what they get, and what must hold of what comes back."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from pipeline.domain import Aspect, Cue, CutPlan, Segment, Span, Transcript
from subtitles.alike import SHORTEST_NAME, sounds_like
from subtitles.breaks import edges_of
from subtitles.clipwords import sound_redactions, sounding
from subtitles.grammar import clings, grammar_of
from subtitles.layout import best_layout, wording
from subtitles.limits import limits_for
from subtitles.measure import characters, join_words, joiner, text_length
from subtitles.quality import Violation, check_cues
from subtitles.text import directed

_TOKEN = re.compile(r"\[[^\[\]]+\]|\bBLEEP\b")


@dataclass(frozen=True, slots=True)
class Line:
    """One cue as a translator sees it."""

    number: int
    clip_start_ms: int
    clip_end_ms: int
    source: str
    before: str
    """What was said just before, for context."""
    after: str
    budget: int
    """Characters that can be read in the time, spaces included."""
    translation: str = ""
    """A machine draft, or what the translator wrote."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a translation cannot be taken as it is. Never holds its text."""

    cue: int
    what: str


@dataclass(frozen=True, slots=True)
class Translation:
    """A translator's work, put back on the clip's times."""

    language: str
    cues: tuple[Cue, ...]
    problems: tuple[Problem, ...]
    """Must be empty before anybody may sign it."""
    violations: tuple[Violation, ...]


def translator_lines(
    cues: Sequence[Cue], *, language: str, aspect: Aspect, draft: Sequence[Cue] = ()
) -> tuple[Line, ...]:
    """What a translator into `language` gets for each cue; `draft` fills in a machine's attempt."""
    limits = limits_for(language, aspect, translation=True)
    texts = [" ".join(cue.lines) for cue in cues]
    room = limits.line_length * limits.max_lines
    lines = []
    for n, cue in enumerate(cues):
        seconds = Fraction(cue.clip_end_ms - cue.clip_start_ms, 1000)
        budget = min(room, int(limits.reading_speed * seconds))
        tried = " ".join(line for d in draft if _together(d, cue) for line in d.lines)
        context = texts[n - 1] if n else "", texts[n + 1] if n + 1 < len(texts) else ""
        lines.append(Line(n + 1, cue.clip_start_ms, cue.clip_end_ms, texts[n], *context, budget, tried))
    return tuple(lines)


def from_lines(lines: Sequence[Line]) -> tuple[Cue, ...]:
    """Cues of a sheet that came back; lines without a translation are left out and found missing later."""
    return tuple(
        Cue(line.clip_start_ms, line.clip_end_ms, tuple(line.translation.split("\n")))
        for line in lines
        if line.translation.strip()
    )


def take_translation(
    source: Sequence[Cue],
    returned: Sequence[Cue],
    *,
    language: str,
    aspect: Aspect,
    frame_rate: Fraction,
    removed: Sequence[str] = (),
) -> Translation:
    """The returned cues in lines that fit, with every reason why they cannot be used as they are.

    A source cue without a translation, a translated cue where nobody speaks, a token for removed
    speech that is gone, and a removed word that the translator put back are problems; everything
    the guidelines say is listed by `check_cues`.
    """
    cues = tuple(replace(cue, lines=fitted(cue.lines, language, aspect)) for cue in returned)
    cues = tuple(replace(cue, redacted=any(s.redacted and _together(s, cue) for s in source)) for cue in cues)
    problems = [*_gaps(source, cues), *_lost_tokens(source, cues), *_named_again(cues, removed)]
    found = check_cues(cues, language=language, aspect=aspect, translation=True, frame_rate=frame_rate)
    return Translation(language, cues, tuple(sorted(problems, key=lambda p: p.cue)), found)


def fitted(lines: Sequence[str], language: str, aspect: Aspect) -> tuple[str, ...]:
    """The translator's own lines where they fit; else the best lines for their words."""
    limits = limits_for(language, aspect, translation=True)
    own = all(text_length(line, language) <= limits.line_length for line in lines)
    if own and len(lines) <= limits.max_lines:
        return tuple(directed(line, language) for line in lines)
    words = " ".join(lines).split()
    lengths = [text_length(word, language) for word in words]
    text = wording(
        lengths,
        edges_of(words, grammar_of(language)),
        [None] * len(words),
        limits,
        joiner=len(joiner(language)),
        dash=0,
    )
    layout = best_layout(text, 0, len(words))
    if layout is None:
        return tuple(directed(line, language) for line in lines)
    bounds = (0, *layout.breaks, len(words))
    rows = (words[a:b] for a, b in pairwise(bounds))
    return tuple(directed(join_words(row, language), language) for row in rows)


def removed_words(plan: CutPlan, transcripts: Mapping[str, Transcript]) -> tuple[str, ...]:
    """The words that the plan's redactions remove, for checks in memory only: never logged or stored.

    Small words of the language and very short ones are left out: they are in every sentence.
    """
    found: dict[str, None] = {}
    for passage in plan.passages():
        transcript = transcripts[passage.recording]
        grammar = grammar_of(transcript.language)
        for redaction in sound_redactions(plan, passage):
            touched = (w for s in transcript.segments for w in s.words if redaction.span.overlaps(sounding(w)))
            for word in touched:
                text = "".join(c for c in word.text if c.isalnum())
                if len(text) >= SHORTEST_NAME or text.isdigit():
                    found |= {} if clings(word.text, grammar) else {text: None}
    return tuple(found)


def as_transcript(cues: Sequence[Cue], language: str) -> Transcript:
    """Cues as a transcript, so that the checklist can be run over what a translator wrote."""
    segments = tuple(
        Segment(f"s{n}", " ".join(cue.lines), Span(cue.clip_start_ms, cue.clip_end_ms), speaker=cue.speaker)
        for n, cue in enumerate(cues, 1)
    )
    return Transcript(language, max((c.clip_end_ms for c in cues), default=0), "translator", "", segments)


def side_by_side(one: Sequence[Cue], other: Sequence[Cue]) -> tuple[tuple[tuple[Cue, ...], tuple[Cue, ...]], ...]:
    """Two language versions in groups that share time, for a reviewer who reads both."""
    groups: list[tuple[list[Cue], list[Cue]]] = []
    end = -1
    for cue, side in sorted([(c, 0) for c in one] + [(c, 1) for c in other], key=lambda x: x[0].clip_start_ms):
        if cue.clip_start_ms >= end:
            groups.append(([], []))
        groups[-1][side].append(cue)
        end = max(end, cue.clip_end_ms)
    return tuple((tuple(a), tuple(b)) for a, b in groups)


def _together(one: Cue, other: Cue) -> bool:
    """True when the cues share at least half of the shorter one's time."""
    shared = min(one.clip_end_ms, other.clip_end_ms) - max(one.clip_start_ms, other.clip_start_ms)
    shorter = min(one.clip_end_ms - one.clip_start_ms, other.clip_end_ms - other.clip_start_ms)
    return 2 * shared >= shorter > 0


def _gaps(source: Sequence[Cue], cues: Sequence[Cue]) -> Iterator[Problem]:
    for number, cue in enumerate(source, 1):
        if not any(_together(cue, other) for other in cues):
            yield Problem(number, "not translated")
    for cue in cues:
        if not any(_together(cue, other) for other in source):
            near = sum(s.clip_start_ms <= cue.clip_start_ms for s in source)
            yield Problem(max(1, near), "translation at a time when nothing is said")


def _lost_tokens(source: Sequence[Cue], cues: Sequence[Cue]) -> Iterator[Problem]:
    for number, cue in enumerate(source, 1):
        shown = " ".join(line for c in cues if _together(cue, c) for line in c.lines)
        if cue.redacted and len(_TOKEN.findall(shown)) < len(_TOKEN.findall(" ".join(cue.lines))):
            yield Problem(number, "the token for removed speech is missing")


def _named_again(cues: Sequence[Cue], removed: Sequence[str]) -> Iterator[Problem]:
    for number, cue in enumerate(cues, 1):
        said = _TOKEN.sub(" ", " ".join(cue.lines)).split()
        if any(sounds_like(word, gone) for word in said for gone in removed if characters(word) > 1 or gone.isdigit()):
            yield Problem(number, "it says again what was removed from the sound")
