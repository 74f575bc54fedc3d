"""What the crash tests stop in the middle: one ingest, one cut, one export of a prepared workspace."""

import hashlib
import shutil
from collections.abc import Callable
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

from pipeline import job
from pipeline.holder import is_gone
from pipeline.ingest import Request
from pipeline.jobs import cut, export
from pipeline.jobs.asked import problem_of
from pipeline.jobs.cut import cut_plan
from pipeline.jobs.ingest import current_checklist, ingest_file
from pipeline.store import JobState, open_store
from pipeline.store.jobs import in_seconds
from pipeline.workspace import Workspace, find_workspace
from subtitles.transcripts import read_transcript

DATA = Path(__file__).parents[1] / "data"
CODE = "T-1"
Work = Callable[[Workspace], object]
_REAL = cut.render, export.fingerprints


def ingest_once(workspace: Workspace) -> None:
    request = Request(DATA / "jfk.flac", CODE, imported=read_transcript(DATA / "jfk.json"))
    ingest_file(workspace, current_checklist(workspace), None, None, lambda *_: None, request)


def cut_once(workspace: Workspace) -> None:
    with closing(open_store(workspace.store_url)) as store:
        cut_plan(workspace, store, store.plans()[0].id)


def export_once(workspace: Workspace) -> None:
    """Through its job, as the command does it; a second run goes on with the first's, or asks again if that failed."""
    with closing(open_store(workspace.store_url)) as store:
        asked = next((known.id for known in store.jobs() if known.state is not JobState.FAILED), None)
        if asked is None:
            exporter = next(user for user in store.users() if "exporter" in user.roles)
            wanted = export.wish(exporter, "spring", (store.clips()[0].id,), ("youtube",))
            store.ask_job(wanted.id, wanted.kind, wanted.payload, wanted.subject, in_seconds(600), is_gone)
            asked = wanted.id
        job.work_on(workspace, store, asked)
        if problem := problem_of(store.job(asked)):
            raise problem


WORK: dict[str, Work] = {"ingest": ingest_once, "cut": cut_once, "export": export_once}


def keep_renditions(home: Path) -> None:
    """From now on a render gives what the first one made: the points here are about what becomes of it."""
    real, made = cut.render, {}

    def render(plan: Any, permit: Any, order: Any, folder: Path, say: Any) -> Any:
        if plan.id not in made:
            made[plan.id] = real(plan, permit, order, folder, say)
            shutil.copytree(folder, home / plan.id)
        for rendition in made[plan.id]:
            if not (folder / rendition.file_name).exists():
                shutil.copyfile(home / plan.id / rendition.file_name, folder / rendition.file_name)
        return made[plan.id]

    cut.render = render  # type: ignore[assignment]


def keep_hearing() -> None:
    """What an engine heard once is not heard again: it writes nothing, and takes longer than all that does."""
    real, heard = cut.load_engine, {}

    class Remembering:
        def __init__(self, name: str, model: str) -> None:
            self.name, self.model = name, model

        def transcribe(self, samples: Any, language: str, *, translate: bool = False) -> Any:
            key = hashlib.sha256(samples.tobytes()).digest(), language, translate
            if key not in heard:
                heard[key] = real(self.name, self.model).transcribe(samples, language, translate=translate)
            return heard[key]

        def detect_language(self, samples: Any) -> Any:
            return real(self.name, self.model).detect_language(samples)

    cut.load_engine = Remembering  # type: ignore[assignment,misc]


def keep_leases() -> None:
    """From now on nobody renews a lease beside the work: the commits of that would be points of their own."""
    job.Lease.kept = lambda _: nullcontext()  # type: ignore[assignment,method-assign]


def keep_bundle_contents() -> None:
    """The same for what stands in a bundle: fingerprints are taken once."""
    real, taken = export.fingerprints, {}

    def fingerprints(workspace: Any, store: Any, plan: Any, clip: Any) -> Any:
        if clip.id not in taken:
            taken[clip.id] = real(workspace, store, plan, clip)
        return taken[clip.id]

    export.fingerprints = fingerprints  # type: ignore[assignment]


def work_anew() -> None:
    """From now on everything is rendered and looked at again, though not heard."""
    cut.render, export.fingerprints = _REAL


def copied(template: Path, folder: Path) -> Workspace:
    shutil.copytree(template, folder, symlinks=True)
    return find_workspace(folder, folder)
