"""What must be true of a workspace however a run in it ended."""

import os
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from pipeline.canonical import file_sha256, to_json
from pipeline.ingest import SOUND_FILE
from pipeline.store import Store, open_store
from pipeline.workspace import PARTIAL, PUBLISHING, Workspace
from review.ledger import verify_workspace


def faults_of(workspace: Workspace) -> list[str]:
    """What must never be, however a run ended."""
    with closing(open_store(workspace.store_url)) as store:
        verdict, _ = verify_workspace(store, workspace)
        return [
            *([] if verdict.ok else [f"ledger: {verdict.why}"]),
            *_bad_recordings(workspace, store),
            *_bad_clips(workspace, store),
            *_bad_bundles(workspace, store),
        ]


def _bad_recordings(workspace: Workspace, store: Store) -> Iterator[str]:
    for recording in store.recordings():
        sound, noted = workspace.recording_folder(recording.id) / SOUND_FILE, store.stage(recording.id, "sound")
        if noted and (not sound.is_file() or file_sha256(sound) != noted):
            yield "a stage is done and its file is not what was noted"
        if sound.is_file() and sound.stat().st_size < 11 * 32_000:
            yield "part of a sound under its final name"


def _bad_clips(workspace: Workspace, store: Store) -> Iterator[str]:
    known = {clip.id: clip for clip in store.clips()}
    for folder in workspace.clips.glob("c-*"):
        if folder.name not in known and folder.name not in announced(workspace.clips):
            yield "a clip that the store does not know, and no run owns up to"
    for clip in known.values():
        for rendition in clip.renditions:
            file = workspace.clips / clip.id / rendition.file_name
            if not file.is_file() or file_sha256(file) != rendition.sha256:
                yield "a clip that the store knows is not whole"


def _bad_bundles(workspace: Workspace, store: Store) -> Iterator[str]:
    known = {bundle.id: bundle for bundle in store.bundles()}
    for folder in workspace.bundles.glob("b-*"):
        if folder.name not in known and folder.name not in announced(workspace.bundles):
            yield "a bundle that the store does not know, and no run owns up to"
    for bundle in known.values():
        if file_sha256(workspace.bundles / bundle.id / "manifest.json") != bundle.manifest_sha256:
            yield "a bundle that the store knows is not whole"


def announced(home: Path) -> set[str]:
    return {name for note in home.glob(f"{PARTIAL}/*/{PUBLISHING}") for name in note.read_text().splitlines()}


def summary(workspace: Workspace) -> dict[str, Any]:
    """What must be the same after any number of interruptions."""
    with closing(open_store(workspace.store_url)) as store:
        (recording,) = store.recordings()
        transcript = store.transcript(recording.id)
        return {
            "transcript": to_json(transcript) if transcript else None,
            "flags": sorted(f.item for f in store.flags(recording.id)),
            "clips": [clip.id for clip in store.clips()],
            "bundles": len(store.bundles()),
            "cut": [e.kind for e in store.entries()].count("clip.cut"),
            "exported": [e.kind for e in store.entries()].count("bundle.exported"),
            "taken_in": [e.kind for e in store.entries()].count("recording.taken_in"),
            "strays": len(list(workspace.clips.glob("c-*"))) - len(store.clips())
            + len(list(workspace.bundles.glob("b-*"))) - len(store.bundles()),
        }  # fmt: skip


def entries_of(workspace: Workspace) -> list[str]:
    with closing(open_store(workspace.store_url)) as store:
        return [entry.sha256 for entry in store.entries()]


def orphans_in(folder: Path) -> int:
    """How many ffmpegs are still at work on files of this folder two seconds later."""
    deadline = time.monotonic() + 2
    while (left := sum(_works_in(entry, folder) for entry in Path("/proc").glob("[0-9]*/cmdline"))) > 0:
        if time.monotonic() > deadline:
            break
        time.sleep(0.1)
    return left


def _works_in(entry: Path, folder: Path) -> bool:
    try:
        argv = entry.read_bytes()
    except OSError:
        return False
    return b"ffmpeg" in argv.split(b"\0")[0] and os.fsencode(folder) in argv
