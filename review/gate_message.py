"""What a clip as a whole tells its viewers (pure). Source: `domain.md`, editing rules."""

import unicodedata
from collections.abc import Iterator

from pipeline.domain import Choice, CutPlan, Flag, NoteKind, Tier
from review.approval import Source
from review.gate import GateFacts, Reason
from review.gate_flags import OVERRIDES, describe, standing_flags, who_overrode
from review.places import heard_of, is_silenced
from subtitles.labels import has_own_title, note_title

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
    lacking = _without_note(facts.plan)
    if not lacking:
        return
    for source, flag in standing_flags(facts):
        if flag.item != GRAPHIC or _is_silent(facts, source, flag):
            continue
        if len(who_overrode(facts, flag) - facts.makers) < OVERRIDES:
            yield Reason(
                "message.content_note",
                f"{describe(source, flag)} is graphic, and no content note {' or '.join(lacking)} stands before it",
                f"counterclip plan edit {facts.plan.id} --content-note '…'",
            )


def _without_note(plan: CutPlan) -> tuple[str, ...]:
    """For whom there is no content note: all, or who reads burned subtitles of letters that are not in it.

    One note stands before every version; languages that share letters cannot be told apart here, the signers see them.
    """
    text = "".join(note.card.text for note in plan.notes if note.kind is NoteKind.CONTENT)
    if not text:
        return ("at all",)
    scripts = _scripts(text)
    known = (language for language in plan.burn if has_own_title(NoteKind.CONTENT, language))
    return tuple(f"in {b}" for b in known if not _scripts(note_title(NoteKind.CONTENT, b)) <= scripts)


def _scripts(text: str) -> frozenset[str]:
    """`LATIN`, `ARABIC` and the like."""
    return frozenset(unicodedata.name(c, "").split(" ")[0] for c in text if c.isalpha())


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
