"""One file, or many, from the disk to flagged transcript."""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from pipeline.canonical import Json, document_sha256, from_json, to_json
from pipeline.domain import Recording, Tier, Transcript, Voices
from pipeline.errors import PipelineError, RefusedError
from pipeline.ffmpeg import run
from pipeline.ingest import Hearing, Request, make_sound, make_transcript, register
from pipeline.jobs.asked import Asked, Ended, problem_of
from pipeline.media import make_peaks
from pipeline.naming import names_now
from pipeline.store import Job, Store, open_store
from pipeline.transcribe import load_engine
from pipeline.workspace import Workspace
from review.assignments import close_to_team
from review.checklist import Checklist, load_checklist
from review.flags import uncovered_items
from review.ledger import record
from review.voices import raise_with_voices
from subtitles.shots import shot_change_argv, shot_changes

Show = Callable[[Path, str, int, int], None]

TAKEN_IN = "recording.taken_in"
"""Kind of the ledger entry of a recording, and of each later word about whose it is."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One file to take in, and how."""

    request: Request
    engine: str | None
    model: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: flagged, or not taken in for a reason."""

    path: Path
    problem: PipelineError | None = None
    recording: str = ""
    duration_ms: int = 0
    language: str = ""
    segments: int = 0
    red: int = 0
    amber: int = 0
    seconds: float = 0.0
    remarks: tuple[str, ...] = field(default=())

    def as_json(self) -> Json:
        if self.problem:
            return {"file": str(self.path), "error": self.problem.message, "hint": self.problem.hint}
        return {
            "file": str(self.path), "recording": self.recording, "duration_ms": self.duration_ms,
            "language": self.language, "segments": self.segments, "red": self.red, "amber": self.amber,
            "remarks": list(self.remarks),
        }  # fmt: skip


def wish(request: Request, engine: str | None, model: str | None) -> Asked:
    """The job of one file; it goes by the file's whole path, so that every process finds it.

    Raises PipelineError for a path that no database keeps.
    """
    if not _is_text(str(request.path)):
        raise PipelineError("a file's name is no UTF-8", "rename it, for example to interview.mp4")
    whole = replace(request, path=request.path.absolute())
    return Asked("ingest", to_json(Wish(whole, engine, model)))


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def carry_out(workspace: Workspace, store: Store, payload: Json, show: Callable[[str, int, int], None]) -> Ended:
    """Ingest the file of a job. Raises PipelineError as `ingest_file` does, without the file's name."""
    wanted = from_json(Wish, payload)
    path = wanted.request.path
    checklist = current_checklist(workspace)
    try:
        made = take_in(
            workspace, store, checklist, wanted.engine, wanted.model, lambda _, *stage: show(*stage), wanted.request
        )
    except RefusedError as problem:
        reasons = tuple(_unnamed(reason, path) for reason in problem.reasons)
        raise RefusedError(_unnamed(problem.message, path), reasons, _unnamed(problem.hint, path)) from None
    except PipelineError as problem:
        raise PipelineError(_unnamed(problem.message, path), _unnamed(problem.hint, path)) from None
    kept = {name: getattr(made, name) for name in Outcome.__slots__ if name not in ("path", "problem")}
    return Ended(to_json(kept), made.recording)


def outcome_of(path: Path, job: Job) -> Outcome:
    """What a job says became of the file that was named so."""
    problem = problem_of(job)
    if problem is not None:
        return Outcome(path, problem)
    return Outcome(path, **{**job.result, "remarks": tuple(job.result["remarks"])})


def _unnamed(text: str, path: Path) -> str:
    """File names can hold a person's name: whoever asked is told which file, nobody else."""
    for name in (str(path), path.name):
        text = text.replace(f": {name}", "").replace(name, "the file")
    return text


def ingest_file(
    workspace: Workspace,
    checklist: Checklist,
    engine: str | None,
    model: str | None,
    show: Show,
    request: Request,
) -> Outcome:
    """One file through every stage; what is already done is not done again.

    Raises PipelineError for anything wrong with the file, the weights or the disk.
    """
    with closing(open_store(workspace.store_url)) as store:
        return take_in(workspace, store, checklist, engine, model, show, request)


def take_in(
    workspace: Workspace,
    store: Store,
    checklist: Checklist,
    engine: str | None,
    model: str | None,
    show: Show,
    request: Request,
) -> Outcome:
    """As `ingest_file`, with a store that is open."""
    started = time.monotonic()
    settings = workspace.settings
    asked = bool(engine or model)
    engine, model = engine or settings.engine, model or settings.model
    show(request.path, "reading", 0, 1)
    recording = register(store, workspace, request)
    _enter(store, recording)
    if settings.only_assigned:
        close_to_team(store, recording)
    make_sound(store, workspace, recording)
    make_peaks(store, workspace, recording)
    show(request.path, "shots", 0, 1)
    find_shots(store, workspace, recording)
    hearing = Hearing(engine, model, lambda: load_engine(engine, model), settings.chunk_minutes * 60_000, asked)
    transcript = make_transcript(store, workspace, recording, request, hearing, partial(show, request.path))
    show(request.path, "flags", 0, 1)
    transcript = _checked(store, recording, transcript, checklist)
    return _outcome(store, recording, transcript, checklist, request, time.monotonic() - started)


def _enter(store: Store, recording: Recording) -> None:
    """Whose interview it is and when he was warned decide what may be cut, so the ledger knows what was said."""
    said = {"sha256": recording.sha256, "of": recording.interviewee, "warning_at_ms": recording.warning_at_ms}
    digest = document_sha256("recording", said)
    with store.transaction():
        known = [e.content_sha256 for e in store.entries(recording.id) if e.kind == TAKEN_IN]
        if known[-1:] != [digest]:
            record(store, TAKEN_IN, "system", recording.id, digest)


def find_shots(store: Store, workspace: Workspace, recording: Recording) -> tuple[int, ...]:
    """When new shots begin in the picture, looked for once: subtitles come and go with them.

    Raises FfmpegError when the picture cannot be decoded.
    """
    picture = recording.probe.picture
    if picture is None or store.stage(recording.id, "shots"):
        return store.shot_changes(recording.id)
    argv = shot_change_argv(workspace.original(recording.id), picture.index)
    found = shot_changes(run(argv, timeout_s=24 * 3600))
    with store.transaction():
        store.save_shot_changes(recording.id, found)
        store.finish_stage(recording.id, "shots", document_sha256("shots", list(found)))
    return found


def _checked(store: Store, recording: Recording, transcript: Transcript, checklist: Checklist) -> Transcript:
    """The newest transcript, with its flags: while they are raised, another process may save other words."""
    check_recording(store, recording, transcript, checklist)
    while (latest := store.transcript(recording.id)) is not None and latest != transcript:
        transcript = latest
        check_recording(store, recording, transcript, checklist)
    return transcript


def check_recording(store: Store, recording: Recording, transcript: Transcript, checklist: Checklist) -> None:
    """Raise the flags of one recording and keep them; decisions about flags that stay the same are kept."""
    profile = store.known_profile(recording.interviewee)
    flags = raise_with_voices(store, recording.id, transcript, checklist, profile)
    store.replace_flags(recording.id, flags, checklist.sha256)
    record(store, "recording.checked", "system", recording.id, checklist.sha256)


def current_checklist(workspace: Workspace) -> Checklist:
    """The product's checklist with the team's own files."""
    return load_checklist(team_checklists(workspace))


def team_checklists(workspace: Workspace) -> tuple[Path, ...]:
    """A team's own checklist files (`.yaml`) and its case lexicon (`.txt`) lie in `checklists/` of its workspace."""
    folder = workspace.root / "checklists"
    return tuple(sorted([*folder.glob("*.yaml"), *folder.glob("*.txt")]))


def _outcome(
    store: Store,
    recording: Recording,
    transcript: Transcript,
    checklist: Checklist,
    request: Request,
    seconds: float,
) -> Outcome:
    standing = [f for f in store.flags(recording.id) if f.suppressed is None]
    return Outcome(
        path=request.path,
        recording=recording.id,
        duration_ms=transcript.duration_ms,
        language=transcript.language,
        segments=len(transcript.segments),
        red=sum(f.tier is Tier.RED for f in standing),
        amber=sum(f.tier is Tier.AMBER for f in standing),
        seconds=seconds,
        remarks=tuple(_remarks(store, recording, transcript, checklist)),
    )


def _remarks(store: Store, recording: Recording, transcript: Transcript, checklist: Checklist) -> list[str]:
    said = []
    if not transcript.segments:
        said.append("no speech found; nothing can be cut from it")
    if recording.interviewee is None:
        said.append("nobody said whose interview this is: ingest it again with --interviewee CODE")
    elif recording.interviewee not in store.interviewees():
        said.append(
            f"interviewee {recording.interviewee} is unknown: counterclip interviewee add {recording.interviewee}"
        )
    if voices := store.voices(recording.id):
        said.append(_told_apart(store, recording, voices))
    if uncovered := uncovered_items(transcript, checklist):
        said.append(f"{len(uncovered)} checklist items cannot run on this language: ingest with --translate")
    return said


def _told_apart(store: Store, recording: Recording, voices: Voices) -> str:
    count = len(voices.proposed)
    how = "by their microphones" if voices.two_microphones else "by their sound"
    if names_now(voices, store.namings(recording.id)):
        return f"{count} voices told apart {how}"
    return (
        f"{count} voices told apart {how}; all of it counts as the interviewee's until somebody says whose they are: "
        f"counterclip review speakers {recording.id}"
    )
