"""The one gate: facts in, every reason against or a permit out. Pure; nothing else makes a Permit.

The rules are the functions in RULES, in the order their reasons are listed. Where they come from:
`domain.md` (rules, profiles), `design.md` §2, `safety.md` part 2.
"""

from collections.abc import Callable, Iterator

from pipeline.canonical import plan_sha256
from pipeline.domain import Approval, Origin, Permit
from review import gate_faces, gate_flags, gate_message, gate_people, gate_recordings, gate_texts, gate_voice
from review.approval import approval
from review.credibility import credibility
from review.gate import BEFORE_VERDICT_ITEMS, GateFacts, LanguageVersion, Reason, Refusal

__all__ = [
    "BEFORE_VERDICT_ITEMS",
    "GateFacts",
    "LanguageVersion",
    "Reason",
    "Refusal",
    "approval_of",
    "content_reasons",
    "decide",
    "export_reasons",
    "outside_reasons",
    "unsigned_drafts",
]


def decide(facts: GateFacts) -> Permit | Refusal:
    """A permit bound to the digests, or every reason why there is none."""
    reasons = _unique(reason for rule in RULES for reason in rule(facts))
    if reasons:
        return Refusal(reasons)
    cues = tuple((v.language, v.sha256) for v in facts.languages if v.sha256 and _may_be_delivered(facts, v))
    return Permit(facts.plan.id, plan_sha256(facts.plan), facts.core_sha256, cues)


def content_reasons(facts: GateFacts) -> tuple[Reason, ...]:
    """Every reason that neither a signature nor time nor the disk can heal: first these, then signatures."""
    return _unique(reason for rule in CONTENT_RULES for reason in rule(facts))


def approval_of(facts: GateFacts) -> Approval:
    """Who has to sign, who did, what is missing: for the core and every required language."""
    return approval(
        facts.plan,
        facts.core_sha256,
        {v.language: v.sha256 for v in facts.languages if v.required and v.sha256},
        facts.sign_offs,
        facts.users,
        counsel=gate_flags.needs_counsel(facts),
        more_people=gate_people.more_people(facts),
        makers=facts.makers,
        translators={v.language: v.makers for v in facts.languages},
    )


def unsigned_drafts(facts: GateFacts) -> frozenset[str]:
    """Languages that are a machine's translation and nobody has signed yet: shown as drafts everywhere."""
    signed = {(s.subject, s.sha256) for s in facts.sign_offs if s.by not in facts.makers}
    drafts = (v for v in facts.languages if v.origin is Origin.MACHINE)
    return frozenset(v.language for v in drafts if (v.language, v.sha256) not in signed)


def export_reasons(facts: GateFacts) -> tuple[Reason, ...]:
    """What keeps a clip from being exported although it may be cut: claims of innocence nobody has verified."""
    return _unique(gate_flags.unverified_claims(facts))


def outside_reasons(facts: GateFacts) -> tuple[Reason, ...]:
    """What keeps even marked media from an editor: nothing unread, undecided or not agreed to leaves the house."""
    return _unique(reason for rule in OUTSIDE_RULES for reason in rule(facts))


def reader_reasons(facts: GateFacts) -> tuple[Reason, ...]:
    """What keeps a reader's voice from being heard outside before there is a permit."""
    return _unique(reason for rule in (gate_people.languages, gate_voice.voice) for reason in rule(facts))


def _subtitles(facts: GateFacts) -> Iterator[Reason]:
    for version in facts.languages:
        if version.required and version.sha256 is None:
            sentence = f"the subtitles in {version.language} cannot be made: {version.problem}"
            yield Reason("language.unavailable", sentence, version.hint)


def _sign_offs(facts: GateFacts) -> Iterator[Reason]:
    for missing in approval_of(facts).missing:
        signed_before = any(s.sha256 != facts.core_sha256 for s in facts.sign_offs if s.subject == "core")
        void = "; what was signed before has changed since" if signed_before else ""
        yield Reason(
            "sign_off.missing",
            f"{facts.plan.id} is not signed yet: missing {missing}{void}",
            f"counterclip plan show {facts.plan.id}, then counterclip review sign {facts.plan.id} --seen … --as NAME",
        )


def _may_be_delivered(facts: GateFacts, version: LanguageVersion) -> bool:
    """True when everyone in it agreed to the language and enough people signed its text."""
    if version.sha256 is None or any(gate_people.language_consent(facts, version)):
        return False
    asked = {version.language: version.sha256}
    people = {version.language: version.makers}
    found = approval(
        facts.plan, facts.core_sha256, asked, facts.sign_offs, facts.users, makers=facts.makers, translators=people
    )
    return found.is_complete


def _unique(reasons: Iterator[Reason]) -> tuple[Reason, ...]:
    return tuple(dict.fromkeys(reasons))


Rule = Callable[[GateFacts], Iterator[Reason]]

CONTENT_RULES: tuple[Rule, ...] = (
    gate_recordings.plan_version,
    gate_people.unknown_people,
    gate_people.withdrawn,
    gate_people.consent,
    gate_faces.faces,
    gate_voice.voice,
    gate_people.languages,
    gate_people.standing,
    gate_people.legal,
    gate_people.warning,
    gate_recordings.kept_words,
    gate_recordings.readings,
    gate_flags.flags,
    gate_flags.splices,
    gate_flags.decisions,
    gate_flags.false_claims,
    gate_message.counterweight,
    gate_message.content_note,
    credibility,
    gate_texts.cards,
    gate_texts.lower_thirds,
    gate_texts.sounds,
    gate_recordings.redactions,
    gate_recordings.checklist,
    _subtitles,
)
"""What has to be in order before anyone signs."""

OUTSIDE_RULES: tuple[Rule, ...] = (
    gate_recordings.plan_version,
    gate_people.unknown_people,
    gate_people.withdrawn,
    gate_people.consent,
    gate_faces.faces,
    gate_people.standing,
    gate_recordings.kept_words,
    gate_recordings.readings,
    gate_flags.flags,
    gate_flags.decisions,
    gate_flags.false_claims,
    gate_texts.cards,
    gate_texts.lower_thirds,
    gate_recordings.redactions,
    gate_recordings.checklist,
    gate_recordings.originals,
)
"""What has to be in order before an editor outside gets media, even with NOT FOR RELEASE in every frame."""

RULES: tuple[Rule, ...] = (*CONTENT_RULES, gate_people.embargo, gate_recordings.originals, _sign_offs)
