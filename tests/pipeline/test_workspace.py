"""Workspaces are found upward, private, and never half-written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.domain import new_id
from pipeline.errors import PipelineError
from pipeline.settings import Settings
from pipeline.workspace import (
    create_workspace,
    find_workspace,
    gone_on_failure,
    partial_folder,
    publish,
    require_space,
    settle_unfinished,
    work_in,
    write_durably,
)


def test_a_workspace_is_found_from_a_folder_inside_it(tmp_path: Path) -> None:
    """Commands work from anywhere below the workspace."""
    made = create_workspace(tmp_path / "w", Settings())
    inside = made.root / "clips"
    assert find_workspace(inside, None).root == made.root.resolve()


def test_no_workspace_is_one_sentence_with_a_hint(tmp_path: Path) -> None:
    """Outside of any workspace the error says how to make one."""
    with pytest.raises(PipelineError, match="no workspace") as caught:
        find_workspace(tmp_path, None)
    assert "init" in caught.value.hint


def test_a_folder_with_something_in_it_is_not_taken_over(tmp_path: Path) -> None:
    """init never mixes with other people's files."""
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(PipelineError, match="not an empty folder"):
        create_workspace(tmp_path, Settings())
    assert sorted(p.name for p in tmp_path.iterdir()) == ["letter.txt"]


def test_others_on_the_machine_cannot_look_in(tmp_path: Path) -> None:
    """The workspace and its keys are readable by their owner only."""
    made = create_workspace(tmp_path / "w", Settings())
    for folder in (made.root, made.keys, made.root / "recordings"):
        assert folder.stat().st_mode & 0o077 == 0


def test_work_in_progress_of_a_killed_process_is_cleared_away(tmp_path: Path) -> None:
    """A partial folder whose process is gone is removed by the next; one in use stays."""
    script = "import os,sys; from pathlib import Path; from pipeline.workspace import partial_folder\n"
    script += "with partial_folder(Path(sys.argv[1])) as p:\n (p/'half').write_text('x'); os.kill(os.getpid(), 9)\n"
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
    (left,) = (tmp_path / ".partial").iterdir()
    with partial_folder(tmp_path) as mine:
        assert not left.exists()
        with partial_folder(tmp_path):
            assert mine.exists()
    assert not mine.exists()


def test_work_folders_of_earlier_versions_are_cleared_after_a_week(tmp_path: Path) -> None:
    """Their names do not tell whether their process lives, so they have to be old."""
    old, young = (tmp_path / ".partial" / f"1234-{new_id('w')}" for _ in range(2))
    for folder in (old, young):
        folder.mkdir(parents=True)
    os.utime(old, (0, 0))
    with partial_folder(tmp_path):
        assert not old.exists()
        assert young.exists()


def test_what_others_keep_under_the_same_name_stays(tmp_path: Path) -> None:
    """Work beside a file of somebody else's clears away nothing that is not ours."""
    theirs = tmp_path / ".partial" / "1234-draft"
    theirs.mkdir(parents=True)
    with work_in(tmp_path):
        assert theirs.is_dir()
    assert theirs.is_dir()


def test_work_beside_other_files_leaves_no_trace(tmp_path: Path) -> None:
    """Not even an empty folder."""
    with work_in(tmp_path):
        pass
    assert not list(tmp_path.iterdir())


def test_a_name_that_a_killed_process_gave_is_taken_back_unless_the_store_knows_it(tmp_path: Path) -> None:
    """Between a rename and the store's word about it a kill can fall."""
    script = (
        "import os,sys; from pathlib import Path; from pipeline.workspace import announce, partial_folder, publish\n"
    )
    script += "home = Path(sys.argv[1])\nwith partial_folder(home) as p:\n"
    script += " for name in ('c-1','c-2'): (p/name).mkdir(); (p/name/'a').write_text('x')\n"
    script += " announce(p, ['c-1','c-2'])\n publish(p/'c-1', home/'c-1'); publish(p/'c-2', home/'c-2')\n"
    script += " os.kill(os.getpid(), 9)\n"
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
    with partial_folder(tmp_path):
        assert (tmp_path / "c-1").is_dir(), "only who knows the store may judge"
    assert settle_unfinished(tmp_path, lambda name: name == "c-2") == ("c-1",)
    assert sorted(p.name for p in tmp_path.iterdir()) == [".partial", "c-2"]


def test_publishing_replaces_nothing_but_gives_the_name(tmp_path: Path) -> None:
    """The finished folder appears under its final name, whole."""
    part = tmp_path / "part"
    part.mkdir()
    (part / "a.mp4").write_bytes(b"a")
    publish(part, tmp_path / "final")
    assert (tmp_path / "final" / "a.mp4").read_bytes() == b"a"
    assert not part.exists()


def test_a_small_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """When the folder refuses, the old content stays."""
    file = tmp_path / "f"
    write_durably(file, b"old")
    write_durably(file, b"new")
    assert file.read_bytes() == b"new"
    assert [p.name for p in tmp_path.iterdir()] == ["f"]


def test_too_little_space_is_said_before_any_work(tmp_path: Path) -> None:
    """The sentence names what is needed and what is free."""
    with pytest.raises(PipelineError, match="MiB needed"):
        require_space(tmp_path, 2**60)


def test_a_missing_folder_is_called_missing(tmp_path: Path) -> None:
    """Nobody is sent to tidy up a disk that has room."""
    with pytest.raises(PipelineError, match=r"cannot write report\.csv") as caught:
        write_durably(tmp_path / "nowhere" / "report.csv", b"a,b")
    assert f"there is no folder {tmp_path / 'nowhere'}" in caught.value.hint


def test_what_was_published_goes_when_its_record_fails_and_a_taken_name_stays(tmp_path: Path) -> None:
    """A folder that somebody else made meanwhile is not ours to take away."""
    ours, late = tmp_path / "part" / "ours", tmp_path / "part" / "late"
    theirs = tmp_path / "late" / "theirs"
    for folder in (ours, late, theirs):
        folder.mkdir(parents=True)
    names = {ours: tmp_path / "ours", late: tmp_path / "late"}
    with pytest.raises(PipelineError):
        publish_all(names)
    assert not (tmp_path / "ours").exists()
    assert theirs.is_dir()


def publish_all(names: dict[Path, Path]) -> None:
    with gone_on_failure(names):
        for part, final in names.items():
            publish(part, final)
