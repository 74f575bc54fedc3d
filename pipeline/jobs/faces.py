"""A plan's faces: what consent asks for by default, and the search in the originals."""

from collections.abc import Callable, Iterable, Mapping

from clips.faces.planning import Search
from clips.faces.search import search_faces
from pipeline.domain import Faces, FaceSearch, Kept, Recording, Redaction, RedactionKind
from pipeline.store import Store
from pipeline.workspace import Workspace

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


def face_search(workspace: Workspace, recordings: Mapping[str, Recording], tell: Tell) -> Search:
    """Looks for faces in the originals of these recordings."""

    def search(kept: Kept, kind: RedactionKind) -> tuple[FaceSearch, tuple[Redaction, ...]] | None:
        recording = recordings[kept.recording]
        if recording.probe.picture is None:
            return None
        original = workspace.original(recording.id)

        def told(share: float) -> None:
            tell(f"faces in {recording.id}", share)

        return search_faces(original, recording.probe, recording.id, kept.span, kind, told)

    return search
