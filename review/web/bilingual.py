"""What is said and what is read, side by side, for a reviewer who knows both languages (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.domain import Aspect, Cue, CutPlan, Origin
from review.gate import GateFacts, LanguageVersion
from subtitles.handover import side_by_side, unheard_names
from subtitles.limits import limits_for
from subtitles.measure import join_lines, text_length
from subtitles.quality import check_cues


@dataclass(frozen=True, slots=True)
class Row:
    """Cues of both languages that share time."""

    clip_start_ms: int
    spoken: tuple[str, ...]
    """One text for each cue."""
    read: tuple[str, ...]
    length: int
    """Characters of the translation."""
    budget: int
    """Characters that can be read in its time."""
    remarks: tuple[str, ...]


def bilingual(facts: GateFacts) -> Mapping[str, tuple[Row, ...]]:
    """The translated versions of a plan in its first shape, by language; none while the speech has no cues."""
    spoken = next((v for v in facts.languages if v.origin is Origin.SPEECH and v.sha256), None)
    aspect = facts.plan.aspects[0]
    translated = [v for v in facts.languages if v.origin is not Origin.SPEECH and v.sha256]
    return {v.language: _rows(facts.plan, spoken.cues[aspect], v, aspect) for v in translated} if spoken else {}


def _rows(plan: CutPlan, spoken: tuple[Cue, ...], version: LanguageVersion, aspect: Aspect) -> tuple[Row, ...]:
    cues, language = version.cues[aspect], version.language
    limits = limits_for(language, aspect, translation=True)
    found = check_cues(cues, language=language, aspect=aspect, translation=True, frame_rate=plan.frame_rate)
    said: dict[int, list[str]] = {}
    for violation in found:
        said.setdefault(violation.cue, []).append(str(violation).partition(": ")[2])
    heard = [word for cue in spoken for line in cue.lines for word in line.split()]
    for remark in unheard_names(cues, heard, language):
        said.setdefault(remark.cue, []).append(remark.what)
    numbers = {id(cue): number for number, cue in enumerate(cues, 1)}
    rows = []
    for one, other in side_by_side(spoken, cues):
        texts = tuple(join_lines(cue.lines, language) for cue in other)
        rows.append(
            Row(
                clip_start_ms=min(cue.clip_start_ms for cue in (*one, *other)),
                spoken=tuple(" ".join(cue.lines) for cue in one),
                read=texts,
                length=round(sum(text_length(text, language) for text in texts)),
                budget=sum((c.clip_end_ms - c.clip_start_ms) * limits.reading_speed // 1000 for c in other),
                remarks=tuple(text for cue in other for text in said.get(numbers[id(cue)], ())),
            )
        )
    return tuple(rows)
