"""Workspaces with people in them, made the way the product makes them."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from office import Office
from stores import copy_workspace, new_workspace

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
