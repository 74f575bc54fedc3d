"""Flags and decisions inside what a plan keeps (pure).

A flag stands when its tier is red and nothing suppressed it. An amber flag asks for nothing but the
reading. What a person decided counts for any flag, also an amber or suppressed one.
"""

from collections.abc import Iterator

from pipeline.domain import Action, Choice, ClaimStatus, Decision, Flag, Picture, Redaction, Span, Tier
from pipeline.times import clock
from review.approval import SIGNERS, Source
from review.gate import GateFacts, Reason
from review.gate_people import is_before_verdict
from review.places import heard_of, is_silenced, kept_spans, place_of, times, uncovered, within

INNOCENCE_CLAIM = "incrimination.innocence_claim"
UNTRANSCRIBED = "process.untranscribed_speech"
"""Blocks until heard: who listened and says `keep` with a reason has heard it (`domain.md`, checklist items)."""

OVERRIDES = 2
"""Named people who have to let a blocked flag stay (`domain.md`, checklist items)."""


def standing_flags(facts: GateFacts) -> Iterator[tuple[Source, Flag]]:
    """Every standing flag that concerns a kept span, with its recording."""
    for source in facts.sources:
        for flag in source.flags:
            if flag.tier is Tier.RED and flag.suppressed is None and _heard(facts, source, flag):
                yield source, flag


def needs_counsel(facts: GateFacts) -> bool:
    """True when someone sent a kept passage to counsel, or it touches what is blocked before a verdict."""
    if any(d.choice is Choice.COUNSEL for _, _, d in _decided(facts)):
        return True
    return any(_is_blocked_by_status(facts, source, flag) for source, flag in standing_flags(facts))


def flags(facts: GateFacts) -> Iterator[Reason]:
    for source, flag in standing_flags(facts):
        action = Action.BLOCK if _is_blocked_by_status(facts, source, flag) else flag.action
        if action is Action.BLOCK:
            yield from _blocked(facts, source, flag)
        elif action is Action.REDACT:
            yield from _to_redact(facts, source, flag)
        elif action is Action.REVIEW and source.decision(flag) is None:
            yield Reason(
                "flag.review",
                f"nobody has decided about {describe(source, flag)}",
                f"counterclip review decide {flag.id} keep|redact|cut|block|counsel --reason …",
            )


def splices(facts: GateFacts) -> Iterator[Reason]:
    """A cut never makes someone say what he did not say, unless two people looked at it and say that it does not."""
    for source in facts.sources:
        for flag in (f for recording, f in facts.splices if recording == source.recording.id):
            count = len(who_overrode(facts, flag) - facts.makers)
            if count < OVERRIDES:
                yield Reason(
                    "flag.block",
                    f"{describe(source, flag)} blocks: a cut leaves half of a sentence, and what stays may say"
                    f" something else; {count} of {OVERRIDES} people who did not make the plan overrode it",
                    f"keep the whole sentence, or counterclip review override {facts.plan.id} {flag.id} --reason …",
                )


def _blocked(facts: GateFacts, source: Source, flag: Flag) -> Iterator[Reason]:
    if is_silenced(facts.plan, source.recording.id, _heard(facts, source, flag)):
        return
    if flag.item == UNTRANSCRIBED and _may_stay(facts, source.decision(flag)):
        return
    count = len(who_overrode(facts, flag) - facts.makers)
    if count < OVERRIDES:
        yield Reason(
            "flag.block",
            f"{describe(source, flag)} blocks: it is neither outside the kept spans nor wholly redacted,"
            f" and {count} of {OVERRIDES} people who did not make the plan overrode it",
            f"keep another span, redact it, or counterclip review override {facts.plan.id} {flag.id} --reason …",
        )


def who_overrode(facts: GateFacts, flag: Flag) -> set[str]:
    """Ids of those who overrode the flag in this plan, with a reason and as reviewer or counsel."""
    people = {o.by for o in facts.overrides if (o.flag, o.plan) == (flag.id, facts.plan.id) and o.reason.strip()}
    return {p for p in people if (user := facts.users.get(p)) and set(user.roles) & set(SIGNERS)}


def _to_redact(facts: GateFacts, source: Source, flag: Flag) -> Iterator[Reason]:
    decision = source.decision(flag)
    if is_silenced(facts.plan, source.recording.id, _heard(facts, source, flag)) or _may_stay(facts, decision):
        return
    why = "is neither redacted nor decided"
    if decision is not None and decision.by in facts.makers:
        why = "is not wholly redacted, and who made the plan cannot decide that alone"
    elif decision is not None:
        why = "is not wholly redacted, and nobody gave a reason why it may be heard"
    yield Reason(
        "flag.redact",
        f"{describe(source, flag)} {why}",
        f"counterclip review decide {flag.id} redact|keep --reason …, then counterclip plan edit {facts.plan.id}",
    )


def _may_stay(facts: GateFacts, decision: Decision | None) -> bool:
    """Kept with a reason, or redacted with other edges, by a person who did not make the plan."""
    if decision is None or decision.by in facts.makers or not decision.reason.strip():
        return False
    hidden = decision.redaction is not None and decision.redaction.kind.is_sound
    return decision.choice is Choice.KEEP or (decision.choice is Choice.REDACT and hidden)


def decisions(facts: GateFacts) -> Iterator[Reason]:
    edit = f"counterclip plan edit {facts.plan.id}"
    for source, flag, decision in _decided(facts):
        name = describe(source, flag)
        if decision.choice in (Choice.CUT, Choice.BLOCK) and _is_kept(facts, source, flag):
            yield Reason(
                f"decision.{decision.choice}",
                f"{name} was decided {decision.choice} and is in a kept span",
                f"{edit} --keep START-END without it",
            )
        if decision.redaction is not None and not _is_reflected(facts, decision.redaction):
            yield Reason(
                "decision.redact",
                f"{name} was decided redact and the plan does not redact {times(decision.redaction.span)}",
                edit,
            )


def unverified_claims(facts: GateFacts) -> Iterator[Reason]:
    """Claims of innocence in what is kept: until someone has verified one, its clip is not exported."""
    for source, flag, status in _claims(facts):
        if status in (ClaimStatus.UNVERIFIED, ClaimStatus.DISPUTED):
            what = "that nobody has verified" if status is ClaimStatus.UNVERIFIED else "that is disputed"
            yield Reason(
                f"claim.{status}",
                f"{describe(source, flag)} is a claim of innocence {what}",
                f"counterclip review claim {flag.id} corroborated --source … before the clip is exported",
            )


def false_claims(facts: GateFacts) -> Iterator[Reason]:
    """A claim found to be false is not cut again; clips that hold it are to be recalled."""
    for source, flag, status in _claims(facts):
        if status is ClaimStatus.FALSE:
            yield Reason(
                "claim.false",
                f"{describe(source, flag)} is a claim of innocence that turned out to be false",
                f"counterclip plan edit {facts.plan.id} --keep START-END without it, and recall clips that hold it",
            )


def _claims(facts: GateFacts) -> Iterator[tuple[Source, Flag, ClaimStatus]]:
    for source, flag in standing_flags(facts):
        if flag.item == INNOCENCE_CLAIM:
            known = next((c.status for c in source.claims if c.flag == flag.id), ClaimStatus.UNVERIFIED)
            yield source, flag, known


def _decided(facts: GateFacts) -> Iterator[tuple[Source, Flag, Decision]]:
    """Every decision that concerns a kept span: by its flag's place, or by the place it redacts."""
    for source in facts.sources:
        for flag in source.flags:
            decision = source.decision(flag)
            if decision and (_heard(facts, source, flag) or _redacts_kept(facts, decision.redaction)):
                yield source, flag, decision


def _redacts_kept(facts: GateFacts, redaction: Redaction | None) -> bool:
    return redaction is not None and bool(within(redaction.span, kept_spans(facts.plan, redaction.recording)))


def _is_reflected(facts: GateFacts, wanted: Redaction) -> bool:
    """Every kept part of it is hidden: sound by any sound redaction, picture by one of the same kind and place."""
    plan = facts.plan
    parts = within(wanted.span, kept_spans(plan, wanted.recording))
    if wanted.kind.is_sound:
        return is_silenced(plan, wanted.recording, parts)
    if plan.picture is Picture.OFF:
        return True
    same = [
        r.span for r in plan.redactions
        if (r.recording, r.kind, r.region, r.track) == (wanted.recording, wanted.kind, wanted.region, wanted.track)
    ]  # fmt: skip
    return all(not uncovered(part, same) for part in parts)


def _is_blocked_by_status(facts: GateFacts, source: Source, flag: Flag) -> bool:
    return flag.item in facts.before_verdict and is_before_verdict(facts.profile(source))


def _heard(facts: GateFacts, source: Source, flag: Flag) -> tuple[Span, ...]:
    return heard_of(facts.plan, source.recording.id, flag, source.transcript)


def _is_kept(facts: GateFacts, source: Source, flag: Flag) -> bool:
    """Inside a kept span itself, not only near one."""
    place = place_of(flag, source.transcript)
    return place is None or any(place.overlaps(span) for span in kept_spans(facts.plan, source.recording.id))


def describe(source: Source, flag: Flag) -> str:
    """Which flag it is and where, without its words."""
    place = place_of(flag, source.transcript)
    where = f"at {clock(place.start_ms)}" if place else "at an unknown time"
    return f"flag {flag.id} ({flag.item}) {where} in {source.recording.id}"
