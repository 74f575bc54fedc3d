"""Whatever file is handed over, it is taken in whole or refused in a sentence, and nothing else happens."""

import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from corpus import EITHER, ODD_NAMES, REFUSED, TAKEN, TONE, corpus, encoded
from stores import new_workspace

from pipeline.settings import Settings
from pipeline.store import open_store
from pipeline.workspace import PARTIAL, Workspace

COUNTERCLIP = Path(sys.executable).with_name("counterclip")
FATES = {name: fate for name, fate, _ in corpus(Path("/s.wav"))}
LONGEST_S = 1500
TAKING_IN = Path(__file__).parents[1] / "support" / "taking_in.py"
STRACE = shutil.which("strace")
CALLS = "trace=open,openat,creat,connect,execve"


@dataclass(frozen=True)
class Given:
    """What one call of `ingest` with all the files did."""

    workspace: Workspace
    said: dict[str, dict[str, object]]
    """By the file's name."""
    errors: str
    code: int
    trace: str
    """Files opened, places reached and programs started; empty without strace."""
    secret: Path
    temporary: Path


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Given:
    """All of them at once, as a team would after a day of filming."""
    home = tmp_path_factory.mktemp("hostile")
    folder, secret, temporary = home / "given", home / "elsewhere" / "secret.wav", home / "temporary"
    for made in (folder, secret.parent, temporary):
        made.mkdir()
    encoded(*TONE)(secret)
    paths = []
    for name, _, make in corpus(secret):
        make(folder / name)
        paths.append(folder / name)
    workspace = new_workspace(home / "w", Settings())
    trace = home / "trace.txt"
    watch = [STRACE, "-f", "--seccomp-bpf", "-qq", "-o", trace, "-e", CALLS] if STRACE else []
    env = {**os.environ, "TMPDIR": str(temporary), "PYTHONDONTWRITEBYTECODE": "1"}
    argv = [*watch, sys.executable, TAKING_IN, workspace.root, *paths]
    done = subprocess.run(argv, capture_output=True, env=env, timeout=LONGEST_S)
    said = [json.loads(line) for line in done.stdout.decode().splitlines()]
    by_name = {path.name: told for path, told in zip(paths, said, strict=True)}
    seen = trace.read_text(errors="replace") if STRACE else ""
    return Given(workspace, by_name, done.stderr.decode(errors="replace"), done.returncode, seen, secret, temporary)


def test_there_are_forty_of_them() -> None:
    """Each name once."""
    assert len(FATES) >= 40


@pytest.mark.parametrize("name", FATES, ids=lambda name: name.encode("ascii", "replace").decode()[:30])
def test_each_is_taken_in_or_refused_in_one_sentence(given: Given, name: str) -> None:
    """As it should be, with the reason where there is one."""
    told = given.said[name]
    became = REFUSED if "error" in told else TAKEN
    assert FATES[name] in (became, EITHER), told
    if became == REFUSED:
        sentence = str(told["error"])
        assert sentence
        assert len(sentence.replace(name, "").splitlines()) == 1
        assert len(sentence) < 400
    else:
        assert told["recording"]


def test_there_is_no_traceback(given: Given) -> None:
    """Nothing but sentences."""
    assert "Traceback" not in given.errors
    assert given.code == 0


@pytest.mark.parametrize("name", ["words.mp4", os.fsdecode(b"no utf-8 \xff.mp4")], ids=["words", "name"])
def test_the_command_refuses_with_3(given: Given, tmp_path: Path, name: str) -> None:
    """And a sentence with what to do."""
    (tmp_path / name).write_text("I am no film.")
    argv = [COUNTERCLIP, "-w", given.workspace.root, "ingest", tmp_path / name]
    done = subprocess.run(argv, capture_output=True, text=True)
    assert "Traceback" not in done.stderr
    assert done.returncode == 3
    assert "error:" in done.stderr
    assert "hint:" in done.stderr


def test_nothing_is_half_there(given: Given) -> None:
    """What was taken in has its sound and its original; what was refused left nothing; no work in progress stays."""
    taken = {told["recording"] for told in given.said.values() if "recording" in told}
    folders = {
        folder.name: {f.stem for f in folder.iterdir()} for folder in (given.workspace.root / "recordings").iterdir()
    }
    assert set(folders) == taken
    assert all({"speech", "original", "peaks"} <= files for files in folders.values())
    assert not list((given.workspace.root / PARTIAL).glob("*"))
    assert not list(given.temporary.iterdir())
    with closing(open_store(given.workspace.store_url)) as store:
        assert {r.id for r in store.recordings()} == taken


@pytest.mark.skipif(STRACE is None, reason="no strace here: apt-get install strace")
def test_nothing_is_opened_that_was_not_handed_over(given: Given) -> None:
    """A text that names another recording does not get it opened, by ffmpeg or by us."""
    assert "execve(" in given.trace
    assert any("ffmpeg" in line for line in given.trace.splitlines() if "execve(" in line)
    assert str(given.secret) not in given.trace


@pytest.mark.skipif(STRACE is None, reason="no strace here: apt-get install strace")
def test_nobody_is_called(given: Given) -> None:
    """No connection to anywhere, not even to this machine."""
    assert not [line for line in given.trace.splitlines() if "connect(" in line and "AF_INET" in line]


@pytest.mark.skipif(STRACE is None, reason="no strace here: apt-get install strace")
def test_nothing_is_written_outside_the_workspace(given: Given) -> None:
    """Besides the folder for temporary files, which is empty afterwards."""
    allowed = (str(given.workspace.root), str(given.temporary), "/dev/", "/proc/")
    writing = re.compile(r'open(?:at)?\((?:AT_FDCWD, )?"([^"]*)", [^,)]*(?:O_WRONLY|O_RDWR|O_CREAT)[^)]*\) = \d')
    written = {found for line in given.trace.splitlines() for found in writing.findall(line)}
    assert written
    assert not [path for path in written if not path.startswith(allowed)]


def test_odd_names_are_names_like_others(given: Given) -> None:
    """None is read as an option, a protocol, a pattern or a filter."""
    for name in ODD_NAMES:
        assert "recording" in given.said[name]
