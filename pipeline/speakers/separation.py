"""Transcript + sound -> the transcript with a voice a segment, and who speaks when."""

from pathlib import Path

from pipeline.domain import Recording, Transcript, Voices
from pipeline.speakers.likeness import hear_voices
from pipeline.speakers.microphones import hear_microphones
from pipeline.speakers.roles import propose_roles
from pipeline.speakers.turns import find_turns, find_unclear, split_segments


def tell_voices_apart(
    transcript: Transcript, recording: Recording, original: Path, sound: Path, count: int | None
) -> tuple[Transcript, Voices | None]:
    """The transcript, split where the voice changes, and the voices; unchanged and None when there is only one.

    `count` is how many people speak; without it two are looked for. A recording with a microphone for each
    is told apart by these. Raises WeightsError when the voice encoder's weights are missing.
    """
    if count == 1 or not transcript.voiced or not all(s.words for s in transcript.segments):
        return transcript, None
    evidence = None
    if count in (None, 2):
        evidence = hear_microphones(original, recording.probe.sound, transcript.voiced, transcript.duration_ms)
    evidence = evidence or hear_voices(sound, transcript, count)
    if evidence is None:
        return transcript, None
    turns = find_turns(transcript, evidence)
    if len({t.voice for t in turns}) < 2:
        return transcript, None
    unclear = find_unclear(turns, evidence)
    split = split_segments(transcript, turns)
    return split, Voices(turns, unclear, propose_roles(split, turns), evidence.two_microphones)
