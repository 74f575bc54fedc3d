"""The sound of a clip in two runs, once for all its shapes: made of the passages, then brought to its loudness."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from clips.disguise import disguise
from clips.loudness import Levelling, corrected, level_to, read_loudness
from clips.profiles import RenderProfile
from clips.redaction import find_room
from clips.revoicing import reading_sound
from clips.samples import Sound, read_channels, read_clip_sound
from clips.soundgraph import Clock, Take, finish_argv, samples_argv, silence_argv, sound_argv
from clips.verify_words import speech_samples
from pipeline.domain import CutPlan, Probe, RedactionKind, Span, Voice
from pipeline.errors import PipelineError
from pipeline.ffmpeg import run

BLOCK = 65_536
"""Samples handed to ffmpeg at a time."""

LEVELLINGS = 3
"""Attempts at the target loudness; the first one hits it unless peaks have to be limited."""


def make_sound(
    plan: CutPlan, takes: Sequence[Take], clock: Clock, profile: RenderProfile, work: Path, reading: Path | None
) -> Path:
    """Redacted, levelled, with its tones; levelled once more where peaks or tones kept it from the target.

    Where the voice is removed, or another reader's (his recording is `reading`), no recording of the interview is
    opened: there is nothing that could be left over. Raises PipelineError when nobody has read the words.
    """
    raw, voice = work / "s1.wav", work / "s2.wav"
    if plan.voice is Voice.REMOVED:
        run(silence_argv(clock, voice))
        return voice
    if plan.voice is Voice.REVOICED:
        if plan.revoicing is None or reading is None:
            raise PipelineError(f"nobody has read the words of {plan.id}", f"counterclip plan revoice {plan.id} FILE")
        takes, measured = (), _write(reading_sound(plan.revoicing, reading, clock), raw)
    else:
        measured = run(sound_argv(takes, clock, raw))
    if plan.voice is Voice.DISGUISED:
        measured = _disguise(takes, clock, raw)
    first = level_to(read_loudness(measured), profile)
    levelling: Levelling | None = first
    for _ in range(LEVELLINGS):
        if levelling is None:
            break
        reached = read_loudness(run(finish_argv(takes, clock, levelling, profile, raw, voice)))
        levelling = corrected(levelling, first, reached, profile)
    raw.unlink()
    return voice


def _disguise(takes: Sequence[Take], clock: Clock, raw: Path) -> str:
    """Change the voice in a file of redacted, joined passages; ffmpeg's log with its loudness.

    One disguise for the clip, drawn here and gone afterwards: all its shapes sound the same, the next cut does not.
    """
    starts = [clock.samples(t.passage.first_frame) for t in takes]
    spans = [
        (first, clock.samples(t.passage.first_frame + t.passage.frames)) for first, t in zip(starts, takes, strict=True)
    ]
    kept = [(first + h.first, first + h.last) for first, t in zip(starts, takes, strict=True) for h in t.hidden]
    return _write(disguise(read_clip_sound(raw), spans, kept), raw)


def _write(sound: Sound, raw: Path) -> str:
    """Samples as a file for the second run; ffmpeg's log with their loudness."""
    return run(samples_argv(raw), frames=(part.tobytes() for part in np.array_split(sound, len(sound) // BLOCK + 1)))


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
