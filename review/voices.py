"""Whose voices they are: people say so, and nothing the machine proposed makes a flag fall silent."""

from collections.abc import Sequence
from dataclasses import replace

from pipeline.canonical import document_sha256, to_json
from pipeline.corrections import apply_corrections
from pipeline.domain import Flag, Naming, Profile, Speaker, Tier, Transcript, User, Voices, utc_now
from pipeline.errors import NotFoundError
from pipeline.naming import agreed_voices, voice_turns, voices_sha256
from pipeline.store import Store
from review.assignments import PARTS, require_part
from review.checklist import Checklist
from review.flags import raise_flags
from review.ledger import record

NAMED = "voice.named"
"""Kind of the ledger entry."""

ABOUT_THE_MACHINE = "process."
"""Items about the recognition itself: who speaks changes nothing about them but what the first reading said."""


def name_voice(store: Store, user: User, recording: str, voice: int, speaker: Speaker) -> Naming:
    """Say whose voice it is, wherever it is heard; approvals of these words are void, and flags raised again.

    Raises NotFoundError when no such voice was told apart, AuthenticationError or NotAssignedError when the
    person may not.
    """
    require_part(store, user, [recording], *PARTS)
    voices = store.voices(store.recording(recording).id)
    if voices is None or not any(t.voice == voice for t in voices.turns):
        raise NotFoundError(f"no voice {voice} in {recording}", f"counterclip review speakers {recording}")
    made = Naming(recording, voices_sha256(voices), voice, speaker, user.id, utc_now())
    with store.transaction():
        store.add_naming(made)
        record(store, NAMED, user.id, recording, document_sha256("naming", to_json(made)))
    return made


def raise_with_voices(
    store: Store, recording: str, transcript: Transcript, checklist: Checklist, profile: Profile | None
) -> tuple[Flag, ...]:
    """The flags of a stored transcript, words near a change of voice included.

    What is the interviewer's only because somebody named the voice is read a second time as the interviewee's:
    a turn that was given to the wrong voice may hold an admission. One person's word takes no flag its colour;
    when a second one has named the voice the same, such flags are amber, until a person says of the segment
    itself who speaks there.
    """
    voices = store.voices(recording)
    unclear = voices.unclear if voices else ()
    flags = raise_flags(transcript, checklist, profile=profile, recording=recording, unclear=unclear)
    heard, namings = store.heard_transcript(recording), store.namings(recording)
    if heard is None or voices is None or not namings:
        return flags
    unnamed = apply_corrections(heard, store.corrections(recording))
    doubtful = _by_voice_alone(transcript, unnamed)
    if not doubtful:
        return flags
    again = raise_flags(unnamed, checklist, profile=profile, recording=recording)
    agreed = _of_voices(unnamed, voices, agreed_voices(voices, namings))
    said = [f for f in again if f.segment in doubtful and not f.item.startswith(ABOUT_THE_MACHINE)]
    return (*flags, *_added(said, flags, agreed))


def _of_voices(transcript: Transcript, voices: Voices, wanted: frozenset[int]) -> frozenset[str]:
    """Segments in which only these voices are heard."""
    turns = zip(transcript.segments, voice_turns(transcript.segments, voices), strict=True)
    return frozenset(s.id for s, heard in turns if heard and {t.voice for t in heard} <= wanted)


def _by_voice_alone(named: Transcript, unnamed: Transcript) -> frozenset[str]:
    """Segments that are the interviewer's because of their voice, not because of what was said of them."""
    pairs = zip(named.segments, unnamed.segments, strict=True)
    return frozenset(s.id for s, before in pairs if s.speaker is Speaker.INTERVIEWER and before.speaker is None)


def _added(again: Sequence[Flag], flags: Sequence[Flag], agreed: frozenset[str]) -> list[Flag]:
    """Flags of the second reading that the first has not; amber in the segments whose voice two people named."""
    standing = {(f.item, f.segment, f.match) for f in flags if f.suppressed is None}
    why = "It is in the voice that was named the interviewer's: make sure that it is not the interviewee who says it."
    return [
        replace(f, tier=Tier.AMBER if f.segment in agreed else f.tier, why=f"{f.why} {why}")
        for f in again
        if f.suppressed is None and (f.item, f.segment, f.match) not in standing
    ]
