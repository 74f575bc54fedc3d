"""Which guideline a cue breaks, with figure and limit. The same rules judge our cues and anybody's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby, islice

from pipeline.domain import Aspect, Cue
from subtitles.breaks import edges_of
from subtitles.clipwords import ClipWord
from subtitles.grammar import Grammar, grammar_of
from subtitles.limits import SPACELESS, Limits, base_language, limits_for
from subtitles.measure import join_lines, text_length
from subtitles.speech import speech_of_cues

_MS_TOLERANCE = 1
"""Frames do not fall on whole milliseconds."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule that one cue breaks."""

    rule: str
    hard: bool
    cue: int
    """Number of the cue, 1 first."""
    figure: float
    limit: float

    def __str__(self) -> str:
        grade = "hard" if self.hard else "soft"
        return f"cue {self.cue}: {self.rule} ({grade}): {self.figure:g}, limit {self.limit:g}"


def check_cues(
    cues: Sequence[Cue],
    *,
    language: str,
    aspect: Aspect,
    translation: bool = False,
    frame_rate: Fraction = Fraction(25),
    words: Sequence[ClipWord] | None = None,
) -> tuple[Violation, ...]:
    """Every rule that the cues break, in the order of the cues.

    How far cues are from the speech can only be told when its words are given.
    """
    limits = limits_for(language, aspect, translation=translation)
    speech = speech_of_cues(cues, words) if words is not None else [None] * len(cues)
    found: list[Violation] = []
    for number, (cue, sounds) in enumerate(zip(cues, speech, strict=True), 1):
        found += _text_faults(number, cue, limits, language)
        found += _time_faults(number, cue, limits, language)
        if number < len(cues):
            found += _gap_faults(number, cue, cues[number], limits, frame_rate)
        found += _speech_faults(number, cue, sounds, limits, frame_rate)
        found += _line_faults(number, cue, limits, language)
    found += _break_faults(cues, grammar_of(language))
    return tuple(sorted(found, key=lambda v: (v.cue, not v.hard, v.rule)))


def _text_faults(number: int, cue: Cue, limits: Limits, language: str) -> Iterator[Violation]:
    if not any(line.strip() for line in cue.lines):
        yield Violation("empty_cue", True, number, 0, 1)
    if len(cue.lines) > limits.max_lines:
        yield Violation("too_many_lines", True, number, len(cue.lines), limits.max_lines)
    longest = max((text_length(line, language) for line in cue.lines), default=0)
    if longest > limits.line_length:
        yield Violation("line_too_long", True, number, longest, limits.line_length)


def _time_faults(number: int, cue: Cue, limits: Limits, language: str) -> Iterator[Violation]:
    duration = cue.clip_end_ms - cue.clip_start_ms
    if duration <= 0:
        yield Violation("ends_before_start", True, number, duration, 1)
        return
    if duration < limits.min_ms - _MS_TOLERANCE:
        yield Violation("too_short", True, number, duration, round(float(limits.min_ms)))
    if duration > limits.max_ms + _MS_TOLERANCE:
        yield Violation("too_long", True, number, duration, limits.max_ms)
    speed = reading_speed(cue, language)
    if speed > limits.reading_speed:
        yield Violation("reading_speed", True, number, round(speed, 1), limits.reading_speed)
    elif speed > limits.comfortable_speed:
        yield Violation("comfortable_speed", False, number, round(speed, 1), limits.comfortable_speed)


def reading_speed(cue: Cue, language: str) -> float:
    """Characters a second, a line break counted as the space it stands for."""
    duration = max(1, cue.clip_end_ms - cue.clip_start_ms)
    return text_length(join_lines(cue.lines, language), language) * 1000 / duration


def _gap_faults(number: int, cue: Cue, after: Cue, limits: Limits, frame_rate: Fraction) -> Iterator[Violation]:
    gap = after.clip_start_ms - cue.clip_end_ms
    frame_ms = 1000 / frame_rate
    if gap < 0:
        yield Violation("overlap", True, number, gap, 0)
    elif gap < limits.gap_frames * frame_ms - _MS_TOLERANCE:
        yield Violation("gap_too_small", True, number, gap, round(float(limits.gap_frames * frame_ms)))
    elif (limits.gap_frames + 1) * frame_ms - _MS_TOLERANCE <= gap < limits.chain_ms - _MS_TOLERANCE:
        yield Violation("gap_left_open", True, number, gap, limits.chain_ms)


def _speech_faults(
    number: int, cue: Cue, sounds: tuple[int, int] | None, limits: Limits, frame_rate: Fraction
) -> Iterator[Violation]:
    if sounds is None:
        return
    early, late = cue.clip_start_ms - sounds[0], cue.clip_end_ms - sounds[1]
    for rule, off in (("start", early), ("end", late)):
        if abs(off) > limits.away_ms + _MS_TOLERANCE:
            yield Violation(f"{rule}_away_from_speech", True, number, off, limits.away_ms)
        elif abs(off) > limits.off_ms + _MS_TOLERANCE:
            yield Violation(f"{rule}_off_speech", False, number, off, limits.off_ms)
    if -late > limits.cut_off_frames * 1000 / frame_rate + _MS_TOLERANCE:
        yield Violation("cut_off", False, number, late, 0)


def _break_faults(cues: Sequence[Cue], grammar: Grammar) -> Iterator[Violation]:
    """Breaks are judged over the whole text: what follows a cue's last word tells whether it may end there."""
    rows = [(n, line.split()) for n, cue in enumerate(cues, 1) for line in cue.lines if line.strip()]
    edges = iter(edges_of([word for _, row in rows for word in row], grammar))
    opens = True
    for number, lines in groupby(rows, key=lambda row: row[0]):
        passed = [list(islice(edges, len(row))) for _, row in lines]
        for line in passed:
            if line[-1].clings:
                yield Violation("break_after_function_word", False, number, 1, 0)
            if line[-1].splits:
                yield Violation("break_in_name_or_number", False, number, 1, 0)
        inside = [edge.sentence for line in passed for edge in line]
        if any(inside[:-1]) and not (opens and inside[-1]):
            yield Violation("spans_sentence_end", False, number, sum(inside[:-1]), 0)
        opens = inside[-1]


def _line_faults(number: int, cue: Cue, limits: Limits, language: str) -> Iterator[Violation]:
    lines = [line.strip() for line in cue.lines]
    lengths = [text_length(line, language) for line in lines]
    if base_language(language) not in SPACELESS and any(len(line.split()) == 1 for line in lines):
        yield Violation("one_word", False, number, 1, 2)
    if len(lines) > 1:
        whole = text_length(join_lines(lines, language), language)
        if whole <= limits.line_length:
            yield Violation("needless_line_break", False, number, len(lines), 1)
        if lengths[0] > lengths[-1] + TOP_HEAVY:
            yield Violation("top_heavy", False, number, lengths[0], lengths[-1])
        elif min(lengths) < UNBALANCED * max(lengths):
            yield Violation("unbalanced", False, number, min(lengths), UNBALANCED * max(lengths))


TOP_HEAVY = 4
"""Characters by which the first line may exceed the last (Netflix: the bottom line is the longer one)."""

UNBALANCED = 0.5
"""The shortest line is at least this share of the longest."""
