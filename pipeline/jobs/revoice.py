"""Another person's reading of a plan's subtitles is taken in: kept, understood, aligned, and made part of the plan."""

import shutil
from pathlib import Path

from clips.revoicing import TRAIL_MS, Aligned, align, named_again
from pipeline.canonical import file_sha256
from pipeline.domain import CutPlan, ReadCue, Revoicing, Role, Transcript, User, Voice, new_id
from pipeline.errors import MediaError, PipelineError, RefusedError
from pipeline.ffmpeg import probe, write_speech_sound
from pipeline.jobs.plan import Wish, change_plan
from pipeline.store import Store
from pipeline.transcribe import load_engine, transcribe_recording
from pipeline.workspace import PRIVATE, Workspace, gone_on_failure, partial_folder, publish
from review.assignments import recordings_of, require_no_other_part, require_part
from review.conditions import find_conditions
from review.facts import stored_languages
from review.gate import LanguageVersion
from review.gate_flags import UNTRANSCRIBED
from subtitles.handover import removed_words
from subtitles.plan_cues import read_sha256


def revoice(
    workspace: Workspace, store: Store, editor: User, plan: CutPlan, file: Path, language: str | None = None
) -> CutPlan:
    """The plan's next version, in which another reader is heard; his recording is kept and never changed.

    What is understood is the copy that is kept, and it is kept only when all of this went well. Raises what
    `require_part` and `require_no_other_part` raise before anything is read, RefusedError when he says a word that
    was removed, sentences of his own or something that the engine does not understand, PipelineError when he reads
    something else or a language that is not burned in, MediaError for a file without sound.
    """
    require_part(store, editor, recordings_of(plan), Role.EDITOR)
    require_no_other_part(store, editor, plan, edits=True)
    version = _read_version(store, plan, language)
    if not file.is_file():
        raise MediaError("there is no such recording", "check the path")
    workspace.revoicings.mkdir(mode=PRIVATE, exist_ok=True)
    with partial_folder(workspace.revoicings) as part:
        folder = part / new_id("v")
        folder.mkdir(mode=PRIVATE)
        copy = folder / f"original{file.suffix.lower()}"
        shutil.copyfile(file, copy)
        digest = file_sha256(copy)
        aligned = _aligned(store, plan, version, _understood(workspace, copy, part, version.language))
        made = Revoicing(
            folder.name, digest, version.language, read_sha256(version.cues[plan.aspects[0]]),
            aligned.cues, aligned.missing, aligned.additional,
        )  # fmt: skip
        final = workspace.revoicings / folder.name
        with gone_on_failure({folder: final}):
            publish(folder, final)
            (final / copy.name).chmod(0o400)
            return change_plan(workspace, store, editor, plan, Wish(voice=Voice.REVOICED, revoicing=made))


def _read_version(store: Store, plan: CutPlan, language: str | None) -> LanguageVersion:
    wanted = language or next(iter(plan.burn), None)
    if wanted is None or wanted not in plan.burn:
        raise PipelineError(
            f"subtitles in {wanted or 'the language that is read'} are not burned into {plan.id}",
            f"burn them in: counterclip plan edit {plan.id} --burn LANG; or name a burned one with --language",
        )
    found = next((v for v in stored_languages(store, plan) if v.language == wanted), None)
    if found is None or found.sha256 is None:
        why = found.problem if found else "it has none"
        raise PipelineError(f"{plan.id} has no subtitles in {wanted} to be read: {why}", "name one with --language")
    return found


def _understood(workspace: Workspace, copy: Path, work: Path, language: str) -> Transcript:
    """Every word of the recording with its time, and where a voice is heard, as for an interview."""
    sound = work / "sound.wav"
    write_speech_sound(copy, probe(copy).sound.index, sound)
    return transcribe_recording(
        load_engine(workspace.settings.engine, workspace.settings.model),
        sound,
        language=language,
        translate=False,
        chunk_ms=workspace.settings.chunk_minutes * 60_000,
        saved=work / "chunks",
    )


def _aligned(store: Store, plan: CutPlan, version: LanguageVersion, understood: Transcript) -> Aligned:
    """Which words are which cue. Raises RefusedError for a reading with anything in it that nobody has signed."""
    cues = version.cues[plan.aspects[0]]
    words = tuple(word for segment in understood.segments for word in segment.words)
    transcripts: dict[str, Transcript] = {k.recording: t for k in plan.kept if (t := store.transcript(k.recording))}
    shown = [word for cue in cues for line in cue.lines for word in line.split()]
    if said := named_again([w.text for w in words], removed_words(plan, transcripts), shown):
        raise RefusedError(
            "the reader says what was removed", (f"{said} words of it",), "record it again as the subtitles have it"
        )
    aligned = align(cues, words, plan.passages()[-1].clip_end_ms)
    if not aligned.cues:
        raise PipelineError("nothing of the subtitles is heard in this recording", "is it the right file and language?")
    if unknown := [cue.number for cue in aligned.cues if _has_voice_without_words(cue, understood)]:
        raise RefusedError(
            "the reader says something that is not understood",
            tuple(f"in cue {number}: a voice without words" for number in unknown),
            "record it again without anything between the words of a subtitle",
        )
    return aligned


def _has_voice_without_words(cue: ReadCue, understood: Transcript) -> bool:
    """True when more is heard in what is kept of a cue than its words: by the rule for untranscribed speech."""
    gaps = (c.span for c in find_conditions(understood, 0.0) if c.item == UNTRANSCRIBED)
    shared = (gap.intersection(cue.span) for gap in gaps if gap)
    return any(both.duration_ms > TRAIL_MS for both in shared if both)
