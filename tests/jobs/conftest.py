"""Workspaces with people in them, made the way the product makes them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from office import Office

from pipeline.jobs.team import found_team
from pipeline.settings import Settings
from pipeline.store import open_store
from pipeline.workspace import create_workspace


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A new workspace with the sample team, nothing in it yet."""
    workspace = create_workspace(tmp_path / "w", Settings(render_profile="preview"))
    team = found_team(workspace)
    store = open_store(workspace.store_url)
    yield Office(workspace, store, team)
    store.close()
