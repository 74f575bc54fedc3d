"""What the store knows about a plan, read at one moment and put before the gate."""

from collections.abc import Mapping
from datetime import date

from pipeline.domain import CutPlan, Profile, SignOff, Transcript
from pipeline.errors import PipelineError
from pipeline.store import Store
from review.approval import Source, core_document, core_sha256
from review.checklist import load_checklist
from review.gate import BEFORE_VERDICT_ITEMS, GateFacts, LanguageVersion
from subtitles.limits import base_language
from subtitles.plan_cues import language_document, language_sha256, plan_cues, spoken_language

SIGNED = "plan.signed"
"""Kind of the ledger entry that belongs to every sign-off."""

TAKEN_BACK = "plan.sign_off_taken_back"
"""Kind of the entry with which a person takes a sign-off back; signing again makes it stand again."""


def gather_facts(
    store: Store,
    plan: CutPlan,
    *,
    today: date,
    originals_sha256: Mapping[str, str],
    checklist_sha256: str | None = None,
    before_verdict: frozenset[str] = BEFORE_VERDICT_ITEMS,
) -> GateFacts:
    """Everything the gate looks at, as the store has it now.

    `originals_sha256` gives the digest of each original as read from the disk just now, by
    recording; one that could not be read is left out. `checklist_sha256` is that of the checklist in
    use; without it, that of the product's own. Raises NotFoundError when the plan or a recording
    in it is unknown.
    """
    checklist = checklist_sha256 if checklist_sha256 is not None else load_checklist().sha256
    with store.snapshot():
        latest = store.plan(plan.id).version
        sources = tuple(_source(store, name) for name in dict.fromkeys(k.recording for k in plan.kept))
        profiles = _profiles(store, sources)
        overrides = store.overrides(plan.id)
        sign_offs = recorded_sign_offs(store, plan)
        users = {user.id: user for user in store.users()}
        stale = frozenset(s.recording.id for s in sources if _is_stale(store, s.recording.id))
    return GateFacts(
        plan=plan,
        latest_version=latest,
        sources=sources,
        profiles=profiles,
        overrides=overrides,
        sign_offs=sign_offs,
        users=users,
        core_sha256=core_sha256(core_document(plan, sources, profiles, overrides)),
        languages=_language_versions(plan, sources),
        checklist_sha256=checklist,
        stale=stale,
        originals_sha256=originals_sha256,
        today=today,
        before_verdict=before_verdict,
    )


def _source(store: Store, recording: str) -> Source:
    return Source(
        recording=store.recording(recording),
        transcript=store.transcript(recording),
        flags=store.flags(recording),
        decisions=store.decisions(recording),
        readings=store.readings(recording),
        checklist_sha256=store.checklist_sha256(recording),
        claims=store.claims(recording),
        corrections=store.corrections(recording),
    )


def _profiles(store: Store, sources: tuple[Source, ...]) -> tuple[Profile, ...]:
    known = store.interviewees()
    codes = dict.fromkeys(s.recording.interviewee for s in sources)
    return tuple(store.profile(code) for code in codes if code is not None and code in known)


def _is_stale(store: Store, recording: str) -> bool:
    run = store.check_run(recording)
    return run is not None and run.transcript_sha256 != store.transcript_sha256(recording)


def recorded_sign_offs(store: Store, plan: CutPlan) -> tuple[SignOff, ...]:
    """Sign-offs that stand in the ledger and were not taken back: a row put into the table by hand counts for nothing.

    What the ledger said last about a person and a digest holds.
    """
    said = {(e.actor, e.content_sha256): e.kind for e in store.entries(plan.id) if e.kind in (SIGNED, TAKEN_BACK)}
    return tuple(s for s in store.signoffs(plan.id) if said.get((s.by, s.sha256)) == SIGNED)


def _language_versions(plan: CutPlan, sources: tuple[Source, ...]) -> tuple[LanguageVersion, ...]:
    """Every burned language, which must be signed, and the spoken one, which may be delivered beside the clip."""
    transcripts = {s.recording.id: s.transcript for s in sources if s.transcript is not None}
    versions = [_language_version(plan, transcripts, language, required=True) for language in plan.burn]
    try:
        spoken = spoken_language(plan, transcripts)
    except PipelineError:
        return tuple(versions)  # the burned ones say why; without any nothing is missing
    if base_language(spoken) not in {base_language(language) for language in plan.burn} and plan.kept:
        versions.append(_language_version(plan, transcripts, spoken, required=False))
    return tuple(versions)


def _language_version(
    plan: CutPlan, transcripts: Mapping[str, Transcript], language: str, *, required: bool
) -> LanguageVersion:
    try:
        cues = {aspect: plan_cues(plan, transcripts, language, aspect) for aspect in plan.aspects}
    except PipelineError as problem:
        return LanguageVersion(language, None, problem.message, problem.hint, required)
    return LanguageVersion(language, language_sha256(language_document(plan, language, cues)), required=required)
