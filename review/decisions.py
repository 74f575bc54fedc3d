"""What people say about flags, segments and plans: one code path for the terminal and the pages.

Every act is checked, kept in the store and named in the ledger together, or not at all.
"""

from collections.abc import Sequence
from dataclasses import replace

from pipeline.canonical import document_sha256, to_json
from pipeline.domain import (
    Action,
    Agent,
    Approval,
    Choice,
    CutPlan,
    Decision,
    Flag,
    Modality,
    Override,
    Reading,
    Redaction,
    Role,
    Segment,
    SignOff,
    Span,
    Tier,
    User,
    new_id,
    utc_now,
)
from pipeline.errors import AuthenticationError, NotFoundError, PipelineError, RefusedError
from pipeline.store import Store
from pipeline.times import clock
from pipeline.workspace import Workspace
from review.approval import CORE, SIGNERS, reading_sha256
from review.assignments import recordings_of, require_no_other_part, require_part, signing_part
from review.facts import SIGNED, TAKEN_BACK, gather_facts, plan_sources, recorded_sign_offs
from review.gate import GateFacts
from review.ledger import record, write_checkpoint
from review.places import place_of
from review.policy import approval_of, content_reasons
from review.splices import plan_splices

PERSON = "person"
"""The rule of a flag that no machine raised."""


OF_ONE_CUT = "about the cuts of one plan, where it stands until two people override it"


def decide_flag(
    store: Store,
    user: User,
    flag_id: str,
    choice: Choice,
    reason: str,
    note: str = "",
    redaction: Redaction | None = None,
) -> Decision:
    """Keep one person's verdict on a flag; it replaces any earlier one, which stays as history.

    `redaction` is what `redact` removes, already grown and padded. Raises NotFoundError for an
    unknown flag, AuthenticationError when the person may not decide, PipelineError when the reason
    is missing or the redaction does not fit.
    """
    recording, flag = store.flag(flag_id)
    require_part(store, user, [recording], *SIGNERS)
    if (choice is Choice.REDACT) != (redaction is not None):
        raise PipelineError(
            f"{choice} and a redaction do not go together", "redact says what is removed, others do not"
        )
    if redaction is not None:
        _check_redaction(store, recording, flag, redaction)
        redaction = replace(redaction, flag=flag_id)
    why = _given(reason)
    decision = Decision(new_id("d"), recording, flag_id, choice, why, note.strip(), user.id, utc_now(), redaction)
    with store.transaction():
        store.add_decision(decision)
        record(store, "flag.decided", user.id, flag_id, document_sha256("decision", to_json(decision)))
    return decision


def _check_redaction(store: Store, recording: str, flag: Flag, redaction: Redaction) -> None:
    span, end = redaction.span, store.recording(recording).probe.duration_ms
    if redaction.recording != recording:
        raise PipelineError(f"the redaction is in another recording than {flag.id}", f"redact in {recording}")
    if not span.duration_ms or span.end_ms > end:
        raise PipelineError(
            f"the redaction {_when(span)} is not inside {recording}, which ends at {clock(end)}",
            "choose a span inside it",
        )
    place = place_of(flag, store.transcript(recording))
    if redaction.kind.is_sound and place is not None and place.duration_ms and not span.overlaps(place):
        raise PipelineError(
            f"the redaction {_when(span)} does not touch {flag.id} at {_when(place)}",
            "redact the words the flag is about; for others add a flag of their own",
        )


def read_segments(store: Store, user: User, recording: str, segments: Sequence[str]) -> tuple[Reading, ...]:
    """Keep that a person has read these segments in full, as their text is now.

    Segments that this person read before, and that have not changed, are not noted again. Raises
    NotFoundError for an unknown recording or segment, AuthenticationError when the person is no reviewer.
    """
    require_part(store, user, [recording], *SIGNERS)
    transcript = store.transcript(recording)
    known = {s.id: s for s in transcript.segments} if transcript else {}
    if unknown := [s for s in segments if s not in known]:
        raise NotFoundError(f"no segment {unknown[0]} in {recording}", f"counterclip review list {recording}")
    at = utc_now()
    with store.transaction():
        before = {(r.segment, r.text_sha256) for r in store.readings(recording) if r.by == user.id}
        wanted = [Reading(recording, s, reading_sha256(known[s]), user.id, at) for s in dict.fromkeys(segments)]
        new = tuple(r for r in wanted if (r.segment, r.text_sha256) not in before)
        for reading in new:
            store.add_reading(reading)
        if new:
            said = document_sha256("readings", [to_json(reading) for reading in new])
            record(store, "segments.read", user.id, recording, said)
    return new


def add_missing_flag(
    store: Store,
    user: User,
    recording: str,
    segment: Segment | None,
    span: Span | None,
    item: str,
    action: Action,
    reason: str,
) -> Flag:
    """Keep a flag that the machine missed: red from the start, and no later check removes it.

    `segment` is None for sound without words, which then needs a `span`. Raises NotFoundError for an
    unknown recording, PipelineError when neither place nor reason is given or the span lies outside.
    """
    require_part(store, user, [recording], Role.EDITOR, *SIGNERS)
    end = store.recording(recording).probe.duration_ms
    if segment is None and span is None:
        raise PipelineError("a flag needs a place", "name a segment or a span")
    if span is not None and span.end_ms > end:
        raise PipelineError(f"the flag reaches past the end of {recording} at {clock(end)}", "choose a span inside it")
    flag = Flag(
        id=new_id("f"),
        item=item,
        segment=segment.id if segment else "",
        match=None,
        span=span,
        agent=Agent.UNKNOWN,
        modality=Modality.ASSERTED,
        tier=Tier.RED,
        score=1.0,
        rule=PERSON,
        why=_given(reason),
        action=action,
    )
    with store.transaction():
        store.add_flag(recording, flag, user.id)
        record(store, "flag.added", user.id, flag.id, document_sha256("flag", to_json(flag)))
    return flag


def override(store: Store, user: User, plan: CutPlan, flag_id: str, reason: str) -> Override:
    """Keep one person's word that a blocked flag may stay in this plan; the gate wants two.

    Raises NotFoundError for an unknown flag, RefusedError for who made or edited the plan,
    PipelineError when the flag is not in it, the reason is missing or the person did so before.
    """
    require_part(store, user, recordings_of(plan), *SIGNERS)
    splice = next((s for s in plan_splices(plan, plan_sources(store, plan)) if s[1].id == flag_id), None)
    recording = splice[0] if splice else store.flag(flag_id)[0]
    if recording not in {k.recording for k in plan.kept}:
        raise PipelineError(f"{flag_id} is not in a recording of {plan.id}", f"counterclip plan show {plan.id}")
    _refuse_makers(user, plan, "override a block in")
    require_no_other_part(store, user, plan, edits=False)
    made = Override(flag_id, plan.id, _given(reason), user.id, utc_now())
    with store.transaction():
        if any((o.flag, o.by) == (flag_id, user.id) for o in store.overrides(plan.id)):
            raise PipelineError(f"you overrode {flag_id} already", "another person has to, too")
        if splice:
            store.add_flag(recording, replace(splice[1], suppressed=OF_ONE_CUT), user.id)
        store.add_override(made)
        record(store, "flag.overridden", user.id, flag_id, document_sha256("override", to_json(made)))
    return made


def sign(
    store: Store,
    workspace: Workspace,
    user: User,
    facts: GateFacts,
    *,
    role: Role | None = None,
    languages: Sequence[str] | None = None,
) -> tuple[str, Approval]:
    """Sign what the person saw: the core digest, and those of the language versions named (all by default).

    Returns the core digest signed and what is still missing. The role is counsel's for who is counsel in all of
    its interviews, else reviewer. Signing the same again adds nothing. Raises RefusedError for who made or edited
    the plan, while anything but signatures is missing, and when the plan changed since `facts` were
    gathered; AuthenticationError when the person has no such role.
    """
    plan = facts.plan
    signs_as = role or signing_part(store, user, plan)
    if signs_as not in SIGNERS:
        raise AuthenticationError(f"nobody signs as {signs_as}", "sign as reviewer or counsel")
    require_part(store, user, recordings_of(plan), signs_as)
    _refuse_makers(user, plan, "sign", facts.makers)
    require_no_other_part(store, user, plan, edits=False)
    if reasons := content_reasons(facts):
        raise RefusedError(
            f"{plan.id} is not ready to be signed",
            tuple(r.sentence for r in reasons),
            f"counterclip plan show {plan.id}",
        )
    subjects = _subjects(facts, user, languages)
    with store.transaction():
        if _digests(_again(store, facts)) != _digests(facts):
            raise RefusedError(
                f"{plan.id} has changed since you looked at it", (), f"counterclip plan show {plan.id}, then sign again"
            )
        known, standing = _known(store.signoffs(plan.id)), _known(recorded_sign_offs(store, plan))
        for subject, sha256 in subjects:
            mine = (subject, sha256, user.id, signs_as)
            if mine not in known:
                store.add_signoff(SignOff(plan.id, subject, sha256, user.id, signs_as, utc_now()))
            if mine not in standing:
                record(store, SIGNED, user.id, plan.id, sha256)
        signed = replace(facts, sign_offs=recorded_sign_offs(store, plan))
    write_checkpoint(store, workspace)
    return facts.core_sha256, approval_of(signed)


def take_back_sign_off(store: Store, workspace: Workspace, user: User, plan: CutPlan) -> int:
    """Take every standing sign-off of this person on a plan back; how many there were.

    What was signed stays in the history, and the ledger says that it does not count any more.
    """
    with store.transaction():
        mine = dict.fromkeys(s.sha256 for s in recorded_sign_offs(store, plan) if s.by == user.id)
        for sha256 in mine:
            record(store, TAKEN_BACK, user.id, plan.id, sha256)
    if mine:
        write_checkpoint(store, workspace)
    return len(mine)


def _known(sign_offs: Sequence[SignOff]) -> set[tuple[str, str, str, Role]]:
    return {(s.subject, s.sha256, s.by, s.role) for s in sign_offs}


def _subjects(facts: GateFacts, user: User, languages: Sequence[str] | None) -> list[tuple[str, str]]:
    """What is signed; nobody signs a translation that he brought in himself."""
    made = {v.language: v.sha256 for v in facts.languages if v.sha256 is not None and user.id not in v.makers}
    chosen = list(made) if languages is None else list(dict.fromkeys(languages))
    if unknown := [language for language in chosen if language not in made]:
        raise PipelineError(f"{facts.plan.id} has no subtitles in {unknown[0]}", f"it has {', '.join(made) or 'none'}")
    return [(CORE, facts.core_sha256), *((language, made[language]) for language in chosen)]


def _again(store: Store, facts: GateFacts) -> GateFacts:
    """The same question, put to the store inside the transaction that signs."""
    return gather_facts(
        store,
        store.plan(facts.plan.id),
        today=facts.today,
        originals_sha256=facts.originals_sha256,
        checklist_sha256=facts.checklist_sha256,
        before_verdict=facts.before_verdict,
    )


def _digests(facts: GateFacts) -> tuple[object, ...]:
    return facts.plan, facts.core_sha256, facts.languages, facts.stale


def _refuse_makers(user: User, plan: CutPlan, act: str, makers: frozenset[str] = frozenset()) -> None:
    if user.id in (plan.made_by, *plan.edited_by, *makers):
        raise RefusedError(
            f"you made or edited {plan.id}, or corrected words in it, and cannot {act} it",
            (),
            "two people who did not work on it have to",
        )


def _when(span: Span) -> str:
    return f"{clock(span.start_ms)}-{clock(span.end_ms)}"


def _given(reason: str) -> str:
    if not reason.strip():
        raise PipelineError("a reason is missing", "say in a few words why, without names")
    return reason.strip()
