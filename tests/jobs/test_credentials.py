"""A bundle with Content Credentials, made from a clip of which nothing is remembered yet."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from office import Office
from organisation import ORGANISATION, write_keys
from stores import new_workspace

from pipeline.domain import Bundle
from pipeline.jobs import export
from pipeline.jobs.cut import cut_plan
from pipeline.jobs.recognise import recognise
from pipeline.jobs.team import found_team
from pipeline.settings import Settings
from pipeline.store import open_store

c2pa = pytest.importorskip("c2pa", reason="the optional package c2pa-python is not here")


@pytest.fixture(scope="module")
def handed_over(tmp_path_factory: pytest.TempPathFactory, weights_base: Path) -> Iterator[tuple[Office, Bundle, Path]]:
    """A bundle signed by an organisation, from the days before fingerprints were kept."""
    workspace = new_workspace(tmp_path_factory.mktemp("credentials") / "w", Settings(render_profile="preview"))
    write_keys(workspace.keys)
    team = found_team(workspace)
    with closing(open_store(workspace.store_url)) as store, pytest.MonkeyPatch.context() as patch:
        patch.setattr(export, "fingerprints", lambda *_: [])
        office = Office(workspace, store, team)
        clip = cut_plan(workspace, store, office.signed_plan().id)
        made = export.export_campaign(
            workspace, store, team.xen, "spring", (clip.id,), ("youtube",), with_credentials=True
        )
        yield office, *made


def test_every_video_of_the_bundle_has_valid_credentials(handed_over: tuple[Office, Bundle, Path]) -> None:
    """They hold for the very files that were handed over, and the partner's verifier knows them."""
    _, bundle, folder = handed_over
    for delivery in bundle.deliveries:
        video = folder / delivery.file
        credentials = video.with_name(video.name + ".c2pa").read_bytes()
        with video.open("rb") as stream, c2pa.Reader("video/mp4", stream, manifest_data=credentials) as reader:
            found = json.loads(reader.json())
        assert found["validation_state"] == "Valid"
        assert [m["signature_info"]["issuer"] for m in found["manifests"].values()] == [ORGANISATION]
    done = subprocess.run([sys.executable, "-I", folder / "verify.py"], cwd="/", capture_output=True, text=True)
    assert done.returncode == 0


def test_what_left_without_fingerprints_is_recognised_all_the_same(handed_over: tuple[Office, Bundle, Path]) -> None:
    """They are made from the renditions that are still there."""
    office, bundle, folder = handed_over
    assert office.store.fingerprints() == ()
    assert [one.clip for one in recognise(office.workspace, office.store, folder / bundle.deliveries[0].file)]
    assert {f.clip for f in office.store.fingerprints()} == set(bundle.clips)
