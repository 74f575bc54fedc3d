"""The first moments of a workspace."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from pipeline.domain import Role, new_id
from pipeline.errors import PipelineError
from pipeline.settings import Settings
from pipeline.store import open_store
from pipeline.store.moving import full_url
from pipeline.workspace import Workspace, create_workspace, publish, require_new
from review.accounts import add_user
from review.ledger import make_key, record, write_checkpoint


def new_workspace(root: Path, settings: Settings, name: str, roles: Sequence[Role], password: str) -> str:
    """A workspace with its key and its first user under its name, or nothing at all; the key's fingerprint.

    Raises PipelineError when the folder is taken, AuthenticationError when the password is too weak.
    """
    require_new(root)
    part = root.parent / f".{root.name}.{new_id('w')}"
    try:
        fingerprint = found_workspace(create_workspace(part, settings), name, roles, password)
        publish(part, root)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return fingerprint


def settings_for(url: str) -> Settings:
    """The settings of a new workspace whose store is there; the file in the workspace for an empty URL."""
    return Settings(store=full_url(url)) if url else Settings()


def found_workspace(workspace: Workspace, name: str, roles: Sequence[Role], password: str) -> str:
    """The ledger key, the store and the first user; returns the public key's fingerprint.

    Raises AuthenticationError when the password is too weak, PipelineError for a store in which there is something.
    """
    fingerprint = make_key(workspace.keys)
    store = open_store(workspace.store_url)
    try:
        if store.entries():
            raise PipelineError("this database holds a workspace already", "name an empty one")
        add_user(store, name, tuple(roles), password, by="system")
        record(store, "workspace.founded", "system", "workspace", fingerprint)
        write_checkpoint(store, workspace)
    finally:
        store.close()
    return fingerprint
