"""The round trip with translators: what they get, and what must hold of what comes back."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from pipeline.domain import Aspect, Cue, CutPlan, Segment, Span, Transcript
from subtitles.alike import SHORTEST_NAME, core, sounds_like
from subtitles.clipwords import sound_redactions, sounding
from subtitles.grammar import clings, ends_sentence, grammar_of
from subtitles.limits import limits_for
from subtitles.measure import characters
from subtitles.quality import Violation, check_cues
from subtitles.reshape import reshaped

NEAR_MS = 500
"""A time that a subtitle editor moved by this much still means the source's."""

GAP_FRAMES = 2

SAME_WORDS = 3
"""So many words in a row are the same in two languages only when nobody translated them."""

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
    draft: str = ""
    """A machine's attempt, for orientation only."""
    translation: str = ""
    """What the translator wrote."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a translation cannot be taken as it is. Never holds its text."""

    cue: int
    what: str


@dataclass(frozen=True, slots=True)
class Returned:
    """A translator's work, put back on the clip's times."""

    language: str
    cues: tuple[Cue, ...]
    problems: tuple[Problem, ...]
    """Must be empty before anybody may sign it."""
    violations: tuple[Violation, ...]
    remarks: tuple[Problem, ...] = ()
    """What a reviewer should look at; nothing has to be done about it."""


def translator_lines(
    cues: Sequence[Cue],
    *,
    language: str,
    aspect: Aspect,
    draft: Sequence[Cue] = (),
    translated: Sequence[Cue] = (),
) -> tuple[Line, ...]:
    """What a translator into `language` gets for each cue.

    `draft` is a machine's attempt, `translated` what a person made of it earlier.
    """
    limits = limits_for(language, aspect, translation=True)
    texts = [" ".join(cue.lines) for cue in cues]
    room = limits.line_length * limits.max_lines
    lines = []
    for n, cue in enumerate(cues):
        seconds = Fraction(cue.clip_end_ms - cue.clip_start_ms, 1000)
        budget = min(room, int(limits.reading_speed * seconds))
        tried, done = (
            " ".join(ln for d in made if _together(d, cue) for ln in d.lines) for made in (draft, translated)
        )
        context = texts[n - 1] if n else "", texts[n + 1] if n + 1 < len(texts) else ""
        lines.append(Line(n + 1, cue.clip_start_ms, cue.clip_end_ms, texts[n], *context, budget, tried, done))
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
    heard: Sequence[str] | None = None,
) -> Returned:
    """The returned cues on the times of the source, in lines that fit, with everything to be said about them.

    A source cue without a translation, a translated cue where nobody speaks, a token for removed
    speech that is gone, and a removed word that the translator put back are problems; what the
    guidelines say is listed by `check_cues`, and names that are in no word of `heard` are remarks.
    """
    placed = aligned(source, returned, frame_rate)
    cues = tuple(c for cue in placed for c in reshaped(cue, language, aspect, frame_rate, own=True))
    cues = tuple(replace(cue, redacted=any(s.redacted and _together(s, cue) for s in source)) for cue in cues)
    problems = [*_gaps(source, cues), *_lost_tokens(source, cues), *_named_again(cues, removed)]
    found = check_cues(cues, language=language, aspect=aspect, translation=True, frame_rate=frame_rate)
    strange = tuple(unheard_names(cues, heard, language)) if heard is not None else ()
    return Returned(language, cues, tuple(sorted(problems, key=lambda p: p.cue)), found, strange)


def aligned(source: Sequence[Cue], returned: Sequence[Cue], frame_rate: Fraction) -> tuple[Cue, ...]:
    """The returned cues on the times of the source's, which are its template (Netflix).

    As many cues as went out, each sharing time with its own, have its times. Otherwise a time that is
    near one of the source's takes it, and any other goes to the next frame.
    """
    if len(source) == len(returned) and all(_touch(*pair) for pair in zip(source, returned, strict=True)):
        pairs = zip(source, returned, strict=True)
        return tuple(replace(r, clip_start_ms=s.clip_start_ms, clip_end_ms=s.clip_end_ms) for s, r in pairs)
    moved = [
        replace(
            cue,
            clip_start_ms=_snapped(cue.clip_start_ms, [s.clip_start_ms for s in source], frame_rate),
            clip_end_ms=_snapped(cue.clip_end_ms, [s.clip_end_ms for s in source], frame_rate),
        )
        for cue in returned
    ]
    gap_ms = round(GAP_FRAMES * 1000 / frame_rate)
    ends = [min(a.clip_end_ms, b.clip_start_ms - gap_ms) for a, b in pairwise(moved)]
    ends += [cue.clip_end_ms for cue in moved[-1:]]
    return tuple(
        replace(cue, clip_end_ms=end) if cue.clip_start_ms < end else old
        for cue, end, old in zip(moved, ends, returned, strict=True)
    )


def unchanged(source: Sequence[Cue], returned: Sequence[Cue]) -> tuple[int, int]:
    """How many lines came back as they went out, and of how many; only those of three words and more are counted.

    Shorter ones, such as a name, may well be the same in both languages.
    """
    texts = [_plain(cue) for cue in source]
    long = [text for text in texts if len(text) >= SAME_WORDS]
    back = {_plain(cue) for cue in returned}
    return sum(text in back for text in long), len(long)


def unheard_names(cues: Sequence[Cue], heard: Sequence[str], language: str) -> Iterator[Problem]:
    """Capitalised words inside a sentence that sound like nothing that was said: who added a name?

    Only in languages whose capitals are names. A country may be called so differently that it is
    listed too; a person looks.
    """
    grammar = grammar_of(language)
    if not grammar.capitals_are_names:
        return
    for number, cue in enumerate(cues, 1):
        words = _TOKEN.sub(" ", " ".join(cue.lines)).split()
        inside = (b for a, b in pairwise(words) if not ends_sentence(a, grammar))
        names = (w for w in inside if len(core(w)) >= SHORTEST_NAME and w.lstrip("\"'«“(")[:1].isupper())
        if any(not any(sounds_like(name, said) for said in heard) for name in names):
            yield Problem(number, "a name or capitalised word that is not in the speech")


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


def _plain(cue: Cue) -> tuple[str, ...]:
    """The words without tokens, marks and case."""
    words = _TOKEN.sub(" ", " ".join(cue.lines)).casefold().split()
    return tuple(filter(None, ("".join(c for c in word if c.isalnum()) for word in words)))


def _together(one: Cue, other: Cue) -> bool:
    """True when the cues share at least half of the shorter one's time."""
    shared = min(one.clip_end_ms, other.clip_end_ms) - max(one.clip_start_ms, other.clip_start_ms)
    shorter = min(one.clip_end_ms - one.clip_start_ms, other.clip_end_ms - other.clip_start_ms)
    return 2 * shared >= shorter > 0


def _touch(one: Cue, other: Cue) -> bool:
    return one.clip_start_ms < other.clip_end_ms and other.clip_start_ms < one.clip_end_ms


def _snapped(ms: int, marks: Sequence[int], frame_rate: Fraction) -> int:
    near = min(marks, key=lambda mark: abs(mark - ms), default=ms)
    return near if abs(near - ms) <= NEAR_MS else round(round(ms * frame_rate / 1000) * 1000 / frame_rate)


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
