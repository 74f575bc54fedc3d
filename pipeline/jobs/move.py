"""A workspace's store moved into another database, from a file to a server or back."""

from contextlib import closing
from dataclasses import replace

from pipeline.errors import PipelineError, StoreError
from pipeline.settings import settings_text
from pipeline.store import Store, open_store
from pipeline.store.moving import full_url, moved_store
from pipeline.workspace import SETTINGS_FILE, Workspace, write_durably
from review.ledger import verify_workspace


def move_store(workspace: Workspace, url: str) -> int:
    """Copy everything, compare it, and let the settings name the new store; return how many rows there are.

    The old store stays as it is and takes nothing more. Raises PipelineError when the store is there already, the new
    one holds something else, or the ledger is not whole before or afterwards: then the settings still name the old one.
    """
    new = full_url(url)
    if new == full_url(workspace.store_url):
        raise PipelineError("the store is there already", "name another database or file")
    with moved_store(workspace.store_url, new) as rows, closing(open_store(new)) as store:
        _require_whole(store, workspace)
    own = full_url(replace(workspace, settings=replace(workspace.settings, store="")).store_url)
    settings = replace(workspace.settings, store="" if new == own else new)
    write_durably(workspace.root / SETTINGS_FILE, settings_text(settings).encode())
    return rows


def _require_whole(store: Store, workspace: Workspace) -> None:
    """Both stores hold the same rows, so this is a verdict on the old one as well."""
    verdict, _ = verify_workspace(store, workspace)
    if not verdict.ok:
        raise StoreError(f"the ledger is not whole: {verdict.why}", "counterclip audit verify; compare with a backup")
