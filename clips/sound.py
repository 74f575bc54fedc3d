"""The sound of a clip in two runs, once for all its shapes: made of the passages, then brought to its loudness."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from clips.loudness import Levelling, corrected, level_to, read_loudness
from clips.profiles import RenderProfile
from clips.redaction import find_room
from clips.samples import read_channels
from clips.soundgraph import Clock, Take, finish_argv, silence_argv, sound_argv
from clips.verify_words import speech_samples
from pipeline.domain import CutPlan, Probe, RedactionKind, Span, Voice
from pipeline.errors import PipelineError
from pipeline.ffmpeg import run

LEVELLINGS = 3
"""Attempts at the target loudness; the first one hits it unless peaks have to be limited."""


def make_sound(plan: CutPlan, takes: Sequence[Take], clock: Clock, profile: RenderProfile, work: Path) -> Path:
    """Redacted, levelled, with its tones; levelled once more where peaks or tones kept it from the target.

    Where the voice is removed no recording is opened: there is nothing that could be left over.
    """
    if plan.voice in (Voice.DISGUISED, Voice.REVOICED):
        raise PipelineError(f"a voice cannot be {plan.voice} in this version", "choose --voice removed or source")
    raw, voice = work / "s1.wav", work / "s2.wav"
    if plan.voice is Voice.REMOVED:
        run(silence_argv(clock, voice))
        return voice
    first = level_to(read_loudness(run(sound_argv(takes, clock, raw))), profile)
    levelling: Levelling | None = first
    for _ in range(LEVELLINGS):
        if levelling is None:
            break
        reached = read_loudness(run(finish_argv(takes, clock, levelling, profile, raw, voice)))
        levelling = corrected(levelling, first, reached, profile)
    raw.unlink()
    return voice


def find_rooms(plan: CutPlan, take: Take, probe: Probe) -> tuple[tuple[str, Span], ...]:
    """The quiet to be laid over each `room` redaction of a passage.

    Raises PipelineError when the passage is never quiet.
    """
    wanted = [h.redaction for h in take.hidden if h.kind is RedactionKind.ROOM]
    if not wanted:
        return ()
    span = take.passage.span
    source = read_channels(take.path, probe, span)
    taken = [r.span for r in plan.redactions if r.kind.is_sound and r.recording == take.passage.recording]
    loudest = int(np.argmax((source**2).sum(axis=0)))
    room = find_room(span, taken, speech_samples(source[:, [loudest]], 0))
    if room is None:
        raise PipelineError(
            f"no quiet to lay over redaction {wanted[0]}: someone always speaks there",
            "choose tone or silence for it, or keep a longer span",
        )
    return tuple((redaction, room) for redaction in wanted)
