"""A campaign for several platforms: every file made, read back, known to the takedown sheets."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from office import DATA, Office
from stores import new_workspace

from clips.readback import read_back
from pipeline.canonical import file_sha256
from pipeline.domain import Bundle, Clip
from pipeline.errors import RefusedError
from pipeline.ffmpeg import file_url, run
from pipeline.jobs.cut import cut_plan
from pipeline.jobs.export import carry_out, export_campaign, wish
from pipeline.jobs.recognise import recognise
from pipeline.jobs.team import found_team
from pipeline.jobs.withdraw import recall_clip
from pipeline.settings import Settings
from pipeline.store import JobState, open_store

COUNTERCLIP = Path(sys.executable).with_name("counterclip")


@pytest.fixture(scope="module")
def exported(
    tmp_path_factory: pytest.TempPathFactory, weights_base: Path
) -> Iterator[tuple[Office, Clip, Bundle, Path]]:
    """One real clip, handed over for three platforms."""
    workspace = new_workspace(tmp_path_factory.mktemp("export") / "w", Settings(render_profile="preview"))
    team = found_team(workspace)
    with closing(open_store(workspace.store_url)) as store:
        office = Office(workspace, store, team)
        clip = cut_plan(workspace, store, office.signed_plan().id)
        platforms = ("youtube", "facebook", "telegram")
        yield office, clip, *export_campaign(workspace, store, team.xen, "spring", (clip.id,), platforms, "Partner")


def test_each_platform_gets_its_loudness_and_its_files(exported: tuple[Office, Clip, Bundle, Path]) -> None:
    """The store knows each by its digest; a partner's verifier names each."""
    _, clip, bundle, folder = exported
    assert {d.platform for d in bundle.deliveries} == {"youtube", "facebook", "telegram"}
    for delivery in bundle.deliveries:
        assert delivery.clip == clip.id
        assert file_sha256(folder / delivery.file) == delivery.sha256
        wanted = -14 if delivery.platform == "youtube" else -16
        assert abs(read_back(folder / delivery.file).loudness.integrated - wanted) <= 0.5
    done = subprocess.run([sys.executable, "-I", folder / "verify.py"], cwd="/", capture_output=True, text=True)
    assert done.returncode == 0
    assert all(f"{d.file} for {d.platform}" in done.stdout for d in bundle.deliveries)


def test_the_title_is_the_cards_and_the_poster_a_card(exported: tuple[Office, Clip, Bundle, Path]) -> None:
    """Nothing is seen of a plan without picture but what was drawn; nobody typed a title that was not signed."""
    _, clip, _, folder = exported
    rows = list(csv.DictReader(io.StringIO((folder / "titles.csv").read_text(encoding="utf-8"))))
    assert {row["platform"]: row["title"] for row in rows} == {"youtube": "A speech", "facebook": "", "telegram": ""}
    assert all(row["fits"] == "yes" for row in rows)
    assert "A speech" in (folder / "contact-sheet.html").read_text(encoding="utf-8")
    assert [p.name for p in folder.rglob("*.jpg")] == [f"{Path(clip.renditions[0].file_name).stem}.jpg"]


def test_a_changed_delivery_is_noticed_even_with_its_manifest_entry(
    exported: tuple[Office, Clip, Bundle, Path],
) -> None:
    """The file list and the deliveries have to agree."""
    _, _, _, folder = exported
    honest = (folder / "manifest.json").read_text(encoding="utf-8")
    manifest = json.loads(honest)
    manifest["deliveries"][0]["sha256"] = "0" * 64
    try:
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        done = subprocess.run([sys.executable, "-I", folder / "verify.py"], cwd="/", capture_output=True, text=True)
    finally:
        (folder / "manifest.json").write_text(honest, encoding="utf-8")
    assert done.returncode == 1
    assert "not the file that was checked for it" in done.stdout


def test_a_shape_that_a_platform_does_not_take_is_one_of_the_reasons(
    exported: tuple[Office, Clip, Bundle, Path],
) -> None:
    """With what to do about it, before anything is made."""
    office, clip, _, _ = exported
    with pytest.raises(RefusedError) as caught:
        export_campaign(office.workspace, office.store, office.team.xen, "spring", (clip.id,), ("shorts",))
    assert [r for r in caught.value.reasons if "9:16 or 1:1" in r and "plan edit" in r]


def test_a_copy_from_elsewhere_is_recognised(exported: tuple[Office, Clip, Bundle, Path], tmp_path: Path) -> None:
    """What a platform got, encoded again by somebody; the very file by its digest; somebody else's by nothing."""
    office, clip, bundle, folder = exported
    delivery = bundle.deliveries[0]
    copy = tmp_path / "copy.mp4"
    source = ["-v", "error", "-i", file_url(folder / delivery.file)]
    run([*source, "-vf", "crop=iw*0.95:ih*0.95,scale=320:180", "-c:a", "aac", "-b:a", "48k", file_url(copy)])
    (found,) = recognise(office.workspace, office.store, copy)
    assert (found.clip, found.how, found.bundles) == (clip.id, "same sound", (bundle.id,))
    assert found.is_certain
    assert set(found.platforms) == {"youtube", "facebook", "telegram"}
    assert recognise(office.workspace, office.store, folder / delivery.file)[0].how == "same file"
    assert recognise(office.workspace, office.store, DATA / "sense_0870.wav") == ()


def test_a_bundle_is_made_once_however_often_its_job_dies(exported: tuple[Office, Clip, Bundle, Path]) -> None:
    """Also when the process died after its last word: the second finds what the first made."""
    office, clip, _, _ = exported
    asked, before = wish(office.team.xen, "summer", (clip.id,), ("website",)), len(office.store.bundles())
    ended = [carry_out(office.workspace, office.store, asked.payload, lambda *_: None) for _ in range(2)]
    assert [e.subject for e in ended] == [asked.subject] * 2
    assert len(office.store.bundles()) == before + 1


def test_the_command_has_it_done_as_a_job(exported: tuple[Office, Clip, Bundle, Path]) -> None:
    """With the exporter's password."""
    office, clip, _, _ = exported
    done = export(office, "autumn", "--clip", clip.id, "--platform", "website", "--json")
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert (Path(made["folder"]) / "verify.py").is_file()
    job = next(job for job in office.store.jobs() if job.subject == made["bundle"])
    assert (job.kind, job.state) == ("export", JobState.DONE)


def export(office: Office, *words: str) -> "subprocess.CompletedProcess[str]":
    reader, writer = os.pipe()
    os.write(writer, dict(office.team.passwords)["xen"].encode() + b"\n")
    os.close(writer)
    argv = [COUNTERCLIP, "-w", office.workspace.root, "export", *words, "--as", "xen", "--password-fd", str(reader)]
    try:
        return subprocess.run(argv, capture_output=True, text=True, pass_fds=(reader,))
    finally:
        os.close(reader)


def test_a_takedown_names_the_files_that_platforms_got(exported: tuple[Office, Clip, Bundle, Path]) -> None:
    """By name for the partner, by digest for the platform: what is online is not the file that was verified."""
    office, clip, bundle, _ = exported
    _, sheets = recall_clip(office.workspace, office.store, office.team.bea, clip.id, "unclear")
    assert sheets is not None
    for delivery in bundle.deliveries:
        assert delivery.sha256 in (sheets / f"platform-{delivery.platform}.txt").read_text(encoding="utf-8")
        assert recognise(office.workspace, office.store, exported[3] / delivery.file)[0].state == "recalled"
        assert delivery.file in (sheets / f"bundle-{bundle.id}.txt").read_text(encoding="utf-8")
