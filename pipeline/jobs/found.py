"""The first moments of a workspace."""

from collections.abc import Sequence

from pipeline.domain import Role
from pipeline.store import open_store
from pipeline.workspace import Workspace
from review.accounts import add_user
from review.ledger import make_key, record, write_checkpoint


def found_workspace(workspace: Workspace, name: str, roles: Sequence[Role], password: str) -> str:
    """The ledger key, the store and the first user; returns the public key's fingerprint.

    Raises AuthenticationError when the password is too weak.
    """
    fingerprint = make_key(workspace.keys)
    store = open_store(workspace.store_url)
    try:
        add_user(store, name, tuple(roles), password, by="system")
        record(store, "workspace.founded", "system", "workspace", fingerprint)
        write_checkpoint(store, workspace)
    finally:
        store.close()
    return fingerprint
