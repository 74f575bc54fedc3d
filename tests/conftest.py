"""What every test may use, and what no test may touch."""

import ipaddress
import logging
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

DATA = Path(__file__).parent / "data"
pytest_plugins = ["stores"]

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class ReachedOutError(AssertionError):
    """A test tried to leave this machine: nothing here may need the network."""


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Connections to anything but this machine fail loudly."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_here(str(address[0])):
            raise ReachedOutError(str(address))
        real(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        patch.setenv("HF_HUB_OFFLINE", "1")
        yield


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def no_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing is read from or written to the real home; only the weights stay where they are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COUNTERCLIP_MODELS", os.environ.get("COUNTERCLIP_MODELS", str(_default_models())))
        for name in ("COUNTERCLIP_WORKSPACE", "COUNTERCLIP_AS"):
            patch.delenv(name, raising=False)
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        yield


def _default_models() -> Path:
    from pipeline.weights import models_folder

    return models_folder()


@pytest.fixture(autouse=True)
def no_error_is_only_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A test in which something logged an error has failed."""
    yield
    errors = [r for when in ("setup", "call") for r in caplog.get_records(when) if r.levelno >= logging.ERROR]  # type: ignore[arg-type]
    assert not errors, [r.getMessage() for r in errors]


@pytest.fixture
def data() -> Path:
    """The folder of small real recordings."""
    return DATA


@pytest.fixture(scope="session")
def weights_base() -> Path:
    """The folder of the base model's weights; `make test` fetches them."""
    from pipeline.weights import find_weights

    return find_weights("base").folder


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium. Without it browser tests are skipped with a line that says so; CI never skips them."""
    if CHROMIUM is None:
        reason = "no Chromium here: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        arguments = [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--autoplay-policy=no-user-gesture-required",
        ]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()
