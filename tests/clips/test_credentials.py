"""Content Credentials: they hold for one file, name the organisation, and tell nothing of the recording."""

import json
from pathlib import Path

import pytest
from organisation import ORGANISATION, write_keys

from clips.credentials import CERTIFICATE, KEY, load_credentials
from clips.filtergraph import CLEAN
from pipeline.errors import PipelineError
from pipeline.ffmpeg import file_url, run

c2pa = pytest.importorskip("c2pa", reason="the optional package c2pa-python is not here")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An organisation's certificate that a root vouches for."""
    return write_keys(tmp_path_factory.mktemp("c2pa") / "keys")


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small film."""
    out = tmp_path_factory.mktemp("video") / "16x9-secretname.mp4"
    clean = [x for k, v in CLEAN.items() for x in (f"-{k}", v) if x is not None]
    run(["-v", "error", "-f", "lavfi", "-i", "testsrc2=d=1:s=320x180:r=25", "-pix_fmt", "yuv420p", *clean[:4],
         "-movflags", "+faststart", file_url(out)])  # fmt: skip
    return out


def read(video: Path, credentials: bytes) -> dict[str, object]:
    with video.open("rb") as stream, c2pa.Reader("video/mp4", stream, manifest_data=credentials) as reader:
        return dict(json.loads(reader.json()))


def test_credentials_hold_for_the_file_and_leave_it_as_it_is(keys: Path, video: Path) -> None:
    """Who signed is the organisation."""
    before = video.read_bytes()
    found = read(video, load_credentials(keys)(video))
    assert video.read_bytes() == before
    assert found["validation_state"] == "Valid"
    (manifest,) = found["manifests"].values()  # type: ignore[attr-defined]
    assert manifest["signature_info"]["issuer"] == ORGANISATION


def test_one_other_byte_and_they_hold_no_more(keys: Path, video: Path, tmp_path: Path) -> None:
    """The binding is to the content."""
    credentials = load_credentials(keys)(video)
    content = bytearray(video.read_bytes())
    content[-200] ^= 1
    (tmp_path / "changed.mp4").write_bytes(content)
    assert read(tmp_path / "changed.mp4", credentials)["validation_state"] == "Invalid"


def test_they_tell_nothing_of_the_recording(keys: Path, video: Path) -> None:
    """No capture data, no ingredient, no thumbnail, no name of a file, no time stamp."""
    credentials = load_credentials(keys)(video)
    (manifest,) = read(video, credentials)["manifests"].values()  # type: ignore[attr-defined]
    assert {a["label"] for a in manifest["assertions"]} == {"c2pa.hash.bmff.v3", "c2pa.actions.v2"}
    assert not {"ingredients", "thumbnail", "title"} & manifest.keys()
    assert "time" not in manifest["signature_info"]
    assert b"secretname" not in credentials


@pytest.mark.parametrize("missing", [CERTIFICATE, KEY])
def test_without_certificate_or_key_nothing_is_signed(tmp_path: Path, missing: str) -> None:
    """Which one is said."""
    folder = write_keys(tmp_path / "keys")
    (folder / missing).unlink()
    with pytest.raises(PipelineError, match=f"no keys/{missing}"):
        load_credentials(folder)


def test_a_key_of_another_certificate_is_refused(keys: Path, tmp_path: Path) -> None:
    """Before any file is made."""
    other = write_keys(tmp_path / "keys")
    (other / CERTIFICATE).write_bytes((keys / CERTIFICATE).read_bytes())
    with pytest.raises(PipelineError, match="does not belong"):
        load_credentials(other)
