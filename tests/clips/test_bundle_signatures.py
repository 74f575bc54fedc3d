"""The ledger's signature in a bundle: checked when it can be, never taken on trust."""

import json
from pathlib import Path

import pytest

from clips.verifier import CHANGED, OK, UNCHECKED, State, verify
from review.checkpoints import Checkpoint, checkpoint_text, make_key_pair

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
