"""A disk that is full, and the order in which the system is told to keep things."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from office import DATA, Office

from pipeline.store import open_store
from pipeline.workspace import find_workspace

COUNTERCLIP = Path(sys.executable).with_name("counterclip")
PUBLISHING = """
import sys
from contextlib import closing
from pathlib import Path
from pipeline.store import open_store
from pipeline.workspace import partial_folder, publish
from review.ledger import record
home = Path(sys.argv[1])
with closing(open_store(f"sqlite:///{home}/store.sqlite3")) as store, partial_folder(home) as part:
    (part / "c-1").mkdir()
    for name in ("one", "two"):
        (part / "c-1" / name).write_text(name)
    with store.transaction():
        record(store, "clip.cut", "system", "c-1")
        publish(part / "c-1", home / "c-1")
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 MB; only root can make one."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", place], capture_output=True)
    if made.returncode:
        pytest.skip("no disk can be mounted here")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


@pytest.mark.parametrize("free", [0, 700_000])
def test_a_full_disk_is_one_sentence_and_a_later_run_completes(office: Office, small_disk: Path, free: int) -> None:
    """However little fits: no traceback, nothing half there; with room again the same command works."""
    root = small_disk / "w"
    shutil.copytree(office.workspace.root, root, symlinks=True)
    words = [
        str(COUNTERCLIP),
        "-w",
        str(root),
        "ingest",
        str(DATA / "jfk.flac"),
        "--transcript",
        str(DATA / "jfk.json"),
    ]
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"0" * (shutil.disk_usage(small_disk).free - free))
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert re.search("disk|space", done.stderr)
    assert not list((root / "recordings").glob("*/speech.wav"))
    ballast.unlink()
    again = subprocess.run(words, capture_output=True, text=True)
    assert again.returncode == 0, again.stderr
    with closing(open_store(find_workspace(root, root).store_url)) as store:
        assert store.transcript(store.recordings()[0].id) is not None


def test_everything_is_on_the_disk_before_it_has_its_name_and_before_the_store_knows(tmp_path: Path) -> None:
    """Each file, then its folder, then the name, then the folder of the name, then the store: as the system saw it."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("no strace here")
    log = tmp_path / "calls"
    argv = [strace, "-f", "-y", "-o", log, "-e", "trace=fsync,fdatasync,rename,renameat,renameat2"]
    subprocess.run([*argv, sys.executable, "-c", PUBLISHING, tmp_path], check=True, env={**os.environ})
    calls = log.read_text(encoding="utf-8").splitlines()
    named = first(calls, rf'rename.*c-1", .*{tmp_path}/c-1"')
    for file in ("one", "two"):
        assert first(calls, rf"fsync\(\d+<.*/c-1/{file}>") < named
    assert first(calls, r"fsync\(\d+<.*\.partial/[^/]*/c-1>") < named
    home = first(calls[named:], rf"fsync\(\d+<{tmp_path}>") + named
    kept = [n for n, call in enumerate(calls) if re.search(r"(fsync|fdatasync)\(\d+<.*store\.sqlite3-wal>", call)]
    assert named < home
    assert any(n > home for n in kept), "the store's word comes last"
    assert not [n for n in kept if named < n < home]


def first(calls: list[str], pattern: str) -> int:
    return next(n for n, call in enumerate(calls) if re.search(pattern, call))
