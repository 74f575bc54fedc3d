"""One file, or many, from the disk to flagged transcript."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from pipeline.canonical import Json, document_sha256
from pipeline.domain import Recording, Tier, Transcript
from pipeline.errors import PipelineError, system_refused
from pipeline.ffmpeg import run
from pipeline.ingest import Hearing, Request, make_sound, make_transcript, register
from pipeline.media import make_peaks
from pipeline.store import Store, open_store
from pipeline.transcribe import load_engine
from pipeline.workspace import Workspace
from review.assignments import close_to_team
from review.checklist import Checklist, load_checklist
from review.flags import raise_flags, uncovered_items
from review.ledger import record
from subtitles.shots import shot_change_argv, shot_changes

Show = Callable[[Path, str, int, int], None]

TAKEN_IN = "recording.taken_in"
"""Kind of the ledger entry of a recording, and of each later word about whose it is."""


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


def ingest_batch(
    workspace: Workspace,
    requests: Sequence[Request],
    engine: str | None,
    model: str | None,
    pool: Executor,
    show: Show,
) -> list[Outcome]:
    """Ingest every file; one that fails never stops the others. In the order given."""
    checklist = current_checklist(workspace)
    work = partial(_attempt, workspace, checklist, engine, model, show)
    return list(pool.map(work, requests))


def _attempt(
    workspace: Workspace,
    checklist: Checklist,
    engine: str | None,
    model: str | None,
    show: Show,
    request: Request,
) -> Outcome:
    try:
        return ingest_file(workspace, checklist, engine, model, show, request)
    except PipelineError as problem:
        return Outcome(request.path, problem)
    except OSError as error:
        return Outcome(request.path, system_refused(error))


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
    started = time.monotonic()
    settings = workspace.settings
    asked = bool(engine or model)
    engine, model = engine or settings.engine, model or settings.model
    store = open_store(workspace.store_url)
    try:
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
        check_recording(store, recording, transcript, checklist)
        return _outcome(store, recording, transcript, checklist, request, time.monotonic() - started)
    finally:
        store.close()


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


def check_recording(store: Store, recording: Recording, transcript: Transcript, checklist: Checklist) -> None:
    """Raise the flags of one recording and keep them; decisions about flags that stay the same are kept."""
    profile = store.known_profile(recording.interviewee)
    flags = raise_flags(transcript, checklist, profile=profile, recording=recording.id)
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
    if uncovered := uncovered_items(transcript, checklist):
        said.append(f"{len(uncovered)} checklist items cannot run on this language: ingest with --translate")
    return said
