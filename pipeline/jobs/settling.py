"""What a killed run gave a name although the store never heard of it is taken back before anyone publishes again."""

from pipeline.logs import tell_trouble
from pipeline.sealing import SEALED
from pipeline.store import Store
from pipeline.workspace import Workspace, settle_unfinished


def settle(workspace: Workspace, store: Store) -> None:
    """Between a folder's name and the store's word about it a kill can fall: that folder was never published."""
    with store.alone():  # whoever has given a name has told the store before we look
        clips = {clip.id for clip in store.clips()}
        bundles = {bundle.id for bundle in store.bundles()}
        taken = settle_unfinished(workspace.clips, lambda name: name in clips)
        taken += settle_unfinished(workspace.bundles, lambda name: name.removesuffix(SEALED) in bundles)
    for name in taken:
        tell_trouble("publishing.undone", name=name)
