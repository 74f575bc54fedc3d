"""A transcript leaves the store as a file: people read on paper; the ledger knows who took it, and which."""

import hashlib
from pathlib import Path

from pipeline.domain import User
from pipeline.errors import NotFoundError, PipelineError
from pipeline.store import Store
from pipeline.workspace import Workspace, require_outside
from review.assignments import PARTS, require_part
from review.ledger import record
from review.withdrawn import require_not_withdrawn
from subtitles.paper_copy import transcript_file

WRITTEN = "transcript.written"
"""Kind of the ledger entry."""


def require_new_file(workspace: Workspace, path: Path) -> None:
    """Raises PipelineError for a file that is there already, and for one that backups of the workspace would hold."""
    require_outside(workspace, path)
    if path.exists():
        raise PipelineError(f"{path.name} is there already", "name a new file: no file is written over")


def write_out(store: Store, user: User, recording: str, suffix: str) -> bytes:
    """The transcript as it is now, corrections included, as a `.docx`, `.txt`, `.json`, `.srt` or `.vtt` file.

    Raises NotFoundError while there is none, NotAssignedError for people without a part in this interview,
    and RefusedError when the interviewee has withdrawn.
    """
    require_part(store, user, [recording], *PARTS)
    require_not_withdrawn(store, store.recording(recording))
    transcript = store.transcript(recording)
    if transcript is None:
        raise NotFoundError(f"{recording} has no transcript yet", "ingest it again: it goes on where it stopped")
    content = transcript_file(transcript, f"Interview {recording}", suffix)
    with store.alone():  # consent taken back while the file was made comes first
        require_part(store, user, [recording], *PARTS)
        require_not_withdrawn(store, store.recording(recording))
        record(store, WRITTEN, user.id, recording, hashlib.sha256(content).hexdigest())
    return content
