"""The audit ledger: who did what when, in ids and digests, chained so that no change goes unseen.

Each entry holds the sha256 of the one before. That alone shows an entry that was edited, removed or
put in between. It does not show a ledger whose end was cut off or which was written anew from some
point: for that, signed checkpoints (size and head) lie outside the database (`review.checkpoints`).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.canonical import document_sha256, text_sha256
from pipeline.domain import LedgerEntry
from pipeline.errors import StoreError
from pipeline.store import Store
from pipeline.workspace import Workspace, write_durably
from review.checkpoints import Checkpoint, checkpoint_text, make_key_pair, read_checkpoint, read_public_key

FIRST_PREV = "0" * 64
"""What the first entry follows."""


CHECKPOINT_NAME = "{:012d}.txt"
"""By size, so that names sort as the ledger grew."""


@dataclass(frozen=True, slots=True)
class LedgerVerdict:
    """Whether the ledger is whole, and if not, where it breaks first and why."""

    ok: bool
    first_broken_seq: int | None
    why: str


def make_key(folder: Path) -> str:
    """Make the ledger's key pair in `folder` and return the fingerprint of its public line.

    Raises PipelineError when there is one already: a new key would orphan every checkpoint.
    """
    return text_sha256(make_key_pair(folder))


def entry_sha256(entry: LedgerEntry) -> str:
    """Digest of everything in an entry but its own digest."""
    document = asdict(entry)
    del document["sha256"]
    return document_sha256("ledger", document)


def record(store: Store, kind: str, actor: str, object_id: str, content_sha256: str = "") -> LedgerEntry:
    """Append one entry. Ids and digests only: names and words do not belong in a ledger.

    Raises StoreError when the store refuses.
    """
    return store.append_entry(kind, actor, object_id, content_sha256, entry_sha256)


def write_checkpoint(store: Store, workspace: Workspace) -> Path:
    """Sign the present head and keep it outside the database; the same head again changes nothing.

    Raises StoreError when the ledger is broken or does not continue what was signed before: a
    signature would only cover that up.
    """
    checkpoints = read_checkpoints(workspace)  # before the entries: another process may add both meanwhile
    entries = store.entries()
    verdict = verify(entries, checkpoints, read_public_key(workspace.keys))
    if not verdict.ok:
        raise StoreError(
            f"the ledger is not whole: {verdict.why}", "counterclip audit verify; then compare with a backup"
        )
    head = entries[-1].sha256 if entries else FIRST_PREV
    path = workspace.checkpoints / CHECKPOINT_NAME.format(len(entries))
    text = checkpoint_text(Checkpoint(len(entries), head), workspace.keys)
    workspace.checkpoints.mkdir(mode=0o700, exist_ok=True)
    write_durably(path, text.encode())
    return path


def read_checkpoints(workspace: Workspace) -> tuple[str, ...]:
    """The texts of all checkpoints that lie in the workspace, the smallest ledger first."""
    return tuple(p.read_text(encoding="utf-8", errors="replace") for p in sorted(workspace.checkpoints.glob("*.txt")))


def verify_workspace(store: Store, workspace: Workspace) -> tuple[LedgerVerdict, int]:
    """The verdict on a workspace's ledger, and how many checkpoints vouch for it.

    Raises PipelineError when the public key is missing.
    """
    checkpoints = read_checkpoints(workspace)
    return verify(store.entries(), checkpoints, read_public_key(workspace.keys)), len(checkpoints)


def verify(entries: Sequence[LedgerEntry], checkpoints: Sequence[str], public_key: str) -> LedgerVerdict:
    """Judge a ledger by its chain and by the checkpoints kept outside the database.

    `checkpoints` are the signed texts, `public_key` the line in `ledger.pub`. The first entry that
    breaks is named; entries after the newest checkpoint are vouched for by the chain alone.
    """
    broken = _broken_link(entries)
    for text in checkpoints:
        checkpoint = read_checkpoint(text, public_key)
        if checkpoint is None:
            return LedgerVerdict(
                False, broken[0] if broken else None, "a checkpoint is not signed by this ledger's key"
            )
        missed = _broken_promise(entries, checkpoint)
        if missed and (broken is None or missed[0] < broken[0]):
            broken = missed
    if broken:
        return LedgerVerdict(False, *broken)
    return LedgerVerdict(True, None, f"{len(entries)} entries, {len(checkpoints)} checkpoints")


def _broken_link(entries: Sequence[LedgerEntry]) -> tuple[int, str] | None:
    prev = FIRST_PREV
    for seq, entry in enumerate(entries, start=1):
        if entry.seq != seq:
            return seq, f"entry {seq} is missing or out of place"
        if entry.prev != prev:
            return seq, f"entry {seq} does not follow the one before it"
        if entry_sha256(entry) != entry.sha256:
            return seq, f"entry {seq} was changed after it was written"
        prev = entry.sha256
    return None


def _broken_promise(entries: Sequence[LedgerEntry], checkpoint: Checkpoint) -> tuple[int, str] | None:
    size = checkpoint.size
    if size > len(entries):
        return len(entries) + 1, f"{size} entries were signed for, {len(entries)} are there: the end was cut off"
    if checkpoint.head != (entries[size - 1].sha256 if size else FIRST_PREV):
        return max(size, 1), f"entry {size} or one before it is not the one that was signed for"
    return None
