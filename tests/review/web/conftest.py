"""A workspace with a real recording and its people, the pages on it, and a browser where there is one."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page
from starlette.applications import Starlette
from starlette.testclient import TestClient
from stores import copy_workspace, new_workspace

from pipeline.domain import (
    Action,
    Agent,
    Flag,
    Modality,
    Role,
    Segment,
    Span,
    Speaker,
    TextMatch,
    Tier,
    Transcript,
    User,
    Word,
)
from pipeline.ingest import Request, make_sound, register
from pipeline.jobs.found import found_workspace
from pipeline.jobs.serve import make_services
from pipeline.settings import Settings
from pipeline.store import Store, open_store
from pipeline.workspace import Workspace
from review.accounts import add_user
from review.checklist import load_checklist
from review.interviewees import state
from review.web import sessions
from review.web.app import create_app
from review.web.pages import cookie_name
from review.web.services import Services

PASSWORD = "correct horse battery"
PEOPLE = {
    "edo": Role.EDITOR, "bea": Role.REVIEWER, "cem": Role.REVIEWER, "lea": Role.COUNSEL, "xen": Role.EXPORTER,
}  # fmt: skip
SPOKEN = (
    ("s1", 300, "And so my fellow Americans,", (340, 320, 280, 400, 760)),
    ("s2", 3420, "ask not what your country can do for you,", (440, 620, 1460, 240, 440, 300, 220, 260, 520)),
    ("s3", 8300, "ask what you can do for your country.", (260, 240, 260, 320, 220, 220, 260, 520)),
)
"""What is said in jfk.flac: segment, its start, its words and how long each takes with the pause before the next."""


def spoken_transcript(*, language: str = "en") -> Transcript:
    """The words of jfk.flac with times, as an engine would give them."""
    segments = []
    for name, start, text, lengths in SPOKEN:
        words, at = [], start
        for word, length in zip(text.split(), lengths, strict=True):
            words.append(Word(word, Span(at, at + min(length, 500)), 0.4 if word == "fellow" else 0.98))
            at += length
        segments.append(Segment(name, text, Span(start, at), tuple(words), Speaker.INTERVIEWEE, language))
    voiced = tuple(Span(w.span.start_ms, w.span.end_ms) for s in segments for w in s.words)
    return Transcript(language, 11_000, "by hand", "none", tuple(segments), voiced)


def raised_flags() -> tuple[Flag, ...]:
    """Three flags as the checklist would raise them: a place to redact, something to review, an amber one."""
    blank = {"agent": Agent.SELF, "modality": Modality.ASSERTED, "rule": "test", "why": "Raised because of a test."}
    return (
        Flag(id="f-place", item="identity.location", segment="s1", match=TextMatch(17, 27), span=Span(1640, 2140),
             tier=Tier.RED, score=0.9, action=Action.REDACT, **blank),
        Flag(id="f-travel", item="incrimination.travel", segment="s2", match=TextMatch(0, 7), span=Span(3420, 4360),
             tier=Tier.RED, score=0.9, action=Action.REVIEW, **blank),
        Flag(id="f-amber", item="safety.graphic", segment="s3", match=TextMatch(0, 3), span=Span(8300, 8560),
             tier=Tier.AMBER, score=0.3, action=Action.REVIEW, **blank),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Everything a test of the pages starts from."""

    workspace: Workspace
    store: Store
    services: Services
    app: Starlette
    recording: str
    people: dict[str, User]

    def client(self, name: str | None = None) -> TestClient:
        """A browser that is signed in (or not), without the second that a password takes."""
        made = TestClient(self.app, "http://127.0.0.1", follow_redirects=False, raise_server_exceptions=True)
        made.headers["sec-fetch-site"] = "same-origin"
        if name is not None:
            token = sessions.begin(self.store, self.people[name], datetime.now(UTC))
            made.cookies.set(cookie_name(False), token, domain="127.0.0.1")
        return made

    @property
    def words_state(self) -> str:
        return str(self.client("edo").get(f"/recordings/{self.recording}/state").json()["words_state"])


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace made once: people, a recording with transcript and flags, what the interviewee agreed to."""
    root = tmp_path_factory.mktemp("pages") / "workspace"
    workspace = new_workspace(root, Settings())
    found_workspace(workspace, "ana", (Role.ADMIN,), PASSWORD)
    store = open_store(workspace.store_url)
    people = {name: add_user(store, name, (role,), PASSWORD) for name, role in PEOPLE.items()}
    source = Path(__file__).parents[2] / "data" / "jfk.flac"
    recording = register(store, workspace, Request(source, "K-01", warning_at_ms=0))
    make_sound(store, workspace, recording)
    store.save_transcript(recording.id, spoken_transcript())
    store.replace_flags(recording.id, raised_flags(), load_checklist().sha256)
    consent = {"face": True, "voice": True, "name": False, "platforms": ["*"], "languages": ["*"], "expires": None}
    state(store, people["lea"], "K-01", {"consent": consent, "legal_status": "released", "standing": "firm"})
    store.close()
    return workspace


@pytest.fixture
def place(founded: Workspace, tmp_path: Path) -> Iterator[Place]:
    """A copy of that workspace for one test."""
    root = tmp_path / "workspace"
    workspace = copy_workspace(founded, root)
    store = open_store(workspace.store_url)

    def recheck(recording: str) -> None:
        """The same flags again: what the checklist finds has tests of its own."""
        store.replace_flags(recording, raised_flags(), load_checklist().sha256)

    services = replace(make_services(workspace, store), recheck=recheck)
    people = {user.name: user for user in store.users()}
    yield Place(workspace, store, services, create_app(services), store.recordings()[0].id, people)
    store.close()


@dataclass(frozen=True, slots=True)
class Served:
    """The pages on a real port, and people in front of them."""

    place: Place
    address: str
    chromium: Browser
    troubles: list[str]
    """Everything a browser complained about: errors, dialogs, refused by the content policy."""

    def person(self, name: str | None, **options: Any) -> Page:
        """A browser of one's own, signed in through a session made for it."""
        context = self.chromium.new_context(viewport={"width": 1280, "height": 800}, **options)
        page = context.new_page()
        page.on("console", lambda m: self.troubles.append(f"console: {m.text}") if m.type == "error" else None)
        page.on("pageerror", lambda e: self.troubles.append(f"error: {e}"))
        page.on("dialog", lambda dialog: self._dismiss(dialog))
        if name is not None:
            token = sessions.begin(self.place.store, self.place.people[name], datetime.now(UTC))
            context.add_cookies([{"name": cookie_name(False), "value": token, "url": self.address}])
        return page

    def _dismiss(self, dialog: Any) -> None:
        self.troubles.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def open_recording(self, page: Page) -> None:
        page.goto(f"{self.address}/recordings/{self.place.recording}")
        page.locator('#app[data-ready="1"]').wait_for()


@pytest.fixture
def served(place: Place, chromium: Browser) -> Iterator[Served]:
    with serving(place.app) as address:
        troubles: list[str] = []
        yield Served(place, address, chromium, troubles)
        for context in chromium.contexts:
            context.close()


class serving:  # noqa: N801 - used as a context manager
    """A server in a thread for as long as a test needs it."""

    def __init__(self, app: Starlette) -> None:
        self._app = app

    def __enter__(self) -> str:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        config = uvicorn.Config(self._app, port=port, log_level="error", access_log=False, ws="none")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        wait_until(lambda: self._server.started)
        return f"http://127.0.0.1:{port}"

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)


def wait_until(true: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for something that happens elsewhere. Raises TimeoutError when it does not."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError("it did not happen")
        time.sleep(0.02)
