"""The house itself: names, directions of imports, size, and what goes into the wheel."""

import importlib
import importlib.metadata
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
OURS = ("pipeline", "subtitles", "review", "clips")


def test_our_import_names_belong_to_us_alone() -> None:
    """No other distribution brings a package called pipeline, subtitles, review or clips."""
    owners = importlib.metadata.packages_distributions()
    for name in OURS:
        assert set(owners.get(name, [])) <= {"counterclip"}


def test_the_four_packages_lie_side_by_side() -> None:
    """All four are imported from one place, the checkout or the wheel, never mixed."""
    places = {Path(str(importlib.import_module(name).__file__)).parents[1] for name in OURS}
    assert len(places) == 1


def test_imports_go_one_way() -> None:
    """import-linter's contracts hold."""
    done = subprocess.run([Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_no_test_folder_is_a_package() -> None:
    """A tests/pipeline/__init__.py would shadow the real pipeline."""
    assert not list((ROOT / "tests").rglob("__init__.py"))


def test_wheel_holds_the_four_packages_with_their_data_and_no_tests(tmp_path: Path) -> None:
    """What is installed from a wheel is complete: checklists, fonts and the sample come along."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info" not in name}
    assert tops == set(OURS)
    for wanted in (
        "review/checklists/incrimination.yaml",
        "subtitles/fonts/DejaVuSans.ttf",
        "subtitles/fonts/CounterclipNaskh.ttf",
        "subtitles/fonts/LICENSE_NASKH",
        "pipeline/sample/interview.mp4",
    ):
        assert wanted in names
