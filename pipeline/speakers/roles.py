"""Which voice sounds like whose: a proposal, from who asks and who speaks most. It changes nothing by itself."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.domain import Speaker, Transcript, VoiceTurn

QUESTION_MARKS = ("?", "؟", "？", ";")
SENTENCE = re.compile(r"[^.!?…؟。？！]+[.!?…؟。？！]*")
ASKING = 1.5
"""How much the share of questions counts beside the share of speech."""
LEAST_LEAD = 0.1
"""A smaller difference between two voices proposes nothing."""
FOLLOWS = 0.6
"""An interpreter's turns follow the same voice's this often."""


@dataclass(frozen=True, slots=True)
class Habit:
    """How one voice speaks in a recording."""

    voice: int
    share: float
    """Of all the time that anybody speaks."""
    asking: float
    """Share of its sentences that are questions."""

    @property
    def like_interviewer(self) -> float:
        return ASKING * self.asking - self.share


def propose_roles(transcript: Transcript, turns: Sequence[VoiceTurn]) -> tuple[Speaker | None, ...]:
    """For each voice, in the order of their numbers, whose it sounds like; None where that is open."""
    habits = find_habits(transcript, turns)
    if len(habits) < 2:
        return tuple(None for _ in habits)
    ranked = sorted(habits, key=lambda h: h.like_interviewer, reverse=True)
    if ranked[0].like_interviewer - ranked[1].like_interviewer < LEAST_LEAD:
        return tuple(None for _ in habits)
    main = max(ranked[1:], key=lambda h: h.share)
    found = {ranked[0].voice: Speaker.INTERVIEWER, main.voice: Speaker.INTERVIEWEE}
    for habit in ranked[1:]:
        if habit.voice != main.voice and _follows(turns, habit.voice):
            found[habit.voice] = Speaker.INTERPRETER
    return tuple(found.get(h.voice) for h in habits)


def find_habits(transcript: Transcript, turns: Sequence[VoiceTurn]) -> tuple[Habit, ...]:
    """How each voice speaks, in the order of their numbers."""
    voices = sorted({t.voice for t in turns})
    length = {v: sum(t.span.duration_ms for t in turns if t.voice == v) for v in voices}
    total = max(1, sum(length.values()))
    texts = {v: " ".join(_said(transcript, turns, v)) for v in voices}
    return tuple(Habit(v, length[v] / total, _asking(texts[v])) for v in voices)


def _said(transcript: Transcript, turns: Sequence[VoiceTurn], voice: int) -> list[str]:
    texts, at = [], 0
    for word in (w for s in transcript.segments for w in s.words):
        while at + 1 < len(turns) and word.span.start_ms >= turns[at + 1].span.start_ms:
            at += 1
        if turns[at].voice == voice:
            texts.append(word.text)
    return texts


def _asking(text: str) -> float:
    sentences = [s.group().strip() for s in SENTENCE.finditer(text) if s.group().strip()]
    return sum(s.endswith(QUESTION_MARKS) for s in sentences) / max(1, len(sentences))


def _follows(turns: Sequence[VoiceTurn], voice: int) -> bool:
    """An interpreter speaks after one and the same voice most of the time, and about as long."""
    before = [turns[n - 1].voice for n in range(1, len(turns)) if turns[n].voice == voice]
    return bool(before) and max(before.count(v) for v in set(before)) >= FOLLOWS * len(before)
