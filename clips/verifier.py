"""Check a campaign bundle: python3 verify.py [FOLDER] [--expect SHA256] [--key LINE]

Needs nothing but Python 3.8 or newer; with the package `cryptography` the ledger's signatures are
checked, too. Prints the state of every file. Exit code 0: all as it was handed over; 1: not.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"
SIGNED = "counterclip.bundle/v1"
"""First line of what is signed: a signature of anything else is not one of a bundle."""
FORMAT = "counterclip/bundle/v1"
OWN_CACHE = "__pycache__"
"""What Python itself may leave beside a script; not part of what was handed over."""
ED25519 = b"\x01"
"""The signature type in a C2SP verifier key (c2sp.org/signed-note)."""

OK, CHANGED, MISSING, ADDED, UNREADABLE, UNCHECKED = "ok", "CHANGED", "MISSING", "ADDED", "UNREADABLE", "unchecked"


class State(NamedTuple):
    """What was found of one file or signature."""

    name: str
    state: str
    detail: str = ""

    @property
    def is_good(self) -> bool:
        return self.state in (OK, UNCHECKED)


class NotABundleError(Exception):
    """The folder cannot be checked at all."""


def verify(folder: Path, expect: str | None = None, key: str | None = None) -> list[State]:
    """The state of every file of a bundle: those it lists, and those it does not.

    `expect` is the manifest's sha256 as the sender told it, `key` the ledger's public line.
    Raises NotABundleError when there is no manifest that can be read.
    """
    raw = _read_manifest(folder)
    digest = hashlib.sha256(raw).hexdigest()
    manifest = _parse(raw)
    states = [_manifest_state(digest, expect), *_manifest_signature(folder, digest, manifest, key)]
    listed = {}
    for entry in manifest["files"]:
        path = _text(entry, "path")
        if not _is_plain(path) or path in listed or path in (MANIFEST, SIGNATURE):
            raise NotABundleError(f"{MANIFEST} lists a file that no bundle has")
        listed[path] = entry
    states += [_file_state(folder, path, entry) for path, entry in listed.items()]
    states += [
        State(name, ADDED, "not part of this bundle")
        for name in sorted(_present(folder) - {*listed, MANIFEST, SIGNATURE})
    ]
    states += [_delivery_state(entry, listed) for entry in _deliveries(manifest)]
    return states + _signature_states(manifest, key)


def _read_manifest(folder: Path) -> bytes:
    path = folder / MANIFEST
    if path.is_symlink() or not path.is_file():
        raise NotABundleError(f"no {MANIFEST} in {folder}")
    return path.read_bytes()


def _parse(raw: bytes) -> dict[str, Any]:
    try:
        manifest = json.loads(raw)
    except (ValueError, RecursionError):
        raise NotABundleError(f"{MANIFEST} is not JSON") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise NotABundleError(f"{MANIFEST} is not of the format {FORMAT}")
    if not isinstance(manifest.get("files"), list) or not isinstance(manifest.get("clips"), list):
        raise NotABundleError(f"{MANIFEST} is incomplete")
    return manifest


def _text(entry: Any, name: str) -> str:
    value = entry.get(name) if isinstance(entry, dict) else None
    if not isinstance(value, str):
        raise NotABundleError(f"{MANIFEST} is incomplete: a file has no {name}")
    return value


def _is_plain(path: str) -> bool:
    """A relative path that stays inside the folder on every system."""
    return not any(char in path for char in "\\:\0") and all(part not in ("", ".", "..") for part in path.split("/"))


def _manifest_state(digest: str, expect: str | None) -> State:
    if expect is None:
        return State(MANIFEST, OK, f"sha256 {digest}: compare it with the one the sender told you")
    if expect.strip().lower() == digest:
        return State(MANIFEST, OK, "sha256 as expected")
    return State(MANIFEST, CHANGED, f"sha256 {digest} is not the expected one")


def _manifest_signature(folder: Path, digest: str, manifest: dict[str, Any], key: str | None) -> list[State]:
    """Whether the sender's key signed this very manifest. Nothing is said of bundles that name no key."""
    line = key if key is not None else manifest.get("ledger_key")
    path = folder / SIGNATURE
    if line is None and not path.exists():
        return []
    if path.is_symlink() or not path.is_file():
        return [State(SIGNATURE, MISSING)]
    note = path.read_text(encoding="utf-8", errors="replace")
    wanted = f"{SIGNED}\n{base64.b64encode(bytes.fromhex(digest)).decode()}"
    if note.partition("\n\n")[0] != wanted:
        return [State(SIGNATURE, CHANGED, f"not the signature of this {MANIFEST}")]
    return [_signature_state(SIGNATURE, note, line)]


def _file_state(folder: Path, path: str, entry: dict[str, Any]) -> State:
    file = folder / path
    try:
        if any(part.is_symlink() for part in (file, *file.parents) if folder in part.parents):
            return State(path, CHANGED, "a link instead of the file")
        if not file.is_file():
            return State(path, MISSING)
        size, digest = file.stat().st_size, _sha256(file)
    except OSError as error:
        return State(path, UNREADABLE, error.strerror or "")
    if size != entry.get("size_bytes"):
        return State(path, CHANGED, f"{size} bytes instead of {entry.get('size_bytes')}")
    if digest != entry.get("sha256"):
        return State(path, CHANGED, "same size, other content")
    return State(path, OK)


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        for block in iter(lambda: stream.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def _present(folder: Path) -> set[str]:
    """Everything that lies in the folder and is not a folder with something in it."""
    found = set()
    for path in folder.rglob("*"):
        if OWN_CACHE in path.relative_to(folder).parts:
            continue
        if path.is_symlink() or not path.is_dir() or not any(path.iterdir()):
            found.add(path.relative_to(folder).as_posix())
    return found


def _deliveries(manifest: dict[str, Any]) -> list[Any]:
    """What each platform gets; bundles from before there were presets name none."""
    found = manifest.get("deliveries", [])
    if not isinstance(found, list):
        raise NotABundleError(f"{MANIFEST} is incomplete")
    return found


def _delivery_state(entry: Any, listed: dict[str, dict[str, Any]]) -> State:
    """Whether the file for a platform is one of the bundle's, with the digest that was read back."""
    name = f"{_text(entry, 'file')} for {_text(entry, 'platform')}"
    sidecars = entry.get("sidecars", [])
    beside = [entry["file"], _text(entry, "poster"), *(sidecars if isinstance(sidecars, list) else [])]
    if missing := [path for path in beside if not isinstance(path, str) or path not in listed]:
        return State(name, MISSING, f"{missing[0]} is not part of this bundle")
    if listed[entry["file"]].get("sha256") != _text(entry, "sha256"):
        return State(name, CHANGED, "not the file that was checked for it")
    checks = entry.get("checks")
    if not isinstance(checks, list) or not checks or not all(isinstance(c, dict) and c.get("passed") for c in checks):
        return State(name, CHANGED, "it did not pass its checks")
    return State(name, OK)


def _signature_states(manifest: dict[str, Any], key: str | None) -> list[State]:
    """One state for each ledger checkpoint that the clips carry."""
    line = key if key is not None else manifest.get("ledger_key")
    states = []
    for clip in manifest["clips"]:
        note = clip.get("ledger_checkpoint") if isinstance(clip, dict) else None
        if isinstance(note, str):
            states.append(_signature_state(f"ledger checkpoint of {clip.get('clip')}", note, line))
    return states


def _signature_state(name: str, note: str, line: object) -> State:
    if not isinstance(line, str):
        return State(name, UNCHECKED, "no key given: ask the sender for it, then use --key")
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return State(name, UNCHECKED, "needs the Python package cryptography")
    parts = line.strip().split("+", 2)
    raw = _bytes(parts[2]) if len(parts) == 3 else b""
    if len(raw) != 33 or raw[:1] != ED25519:
        return State(name, CHANGED, "the key is not an Ed25519 verifier key")
    body, _, signatures = note.partition("\n\n")
    for signed in signatures.splitlines():
        value = _bytes(signed.rpartition(" ")[2])
        try:
            Ed25519PublicKey.from_public_bytes(raw[1:]).verify(value[4:], f"{body}\n".encode())
        except InvalidSignature:
            continue
        return State(name, OK, f"signed with key {parts[0]}+{parts[1]}")
    return State(name, CHANGED, "not signed with this key")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--expect", metavar="SHA256", help="of manifest.json, as the sender told you")
    parser.add_argument("--key", metavar="LINE", help="the sender's ledger key, as the sender told you")
    options = parser.parse_args(argv)
    try:
        states = verify(options.folder.resolve(), options.expect, options.key)
    except NotABundleError as error:
        print(f"NOT VERIFIED: {error}")
        return 1
    for state in states:
        print(f"{state.state:<10} {state.name}" + (f"  ({state.detail})" if state.detail else ""))
    bad = [state for state in states if not state.is_good]
    if bad:
        print(f"NOT VERIFIED: {len(bad)} of {len(states)} are not as they were handed over.")
        print("Do not publish; ask the sender.")
        return 1
    print(f"VERIFIED: all {len(states)} are as they were handed over.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
