"""Content Credentials: they hold for one file, name the organisation, and tell nothing of the recording."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from clips.credentials import CERTIFICATE, KEY, load_credentials
from clips.filtergraph import CLEAN
from pipeline.errors import PipelineError
from pipeline.ffmpeg import file_url, run

c2pa = pytest.importorskip("c2pa", reason="the optional package c2pa-python is not here")

ORGANISATION = "A Centre"


def certificate(common_name: str, vouching: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None = None) -> tuple[
    x509.Certificate, ec.EllipticCurvePrivateKey
]:  # fmt: skip
    """A root, or with one a certificate for signing."""
    key, now, is_root = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC), vouching is None
    parts = ((NameOID.ORGANIZATION_NAME, ORGANISATION), (NameOID.COMMON_NAME, common_name))
    name = x509.Name([x509.NameAttribute(kind, text) for kind, text in parts])
    issuer, by = (vouching[0].subject, vouching[1]) if vouching else (name, key)
    usage = x509.KeyUsage(not is_root, False, False, False, False, is_root, is_root, False, False)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(issuer).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=300))
        .add_extension(x509.BasicConstraints(is_root, None), critical=True).add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
    )  # fmt: skip
    if not is_root:
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    return made.sign(by, SHA256()), key


def write_keys(folder: Path) -> Path:
    folder.mkdir()
    root = certificate("Root")
    leaf, key = certificate("Clips", root)
    (folder / CERTIFICATE).write_bytes(leaf.public_bytes(Encoding.PEM) + root[0].public_bytes(Encoding.PEM))
    (folder / KEY).write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return folder


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
