"""A workspace saved as one sealed archive, and made again from it."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from pipeline.errors import PipelineError
from pipeline.sealing import seal, unseal
from pipeline.settings import settings_text
from pipeline.store import open_store
from pipeline.store.copying import copy_store
from pipeline.workspace import (
    PARTIAL,
    PRIVATE,
    SETTINGS_FILE,
    Workspace,
    find_workspace,
    partial_folder,
    publish,
    require_new,
    require_outside,
    require_space,
    work_in,
    write_durably,
)
from review.ledger import verify_workspace

STORE = "store.sqlite3"
STAGED = frozenset({"keys", STORE, f"{STORE}-wal", f"{STORE}-shm"})
"""Saved as they were at one moment, not while somebody writes to them."""
PASSING = frozenset({PARTIAL, "locks", "previews"})


def back_up(workspace: Workspace, archive: Path, recipients: Sequence[str], *, originals: bool = True) -> int:
    """Save everything, keys included, for the recipients' keys only; return the archive's size in bytes.

    The ledger's checkpoints are copied before the store: one that is newer than the store would read as
    a ledger that was cut off. Raises PipelineError when the archive is there already or would lie in the workspace.
    """
    require_outside(workspace, archive)
    if archive.exists():
        raise PipelineError(f"{archive.name} is there already", "name a new file: a backup is never written over")
    with partial_folder(workspace.root) as part:
        shutil.copytree(workspace.keys, part / "keys")
        copy_store(workspace.store_url, part / STORE)
        entries = [(part / "keys", "keys"), (part / STORE, STORE), *_lasting(workspace, originals)]
        require_space(archive.absolute().parent, sum(_size(path) for path, _ in entries))
        with work_in(archive.absolute().parent) as beside:
            seal(entries, beside / archive.name, recipients)
            publish(beside / archive.name, archive.absolute())
    return archive.stat().st_size


def restore(archive: Path, root: Path, key_file: Path) -> Workspace:
    """Make the workspace again in a new folder; nothing is there until its ledger has been found whole.

    Raises PipelineError when the folder is not new, the key does not fit, or the archive is not whole.
    """
    require_new(root)
    if not archive.is_file():
        raise PipelineError("there is no such archive", "name the file that backup made")
    home = root.absolute().parent
    home.mkdir(parents=True, exist_ok=True)
    with work_in(home) as part:
        folder = part / root.name
        folder.mkdir(mode=PRIVATE)
        unseal(archive, folder, key_file)
        if not (folder / SETTINGS_FILE).is_file():
            raise PipelineError("the archive holds no workspace", "name a file that backup made")
        made = _with_its_own_store(find_workspace(folder, folder))
        with closing(open_store(made.store_url)) as store:
            verdict, _ = verify_workspace(store, made)
        if not verdict.ok:
            raise PipelineError(f"the ledger in the archive is not whole: {verdict.why}", "take an earlier backup")
        if root.exists():
            root.rmdir()  # require_new found it empty
        publish(folder, root.absolute())
    return find_workspace(root, root)


def _with_its_own_store(made: Workspace) -> Workspace:
    """The store's file may have lain elsewhere; from now on it is the one that came with the archive."""
    if not made.settings.store:
        return made
    settings = replace(made.settings, store="")
    write_durably(made.root / SETTINGS_FILE, settings_text(settings).encode())
    return replace(made, settings=settings)


def _lasting(workspace: Workspace, originals: bool) -> Iterator[tuple[Path, str]]:
    for path in sorted(workspace.root.iterdir()):
        if path.name in STAGED | PASSING:
            continue
        if originals or path.name != "recordings":
            yield path, path.name
            continue
        for file in sorted(f for f in path.glob("*/*") if f.stem != "original"):
            yield file, str(file.relative_to(workspace.root))


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else (path,)
    return sum(file.stat().st_size for file in files if file.is_file())
