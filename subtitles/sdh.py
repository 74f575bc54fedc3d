"""Subtitles for the deaf and hard of hearing: who speaks, and what else is heard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from pipeline.domain import Aspect, Cue, Speaker
from subtitles.clipwords import ClipWord
from subtitles.clock import clock
from subtitles.limits import base_language, limits_for
from subtitles.measure import text_length

LABELS: Mapping[str, Mapping[Speaker, str]] = {
    "en": {Speaker.INTERVIEWER: "INTERVIEWER", Speaker.INTERVIEWEE: "SPEAKER", Speaker.INTERPRETER: "INTERPRETER"},
    "fr": {Speaker.INTERVIEWER: "JOURNALISTE", Speaker.INTERVIEWEE: "TÉMOIN", Speaker.INTERPRETER: "INTERPRÈTE"},
    "de": {Speaker.INTERVIEWER: "INTERVIEWER", Speaker.INTERVIEWEE: "SPRECHER", Speaker.INTERPRETER: "DOLMETSCHER"},
    "es": {Speaker.INTERVIEWER: "PERIODISTA", Speaker.INTERVIEWEE: "TESTIGO", Speaker.INTERPRETER: "INTÉRPRETE"},
    "ru": {Speaker.INTERVIEWER: "ЖУРНАЛИСТ", Speaker.INTERVIEWEE: "СОБЕСЕДНИК", Speaker.INTERPRETER: "ПЕРЕВОДЧИК"},
    "ar": {Speaker.INTERVIEWER: "المحاور", Speaker.INTERVIEWEE: "المتحدث", Speaker.INTERPRETER: "المترجم"},
}
"""Roles, never names (BBC 7.8: capitals and a colon, where it is not clear who speaks)."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Something heard that is not speech, as a person described it."""

    text: str
    clip_start_ms: int
    clip_end_ms: int


def labelled(words: Sequence[ClipWord], language: str) -> tuple[ClipWord, ...]:
    """The words with a label at every change of speaker; none when one person speaks alone."""
    names = LABELS.get(base_language(language), LABELS["en"])
    if len({word.speaker for word in words} - {None}) < 2:
        return tuple(words)
    known: Speaker | None = None
    shown = []
    for word in words:
        turn = word.speaker is not None and word.speaker != known
        shown.append(replace(word, text=f"{names[word.speaker]}: {word.text}") if turn and word.speaker else word)
        known = word.speaker or known
    return tuple(shown)


def with_sounds(
    cues: Sequence[Cue],
    sounds: Sequence[Sound],
    *,
    language: str,
    aspect: Aspect,
    frame_rate: Fraction,
    clip_end_ms: int,
) -> tuple[tuple[Cue, ...], tuple[Sound, ...]]:
    """The cues with `[sounds]` in the pauses between them, and the sounds for which there was no room.

    Speech comes first: a sound that nobody has time to read is left out (BBC 17: only what matters).
    """
    limits, times = limits_for(language, aspect), clock(limits_for(language, aspect), frame_rate)
    placed, left_out = list(cues), []
    wide_ms = times.ms(times.open_gap)
    for sound in sorted(sounds, key=lambda s: s.clip_start_ms):
        text = f"[{' '.join(sound.text.split())}]"
        before = max((c.clip_end_ms for c in placed if c.clip_start_ms <= sound.clip_start_ms), default=-wide_ms)
        after = min((c.clip_start_ms for c in placed if c.clip_start_ms > sound.clip_start_ms), default=None)
        first = times.last_frame(max(sound.clip_start_ms, before + wide_ms - 1)) + 1
        limit_ms = clip_end_ms if after is None else after - wide_ms
        last = min(times.last_frame(limit_ms), times.last_frame(sound.clip_end_ms), first + times.max_frames)
        need = max(times.min_frames, -int(-text_length(text, language) // times.comfort))
        last = max(last, min(first + need, times.last_frame(limit_ms)))
        if last - first < need or text_length(text, language) > limits.line_length:
            left_out.append(sound)
            continue
        placed.append(Cue(times.ms(first), times.ms(last), (text,)))
    return tuple(sorted(placed, key=lambda c: c.clip_start_ms)), tuple(left_out)
