"""Signed heads of the ledger, kept outside the database: without them a cut-off end cannot be seen.

The text is a C2SP signed note (c2sp.org/signed-note) in the shape of a tlog-checkpoint: origin, size,
base64 of the head, then Ed25519 signatures. Our head is that of a chain, not of a Merkle tree, and
the origin says so.
"""

import base64
import binascii
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from pipeline.errors import PipelineError
from pipeline.workspace import write_durably

ORIGIN = "counterclip.ledger/chain/v1"
BUNDLE_ORIGIN = "counterclip.bundle/v1"
"""First line of a bundle's signature, so that it can never be taken for a checkpoint of the ledger."""
KEY_NAME = "counterclip.ledger"
PRIVATE_FILE = "ledger.key"
PUBLIC_FILE = "ledger.pub"
ED25519 = b"\x01"
"""The signature type of a C2SP verifier key."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The ledger had this many entries, and this was the digest of the last."""

    size: int
    head: str


def make_key_pair(folder: Path) -> str:
    """Make the ledger's key pair in `folder` (private part 0600) and return the public line.

    Raises PipelineError when there is one already: a new key would orphan every checkpoint.
    """
    private_file = folder / PRIVATE_FILE
    if private_file.exists():
        raise PipelineError("there is a ledger key already", "keep it: the checkpoints are signed with it")
    key = Ed25519PrivateKey.generate()
    line = _public_line(key.public_key())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_durably(folder / PUBLIC_FILE, f"{line}\n".encode())
    _write_private(private_file, pem)
    return line


def _write_private(path: Path, content: bytes) -> None:
    """Never readable by others, not even for a moment."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def read_public_key(folder: Path) -> str:
    """The public line of the ledger's key. Raises PipelineError when it is not there."""
    try:
        return (folder / PUBLIC_FILE).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise PipelineError(f"{PUBLIC_FILE} is missing in {folder.name}/", "put it back from a backup") from None


def checkpoint_text(checkpoint: Checkpoint, keys: Path) -> str:
    """The signed note of a checkpoint. Raises PipelineError when the private key is not there."""
    return _signed_note(f"{ORIGIN}\n{checkpoint.size}\n{_base64(bytes.fromhex(checkpoint.head))}\n", keys)


def bundle_signature(manifest_sha256: str, keys: Path) -> str:
    """The signed note of a bundle's manifest. Raises PipelineError when the private key is not there."""
    return _signed_note(f"{BUNDLE_ORIGIN}\n{_base64(bytes.fromhex(manifest_sha256))}\n", keys)


def _signed_note(body: str, keys: Path) -> str:
    key = _private_key(keys)
    signature = _key_id(key.public_key()) + key.sign(body.encode())
    return f"{body}\n— {KEY_NAME} {_base64(signature)}\n"


def read_checkpoint(text: str, public_key: str) -> Checkpoint | None:
    """What a signed note says; None when it is not one, or not signed with this key."""
    body, separator, signatures = text.partition("\n\n")
    key = _from_public_line(public_key)
    if not separator or key is None or not _is_signed(f"{body}\n".encode(), signatures.splitlines(), key):
        return None
    lines = body.split("\n")
    if len(lines) != 3 or lines[0] != ORIGIN or not lines[1].isdecimal():
        return None
    return Checkpoint(int(lines[1]), (_bytes(lines[2]) or b"").hex())


def _is_signed(body: bytes, signatures: Sequence[str], key: Ed25519PublicKey) -> bool:
    for line in signatures:
        value = _bytes(line.removeprefix(f"— {KEY_NAME} "))
        if not line.startswith(f"— {KEY_NAME} ") or value is None or value[:4] != _key_id(key):
            continue
        try:
            key.verify(value[4:], body)
        except InvalidSignature:
            continue
        return True
    return False


def _private_key(keys: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key((keys / PRIVATE_FILE).read_bytes(), None)
    except (OSError, ValueError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise PipelineError(f"{PRIVATE_FILE} is missing or damaged in {keys.name}/", "put it back from a backup")
    return key


def _raw(key: Ed25519PublicKey) -> bytes:
    return ED25519 + key.public_bytes_raw()


def _key_id(key: Ed25519PublicKey) -> bytes:
    return hashlib.sha256(KEY_NAME.encode() + b"\n" + _raw(key)).digest()[:4]


def _public_line(key: Ed25519PublicKey) -> str:
    return f"{KEY_NAME}+{_key_id(key).hex()}+{_base64(_raw(key))}"


def _from_public_line(line: str) -> Ed25519PublicKey | None:
    """The key of a C2SP verifier line, NAME+ID+KEY; base64 itself may hold a plus."""
    parts = line.strip().split("+", 2)
    raw = _bytes(parts[2]) if len(parts) == 3 and parts[0] == KEY_NAME else None
    if raw is None or len(raw) != 33 or raw[:1] != ED25519:
        return None
    key = Ed25519PublicKey.from_public_bytes(raw[1:])
    return key if _key_id(key).hex() == parts[1] else None


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _bytes(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
