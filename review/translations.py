"""What the checklist says about a translation: a translator may have named what nobody said (pure)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from pipeline.domain import Action, Choice, Cue, CutPlan, Flag, Override, Profile, Span, Tier
from review.approval import Source
from review.checklist import Checklist
from review.flags import raise_flags
from review.places import place_of
from subtitles.clipwords import to_clip_ms
from subtitles.handover import as_transcript

NEAR_MS = 1_000
"""A flag of the speech answers for one of the translation from this far: languages order words differently."""

OF_SOUND = "process."
"""Items about how something was said or recorded: a translation cannot raise them."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A checklist item that a cue of the translation raises and its speech does not."""

    cue: int
    """Number of the cue, 1 first."""
    item: str
    why: str

    @property
    def sentence(self) -> str:
        return f"cue {self.cue}: {self.item}: {self.why}"


def check_translation(
    cues: Sequence[Cue],
    language: str,
    checklist: Checklist,
    plan: CutPlan,
    sources: Sequence[Source],
    *,
    profiles: Sequence[Profile] = (),
    overrides: Sequence[Override] = (),
) -> tuple[Finding, ...]:
    """What blocks or is to be redacted in the translated text and was not raised, and left in, where it is said.

    English is read in full, other languages for contacts, numbers and dates (`review.flags`). Where several people
    speak in a clip, a cue need not be the first one's: what any profile blocks is found.
    """
    allowed = {o.flag for o in overrides}
    known = [place for source in sources for place in _left_in(plan, source, allowed)]
    transcript = as_transcript(cues, language)
    found: dict[tuple[int, str], Finding] = {}
    raised = (raise_flags(transcript, checklist, profile=profile) for profile in profiles or (None,))
    for flag in chain.from_iterable(raised):
        number = next((n for n, s in enumerate(transcript.segments, 1) if s.id == flag.segment), None)
        if number is not None and _counts(flag) and not _is_known(flag, cues[number - 1], known):
            found.setdefault((number, flag.item), Finding(number, flag.item, flag.why))
    return tuple(found.values())


def _counts(flag: Flag) -> bool:
    acts = flag.tier is Tier.RED and flag.suppressed is None and flag.action in (Action.BLOCK, Action.REDACT)
    return acts and not flag.item.startswith(OF_SOUND)


def _left_in(plan: CutPlan, source: Source, allowed: set[str]) -> Iterator[tuple[str, Span]]:
    """(item, clip time) of the flags in kept speech that nobody redacted: reviewers know about them."""
    for flag in source.flags:
        decision, place = source.decision(flag), place_of(flag, source.transcript)
        is_redacted = decision is not None and decision.choice is Choice.REDACT and flag.id not in allowed
        if place is None or is_redacted or (flag.suppressed is not None and decision is None):
            continue
        for passage in plan.passages():
            both = passage.span.intersection(place) if passage.recording == source.recording.id else None
            if both is not None:
                yield flag.item, Span(to_clip_ms(passage, both.start_ms), to_clip_ms(passage, both.end_ms))


def _is_known(flag: Flag, cue: Cue, known: Sequence[tuple[str, Span]]) -> bool:
    near = Span(max(0, cue.clip_start_ms - NEAR_MS), cue.clip_end_ms + NEAR_MS)
    return any(item == flag.item and near.overlaps(span) for item, span in known)
