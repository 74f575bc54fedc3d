"""Where things lie on disk, and the one way a finished file gets its name."""

import contextlib
import errno
import os
import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain import new_id
from pipeline.errors import PipelineError
from pipeline.holder import is_gone, is_holder, this_process
from pipeline.settings import Settings, read_settings, settings_text

SETTINGS_FILE = "counterclip.toml"
PRIVATE = 0o700
PARTIAL = ".partial"
BY = "."
"""Between the process and the rest of a work folder's name."""
PUBLISHING = "publishing"
"""A file in a work folder: the names that are being given."""
OF_EARLIER_VERSIONS = re.compile(r"\d+-w-[0-9a-z]+")
"""How work folders were called before whose they are stood in their names: cleared like another machine's."""
FORGOTTEN_SECONDS = 7 * 24 * 3600
"""A work folder of another machine is nobody's after a week: whether that machine lives cannot be seen from here."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """One team's folder. Recordings and keys never leave it; bundles are made to."""

    root: Path
    settings: Settings

    @property
    def store_url(self) -> str:
        return self.settings.store or f"sqlite:///{self.root / 'store.sqlite3'}"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def checkpoints(self) -> Path:
        """Signed ledger heads, kept outside the database so that a cut-off ledger is noticed."""
        return self.keys / "checkpoints"

    @property
    def clips(self) -> Path:
        return self.root / "clips"

    @property
    def bundles(self) -> Path:
        return self.root / "bundles"

    @property
    def previews(self) -> Path:
        """Plans as they would be cut, small and marked, for the pages; made again when they are gone."""
        return self.root / "previews"

    @property
    def revoicings(self) -> Path:
        """Other readers' recordings, kept like originals."""
        return self.root / "revoicings"

    def reading(self, revoicing_id: str) -> Path:
        """One of them. Raises PipelineError when it is gone."""
        found = [p for p in (self.revoicings / revoicing_id).glob("original*") if p.is_file()]
        if not found:
            raise PipelineError(
                f"the recording of reader {revoicing_id} is gone", "bring it back from a backup, or plan revoice again"
            )
        return found[0]

    def recording_folder(self, recording_id: str) -> Path:
        return self.root / "recordings" / recording_id

    def original(self, recording_id: str) -> Path:
        """The link or copy of the original, whatever its extension.

        Raises PipelineError when it is gone.
        """
        found = [p for p in self.recording_folder(recording_id).glob("original*") if p.exists()]
        if not found:
            raise PipelineError(
                f"the original of {recording_id} is not where it was",
                "mount the disk it lies on, or ingest the same file again from its new place",
            )
        return found[0]


def create_workspace(root: Path, settings: Settings) -> Workspace:
    """A new workspace folder, readable by its owner only.

    Raises PipelineError when there is one already or the folder holds something else.
    """
    require_new(root)
    for folder in (root, root / "recordings", root / "clips", root / "bundles", root / "keys"):
        folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    (root / "keys" / "checkpoints").mkdir(mode=PRIVATE, exist_ok=True)
    write_durably(root / SETTINGS_FILE, settings_text(settings).encode())
    return Workspace(root, settings)


def require_new(root: Path) -> None:
    """Raises PipelineError when a workspace cannot be made here without mixing with what there is."""
    if (root / SETTINGS_FILE).exists():
        raise PipelineError(f"{root} is a workspace already", "use it, or choose another folder")
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise PipelineError(f"{root} is not an empty folder", "choose a new folder")


def require_outside(workspace: Workspace, path: Path) -> None:
    """Raises PipelineError for a path in the workspace: the next backup would take it in, key and all."""
    if path.absolute().resolve().is_relative_to(workspace.root.resolve()):
        raise PipelineError("that lies inside the workspace", "name a place outside it, such as ../NAME")


def find_workspace(start: Path, given: Path | None) -> Workspace:
    """The workspace named, or the nearest one at or above `start`.

    Raises PipelineError when there is none.
    """
    places = [given.resolve()] if given else [start.resolve(), *start.resolve().parents]
    for place in places:
        if (place / SETTINGS_FILE).is_file():
            return Workspace(place, read_settings(place / SETTINGS_FILE))
    where = f"in {given}" if given else "here or above"
    raise PipelineError(f"no workspace {where}", "make one: counterclip init DIR")


@contextlib.contextmanager
def partial_folder(home: Path) -> Iterator[Path]:
    """A private folder for work in progress on the same disk as `home`; gone afterwards.

    Folders left by processes that were killed are removed first, but for those that were about to publish: what they
    gave a name is for `settle_unfinished`.
    """
    parent = home / PARTIAL
    parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    for left in _left_behind(parent):
        if not (left / PUBLISHING).exists():
            shutil.rmtree(left, ignore_errors=True)
    folder = parent / f"{this_process()}{BY}{new_id('w')}"
    folder.mkdir(mode=PRIVATE)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _left_behind(parent: Path) -> list[Path]:
    """Folders of ours whose process is gone, or is on another machine and silent for long; never anybody else's."""
    return [left for left in parent.iterdir() if _is_ours(left.name) and _is_left(left)]


def _is_ours(name: str) -> bool:
    return is_holder(name.partition(BY)[0]) or OF_EARLIER_VERSIONS.fullmatch(name) is not None


def _is_left(folder: Path) -> bool:
    if is_gone(folder.name.partition(BY)[0]):
        return True
    try:
        return time.time() - folder.stat().st_mtime > FORGOTTEN_SECONDS
    except FileNotFoundError:
        return False  # its own process has just cleared it away


def announce(part: Path, names: Iterable[str]) -> None:
    """Say which names what lies in this work folder is about to get, so that a kill in between can be undone."""
    write_durably(part / PUBLISHING, "\n".join(names).encode())


def settle_unfinished(home: Path, is_known: Callable[[str], bool]) -> tuple[str, ...]:
    """Take back the names that a killed process gave although the store does not know them; return those.

    Ask while nobody else publishes: what has its name already and is not known yet would go, too.
    """
    parent, taken = home / PARTIAL, []
    for left in _left_behind(parent) if parent.is_dir() else ():
        note = left / PUBLISHING
        for name in note.read_text(encoding="utf-8").splitlines() if note.exists() else ():
            if (home / name).exists() and not is_known(name):
                (home / name).rename(left / name)
                taken.append(name)
        shutil.rmtree(left, ignore_errors=True)
    return tuple(taken)


@contextlib.contextmanager
def work_in(folder: Path) -> Iterator[Path]:
    """A folder for work in progress in one that is not ours, which keeps no trace of it."""
    was_there = (folder / PARTIAL).is_dir()
    try:
        with partial_folder(folder) as part:
            yield part
    finally:
        left = folder / PARTIAL
        if not was_there and left.is_dir() and not any(left.iterdir()):
            left.rmdir()


def write_durably(path: Path, content: bytes) -> None:
    """Write a small file so that a crash leaves either the old or the new one, whole.

    Raises PipelineError when the folder is missing or the disk refuses.
    """
    part = path.with_name(f".{path.name}.{new_id('w')}")
    try:
        with part.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        raise PipelineError(f"cannot write {path.name}: {error.strerror}", _remedy(path.parent, error)) from None
    sync_folder(path.parent)


def _remedy(folder: Path, error: OSError) -> str:
    if not folder.is_dir():
        return f"there is no folder {folder}: make it, or choose another place"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "free some disk space"
    return f"check that you may write into {folder}"


def publish(part: Path, final: Path) -> None:
    """Give a finished file or folder its name: everything on disk first, then one rename.

    Raises PipelineError when the disk refuses or the name is taken.
    """
    keep_on_disk(part)
    give_name(part, final)


def keep_on_disk(part: Path) -> None:
    """A finished file or folder outlasts a crash from now on; a big one takes the disk a while.

    So it comes before a transaction, in which others would wait for it. Raises PipelineError when the disk refuses.
    """
    files = [part] if part.is_file() else [p for p in part.rglob("*") if p.is_file()]
    with _said_of(part.name):
        for file in files:
            with file.open("rb+") as stream:
                os.fsync(stream.fileno())
        for folder in {f.parent for f in files}:
            sync_folder(folder)


def give_name(part: Path, final: Path) -> None:
    """Give what is on the disk its name: one rename, which is on the disk afterwards, too.

    Raises PipelineError when the disk refuses or the name is taken.
    """
    with _said_of(final.name):
        part.rename(final)
    sync_folder(final.parent)


@contextlib.contextmanager
def _said_of(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PipelineError(f"cannot publish {name}: {error.strerror}", "check the disk and run it again") from None


@contextlib.contextmanager
def gone_on_failure(names: Mapping[Path, Path]) -> Iterator[None]:
    """What was published from its work place (the key) although the ledger's word about it was not kept goes again.

    A name that somebody else has taken stays: then the work still lies where it was made.
    """
    try:
        yield
    except BaseException:
        for final in (final for part, final in names.items() if not part.exists()):
            shutil.rmtree(final) if final.is_dir() else final.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def require_space(folder: Path, needed_bytes: int) -> None:
    """Raises PipelineError when the disk under `folder` has less than this free."""
    free = shutil.disk_usage(folder).free
    if free < needed_bytes:
        raise PipelineError(
            f"not enough disk space: {needed_bytes // 2**20} MiB needed, {free // 2**20} MiB free",
            "free some space and run the same command again",
        )
