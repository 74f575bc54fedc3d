"""What a clip as a whole tells its viewers (pure). Source: `domain.md`, editing rules."""

from collections.abc import Iterator

from pipeline.domain import Choice, Flag, NoteKind, Tier
from review.approval import Source
from review.gate import GateFacts, Reason
from review.gate_flags import OVERRIDES, describe, standing_flags, who_overrode
from review.places import heard_of, is_silenced

NO_CONSEQUENCE = "message.no_consequence"

GRAPHIC = "safety.graphic"

COUNTERWEIGHTS = frozenset(
    f"narrative.{name}" for name in ("brutality", "corruption", "quality_of_life", "infighting", "exit")
)
"""What makes up for "came home and nothing happened": a consequence, brutality, corruption or disillusion (rule 7)."""


def counterweight(facts: GateFacts) -> Iterator[Reason]:
    """A passage that says that one can go and come back unharmed stands only beside one that says what it costs."""
    if has_consequence(facts):
        return
    for source, flag in standing_flags(facts):
        if flag.item != NO_CONSEQUENCE or _is_silent(facts, source, flag):
            continue
        if len(who_overrode(facts, flag) - facts.makers) < OVERRIDES:
            yield Reason(
                "message.counterweight",
                f"{describe(source, flag)} tells that nothing happened to him,"
                " and nothing else in the clip tells what it cost",
                f"keep a passage with a consequence as well, or counterclip review override {facts.plan.id} {flag.id}"
                " --reason … by two people",
            )


def content_note(facts: GateFacts) -> Iterator[Reason]:
    """Who is to hear graphic detail is told before; what the checklist took for it wrongly two people may say."""
    if any(note.kind is NoteKind.CONTENT for note in facts.plan.notes):
        return
    for source, flag in standing_flags(facts):
        if flag.item != GRAPHIC or _is_silent(facts, source, flag):
            continue
        if len(who_overrode(facts, flag) - facts.makers) < OVERRIDES:
            yield Reason(
                "message.content_note",
                f"{describe(source, flag)} is graphic, and no content note stands before it",
                f"counterclip plan edit {facts.plan.id} --content-note '…'",
            )


def has_consequence(facts: GateFacts) -> bool:
    """True when something that is heard carries a narrative of COUNTERWEIGHTS."""
    return any(
        flag.item in COUNTERWEIGHTS and _counts(source, flag) and not _is_silent(facts, source, flag)
        for source in facts.sources
        for flag in source.flags
    )


def _counts(source: Source, flag: Flag) -> bool:
    decision = source.decision(flag)
    taken_out = decision is not None and decision.choice in (Choice.CUT, Choice.BLOCK, Choice.REDACT)
    return flag.tier is Tier.RED and flag.suppressed is None and not taken_out


def _is_silent(facts: GateFacts, source: Source, flag: Flag) -> bool:
    """Nothing of it is in the clip, or all of it is redacted."""
    heard = heard_of(facts.plan, source.recording.id, flag, source.transcript)
    return is_silenced(facts.plan, source.recording.id, heard)
