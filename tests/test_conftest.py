"""The fixtures that forbid accidents do forbid them."""

import os
import socket
from pathlib import Path

import pytest


def test_a_test_cannot_reach_out() -> None:
    """A connection to another machine raises before anything is sent."""
    with socket.socket() as probe, pytest.raises(AssertionError):
        probe.connect(("192.0.2.1", 80))


def test_a_test_has_a_home_of_its_own() -> None:
    """HOME is a temporary folder, and the weights are found all the same."""
    assert Path(os.environ["HOME"]).name.startswith("home")
    assert Path(os.environ["COUNTERCLIP_MODELS"]).is_absolute()
