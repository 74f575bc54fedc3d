"""kill -9 at any moment: nothing acknowledged is lost, nothing half-made has a final name, a second run completes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from office import DATA, Office
from thoroughness import how_often

from clips.bundle import verify_bundle
from pipeline.canonical import file_sha256
from pipeline.diagnosis import diagnose
from pipeline.ffmpeg import binary
from pipeline.jobs.cut import cut_plan
from pipeline.jobs.export import export_campaign

COUNTERCLIP = Path(sys.executable).with_name("counterclip")
MOMENTS = (5.0, 2.0, 9.0)[: how_often(at_a_desk=1, on_ci=1, in_full=3)]
"""Seconds after which it is killed: while it listens."""


def killed_after(seconds: float, *argv: object) -> bool:
    """Start the command, kill -9 it after a while; False when it was done before."""
    process = subprocess.Popen(
        [str(COUNTERCLIP), *map(str, argv)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        process.wait(seconds)
        return False
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return True


def ffmpeg_runs_in(folder: Path) -> bool:
    """True when some ffmpeg still works on files of this folder."""
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            argv = entry.read_bytes()
        except OSError:
            continue
        if argv.startswith(os.fsencode(binary())) and os.fsencode(folder) in argv:
            return True
    return False


@pytest.mark.parametrize("seconds", MOMENTS)
def test_an_ingest_that_is_killed_completes_when_it_is_run_again(
    office: Office, weights_base: Path, seconds: float
) -> None:
    """One recording, one transcript, the flags; no second copy of anything."""
    root = office.workspace.root
    killed_after(seconds, "-w", root, "ingest", DATA / "sense_0870.wav")
    done = subprocess.run(
        [str(COUNTERCLIP), "-w", str(root), "ingest", str(DATA / "sense_0870.wav")], capture_output=True
    )
    assert done.returncode == 0, done.stderr
    (recording,) = office.store.recordings()
    transcript = office.store.transcript(recording.id)
    assert transcript is not None
    assert "Dashwood" in " ".join(s.text for s in transcript.segments)
    assert office.store.checklist_sha256(recording.id)
    assert not any(p.is_dir() and p.name.endswith(str(os.getpid())) for p in (root / ".partial").glob("*"))
    assert file_sha256(office.workspace.original(recording.id)) == recording.sha256


def test_a_cut_that_is_killed_leaves_no_clip_and_completes_when_it_is_run_again(
    office: Office, weights_base: Path
) -> None:
    """Killed at several moments: never a clip folder the store does not know, never an ffmpeg left behind."""
    plan = office.signed_plan()
    for seconds in (3.0, 6.0, 9.0):
        if not killed_after(seconds, "-w", office.workspace.root, "cut", plan.id):
            break
        time.sleep(0.5)
        known = {clip.id for clip in office.store.clips()}
        assert {p.name for p in office.workspace.clips.glob("c-*")} <= known
        assert not ffmpeg_runs_in(office.workspace.root)
    clip = cut_plan(office.workspace, office.store, plan.id)
    for rendition in clip.renditions:
        assert file_sha256(office.workspace.clips / clip.id / rendition.file_name) == rendition.sha256
    assert cut_plan(office.workspace, office.store, plan.id) == clip
    assert [c.id for c in office.store.clips()] == [clip.id]
    bundle, home = export_campaign(office.workspace, office.store, office.team.xen, "spring", (clip.id,), ("youtube",))
    verify_bundle(home, bundle.manifest_sha256)


def test_a_folder_that_the_store_does_not_know_is_named(office: Office) -> None:
    """Between a bundle's name and the store's word about it a power cut can fall."""
    (office.workspace.bundles / "b-0123456789").mkdir(parents=True)
    failed = [check for check in diagnose(office.workspace, "base") if "in the store" in check.name]
    assert [(check.passed, "b-0123456789" in check.detail) for check in failed] == [(False, True)]
