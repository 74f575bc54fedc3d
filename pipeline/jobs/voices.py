"""Whose voices they are, and what the checklist says then."""

from collections.abc import Sequence

from pipeline.domain import Speaker, User
from pipeline.jobs.ingest import check_recording
from pipeline.store import Store
from review.checklist import Checklist
from review.voices import name_voice


def name_voices(
    store: Store, person: User, recording: str, named: Sequence[tuple[int, Speaker]], checklist: Checklist
) -> None:
    """Say whose voices they are, and raise the flags again. Raises what `review.voices.name_voice` raises."""
    with store.transaction():
        for voice, speaker in named:
            name_voice(store, person, recording, voice, speaker)
    transcript = store.transcript(recording)
    if transcript is not None:
        check_recording(store, store.recording(recording), transcript, checklist)
