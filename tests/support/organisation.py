"""An organisation that signs: its root, its certificate, its key."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from clips.credentials import CERTIFICATE, KEY

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
    """Certificate and key in this folder, as a workspace has them in `keys/`."""
    folder.mkdir(exist_ok=True)
    root = certificate("Root")
    leaf, key = certificate("Clips", root)
    (folder / CERTIFICATE).write_bytes(leaf.public_bytes(Encoding.PEM) + root[0].public_bytes(Encoding.PEM))
    (folder / KEY).write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return folder
