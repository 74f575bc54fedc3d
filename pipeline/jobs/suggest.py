"""Proposals for clips from all interviews that may be used at all."""

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.domain import CutPlan, Profile, Recording, Standing
from pipeline.store import Store
from review.suggest import Material, Suggestion, apart, suggest_passages

Say = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Skipped:
    """An interview that nothing is proposed from, and why."""

    recording: str
    why: str


def suggest_clips(
    store: Store, length_ms: int, count: int, narrative: str | None = None, say: Say | None = None
) -> tuple[tuple[Suggestion, ...], tuple[Skipped, ...]]:
    """The best passages of all interviews, none over another, and the interviews left out.

    `say` hears how many interviews are done of how many.
    """
    found: list[Suggestion] = []
    skipped, plans, recordings = [], store.plans(), store.recordings()
    for n, recording in enumerate(recordings):
        profile = store.known_profile(recording.interviewee)
        material = _material(store, recording, profile, plans)
        if why := _refused(profile) or ("" if material else "it has no transcript yet"):
            skipped.append(Skipped(recording.id, why))
        elif material:
            found += suggest_passages(material, length_ms, narrative)[:count]
        if say is not None:
            say(n + 1, len(recordings))
    return apart(found)[:count], tuple(skipped)


def _refused(profile: Profile | None) -> str:
    """What the gate would never let through; everything else can still be put in order."""
    if profile is not None and profile.withdrawn:
        return "the interviewee has withdrawn"
    if profile is not None and profile.standing is Standing.SUPPORTER:
        return "the interviewee is recorded as a supporter"
    return ""


def _material(
    store: Store, recording: Recording, profile: Profile | None, plans: tuple[CutPlan, ...]
) -> Material | None:
    transcript = store.transcript(recording.id)
    if transcript is None:
        return None
    return Material(
        recording=recording.id,
        interviewee=recording.interviewee,
        transcript=transcript,
        flags=store.flags(recording.id),
        decisions=store.decisions(recording.id),
        profile=profile,
        planned=tuple((p.id, kept) for p in plans for kept in p.kept if kept.recording == recording.id),
    )
