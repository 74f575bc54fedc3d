"""What the gate is given and what it answers with: plain values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from pipeline.domain import Aspect, Cue, CutPlan, Flag, Origin, Override, Profile, SignOff, User
from review.approval import Source

BEFORE_VERDICT_ITEMS = frozenset(
    {
        "incrimination.membership",
        "incrimination.weapons_training",
        "incrimination.travel",
        "incrimination.mosaic",
        "incrimination.innocence_claim",
        "legal.proceeding",
    }
)
"""Items that act as `block` before charge or trial (`domain.md`, checklist items and profiles)."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason against, for the person who can do something about it."""

    code: str
    """Stable, for programs."""
    sentence: str
    """What is wrong, with ids and times; never names or words."""
    hint: str
    """What to do."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The gate's no, with every reason for it."""

    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class LanguageVersion:
    """The subtitles of a plan in one language."""

    language: str
    sha256: str | None
    """None when they could not be made."""
    problem: str = ""
    """Why not."""
    hint: str = ""
    required: bool = True
    """False: it may be delivered beside the clip if it is agreed to and signed, and is left out if not."""
    origin: Origin = Origin.SPEECH
    cues: Mapping[Aspect, tuple[Cue, ...]] = field(default_factory=dict)
    """What is read, in every shape of the plan."""
    brought_by: str | None = None
    """Who brought in a person's translation; he may not sign it."""
    brought_at: str = ""
    accepted: str = ""
    """Why what the checklist found in the translation may stay."""

    @property
    def makers(self) -> frozenset[str]:
        return frozenset({self.brought_by} if self.brought_by else ())


@dataclass(frozen=True, slots=True)
class GateFacts:
    """Everything the gate looks at, read at one moment."""

    plan: CutPlan
    latest_version: int
    sources: tuple[Source, ...]
    """One for each recording of the plan, in the order of the clip."""
    profiles: tuple[Profile, ...]
    """Of the interviewees in it that the store knows."""
    overrides: tuple[Override, ...]
    sign_offs: tuple[SignOff, ...]
    users: Mapping[str, User]
    core_sha256: str
    languages: tuple[LanguageVersion, ...]
    checklist_sha256: str
    """Of the checklist as it is now."""
    stale: frozenset[str]
    """Recordings whose transcript changed, or was corrected, after its flags were raised."""
    originals_sha256: Mapping[str, str]
    """Digest of each original, and of another reader's recording, as they lie on the disk now; missing: unreadable."""
    today: date
    before_verdict: frozenset[str] = BEFORE_VERDICT_ITEMS
    splices: tuple[tuple[str, Flag], ...] = ()
    """Recording and flag of each sentence that the plan's cuts make say something else."""

    def profile(self, source: Source) -> Profile | None:
        code = source.recording.interviewee
        return next((p for p in self.profiles if p.code == code), None)

    @property
    def makers(self) -> frozenset[str]:
        """Everyone who made or edited the plan, corrected words that are heard in it, or said whose voices they are."""
        return frozenset({self.plan.made_by, *self.plan.edited_by, *self._correctors()})

    def _correctors(self) -> Iterator[str]:
        for source in self.sources:
            kept = [k.span for k in self.plan.kept if k.recording == source.recording.id]
            yield from (c.by for c in source.corrections if any(c.span.overlaps(span) for span in kept))
            yield from (n.by for n in source.namings)
