"""What an archive may put where."""

import io
import tarfile
from pathlib import Path

import pyrage
import pytest

from pipeline.errors import PipelineError
from pipeline.sealing import new_key, unseal


def sealed(folder: Path, member: tarfile.TarInfo, content: bytes = b"") -> tuple[Path, Path]:
    """An archive with one member, for a new key."""
    key = folder / "key"
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content))
    recipient = pyrage.x25519.Recipient.from_str(new_key(key))
    archive = folder / "archive.age"
    archive.write_bytes(pyrage.encrypt(packed.getvalue(), [recipient]))
    return archive, key


@pytest.mark.parametrize("name", ["../outside", "/tmp/outside", "inside/../../outside"])
def test_nothing_is_put_outside(tmp_path: Path, name: str) -> None:
    """An archive of ours never holds such names: it is damaged or somebody else's."""
    archive, key = sealed(tmp_path, tarfile.TarInfo(name), b"text")
    (tmp_path / "home").mkdir()
    with pytest.raises(PipelineError):
        unseal(archive, tmp_path / "home", key)
    assert not (tmp_path / "outside").exists()


def test_links_are_refused(tmp_path: Path) -> None:
    """They are followed when an archive is made, so none is in it."""
    link = tarfile.TarInfo("link")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    archive, key = sealed(tmp_path, link)
    (tmp_path / "home").mkdir()
    with pytest.raises(PipelineError):
        unseal(archive, tmp_path / "home", key)


def test_a_file_is_its_owners_alone(tmp_path: Path) -> None:
    """Whatever mode the archive names."""
    member = tarfile.TarInfo("a/b.txt")
    member.mode = 0o666
    archive, key = sealed(tmp_path, member, b"text")
    (tmp_path / "home").mkdir()
    unseal(archive, tmp_path / "home", key)
    assert (tmp_path / "home" / "a" / "b.txt").read_bytes() == b"text"
    assert (tmp_path / "home" / "a" / "b.txt").stat().st_mode & 0o777 == 0o600
