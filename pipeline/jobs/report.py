"""What the store knows about the whole collection, counted: ids and codes only."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from pipeline.domain import Choice, Clip, CutPlan, Decision, Flag, Profile, Recording, Tier, Transcript
from pipeline.jobs.search import narratives
from pipeline.store import Store
from pipeline.workspace import Workspace
from review.gate_message import COUNTERWEIGHTS, NO_CONSEQUENCE
from review.places import heard_of, is_silenced
from review.report import Collection, Interview, Released
from subtitles.sdh import plain_language


def gather_collection(workspace: Workspace, store: Store) -> Collection:
    """Everything a report is made of, as it is now."""
    with store.snapshot():
        recordings = store.recordings()
        profiles = {r.interviewee: store.known_profile(r.interviewee) for r in recordings}
        plans, clips = store.plans(), [(c, store.plan(c.plan, c.plan_version)) for c in store.clips()]
        interviews, told = [], dict[str, set[str]]()
        for recording in recordings:
            material = _Told.of(store, recording.id)
            interviews.append(_interview(store, recording, profiles[recording.interviewee], material, plans))
            for clip, plan in clips:
                told.setdefault(clip.id, set()).update(material.heard_in(plan))
        gone = {removal.publication for removal in store.removals()}
        return Collection(
            narratives=narratives(workspace),
            interviews=tuple(interviews),
            clips=tuple(_released(store, c, p, frozenset(told.get(c.id, ())), recordings, profiles) for c, p in clips),
            publications=tuple(p for p in store.publications() if p.id not in gone),
            reaches=store.reaches(),
            reached={p.id: p for p in store.publications()},
            entries=store.entries(),
            today=datetime.now(UTC).date(),
        )


@dataclass(frozen=True, slots=True)
class _Told:
    """What one interview tells of, and where."""

    recording: str
    transcript: Transcript | None
    flags: tuple[Flag, ...]
    decisions: Mapping[str, Decision]

    @classmethod
    def of(cls, store: Store, recording: str) -> "_Told":
        flags = tuple(f for f in store.flags(recording) if f.tier is Tier.RED and f.suppressed is None)
        return cls(recording, store.transcript(recording), flags, {d.flag: d for d in store.decisions(recording)})

    def heard_in(self, plan: CutPlan) -> set[str]:
        """Items that are heard in this plan: in a kept span, and not wholly silenced or taken out."""
        if all(kept.recording != self.recording for kept in plan.kept):
            return set()
        return {flag.item for flag in self.flags if self._is_heard(plan, flag)}

    def _is_heard(self, plan: CutPlan, flag: Flag) -> bool:
        decision = self.decisions.get(flag.id)
        if decision is not None and decision.choice in (Choice.CUT, Choice.BLOCK, Choice.REDACT):
            return False
        heard = heard_of(plan, self.recording, flag, self.transcript)
        return bool(heard) and not is_silenced(plan, self.recording, heard)


def _interview(
    store: Store, recording: Recording, profile: Profile | None, told: _Told, plans: tuple[CutPlan, ...]
) -> Interview:
    return Interview(
        recording=recording.id,
        interviewee=recording.interviewee,
        profile=profile,
        described=store.description(profile.code) if profile else {},
        duration_ms=recording.probe.duration_ms,
        told=Counter(flag.item for flag in told.flags),
        plans=sum(any(kept.recording == recording.id for kept in plan.kept) for plan in plans),
    )


def _released(
    store: Store,
    clip: Clip,
    plan: CutPlan,
    told: frozenset[str],
    recordings: tuple[Recording, ...],
    profiles: Mapping[str | None, Profile | None],
) -> Released:
    names = {kept.recording for kept in plan.kept}
    people = tuple(sorted({r.interviewee for r in recordings if r.id in names and r.interviewee}))
    bundles = [b for b in store.bundles() if clip.id in b.clips]
    online = {made.platform for made in store.publications(clip.id)}
    withdrawn = any(p.withdrawn for code in people if (p := profiles.get(code)))
    return Released(
        clip=clip.id,
        interviewees=people,
        told=told,
        languages=_languages(clip),
        platforms=tuple(sorted({p for b in bundles for p in b.platforms} | online)),
        campaigns=tuple(sorted({b.campaign for b in bundles})),
        has_consequence=bool(told & COUNTERWEIGHTS),
        is_unharmed=NO_CONSEQUENCE in told,
        is_out_of_use=withdrawn or bool(store.recalls(clip.id)),
    )


def _languages(clip: Clip) -> tuple[str, ...]:
    """Burned in, or in a subtitle file beside it: `16x9.en.srt` is English."""
    beside = {name.split(".")[-2] for name in clip.sidecars if name.count(".") >= 2}
    return tuple(sorted({plain_language(b) for b in beside} | {r.burn for r in clip.renditions if r.burn}))
