"""Signatures in a bundle, of the ledger and of the manifest: checked when they can be, never taken on trust."""

import hashlib
import json
from pathlib import Path

import pytest

from clips.verifier import CHANGED, MISSING, OK, SIGNATURE, UNCHECKED, State, verify
from review.checkpoints import Checkpoint, bundle_signature, checkpoint_text, make_key_pair

HEAD = Checkpoint(7, "ab" * 32)


def _bundle(folder: Path, note: str, key: str | None) -> Path:
    """The smallest folder that counts as a bundle."""
    folder.mkdir()
    manifest = {
        "format": "counterclip/bundle/v1",
        "files": [],
        "clips": [{"clip": "c-1", "ledger_checkpoint": note}],
        "ledger_key": key,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def _signature(states: list[State]) -> State:
    return next(state for state in states if "checkpoint" in state.name)


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    folder = tmp_path / "keys"
    folder.mkdir()
    return folder


def test_checkpoint_signed_by_the_key_is_good(tmp_path: Path, keys: Path) -> None:
    """What review/checkpoints.py signs, the shipped verifier accepts."""
    line = make_key_pair(keys)
    folder = _bundle(tmp_path / "b", checkpoint_text(HEAD, keys), line)
    assert _signature(verify(folder)).state == OK


def test_checkpoint_with_another_head_is_refused(tmp_path: Path, keys: Path) -> None:
    """The signature is over size and head."""
    line = make_key_pair(keys)
    note = checkpoint_text(HEAD, keys).replace("\n7\n", "\n8\n")
    assert _signature(verify(_bundle(tmp_path / "b", note, line))).state == CHANGED


def test_key_that_the_partner_was_told_wins(tmp_path: Path, keys: Path) -> None:
    """A forger's own key inside the manifest does not help him."""
    line = make_key_pair(keys)
    forger = tmp_path / "forger"
    forger.mkdir()
    forged = make_key_pair(forger)
    folder = _bundle(tmp_path / "b", checkpoint_text(HEAD, forger), forged)
    assert _signature(verify(folder)).state == OK
    assert _signature(verify(folder, key=line)).state == CHANGED


def test_checkpoint_without_a_key_is_said_to_be_unchecked(tmp_path: Path, keys: Path) -> None:
    """Not checked is never printed as checked."""
    make_key_pair(keys)
    folder = _bundle(tmp_path / "b", checkpoint_text(HEAD, keys), None)
    assert _signature(verify(folder)).state == UNCHECKED


def _signed(folder: Path, keys: Path, key: str | None) -> Path:
    bundle = _bundle(folder, checkpoint_text(HEAD, keys), key)
    digest = hashlib.sha256((bundle / "manifest.json").read_bytes()).hexdigest()
    (bundle / SIGNATURE).write_text(bundle_signature(digest, keys), encoding="utf-8")
    return bundle


def _manifest(states: list[State]) -> State:
    return next(state for state in states if state.name == SIGNATURE)


def test_the_manifest_is_signed_with_the_workspace_key(tmp_path: Path, keys: Path) -> None:
    """And the signature's file is nothing that was added."""
    states = verify(_signed(tmp_path / "b", keys, make_key_pair(keys)))
    assert _manifest(states).state == OK
    assert all(state.is_good for state in states)


def test_a_changed_manifest_is_not_what_was_signed(tmp_path: Path, keys: Path) -> None:
    """One space is enough."""
    bundle = _signed(tmp_path / "b", keys, make_key_pair(keys))
    file = bundle / "manifest.json"
    file.write_text(file.read_text(encoding="utf-8") + " ", encoding="utf-8")
    assert _manifest(verify(bundle)).state == CHANGED


def test_a_signature_that_was_taken_away_is_missed(tmp_path: Path, keys: Path) -> None:
    """Also when the key is only known from another way."""
    line = make_key_pair(keys)
    bundle = _signed(tmp_path / "b", keys, line)
    (bundle / SIGNATURE).unlink()
    assert _manifest(verify(bundle)).state == MISSING
    assert _manifest(verify(bundle, key=line)).state == MISSING


def test_a_forgers_signature_does_not_help_him(tmp_path: Path, keys: Path) -> None:
    """His own key in the manifest is his word only; a checkpoint of the ledger is no signature of a manifest."""
    line = make_key_pair(keys)
    forger = tmp_path / "forger"
    forger.mkdir()
    bundle = _signed(tmp_path / "b", forger, make_key_pair(forger))
    assert _manifest(verify(bundle, key=line)).state == CHANGED
    (bundle / SIGNATURE).write_text(checkpoint_text(HEAD, keys), encoding="utf-8")
    assert _manifest(verify(bundle, key=line)).state == CHANGED
