"""Words to cues."""

from collections.abc import Sequence
from fractions import Fraction

from pipeline.domain import Aspect, Cue
from subtitles.clipwords import ClipWord
from subtitles.limits import limits_for
from subtitles.measure import join_words, text_length


def make_cues(
    words: Sequence[ClipWord],
    *,
    language: str,
    aspect: Aspect,
    frame_rate: Fraction,
    translation: bool = False,
    clip_end_ms: int,
    shot_changes_ms: Sequence[int] = (),  # noqa: ARG001
) -> tuple[Cue, ...]:
    """Cues from words, greedily."""
    limits = limits_for(language, aspect, translation=translation)
    cues: list[Cue] = []
    group: list[ClipWord] = []
    lines: list[list[ClipWord]] = []

    def flush() -> None:
        if group:
            texts = tuple(join_words((w.text for w in line), language) for line in lines)
            cues.append(
                Cue(
                    group[0].clip_start_ms,
                    group[-1].clip_end_ms,
                    texts,
                    group[0].speaker,
                    any(w.redacted for w in group),
                )
            )
        group.clear()
        lines.clear()

    for word in words:
        if group and (
            word.clip_start_ms - group[-1].clip_end_ms > 500
            or group[-1].text[-1] in ".?!"
            or word.speaker != group[0].speaker
            or word.passage != group[0].passage
        ):
            flush()
        if (
            lines
            and text_length(join_words((w.text for w in [*lines[-1], word]), language), language) <= limits.line_length
        ):
            lines[-1].append(word)
        else:
            if len(lines) == limits.max_lines:
                flush()
            lines.append([word])
        group.append(word)
    flush()
    gap = round(2000 / frame_rate)
    fixed = []
    for cue, after in zip(cues, [*cues[1:], None], strict=True):
        limit = min(clip_end_ms, after.clip_start_ms - gap if after else clip_end_ms)
        fixed.append(
            Cue(
                cue.clip_start_ms,
                max(cue.clip_start_ms + 1, min(limit, max(cue.clip_end_ms + 400, cue.clip_start_ms + 840))),
                cue.lines,
                cue.speaker,
                cue.redacted,
            )
        )
    return tuple(fixed)
