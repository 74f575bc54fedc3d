"""The first moments of a workspace."""

import shutil
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from pipeline.domain import Role, new_id
from pipeline.errors import PipelineError
from pipeline.settings import Settings
from pipeline.store import holds_anything, open_store
from pipeline.store.moving import full_url
from pipeline.workspace import Workspace, create_workspace, gone_on_failure, publish, require_new
from review.accounts import add_user
from review.ledger import make_key, record, write_checkpoint


def new_workspace(root: Path, settings: Settings, name: str, roles: Sequence[Role], password: str) -> str:
    """A workspace with its key and its first user under its name, or nothing at all; the key's fingerprint.

    Raises PipelineError when the folder is taken, AuthenticationError when the password is too weak.
    """
    require_new(root)
    part = root.parent / f".{root.name}.{new_id('w')}"
    try:
        made = create_workspace(part, settings)
        if not settings.store:
            fingerprint = found_workspace(made, name, roles, password)
            publish(part, root)  # its store goes with it
            return fingerprint
        # a database that knows a workspace of which there is no folder would be of no use to anybody
        with gone_on_failure({part: root}):
            return found_workspace(made, name, roles, password, lambda: publish(part, root))
    finally:
        shutil.rmtree(part, ignore_errors=True)


def settings_for(url: str) -> Settings:
    """The settings of a new workspace whose store is there; the file in the workspace for an empty URL."""
    return Settings(store=full_url(url)) if url else Settings()


def found_workspace(
    workspace: Workspace, name: str, roles: Sequence[Role], password: str, at_last: Callable[[], None] = lambda: None
) -> str:
    """The ledger key, the store and the first user; returns the public key's fingerprint.

    When `at_last` fails the store stays empty. Raises AuthenticationError when the password is too weak,
    PipelineError for a store in which there is something: that is not even brought to our schema.
    """
    if holds_anything(workspace.store_url):
        raise _taken()
    fingerprint = make_key(workspace.keys)
    with closing(open_store(workspace.store_url)) as store, store.alone():  # two may found at once: one is the first
        if store.entries() or store.users():
            raise _taken()
        add_user(store, name, tuple(roles), password, by="system")
        record(store, "workspace.founded", "system", "workspace", fingerprint)
        write_checkpoint(store, workspace)
        at_last()
    return fingerprint


def _taken() -> PipelineError:
    return PipelineError("this database holds a workspace already", "name an empty one")
