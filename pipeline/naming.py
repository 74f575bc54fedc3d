"""Whose voices they are, laid over a transcript (pure)."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipeline.canonical import document_sha256, to_json
from pipeline.domain import Naming, Segment, Speaker, Transcript, Voices, VoiceTurn


def voices_sha256(voices: Voices) -> str:
    """What a naming is bound to."""
    return document_sha256("voices", to_json(voices))


def names_now(voices: Voices, namings: Iterable[Naming]) -> dict[int, Speaker]:
    """Whose voice each is, as people said last of exactly these voices."""
    digest = voices_sha256(voices)
    return {n.voice: n.speaker for n in namings if n.voices_sha256 == digest}


def agreed_voices(voices: Voices, namings: Iterable[Naming]) -> frozenset[int]:
    """Voices of which two people or more say, each as his last word, whose they are, and nobody says otherwise."""
    digest = voices_sha256(voices)
    said: dict[int, dict[str, Speaker]] = {}
    for naming in namings:
        if naming.voices_sha256 == digest:
            said.setdefault(naming.voice, {})[naming.by] = naming.speaker
    return frozenset(v for v, people in said.items() if len(people) > 1 and len(set(people.values())) == 1)


def apply_namings(transcript: Transcript, voices: Voices | None, namings: Sequence[Naming]) -> Transcript:
    """The transcript with the speakers that people gave its voices.

    Fails closed: a segment that two voices share, or whose voice is not sure, becomes nobody's but the
    interviewee's, so that no checklist item falls silent over a mistake of the machine's. Speakers that came
    with the transcript stay.
    """
    named = names_now(voices, namings) if voices and namings else {}
    if not voices or not named:
        return transcript
    owners = voice_turns(transcript.segments, voices)
    pairs = zip(transcript.segments, owners, strict=True)
    return replace(transcript, segments=tuple(_named(segment, turns, named) for segment, turns in pairs))


def voice_turns(segments: Sequence[Segment], voices: Voices) -> list[tuple[VoiceTurn, ...]]:
    """For each segment the turns that it touches, in order."""
    ends = [t.span.end_ms for t in voices.turns]
    found = []
    for segment in segments:
        span, touched = segment.span, []
        first = bisect_left(ends, span.start_ms + 1) if span else len(ends)
        for turn in voices.turns[first:]:
            if span is None or turn.span.start_ms >= span.end_ms:
                break
            touched.append(turn)
        found.append(tuple(touched))
    return found


def describe_voices(segments: Sequence[Segment], voices: Voices | None) -> dict[str, str]:
    """For each segment that nobody gave a speaker: `voice 1, interviewer?`, or `voices 1 and 2`."""
    if voices is None:
        return {}
    pairs = zip(segments, voice_turns(segments, voices), strict=True)
    return {s.id: _description(turns, voices) for s, turns in pairs if s.speaker is None and turns}


def _description(turns: tuple[VoiceTurn, ...], voices: Voices) -> str:
    heard = sorted({t.voice for t in turns})
    if len(heard) > 1:
        return f"voices {' and '.join(map(str, heard))}"
    sounds_like = voices.proposed[heard[0] - 1]
    unsure = "" if all(t.is_sure for t in turns) else ", unsure"
    return f"voice {heard[0]}{unsure}{f', {sounds_like}?' if sounds_like else ''}"


def _named(segment: Segment, turns: tuple[VoiceTurn, ...], named: dict[int, Speaker]) -> Segment:
    heard = {t.voice for t in turns}
    if segment.speaker is not None or len(heard) != 1:
        return segment
    speaker = named.get(heard.pop())
    if speaker is None or (speaker is not Speaker.INTERVIEWEE and not all(t.is_sure for t in turns)):
        return segment
    return replace(segment, speaker=speaker, words=tuple(replace(w, speaker=speaker) for w in segment.words))
