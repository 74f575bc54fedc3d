"""Workspaces with people in them, made the way the product makes them."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from office import Office
from stores import copy_workspace, new_workspace

from pipeline.domain import Clip
from pipeline.jobs.cut import cut_plan
from pipeline.jobs.team import Team, found_team
from pipeline.settings import Settings
from pipeline.store import open_store
from pipeline.workspace import Workspace


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Team]:
    """Founding takes seconds, because passwords are hashed slowly on purpose; once is enough."""
    settings = Settings(render_profile="preview", job_niceness=0)
    workspace = new_workspace(tmp_path_factory.mktemp("founded") / "w", settings)
    return workspace, found_team(workspace)


@pytest.fixture
def office(founded: tuple[Workspace, Team], tmp_path: Path) -> Iterator[Office]:
    """A new workspace with the sample team, nothing in it yet."""
    original, team = founded
    workspace = copy_workspace(original, tmp_path / "w")
    with closing(open_store(workspace.store_url)) as store:
        yield Office(workspace, store, team)


@pytest.fixture(scope="session")
def cut_once(tmp_path_factory: pytest.TempPathFactory, weights_base: Path) -> tuple[Office, Clip]:
    """One real clip in a workspace; tests that change anything work on a copy."""
    workspace = new_workspace(tmp_path_factory.mktemp("recall") / "w", Settings(render_profile="preview"))
    team = found_team(workspace)
    with closing(open_store(workspace.store_url)) as store:
        office = Office(workspace, store, team)
        clip = cut_plan(workspace, store, office.signed_plan().id)
    return office, clip


@pytest.fixture
def out(cut_once: tuple[Office, Clip], tmp_path: Path) -> Iterator[tuple[Office, Clip]]:
    """A copy of that workspace."""
    office, clip = cut_once
    workspace = copy_workspace(office.workspace, tmp_path / "copy")
    with closing(open_store(workspace.store_url)) as store:
        yield Office(workspace, store, office.team), clip
