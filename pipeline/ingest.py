"""A file someone filmed becomes a recording with a transcript, stage by stage.

Every stage writes its result durably and is then noted in the store, so a run that was killed
goes on where it stopped. The original is only ever read.
"""

import contextlib
import errno
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.alignment import align_text, check_belongs
from pipeline.canonical import document_sha256, file_sha256, to_json
from pipeline.domain import Probe, Recording, Span, Transcript, Voices, new_id
from pipeline.errors import FfmpegError, MediaError, PipelineError, WeightsError
from pipeline.ffmpeg import SPEECH_RATE, probe, write_speech_sound
from pipeline.rehearing import languages_in, replace_unchanged, widen
from pipeline.sound import sound_duration_ms
from pipeline.speakers.separation import tell_voices_apart
from pipeline.store import Store
from pipeline.transcribe import Engine, hear_stretch, transcribe_recording
from pipeline.voice import find_voice
from pipeline.workspace import PRIVATE, Workspace, partial_folder, publish, require_space, sync_folder

SHORTFALL_MS = 1_000
"""A recording whose sound ends this much before its container says so was cut off while copying."""

LEAST_TIMEOUT_S = 600
"""Sound is decoded much faster than it plays, and a file that says it is short cannot hold the work up for long."""

SOUND_FILE = "speech.wav"

Progress = Callable[[str, int, int], None]
"""Stage, milliseconds done, milliseconds in all."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the operator asked for about one file."""

    path: Path
    interviewee: str | None = None
    language: str | None = None
    """BCP 47; None: the engine listens and says."""
    translate: bool = False
    warning_at_ms: int | None = None
    imported: Transcript | None = None
    """A ready-made transcript to use instead of the engine's."""
    speakers: int | None = None
    """How many people speak; None: two are looked for, and one voice is left as it is."""
    region: Span | None = None
    """Only this is heard again; the rest of the transcript stays."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """How speech is recognised: the settings of one run, bound to its results."""

    engine: str
    model: str
    load: Callable[[], Engine]
    """Loading takes seconds, so it waits until there is something to hear."""
    chunk_ms: int
    asked: bool = False
    """Someone named the engine or the model, so a transcript by another one does not do."""

    def key(self, request: Request, recording: Recording) -> str:
        """Digest of everything that decides what the transcript will be."""
        imported = request.imported
        people = {} if request.speakers is None else {"speakers": request.speakers}
        return document_sha256("hearing", {
            "sound": recording.sha256, "engine": self.engine, "model": self.model,
            "language": request.language, "translate": request.translate,
            "imported": to_json(imported) if imported else None, **people,
        })  # fmt: skip


def register(store: Store, workspace: Workspace, request: Request) -> Recording:
    """The recording of this file: a new one, or the one that its sha256 says it already is.

    A new one is decoded to the end before anything is kept, so that a file that is refused leaves
    nothing. Raises MediaError when the file is missing, not media, without sound or truncated, and
    PipelineError when it is already known as someone else's interview.
    """
    facts = probe(request.path)
    digest = file_sha256(request.path)
    recording = store.recording_by_sha256(digest)
    if recording is not None:
        recording = _with_what_is_new(store, recording, request)
        _keep_original(workspace, recording, request.path)
        return recording
    with partial_folder(workspace.root) as part:
        sound = _decoded(request.path, facts, part)
        size = request.path.stat().st_size
        made = Recording(new_id("r"), digest, size, facts, request.interviewee, request.warning_at_ms)
        with store.alone():
            known = store.recording_by_sha256(digest)  # another process may have taken the same file in meanwhile
            if known is None:
                store.add_recording(made, request.path.name)
        recording = made if known is None else _with_what_is_new(store, known, request)
        _keep_original(workspace, recording, request.path)
        _keep_sound(store, workspace, recording, sound)
    return recording


def _with_what_is_new(store: Store, recording: Recording, request: Request) -> Recording:
    code, warning = request.interviewee, request.warning_at_ms
    if code and recording.interviewee not in (None, code):
        raise PipelineError(
            f"{recording.id} is already recorded as somebody else's",
            "leave --interviewee away, or give the code it was ingested with",
        )
    if code and recording.interviewee is None:
        store.set_interviewee(recording.id, code)
        recording = replace(recording, interviewee=code)
    if warning is not None and warning != recording.warning_at_ms:
        store.set_warning(recording.id, warning)
        recording = replace(recording, warning_at_ms=warning)
    return recording


def _keep_original(workspace: Workspace, recording: Recording, path: Path) -> None:
    folder = workspace.recording_folder(recording.id)
    folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    final = folder / f"original{path.suffix.lower()}"
    if any(known.exists() for known in folder.glob("original*")):
        return
    for stale in folder.glob("original*"):
        stale.unlink()  # a link whose target moved; the sha256 says that this is the same file
    if not workspace.settings.copy_recordings:
        with contextlib.suppress(FileExistsError):  # another process was a moment earlier, with the same file
            final.symlink_to(path.resolve())
        sync_folder(folder)
        return
    require_space(folder, recording.size_bytes)
    with partial_folder(workspace.root) as part:
        shutil.copyfile(path, part / final.name)
        publish(part / final.name, final)


def make_sound(store: Store, workspace: Workspace, recording: Recording) -> Path:
    """The 16 kHz sound that is recognised; made again when an earlier run was stopped before it was.

    Raises MediaError when the recording cannot be decoded to its end.
    """
    final = workspace.recording_folder(recording.id) / SOUND_FILE
    if final.is_file() and store.stage(recording.id, "sound"):
        return final
    with partial_folder(workspace.root) as part:
        sound = _decoded(workspace.original(recording.id), recording.probe, part)
        return _keep_sound(store, workspace, recording, sound)


def _decoded(path: Path, facts: Probe, part: Path) -> Path:
    require_space(part, 2 * 2 * SPEECH_RATE * (facts.duration_ms // 1000 + 60))
    sound = part / SOUND_FILE
    try:
        write_speech_sound(path, facts.sound.index, sound, timeout_s=LEAST_TIMEOUT_S + facts.duration_ms / 1000)
    except FfmpegError as error:
        if os.strerror(errno.ENOSPC) in error.message:
            raise
        raise MediaError(
            "the sound is damaged: it cannot be decoded to its end", "copy the file again from its source, or repair it"
        ) from None
    _require_whole(facts, sound_duration_ms(sound))
    return sound


def _keep_sound(store: Store, workspace: Workspace, recording: Recording, sound: Path) -> Path:
    final = workspace.recording_folder(recording.id) / SOUND_FILE
    publish(sound, final)
    store.finish_stage(recording.id, "sound", file_sha256(final))
    return final


def _require_whole(facts: Probe, heard_ms: int) -> None:
    stated = facts.duration_ms
    if heard_ms == 0:
        raise MediaError("the sound cannot be decoded", "copy the file again from its source")
    # a picture may outlast its sound, but not by a quarter
    allowed = stated // 50 if facts.picture is None else stated // 4
    if stated - heard_ms > max(SHORTFALL_MS, allowed):
        raise _truncated(stated, heard_ms)


def _truncated(stated_ms: int, heard_ms: int) -> MediaError:
    return MediaError(
        f"the file is cut off: it says {stated_ms / 1000:.1f} s and holds {heard_ms / 1000:.1f} s of sound",
        "copy the file again from its source",
    )


def make_transcript(
    store: Store,
    workspace: Workspace,
    recording: Recording,
    request: Request,
    hearing: Hearing,
    progress: Progress,
) -> Transcript:
    """The transcript of a recording, recognised or imported; the one in the store if nothing changed.

    A transcript that is there stays until somebody asks for a language, a translation, an engine, a
    model or a file: people may have read and corrected it. Raises TranscriptFormatError when an imported
    transcript does not belong to this sound.
    """
    key = hearing.key(request, recording)
    known = store.transcript(recording.id)
    if request.region is not None:
        return _heard_again(store, workspace, recording, request, hearing, progress)
    asked = hearing.asked or request.language or request.translate or request.imported or request.speakers
    if known is not None and (not asked or store.stage(recording.id, "transcript") == key):
        return known
    sound = make_sound(store, workspace, recording)
    if request.imported is not None:
        made = _imported(request.imported, recording, request, hearing, sound, workspace, progress)
    else:
        made = _heard(recording, request, hearing, sound, workspace, progress)
    progress("telling voices apart", 0, 1)
    made, voices = _by_voice(made, recording, request, sound, workspace)
    with store.transaction():
        store.save_transcript(recording.id, made)
        store.save_voices(recording.id, voices)
        store.finish_stage(recording.id, "transcript", key)
    return store.transcript(recording.id) or made


def _heard_again(
    store: Store, workspace: Workspace, recording: Recording, request: Request, hearing: Hearing, progress: Progress
) -> Transcript:
    """One region of the transcript heard again; voices stay as they were told apart, and namings with them."""
    known = store.heard_transcript(recording.id)
    if known is None or request.region is None:
        raise PipelineError("there is no transcript of it yet", "ingest it without --from and --to first")
    span = widen(known, request.region)
    sound, saved = make_sound(store, workspace, recording), workspace.recording_folder(recording.id) / "chunks"
    progress("listening", 0, span.duration_ms)
    language = request.language or languages_in(known, span)
    heard = hear_stretch(hearing.load(), sound, span, language, known, hearing.chunk_ms, saved)
    with store.alone():  # minutes have passed: what others saved in them stays
        latest = store.heard_transcript(recording.id) or known
        store.save_transcript(recording.id, replace_unchanged(known, latest, span, heard))
    return store.transcript(recording.id) or known


def _by_voice(
    transcript: Transcript, recording: Recording, request: Request, sound: Path, workspace: Workspace
) -> tuple[Transcript, Voices | None]:
    """Voices told apart, unless the transcript came with its speakers.

    Without the weights for it nobody is told apart and everything counts as the interviewee's, as `doctor` says;
    only who asked for a number of speakers is refused. Raises WeightsError for him.
    """
    if any(s.speaker or any(w.speaker for w in s.words) for s in transcript.segments):
        return transcript, None
    try:
        return tell_voices_apart(transcript, recording, workspace.original(recording.id), sound, request.speakers)
    except WeightsError:
        if request.speakers is not None:
            raise
        return transcript, None


def _heard(
    recording: Recording,
    request: Request,
    hearing: Hearing,
    sound: Path,
    workspace: Workspace,
    progress: Progress,
) -> Transcript:
    return transcribe_recording(
        hearing.load(),
        sound,
        language=request.language,
        translate=request.translate,
        chunk_ms=hearing.chunk_ms,
        saved=workspace.recording_folder(recording.id) / "chunks",
        progress=lambda done, total: progress("listening", done, total),
    )


def _imported(
    given: Transcript, recording: Recording, request: Request, hearing: Hearing, sound: Path,
    workspace: Workspace, progress: Progress,
) -> Transcript:  # fmt: skip
    duration = sound_duration_ms(sound)
    if all(s.words for s in given.segments):
        voiced = find_voice(sound)
        check_belongs(given, duration, voiced)
        return replace(given, duration_ms=duration, voiced=voiced)
    spoken = replace(request, language=request.language or _language_of(given))
    return align_text(given.segments, _heard(recording, spoken, hearing, sound, workspace, progress))


def _language_of(transcript: Transcript) -> str | None:
    return None if transcript.language == "und" else transcript.language
