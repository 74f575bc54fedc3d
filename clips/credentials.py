"""Content Credentials (C2PA) of a finished file, signed with an organisation's certificate; off unless asked for.

They lie beside the file as `NAME.c2pa`, so that it stays the very file that was verified, and say who signed which
bytes: no time or place of recording, no device, no recording it was made from, no thumbnail, no time stamp of others.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from pipeline.errors import PipelineError

CERTIFICATE = "c2pa.crt"
"""PEM: the organisation's certificate first, then those that vouch for it, the root left out or not."""
KEY = "c2pa.key"
"""PEM, without a password."""
SUFFIX = ".c2pa"
MIME = "video/mp4"

CLAIM = {
    "claim_generator_info": [{"name": "counterclip"}],
    "assertions": [
        {
            "label": "c2pa.actions",
            "data": {
                "actions": [
                    {
                        "action": "c2pa.created",
                        "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/humanEdits",
                    }
                ]
            },
        }
    ],
}
"""All that is said besides the digest: people edited it (IPTC Digital Source Type). C2PA wants a first action."""

_CURVES = {"secp256r1": b"es256", "secp384r1": b"es384", "secp521r1": b"es512"}

Sign = Callable[[Path], bytes]
"""A finished file → the bytes of its credentials."""


def load_credentials(keys: Path) -> Sign:
    """What signs with the certificate and the key in this folder.

    Raises PipelineError when the package, the certificate or the key is missing, or they do not belong together.
    """
    try:
        c2pa = import_module("c2pa")
    except ImportError:
        raise PipelineError(
            "the package c2pa-python is not installed", "pip install c2pa-python, into this environment"
        ) from None
    chain, key = _read(keys / CERTIFICATE), _read(keys / KEY)
    info = c2pa.C2paSignerInfo(alg=_algorithm(chain, key), sign_cert=chain, private_key=key, ta_url=None)

    def sign(file: Path) -> bytes:
        return _sign(c2pa, info, file)

    return sign


def _sign(c2pa: Any, info: Any, file: Path) -> bytes:
    try:
        with c2pa.Signer.from_info(info) as signer, c2pa.Builder(CLAIM) as builder, file.open("rb") as source:
            builder.set_no_embed()
            with Path("/dev/null").open("w+b") as nowhere:
                return bytes(builder.sign(signer, MIME, source, nowhere))
    except c2pa.C2paError as error:
        kind = type(error).__name__.lstrip("_")
        raise PipelineError(
            f"the file could not be given credentials ({kind})", "check the certificate's use"
        ) from None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise PipelineError(f"there is no keys/{path.name} in the workspace", "put the organisation's there") from None


def _algorithm(chain: bytes, pem: bytes) -> bytes:
    """Of the certificate's key, which has to be the private key's other half."""
    try:
        public, private = x509.load_pem_x509_certificate(chain).public_key(), load_pem_private_key(pem, None)
    except (ValueError, TypeError):
        hint = "both are PEM, the key without a password"
        raise PipelineError("the certificate or its key cannot be read", hint) from None
    is_known = isinstance(private, ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey)
    if not is_known or private.public_key() != public:
        hint = "a pair of P-256, P-384, P-521 or Ed25519 is needed"
        raise PipelineError("the certificate does not belong to the key", hint)
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return b"ed25519"
    curve = private.curve.name if isinstance(private, ec.EllipticCurvePrivateKey) else ""
    return _CURVES.get(curve, b"es256")
