"""Certificates by which the machines of one team know each other, and nobody else."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from pipeline.domain import new_id
from pipeline.errors import PipelineError
from pipeline.workspace import PRIVATE, write_durably

CA, CERTIFICATE, KEY = "ca.pem", "machine.pem", "machine.key"
VALID_DAYS = 397
"""A little over a year; then `cluster certs --renew` makes new ones."""


def make_certificates(folder: Path, *, renew: bool = False) -> None:
    """An authority and one certificate for all machines, with its key; the authority's key is thrown away.

    So nobody can make another certificate, and renewing shuts everyone out who has the old one only.
    Raises PipelineError when there are some already and `renew` was not said.
    """
    if (folder / CA).exists() and not renew:
        raise PipelineError("there are certificates already", "--renew makes new ones; then start every machine again")
    folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    authority, machine = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = _name()
    ca = _builder(issuer, issuer, authority.public_key(), authority.public_key(), signs=True)
    ca = ca.add_extension(x509.BasicConstraints(True, 0), critical=True)
    mine = _builder(_name(), issuer, machine.public_key(), authority.public_key(), signs=False)
    mine = mine.add_extension(x509.BasicConstraints(False, None), critical=True)
    both = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    mine = mine.add_extension(x509.ExtendedKeyUsage(both), critical=False)
    pem = serialization.Encoding.PEM
    key = machine.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    write_durably(folder / KEY, key)
    (folder / KEY).chmod(0o600)
    write_durably(folder / CERTIFICATE, mine.sign(authority, hashes.SHA256()).public_bytes(pem))
    write_durably(folder / CA, ca.sign(authority, hashes.SHA256()).public_bytes(pem))


def require_certificates(folder: Path) -> None:
    """Raises PipelineError when there are none or they have run out."""
    if not all((folder / name).is_file() for name in (CA, CERTIFICATE, KEY)):
        raise PipelineError("there are no certificates for a cluster", "make them: counterclip cluster certs")
    mine = x509.load_pem_x509_certificate((folder / CERTIFICATE).read_bytes())
    if mine.not_valid_after_utc < datetime.now(UTC):
        raise PipelineError("the cluster's certificates have run out", "counterclip cluster certs --renew")


def _name() -> x509.Name:
    """Random: a certificate is shown to whoever connects."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, new_id("n"))])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, by: ec.EllipticCurvePublicKey, *, signs: bool
) -> x509.CertificateBuilder:
    """With what a strict reading of RFC 5280 asks for, as Python 3.13 and newer do."""
    now = datetime.now(UTC)
    usage = x509.KeyUsage(not signs, False, False, False, False, signs, signs, False, False)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))  # clocks of machines differ
        .not_valid_after(now + timedelta(days=VALID_DAYS))
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by), critical=False)
    )
