"""What the store knows about a plan, read at one moment and put before the gate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipeline.domain import Aspect, Cue, CutPlan, Origin, Profile, SignOff, Transcript, Translation
from pipeline.errors import PipelineError
from pipeline.store import Store
from review.approval import Source, core_document, core_sha256
from review.checklist import load_checklist
from review.gate import BEFORE_VERDICT_ITEMS, GateFacts, LanguageVersion
from review.splices import plan_splices
from subtitles.limits import base_language
from subtitles.plan_cues import language_document, language_sha256, origin_of, plan_cues, spoken_language
from subtitles.quality import check_cues
from subtitles.sdh import sdh_language, sounds_without_room

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
        sources = plan_sources(store, plan)
        profiles = profiles_of(store, sources)
        overrides = store.overrides(plan.id)
        translations = store.translations(plan.id)
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
        languages=language_versions(plan, sources, translations),
        checklist_sha256=checklist,
        stale=stale,
        originals_sha256=originals_sha256,
        today=today,
        before_verdict=before_verdict,
        splices=plan_splices(plan, sources),
    )


def plan_sources(store: Store, plan: CutPlan) -> tuple[Source, ...]:
    """The recordings of a plan in the order of the clip, with all that the store knows about them."""
    return tuple(_source(store, name) for name in dict.fromkeys(k.recording for k in plan.kept))


def stored_languages(store: Store, plan: CutPlan) -> tuple[LanguageVersion, ...]:
    """The language versions of a plan as the store has them now, whoever signed them."""
    with store.snapshot():
        return language_versions(plan, plan_sources(store, plan), store.translations(plan.id))


def _source(store: Store, recording: str) -> Source:
    return Source(
        recording=store.recording(recording),
        transcript=store.transcript(recording),
        flags=store.flags(recording),
        decisions=store.decisions(recording),
        readings=store.readings(recording),
        checklist_sha256=store.checklist_sha256(recording),
        shots=store.shot_changes(recording),
        claims=store.claims(recording),
        corrections=store.corrections(recording),
        namings=store.namings(recording),
    )


def profiles_of(store: Store, sources: Sequence[Source]) -> tuple[Profile, ...]:
    """The profiles of those who speak in these recordings, as far as there are any, in that order."""
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


def language_versions(
    plan: CutPlan, sources: Sequence[Source], translations: Sequence[Translation]
) -> tuple[LanguageVersion, ...]:
    """Every burned language, which must be signed; the spoken one, those people translated, and the one for the deaf
    and hard of hearing, which may be delivered.

    This is the one place where the cues of a plan are made from what the store knows.
    """
    said = _Said.of(plan, sources, translations)
    burned = {base_language(language) for language in plan.burn}
    beside = [language for language in said.spoken() if base_language(language) not in burned and plan.kept]
    beside += [t.language for t in translations if t.language not in (*plan.burn, *beside)]
    beside += [sdh_language(language) for language in said.spoken() if plan.sdh and plan.kept]
    return (
        *(said.version(language, required=True) for language in plan.burn),
        *(said.version(language, required=False) for language in beside),
    )


def hard_faults(plan: CutPlan, version: LanguageVersion, aspect: Aspect) -> tuple[str, ...]:
    """The hard rules of the guidelines that a version breaks, and sounds that it leaves out, one line each.

    People sign them with their eyes open.
    """
    found = check_cues(
        version.cues.get(aspect, ()),
        language=version.language,
        aspect=aspect,
        translation=version.origin is not Origin.SPEECH,
        frame_rate=plan.frame_rate,
    )
    hard = tuple(str(violation) for violation in found if violation.hard)
    return (*hard, *sounds_without_room(plan, version.language, version.cues.get(aspect, ())))


@dataclass(frozen=True, slots=True)
class _Said:
    """A plan with what its language versions are made of."""

    plan: CutPlan
    transcripts: Mapping[str, Transcript]
    shots: Mapping[str, tuple[int, ...]]
    translations: tuple[Translation, ...]

    @classmethod
    def of(cls, plan: CutPlan, sources: Sequence[Source], translations: Sequence[Translation]) -> "_Said":
        transcripts = {s.recording.id: s.transcript for s in sources if s.transcript is not None}
        return cls(plan, transcripts, {s.recording.id: s.shots for s in sources}, tuple(translations))

    def spoken(self) -> tuple[str, ...]:
        """The spoken language; none where there is not one: the burned versions say why."""
        try:
            return (spoken_language(self.plan, self.transcripts),)
        except PipelineError:
            return ()

    def version(self, language: str, *, required: bool) -> LanguageVersion:
        made = next((t for t in self.translations if t.language == language), None)
        try:
            origin = origin_of(self.plan, self.transcripts, language, self.translations)
            cues = {aspect: self._cues(language, aspect) for aspect in self.plan.aspects}
        except PipelineError as problem:
            return LanguageVersion(language, None, problem.message, problem.hint, required)
        version = LanguageVersion(
            language,
            language_sha256(language_document(self.plan, language, cues)),
            required=required,
            origin=origin,
            cues=cues,
        )
        if made is None or origin is not Origin.PERSON:
            return version
        return replace(version, brought_by=made.by, brought_at=made.at, accepted=made.accepted)

    def _cues(self, language: str, aspect: Aspect) -> tuple[Cue, ...]:
        return plan_cues(
            self.plan, self.transcripts, language, aspect, translations=self.translations, shots=self.shots
        )
