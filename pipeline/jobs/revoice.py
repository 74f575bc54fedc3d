"""Another person's reading of a plan's subtitles is taken in: kept, understood, aligned, and made part of the plan."""

import shutil
from dataclasses import replace
from pathlib import Path

from clips.revoicing import align, named_again
from pipeline.canonical import file_sha256
from pipeline.domain import CutPlan, Revoicing, Transcript, User, Voice, Word, new_id
from pipeline.engines.engine import whisper_code
from pipeline.errors import MediaError, PipelineError, RefusedError
from pipeline.ffmpeg import decode_sound, probe
from pipeline.jobs.plan import Wish, change_plan
from pipeline.store import Store
from pipeline.transcribe import load_engine
from pipeline.workspace import PRIVATE, Workspace, partial_folder, publish
from review.facts import stored_languages
from review.gate import LanguageVersion
from subtitles.handover import removed_words
from subtitles.plan_cues import read_sha256


def revoice(
    workspace: Workspace, store: Store, editor: User, plan: CutPlan, file: Path, language: str | None = None
) -> CutPlan:
    """The plan's next version, in which another reader is heard; his recording is kept and never changed.

    Raises RefusedError when he says a word that was removed or sentences of his own, PipelineError when he reads
    something else, MediaError for a file without sound.
    """
    version = _read_version(store, plan, language)
    cues = version.cues[plan.aspects[0]]
    if not file.is_file():
        raise MediaError("there is no such recording", "check the path")
    words = _understood(workspace, file, version.language)
    transcripts: dict[str, Transcript] = {k.recording: t for k in plan.kept if (t := store.transcript(k.recording))}
    shown = [word for cue in cues for line in cue.lines for word in line.split()]
    if said := named_again([w.text for w in words], removed_words(plan, transcripts), shown):
        raise RefusedError(
            "the reader says what was removed", (f"{said} words of it",), "record it again as the subtitles have it"
        )
    aligned = align(cues, words, plan.passages()[-1].clip_end_ms)
    if not aligned.cues:
        raise PipelineError("nothing of the subtitles is heard in this recording", "is it the right file and language?")
    made = Revoicing(
        new_id("v"), "", version.language, read_sha256(cues), aligned.cues, aligned.missing, aligned.additional
    )
    made = replace(made, sha256=_keep(workspace, file, made.id))
    return change_plan(workspace, store, editor, plan, Wish(voice=Voice.REVOICED, revoicing=made))


def _read_version(store: Store, plan: CutPlan, language: str | None) -> LanguageVersion:
    versions = stored_languages(store, plan)
    wanted = language or next(iter(plan.burn), None) or next((v.language for v in versions), None)
    found = next((v for v in versions if v.language == wanted), None)
    if found is None or found.sha256 is None:
        why = found.problem if found else "it has none"
        raise PipelineError(f"{plan.id} has no subtitles in {wanted} to be read: {why}", "name one with --language")
    return found


def _understood(workspace: Workspace, file: Path, language: str) -> list[Word]:
    """Every word of the recording with its time; one without a time is nowhere and counts as not read."""
    engine = load_engine(workspace.settings.engine, workspace.settings.model)
    samples = decode_sound(file, probe(file).sound.index)[:, 0]
    return [word for heard in engine.transcribe(samples, whisper_code(language)) for word in heard.words]


def _keep(workspace: Workspace, file: Path, revoicing: str) -> str:
    """A copy of the recording in the workspace under a name without meaning; its sha256."""
    home = workspace.revoicings
    home.mkdir(mode=PRIVATE, exist_ok=True)
    with partial_folder(home) as part:
        folder = part / revoicing
        folder.mkdir(mode=PRIVATE)
        copy = folder / f"original{file.suffix.lower()}"
        shutil.copyfile(file, copy)
        digest = file_sha256(copy)
        publish(folder, home / revoicing)
    (home / revoicing / copy.name).chmod(0o400)
    return digest
