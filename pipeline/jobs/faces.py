"""A plan's faces: what consent asks for by default, the search in the originals, and what is framed by them."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from clips.faces.planning import Search, Wished
from clips.faces.search import search_faces
from pipeline.domain import Faces, FaceSearch, Kept, Recording, Redaction, RedactionKind
from pipeline.errors import PipelineError
from pipeline.store import Store
from pipeline.times import parse_time
from pipeline.workspace import Workspace
from review.typed import MOST_MIDDLES

Tell = Callable[[str, float], None]
"""Told what is searched and the share that is done."""


def usual_faces(store: Store, recordings: Iterable[Recording]) -> Faces:
    """Shown where everyone in it agreed to his face being seen; covered where anyone did not, or nobody asked."""
    known = store.interviewees()
    for code in {recording.interviewee for recording in recordings}:
        consent = store.profile(code).consent if code in known and code is not None else None
        if consent is None or not consent.face:
            return Faces.COVER
    return Faces.SHOW


SHARE = re.compile(r"(\d{1,2}(?:\.\d{1,2})?|100)%")


def parse_middles(texts: Sequence[str] | None) -> tuple[Wished, ...] | None:
    """`35%` or `TIME=35%` of each text; an empty text is left out, so that it says: follow the face again.

    Raises PipelineError for anything else, and for more than the plan's form can hold.
    """
    if texts is not None and len(texts) > MOST_MIDDLES:
        raise PipelineError(f"a plan has at most {MOST_MIDDLES} middles", "set fewer, or let them follow the face")
    return None if texts is None else tuple(_wished(text.strip()) for text in texts if text.strip())


def _wished(text: str) -> Wished:
    time, sign, share = text.rpartition("=")
    found = SHARE.fullmatch(share.strip())
    if not found:
        raise PipelineError(f"where is the middle at {text!r}?", "write 35% from the left, or TIME=35%")
    return Wished(parse_time(time) if sign else None, float(found[1]) / 100)


def face_search(
    workspace: Workspace, recordings: Mapping[str, Recording], tell: Tell, *, sure_only: bool = False
) -> Search:
    """Looks for faces in the originals of these recordings; with `sure_only` leaves out what only may be one."""

    def search(kept: Kept, kind: RedactionKind) -> tuple[FaceSearch, tuple[Redaction, ...]] | None:
        recording = recordings[kept.recording]
        if recording.probe.picture is None:
            return None
        original = workspace.original(recording.id)

        def told(share: float) -> None:
            tell(f"faces in {recording.id}", share)

        return search_faces(original, recording.probe, recording.id, kept.span, kind, told, sure_only=sure_only)

    return search
