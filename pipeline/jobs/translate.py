"""The round trip with translators: lines go out with their budgets, a translation comes back and is checked."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.canonical import document_sha256, to_json
from pipeline.domain import Aspect, Cue, CutPlan, Transcript, Translation, User, utc_now
from pipeline.errors import PipelineError, RefusedError
from pipeline.jobs.ingest import current_checklist
from pipeline.store import Store
from pipeline.workspace import Workspace
from review.approval import Source
from review.facts import plan_sources, profiles_of
from review.ledger import record
from review.translations import Finding, check_translation
from review.withdrawn import require_nobody_withdrawn
from subtitles.formats import read_subtitles, to_pysrt
from subtitles.handover import Line, Returned, from_lines, removed_words, take_translation, translator_lines, unchanged
from subtitles.limits import base_language, limits_for
from subtitles.plan_cues import plan_cues, spoken_language
from subtitles.repair import Repair, decoded
from subtitles.sdh import is_sdh
from subtitles.sheet import read_csv, read_xlsx, write_csv, write_xlsx
from subtitles.translated import said_sha256
from subtitles.translation import removed_names

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
"""BCP 47, without its rarest forms."""

FORMS = (".srt", ".csv", ".xlsx")


@dataclass(frozen=True, slots=True)
class Handover:
    """What a translator needs, and what his work is compared with."""

    plan: CutPlan
    language: str
    aspect: Aspect
    """The plan's shape with the least room: what fits there fits everywhere."""
    cues: tuple[Cue, ...]
    """As spoken, removed words as their tokens."""
    lines: tuple[Line, ...]
    transcripts: dict[str, Transcript]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A translation that is now in the store, with everything worth saying about it."""

    translation: Translation
    returned: Returned
    repairs: tuple[Repair, ...]
    findings: tuple[Finding, ...]
    """Accepted with a reason; empty otherwise."""


def plan_of(store: Store, name: str) -> CutPlan:
    """The plan of this id, or of the clip of this id. Raises NotFoundError when there is none."""
    return store.plan(store.clip(name).plan if name.startswith("c-") else name)


def prepare(store: Store, plan: CutPlan, language: str) -> Handover:
    """The spoken lines of a plan for a translator into `language`.

    Raises WithdrawnError when someone in it has withdrawn, PipelineError when the language is none or
    is the spoken one.
    """
    if not LANGUAGE.fullmatch(language) or is_sdh(language):
        raise PipelineError(f"not a language: {language!r}", "write a BCP 47 tag such as fr, ar or sr-Latn")
    require_nobody_withdrawn(store, plan)
    sources = plan_sources(store, plan)
    transcripts = {s.recording.id: s.transcript for s in sources if s.transcript is not None}
    spoken = spoken_language(plan, transcripts)
    if base_language(spoken) in (base_language(language), "und"):
        raise PipelineError(f"{plan.id} is spoken in {spoken}", "name another language")
    aspect = min(plan.aspects, key=lambda shape: _room(language, shape))
    shots = {s.recording.id: s.shots for s in sources}
    cues = plan_cues(plan, transcripts, spoken, aspect, shots=shots)
    draft = () if base_language(spoken) == "en" else _draft(plan, transcripts, aspect)
    before = next((t.cues for t in store.translations(plan.id) if t.language == language), ())
    lines = translator_lines(cues, language=language, aspect=aspect, draft=draft, translated=before)
    return Handover(plan, language, aspect, cues, lines, transcripts, sources)


def hand_out(store: Store, user: User, handover: Handover, kind: str) -> bytes:
    """The file for the translator, as `kind` (`.srt`, `.csv`, `.xlsx`); that it went out is in the ledger.

    Raises PipelineError for another kind.
    """
    match kind:
        case ".srt":
            out = io.StringIO()
            to_pysrt(handover.cues).write_into(out)
            content = out.getvalue().encode()
        case ".csv":
            content = write_csv(handover.lines).encode()
        case ".xlsx":
            content = write_xlsx(handover.lines)
        case _:
            raise PipelineError(f"cannot write {kind or 'a file without an ending'}", f"use {', '.join(FORMS)}")
    said = document_sha256("handover", [handover.language, [to_json(cue) for cue in handover.cues]])
    record(store, "translation.handed_out", user.id, handover.plan.id, said)
    return content


def take_in(
    workspace: Workspace, store: Store, user: User, handover: Handover, path: Path, accepted: str = ""
) -> TakenIn:
    """Check what came back and keep it; the signatures of this language's earlier version do not count any more.

    Raises TranscriptFormatError when the file cannot be read, PipelineError when most of it is the
    source unchanged, RefusedError with every reason when something is missing, added or named again,
    or the checklist finds in it what it did not find in the speech and nobody gave a reason
    (`accepted`) why it may stay.
    """
    returned_cues, repairs = _read(path, handover)
    _require_translated(path, handover, returned_cues)
    plan = handover.plan
    removed = {*removed_words(plan, handover.transcripts), *removed_names(plan, handover.transcripts)}
    returned = take_translation(
        handover.cues,
        returned_cues,
        language=handover.language,
        aspect=handover.aspect,
        frame_rate=plan.frame_rate,
        removed=sorted(removed),
        heard=_heard(handover),
    )
    _refuse(path, [f"cue {p.cue}: {p.what}" for p in returned.problems], "correct the file and import it again")
    findings = _findings(workspace, store, handover, returned.cues)
    if not accepted.strip():
        hint = "correct the translation, or give the reason why it may stay: --accept REASON; signers will see it"
        _refuse(path, [finding.sentence for finding in findings], hint)
    made = Translation(
        plan.id, handover.language, handover.aspect, said_sha256(plan, handover.transcripts), returned.cues,
        accepted.strip() if findings else "", user.id, utc_now(),
    )  # fmt: skip
    with store.transaction():
        store.add_translation(made)
        record(store, "translation.taken_in", user.id, plan.id, document_sha256("translation", to_json(made)))
    return TakenIn(made, returned, repairs, findings)


def _room(language: str, aspect: Aspect) -> int:
    limits = limits_for(language, aspect, translation=True)
    return limits.line_length * limits.max_lines


def _draft(plan: CutPlan, transcripts: dict[str, Transcript], aspect: Aspect) -> tuple[Cue, ...]:
    """The machine's English, where there is one, for orientation."""
    try:
        return plan_cues(plan, transcripts, "en", aspect)
    except PipelineError:
        return ()


def _read(path: Path, handover: Handover) -> tuple[tuple[Cue, ...], tuple[Repair, ...]]:
    match path.suffix.lower():
        case ".csv":
            text, repairs = decoded(path, handover.language)
            return from_lines(read_csv(text, handover.lines, path.name)), tuple(repairs)
        case ".xlsx":
            return from_lines(read_xlsx(_bytes(path), handover.lines, path.name)), ()
    read = read_subtitles(path, handover.language)
    return read.cues, read.repairs


def _require_translated(path: Path, handover: Handover, returned: Sequence[Cue]) -> None:
    same, counted = unchanged(handover.cues, returned)
    if 2 * same > counted:
        raise PipelineError(
            f"{path.name} is not in {handover.language}: {same} of {counted} lines came back as they went out",
            "write the translation in their place and import it again",
        )


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PipelineError(f"cannot read {path.name}: {error.strerror}", "check the path") from None


def _heard(handover: Handover) -> tuple[str, ...]:
    """Every word that may be in the translation: of the speech and of the machine's English, without removed ones."""
    texts = [line for cue in handover.cues for line in cue.lines] + [line.draft for line in handover.lines]
    return tuple(dict.fromkeys(word for text in texts for word in text.split()))


def _findings(workspace: Workspace, store: Store, handover: Handover, cues: Sequence[Cue]) -> tuple[Finding, ...]:
    return check_translation(
        cues,
        handover.language,
        current_checklist(workspace),
        handover.plan,
        handover.sources,
        profiles=profiles_of(store, handover.sources),
        overrides=store.overrides(handover.plan.id),
    )


def _refuse(path: Path, reasons: list[str], hint: str) -> None:
    if reasons:
        raise RefusedError(f"{path.name} was not taken in", tuple(reasons), hint)
