"""What the interviewees of a plan agreed to, and what people have said about them (pure)."""

from collections.abc import Iterator

from pipeline.domain import Consent, Faces, Picture, Profile, Standing
from review.approval import Source
from review.gate import GateFacts, LanguageVersion, Reason
from review.gate_voice import no_voice


def unknown_people(facts: GateFacts) -> Iterator[Reason]:
    for source in facts.sources:
        recording = source.recording
        if recording.interviewee is None:
            yield Reason(
                "interviewee.missing",
                f"nobody said whose interview {recording.id} is",
                "ingest the same file again with --interviewee CODE",
            )
        elif facts.profile(source) is None:
            code = recording.interviewee
            yield Reason("profile.missing", f"interviewee {code} is unknown", f"counterclip interviewee add {code}")


def withdrawn(facts: GateFacts) -> Iterator[Reason]:
    for profile in facts.profiles:
        if profile.withdrawn:
            yield Reason(
                "withdrawn",
                f"{profile.code} has withdrawn",
                "nothing with this person may be cut or exported; take down what is online",
            )


def consent(facts: GateFacts) -> Iterator[Reason]:
    """Face, voice, time. The narrowest reading counts: on its last day a consent has ended."""
    for profile in facts.profiles:
        given, code = profile.consent, profile.code
        ask = f"ask again, then counterclip interviewee set {code} --consent …"
        if given is None:
            yield Reason("consent.missing", f"no consent of {code} is recorded", ask)
            continue
        if not given.voice and not facts.plan.voice.is_gone:
            yield no_voice(facts.plan, code, ask)
        if not given.face and any(_shows_a_face(facts, s) for s in facts.sources if facts.profile(s) == profile):
            yield Reason(
                "consent.no_face",
                f"{code} did not agree to his face being seen and the plan shows faces",
                f"counterclip plan edit {facts.plan.id} --faces cover, or --picture off, or {ask}",
            )
        if given.expires is not None and given.expires <= facts.today:
            yield Reason("consent.expired", f"the consent of {code} ended on {given.expires.isoformat()}", ask)


def _shows_a_face(facts: GateFacts, source: Source) -> bool:
    plan = facts.plan
    return plan.picture is Picture.SOURCE and plan.faces is Faces.SHOW and source.recording.probe.picture is not None


def languages(facts: GateFacts) -> Iterator[Reason]:
    for version in facts.languages:
        if version.required:
            yield from language_consent(facts, version)


def language_consent(facts: GateFacts, version: LanguageVersion) -> Iterator[Reason]:
    for profile in facts.profiles:
        if profile.consent and not _agreed(profile.consent, version.language):
            yield Reason(
                "consent.language",
                f"{profile.code} did not agree to subtitles in {version.language}",
                f"leave that language out of {facts.plan.id}, or ask again",
            )


def _agreed(given: Consent, language: str) -> bool:
    """`en` covers `en-GB`, `en-GB` does not cover `en` (RFC 4647, basic filtering)."""
    wanted = language.lower()
    ranges = [r.lower() for r in given.languages]
    return any(r == "*" or wanted == r or wanted.startswith(f"{r}-") for r in ranges)


def standing(facts: GateFacts) -> Iterator[Reason]:
    """A supporter is never cut; who nobody has judged is not either. `wavering` asks for one more person."""
    for profile in facts.profiles:
        if profile.standing is Standing.SUPPORTER:
            yield Reason(
                "standing.supporter",
                f"{profile.code} is recorded as a supporter",
                "nothing with a supporter is cut",
            )
        if profile.standing is Standing.UNKNOWN:
            yield Reason(
                "standing.unknown",
                f"nobody has said where {profile.code} stands",
                f"counterclip interviewee set {profile.code} --standing firm or wavering",
            )


def legal(facts: GateFacts) -> Iterator[Reason]:
    for profile in facts.profiles:
        if profile.legal_status is None:
            yield Reason(
                "legal.missing",
                f"the legal status of {profile.code} is not recorded",
                f"counterclip interviewee set {profile.code} --legal-status …",
            )


def embargo(facts: GateFacts) -> Iterator[Reason]:
    for profile in facts.profiles:
        until = profile.embargo_until
        if until is not None and until > facts.today:
            yield Reason(
                "embargo",
                f"nothing of {profile.code} is cut before {until.isoformat()}",
                "wait until then, or have counsel set another day",
            )


def warning(facts: GateFacts) -> Iterator[Reason]:
    for source in facts.sources:
        profile, recording = facts.profile(source), source.recording
        if recording.warning_at_ms is None and not (profile and profile.warning_override):
            yield Reason(
                "warning.missing",
                f"{recording.id} has no warning not to incriminate oneself on tape",
                "ingest it again with --warning-at TIME, or record why it may go without:"
                " counterclip interviewee set CODE --warning-override",
            )


def more_people(facts: GateFacts) -> int:
    """How many more people than two have to sign: one when anyone in the plan wavers."""
    return int(any(p.standing is Standing.WAVERING for p in facts.profiles))


def is_before_verdict(profile: Profile | None) -> bool:
    """True as well while nobody has said what the legal status is."""
    status = profile.legal_status if profile else None
    return status is None or status.is_before_verdict
