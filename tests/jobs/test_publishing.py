"""What gets its name: nobody else waits for the disk; who withdraws meanwhile was before it or comes after it."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from office import CODE, Office
from stores import ON_POSTGRESQL, Databases

from pipeline.canonical import from_json
from pipeline.domain import Clip, User
from pipeline.errors import PipelineError, RefusedError
from pipeline.jobs import cut, export
from pipeline.jobs.cut import cut_plan
from pipeline.jobs.export import carry_out, export_campaign, wish
from pipeline.sealing import new_key
from pipeline.store import open_store
from pipeline.store.moving import moved_store
from pipeline.workspace import Workspace
from review.accounts import change_roles
from review.interviewees import state


def spring(office: Office, clip: Clip) -> None:
    export_campaign(office.workspace, office.store, office.team.xen, "spring", (clip.id,), ("website",))


def cut_again(office: Office, clip: Clip) -> None:
    """The same plan, its shapes named: what was rendered once is rendered quickly."""

    def render(_plan: Any, _permit: Any, _order: Any, folder: Path, _say: Any) -> Any:
        for rendition in clip.renditions:
            shutil.copy(office.workspace.clips / clip.id / rendition.file_name, folder)
        return clip.renditions

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cut, "render", render)
        cut_plan(office.workspace, office.store, clip.plan, tuple(r.aspect for r in clip.renditions))


WAYS = pytest.mark.parametrize(
    ("publish", "asked", "kind"),
    [(spring, (export, "_admitted"), "bundle.exported"), (cut_again, (cut, "_refuse_recalled"), "clip.cut")],
)


def in_postgresql(workspace: Workspace, url: str) -> Workspace:
    """The same workspace, its store moved to a database."""
    with moved_store(workspace.store_url, url):
        pass
    return replace(workspace, settings=replace(workspace.settings, store=url))


@pytest.mark.skipif(ON_POSTGRESQL, reason="the workspace is in a database already")
@WAYS
def test_who_withdraws_after_the_gate_has_looked_comes_after_what_leaves(
    out: tuple[Office, Clip],
    postgresql: Databases,
    monkeypatch: pytest.MonkeyPatch,
    publish: Callable[[Office, Clip], None],
    asked: tuple[Any, str],
    kind: str,
) -> None:
    """In PostgreSQL, too, where many write at once: what the takedown lists is all that is out."""
    at_first, clip = out
    workspace = in_postgresql(at_first.workspace, postgresql.new())
    looked, looks = getattr(*asked), []

    with (
        closing(open_store(workspace.store_url)) as store,
        closing(open_store(workspace.store_url)) as others,
        ThreadPoolExecutor(1) as pool,
    ):

        def look(*args: Any) -> Any:
            """The gate; when it has looked for the last time somebody withdraws, and has a second for it."""
            found = looked(*args)
            looks.append(None)
            if len(looks) == 2:
                withdrawing = pool.submit(state, others, at_first.team.bea, CODE, {"withdrawn": True})
                withdrawn.append(withdrawing)
                with pytest.raises(TimeoutError):
                    withdrawing.result(1)
            return found

        withdrawn: list[Any] = []
        monkeypatch.setattr(*asked, look)
        publish(Office(workspace, store, at_first.team), clip)
        withdrawn[0].result(10)
        assert [entry.kind for entry in store.entries()][-2:] == [kind, "interviewee.stated"]


@pytest.mark.skipif(ON_POSTGRESQL, reason="one writer at a time is SQLite's way")
@WAYS
def test_while_the_disk_takes_it_others_write_to_the_store(
    out: tuple[Office, Clip],
    monkeypatch: pytest.MonkeyPatch,
    publish: Callable[[Office, Clip], None],
    asked: tuple[Any, str],
    kind: str,
) -> None:
    """The command that waits says so all the time, and the job renews its lease: a slow disk stops neither."""
    office, clip = out
    real, refused, files = os.fsync, [], []

    def slow(handle: int) -> None:
        file = Path(f"/proc/self/fd/{handle}").readlink()
        if file.suffix in (".mp4", ".srt", ".vtt"):
            files.append(file)
            with closing(sqlite3.connect(office.workspace.root / "store.sqlite3", timeout=0.1)) as other:
                try:
                    other.execute("BEGIN IMMEDIATE")
                except sqlite3.OperationalError:
                    refused.append(file)
        real(handle)

    monkeypatch.setattr("pipeline.workspace.os.fsync", slow)
    publish(office, clip)
    assert files
    assert refused == []


def test_whoever_lost_the_role_while_the_bundle_was_made_exports_nothing(
    out: tuple[Office, Clip], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who may is asked at the last moment, as what may."""
    office, clip = out

    def made(_: Path) -> None:
        change_roles(office.store, office.team.ana, office.team.xen, ())

    monkeypatch.setattr(export, "keep_on_disk", made)
    with pytest.raises(RefusedError, match="may not export any more"):
        spring(office, clip)
    assert office.store.bundles() == ()
    assert not list(office.workspace.bundles.glob("b-*"))


def test_what_fails_after_the_bundle_is_made_is_a_remark(
    out: tuple[Office, Clip], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever was told that nothing was made would hand it over twice."""
    office, clip = out

    def refuse(*_: object) -> None:
        raise PipelineError("cannot write 000000000012.txt: No space left on device", "free some disk space")

    monkeypatch.setattr(export, "write_checkpoint", refuse)
    asked = wish(office.team.xen, "spring", (clip.id,), ("website",))
    for _ in range(2):
        ended = carry_out(office.workspace, office.store, asked.payload, lambda *_: None)
        assert "No space left" in ended.result["remark"]
        assert [b.id for b in office.store.bundles()] == [ended.subject]


def test_what_is_no_clip_and_no_public_key_is_never_stored(tmp_path: Path, founded: tuple[Workspace, Any]) -> None:
    """A file's name and a secret key are mistaken for them; what a job is to do stands in the store."""
    xen: User = founded[1].xen
    public = new_key(tmp_path / "key")
    secret = (tmp_path / "key").read_text(encoding="ascii").split()[-1]
    for clips, keys, told in ((("Fatima K.mp4",), (public,), "its id"), (("c-0123456789",), (secret,), "public key")):
        with pytest.raises(PipelineError, match=told) as caught:
            wish(xen, "spring", clips, ("website",), "", keys)
        assert "Fatima" not in str(caught.value)
        assert secret not in str(caught.value)
    assert from_json(export.Wish, wish(xen, "spring", ("c-0123456789",), ("website",), "", (public,)).payload)
