"""What a sign-off is bound to, and the one answer to whether a plan is approved (pure).

The core document holds everything the viewer of a plan will hear and see and everything people
said about it; each language version has a document of its own, so that a new translation re-opens
only itself. Their digests are what people sign (`design.md`, invariants 4 and 5).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.canonical import Json, document_sha256, plan_json, to_json
from pipeline.domain import (
    Approval,
    Claim,
    Correction,
    CutPlan,
    Decision,
    Flag,
    Naming,
    Override,
    Profile,
    Reading,
    Recording,
    Role,
    Segment,
    SignOff,
    Span,
    Transcript,
    User,
    Word,
)
from review.places import heard_of, kept_spans, read_within, within

CORE = "core"
"""The subject of a sign-off of everything but the subtitles' text."""

SIGNERS = (Role.REVIEWER, Role.COUNSEL)
EYES = 2
"""Four of them: two people who neither made nor edited the plan."""


@dataclass(frozen=True, slots=True)
class Source:
    """One recording of a plan, with all that the store knows about it."""

    recording: Recording
    transcript: Transcript | None
    flags: tuple[Flag, ...]
    decisions: tuple[Decision, ...]
    """The latest of each flag."""
    readings: tuple[Reading, ...]
    """The earliest first."""
    checklist_sha256: str | None
    """Of the checklist that raised these flags; None when it has never been checked."""
    shots: tuple[int, ...] = ()
    """When new shots begin in its picture, recording time."""
    claims: tuple[Claim, ...] = ()
    """What is known now about each claim of innocence."""
    corrections: tuple[Correction, ...] = ()
    """Laid over the transcript already; who made them has edited what is heard and read."""
    namings: tuple[Naming, ...] = ()
    """Whose voices they are, laid over it as well; who said so decided what the checklist reads how."""

    def decision(self, flag: Flag) -> Decision | None:
        return next((d for d in self.decisions if d.flag == flag.id), None)

    def reading(self, segment: Segment) -> Reading | None:
        """The first reading of the segment as it is now; one of an earlier text does not count."""
        digest = reading_sha256(segment)
        return next((r for r in self.readings if (r.segment, r.text_sha256) == (segment.id, digest)), None)


def reading_sha256(segment: Segment) -> str:
    """Digest of what a reader sees of a segment: its text and its words, in case they differ."""
    return document_sha256("reading", {"text": segment.text, "words": [w.text for w in segment.words]})


def core_document(
    plan: CutPlan, sources: Sequence[Source], profiles: Sequence[Profile], overrides: Sequence[Override]
) -> Json:
    """Everything heard, seen and judged in a plan, as canonical JSON takes it."""
    return {
        "v": 1,
        "type": "clip-approval",
        "plan": plan_json(plan),
        "sources": [_source_document(plan, source) for source in sources],
        "profiles": [to_json(profile) for profile in profiles],
        "overrides": [to_json(override) for override in overrides],
    }


def core_sha256(document: Json) -> str:
    """The digest that the core sign-offs are bound to."""
    return document_sha256("approval", document)


def _source_document(plan: CutPlan, source: Source) -> Json:
    recording, transcript = source.recording, source.transcript
    flags = [f for f in source.flags if heard_of(plan, recording.id, f, transcript)]
    read = [source.reading(segment) for segment in read_within(plan, recording.id, transcript)]
    return {
        "recording": recording.id,
        "sha256": recording.sha256,
        "size_bytes": recording.size_bytes,
        "interviewee": recording.interviewee,
        "warning_at_ms": recording.warning_at_ms,
        "language": transcript.language if transcript else None,
        "spans": [_span_document(span, transcript) for span in kept_spans(plan, recording.id)],
        "checklist_sha256": source.checklist_sha256,
        "flags": [_flag_document(flag) for flag in flags],
        "decisions": [to_json(d) for d in source.decisions if _concerns(d, flags, plan)],
        "readings": [to_json(reading) for reading in read if reading],
    }


def _span_document(span: Span, transcript: Transcript | None) -> Json:
    words = transcript.words_within(span) if transcript else ()
    return {"start_ms": span.start_ms, "end_ms": span.end_ms, "words": [_word_document(word) for word in words]}


def _word_document(word: Word) -> Json:
    return [word.span.start_ms, word.span.end_ms, word.text, word.speaker.value if word.speaker else None]


def _flag_document(flag: Flag) -> Json:
    """A flag without its score and rule: what it says, where, and what it asks for."""
    kept: dict[str, Json] = to_json(flag)
    del kept["score"], kept["rule"]
    return kept


def _concerns(decision: Decision, flags: Sequence[Flag], plan: CutPlan) -> bool:
    redaction = decision.redaction
    hides = redaction is not None and within(redaction.span, kept_spans(plan, redaction.recording))
    return bool(hides) or any(flag.id == decision.flag for flag in flags)


def approval(
    plan: CutPlan,
    core: str,
    languages: Mapping[str, str],
    sign_offs: Sequence[SignOff],
    users: Mapping[str, User],
    *,
    counsel: bool = False,
    more_people: int = 0,
    makers: frozenset[str] = frozenset(),
    translators: Mapping[str, frozenset[str]] | None = None,
) -> Approval:
    """Who has to sign these digests, who did, and what is missing.

    `languages` gives the digest of each language version that must be signed. `counsel` asks for
    counsel's signature besides the others, `more_people` for that many more of them; `makers` are
    others who edited what is heard, `translators` those who made a language version: they sign the
    others, not that one. A signature counts when its person neither made nor edited the
    plan, signed as reviewer or counsel, holds that role still, and signed this very digest; each
    person counts once.
    """
    signed = _Signed(plan, tuple(sign_offs), users, makers)
    people = signed.people(CORE, core)
    needed = EYES + more_people
    missing = []
    has_counsel = Role.COUNSEL in people.values()
    others = len(people) - (counsel and has_counsel)
    if others < needed:
        missing.append(f"{needed - others} of {needed} people who did not make it")
    if counsel and not has_counsel:
        missing.append("counsel")
    for language, digest in languages.items():
        read = len(signed.people(language, digest).keys() - (translators or {}).get(language, frozenset()))
        if read < EYES:
            missing.append(f"{EYES - read} of {EYES} people for the subtitles in {language}")
    required = [f"{needed} people who did not make it", *(["counsel"] if counsel else [])]
    required += [f"{EYES} people for the subtitles in {language}" for language in languages]
    return Approval(tuple(required), tuple(people), tuple(missing))


@dataclass(frozen=True, slots=True)
class _Signed:
    plan: CutPlan
    sign_offs: tuple[SignOff, ...]
    users: Mapping[str, User]
    makers: frozenset[str]

    def people(self, subject: str, sha256: str) -> dict[str, Role]:
        """Who validly signed this digest, in the order they did; counsel when anyone did as counsel."""
        found: dict[str, Role] = {}
        for sign_off in self.sign_offs:
            if (sign_off.subject, sign_off.sha256) == (subject, sha256) and self._counts(sign_off):
                found[sign_off.by] = (
                    Role.COUNSEL if Role.COUNSEL in (found.get(sign_off.by), sign_off.role) else sign_off.role
                )
        return found

    def _counts(self, sign_off: SignOff) -> bool:
        user = self.users.get(sign_off.by)
        made = {self.plan.made_by, *self.plan.edited_by, *self.makers}
        holds = user is not None and sign_off.role in user.roles and sign_off.role in SIGNERS
        return holds and sign_off.plan == self.plan.id and sign_off.by not in made
