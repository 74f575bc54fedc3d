"""Everything that a workspace holds, read back and compared with what is known about it."""

from collections.abc import Iterator

from clips.bundle import verify_bundle
from pipeline.canonical import file_sha256
from pipeline.diagnosis import find_strays
from pipeline.domain import Bundle, Check, Clip, Recording, Revoicing
from pipeline.errors import PipelineError
from pipeline.store import Store
from pipeline.workspace import Workspace
from review.ledger import verify_workspace


def verify_everything(workspace: Workspace, store: Store, *, read_data: bool) -> Iterator[Check]:
    """One check for the ledger, each recording, clip and bundle; without `read_data` only that files are there."""
    verdict, checkpoints = verify_workspace(store, workspace)
    where = f" at entry {verdict.first_broken_seq}" if verdict.first_broken_seq is not None else ""
    yield Check("ledger", verdict.ok, f"{checkpoints} checkpoints" if verdict.ok else f"{verdict.why}{where}")
    yield find_strays(workspace, store)
    for recording in store.recordings():
        yield _recording(workspace, recording, read_data)
    for plan in store.plans():
        if plan.revoicing:
            yield _reading(workspace, plan.revoicing, read_data)
    for clip in store.clips():
        yield _clip(workspace, clip, read_data)
    for bundle in store.bundles():
        yield _bundle(workspace, bundle, read_data)


def _recording(workspace: Workspace, recording: Recording, read_data: bool) -> Check:
    try:
        original = workspace.original(recording.id)
    except PipelineError as error:
        return Check(recording.id, passed=False, detail=f"{error.message}: {error.hint}")
    if original.stat().st_size != recording.size_bytes or (read_data and file_sha256(original) != recording.sha256):
        return Check(recording.id, passed=False, detail="the original was changed since it was taken in")
    return Check(recording.id, passed=True, detail="as it was taken in" if read_data else "there")


def _reading(workspace: Workspace, made: Revoicing, read_data: bool) -> Check:
    """Another reader's recording, kept like an original."""
    try:
        file = workspace.reading(made.id)
    except PipelineError as error:
        return Check(made.id, passed=False, detail=f"{error.message}: {error.hint}")
    if read_data and file_sha256(file) != made.sha256:
        return Check(made.id, passed=False, detail="the reader's recording was changed since it was taken in")
    return Check(made.id, passed=True, detail="as it was taken in" if read_data else "there")


def _clip(workspace: Workspace, clip: Clip, read_data: bool) -> Check:
    home = workspace.clips / clip.id
    for rendition in clip.renditions:
        file = home / rendition.file_name
        if not file.is_file():
            return Check(clip.id, passed=False, detail=f"{rendition.file_name} is gone")
        if file.stat().st_size != rendition.size_bytes or (read_data and file_sha256(file) != rendition.sha256):
            return Check(clip.id, passed=False, detail=f"{rendition.file_name} is not what was verified")
    digests = clip.sidecars_sha256 or ("",) * len(clip.sidecars)  # clips made before digests were kept
    for name, sha256 in zip(clip.sidecars, digests, strict=True):
        if not (home / name).is_file():
            return Check(clip.id, passed=False, detail=f"{name} is gone")
        if read_data and sha256 and file_sha256(home / name) != sha256:
            return Check(clip.id, passed=False, detail=f"{name} is not what was signed")
    return Check(clip.id, passed=True, detail="as it was verified" if read_data else "there")


def _bundle(workspace: Workspace, bundle: Bundle, read_data: bool) -> Check:
    folder = workspace.bundles / bundle.id
    if not folder.is_dir():
        return Check(bundle.id, passed=True, detail="no longer kept here")
    if not read_data:
        return Check(bundle.id, passed=True, detail="there")
    try:
        verify_bundle(folder, bundle.manifest_sha256)
    except PipelineError as error:
        return Check(bundle.id, passed=False, detail=error.message)
    return Check(bundle.id, passed=True, detail="as it was handed over")
