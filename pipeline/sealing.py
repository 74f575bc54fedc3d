"""Files as one age-encrypted archive (age-encryption.org/v1): what leaves this machine only its receiver can read."""

import os
import shutil
import tarfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

import pyrage

from pipeline.errors import PipelineError
from pipeline.workspace import PARTIAL, PRIVATE, sync_folder

SEALED = ".tar.age"
"""Ending of an archive that only its receivers open."""

Entries = Iterable[tuple[Path, str]]
"""Files or folders, and what they are called inside."""


def new_key(path: Path) -> str:
    """Write a new secret key, readable by its owner only; return the public line that archives are sealed for.

    Raises PipelineError when something is there already: a key that is written over is lost.
    """
    key = pyrage.x25519.Identity.generate()
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise PipelineError("the key file is there already", "use it with --to, or name another file") from None
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"# public key: {key.to_public()}\n{key}\n")
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.absolute().parent)
    return str(key.to_public())


def require_recipients(recipients: Sequence[str]) -> None:
    """Raises PipelineError for a recipient that is no age key, before anything is made."""
    for text in recipients:
        _recipient(text)


def seal(entries: Entries, out: Path, recipients: Sequence[str]) -> None:
    """Write a new archive that only the recipients' keys open; links followed, work in progress left out.

    Raises PipelineError for a recipient that is no age key, OSError when something cannot be read or written.
    """
    keys = [_recipient(text) for text in recipients]
    read_end, write_end = os.pipe()
    with ThreadPoolExecutor(1) as pool:
        packing = pool.submit(_pack, entries, write_end)
        with os.fdopen(read_end, "rb") as plain, out.open("xb") as sealed:
            pyrage.encrypt_io(plain, sealed, keys)
            sealed.flush()
            os.fsync(sealed.fileno())
        packing.result()


def unseal(archive: Path, folder: Path, key_file: Path) -> None:
    """Unpack an archive into an empty folder, which the caller gives its name only when this returns.

    Raises PipelineError when the key is none or another one's, or the archive was cut off or changed.
    """
    key = _identity(key_file)
    read_end, write_end = os.pipe()
    with ThreadPoolExecutor(1) as pool:
        decrypting = pool.submit(_decrypt, archive, write_end, key)
        try:
            with os.fdopen(read_end, "rb") as plain, tarfile.open(fileobj=plain, mode="r|") as tar:
                _unpack(tar, folder)
        except tarfile.TarError:
            decrypting.result()  # it knows better why the archive ended
            raise _damaged() from None
        decrypting.result()


def _unpack(tar: tarfile.TarFile, folder: Path) -> None:
    """Folders and plain files only, inside `folder` only, for their owner only.

    By hand, because Python 3.11 has tarfile's own filters from 3.11.4 on, and Debian 12 has 3.11.2.
    Raises PipelineError for a member that we never pack.
    """
    for member in tar:
        place = PurePosixPath(member.name)
        if place.is_absolute() or ".." in place.parts or not (member.isdir() or member.isfile()):
            raise _damaged()
        target = folder / place
        if member.isdir():
            target.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
            continue
        target.parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        content = tar.extractfile(member)
        with target.open("xb") as out:
            if content is not None:
                shutil.copyfileobj(content, out)
        target.chmod(member.mode & 0o700 | 0o600)
        os.utime(target, (member.mtime, member.mtime))


def _pack(entries: Entries, write_end: int) -> None:
    with (
        os.fdopen(write_end, "wb") as plain,
        tarfile.open(fileobj=plain, mode="w|", dereference=True, format=tarfile.PAX_FORMAT) as tar,
    ):
        for path, name in entries:
            tar.add(path, arcname=name, filter=_anonymous)


def _anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Nothing of who made it and when: whoever opens it learns only what is in it. None for work in progress."""
    if PARTIAL in entry.name.split("/"):
        return None
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mtime = 0
    entry.mode = 0o700 if entry.isdir() else 0o600
    return entry


def _decrypt(archive: Path, write_end: int, key: pyrage.x25519.Identity) -> None:
    try:
        with os.fdopen(write_end, "wb") as plain, archive.open("rb") as sealed:
            pyrage.decrypt_io(sealed, plain, [key])
    except pyrage.DecryptError as error:
        if "matching" in str(error):
            raise PipelineError("this key does not open the archive", "find the key it was made for") from None
        raise _damaged() from None
    except BrokenPipeError:
        return  # who unpacks has stopped, and says why
    except OSError as error:
        if error.errno is None:  # the library's own word for a chunk that does not decrypt
            raise _damaged() from None
        raise


def _damaged() -> PipelineError:
    return PipelineError("the archive was cut off or changed", "take another copy of it")


def _recipient(text: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise PipelineError("that is no age public key", "it begins with age1; a new key prints its own") from None


def _identity(key_file: Path) -> pyrage.x25519.Identity:
    lines = key_file.read_text(encoding="utf-8").splitlines() if key_file.is_file() else []
    secret = next((line.strip() for line in lines if line.startswith("AGE-SECRET-KEY-")), "")
    try:
        return pyrage.x25519.Identity.from_str(secret)
    except pyrage.IdentityError:
        raise PipelineError(
            "the key file holds no age secret key", "name the file that was made with --new-key"
        ) from None
