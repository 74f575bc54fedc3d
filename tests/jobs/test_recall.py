"""What is out is found, blocked at once, and asked back."""

import csv
import io
import json
import random
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from office import CODE, Office
from stores import copy_workspace
from thoroughness import how_often

from clips.bundle import verify_bundle
from pipeline.domain import Bundle, ClaimStatus, Clip
from pipeline.errors import AuthenticationError, PipelineError, RefusedError
from pipeline.jobs.cut import cut_plan
from pipeline.jobs.decide import flag_by_hand
from pipeline.jobs.export import export_campaign
from pipeline.jobs.integrity import verify_everything
from pipeline.jobs.register import note_publication, note_removal
from pipeline.jobs.withdraw import recall_clip, withdraw_person
from pipeline.sealing import new_key, unseal
from pipeline.store import open_store
from pipeline.workspace import give_name
from review.claims import state_claim
from review.gate_flags import INNOCENCE_CLAIM
from review.ledger import verify_workspace
from review.recalls import clips_out_of, out_of_use

DAY = date(2026, 11, 22)
RACES = how_often(at_a_desk=16, on_ci=16, in_full=200)


def test_a_recalled_clip_is_neither_handed_over_nor_made_again(out: tuple[Office, Clip]) -> None:
    """Not from the same approval; a new version of the plan would be a new decision."""
    office, clip = out
    recall_clip(office.workspace, office.store, office.team.bea, clip.id, "a claim turned out to be false")
    with pytest.raises(RefusedError) as exported:
        export_campaign(office.workspace, office.store, office.team.xen, "spring", (clip.id,), ("youtube",))
    assert any("recalled" in reason for reason in exported.value.reasons)
    with pytest.raises(RefusedError, match="recalled"):
        cut_plan(office.workspace, office.store, clip.plan)


def test_the_sheets_name_every_place_and_nobody(out: tuple[Office, Clip]) -> None:
    """One for the platform with the address, one for the partner with the files; no code, no reason."""
    office, clip = out
    bundle = export(office, clip, "Partner Office")
    made = note_publication(office.store, office.team.xen, clip.id, "telegram", "https://t.me/x/1", DAY, None)
    (takedown,), folder = withdraw_person(office.workspace, office.store, office.team.bea, CODE)
    assert folder is not None
    sheets = {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}
    assert set(sheets) == {"platform-telegram.txt", "platform-youtube.txt", f"bundle-{bundle.id}.txt", "takedown.csv"}
    assert made.url in sheets["platform-telegram.txt"]
    assert clip.renditions[0].sha256 in sheets["platform-youtube.txt"]
    assert "Partner Office" in sheets[f"bundle-{bundle.id}.txt"]
    assert all(name in sheets[f"bundle-{bundle.id}.txt"] for name in takedown.files)
    rows = list(csv.DictReader(io.StringIO(sheets["takedown.csv"])))
    assert {row["where"] for row in rows} == {"telegram", bundle.id}
    assert not any(CODE in text for text in sheets.values())


def test_a_sealed_bundle_opens_for_its_recipient_and_is_the_same(out: tuple[Office, Clip], tmp_path: Path) -> None:
    """A partner opens it with his key and verifies it as any other."""
    office, clip = out
    key = new_key(tmp_path / "partner.key")
    bundle, folder = export_campaign(
        office.workspace, office.store, office.team.xen, "spring", (clip.id,), ("youtube",), "Partner", (key,)
    )
    (tmp_path / "opened").mkdir()
    unseal(folder.with_name(f"{folder.name}.tar.age"), tmp_path / "opened", tmp_path / "partner.key")
    verify_bundle(tmp_path / "opened" / bundle.id, bundle.manifest_sha256)
    assert {f.relative_to(folder) for f in folder.rglob("*")} == {
        f.relative_to(tmp_path / "opened" / bundle.id) for f in (tmp_path / "opened" / bundle.id).rglob("*")
    }


def test_what_is_gone_is_not_asked_for_again(out: tuple[Office, Clip]) -> None:
    """And what turns up after a recall is."""
    office, clip = out
    made = note_publication(office.store, office.team.xen, clip.id, "youtube", "https://youtu.be/1", DAY, None)
    note_removal(office.store, office.team.xen, made.id)
    (takedown,), _ = recall_clip(office.workspace, office.store, office.team.bea, clip.id, "unclear")
    assert takedown.online == ()
    with pytest.raises(RefusedError, match="noted as online all the same"):
        note_publication(office.store, office.team.xen, clip.id, "x", "https://x.com/1", DAY, None)
    with pytest.raises(PipelineError, match="gone already"):
        note_removal(office.store, office.team.xen, made.id)
    (takedown,), _ = recall_clip(office.workspace, office.store, office.team.bea, clip.id, "unclear")
    assert [p.url for p in takedown.online] == ["https://x.com/1"]


@pytest.mark.parametrize(
    "url", ["youtu.be/1", "=HYPERLINK(1)", "ftp://a/b", "https://a b", "https://[x", "https://a\nb"]
)
def test_what_is_no_address_is_refused(out: tuple[Office, Clip], url: str) -> None:
    """It goes onto sheets that people click and tables that programs read."""
    office, clip = out
    with pytest.raises(PipelineError, match="no address"):
        note_publication(office.store, office.team.xen, clip.id, "youtube", url, DAY, None)


def test_a_withdrawn_persons_clip_is_out_of_use(out: tuple[Office, Clip]) -> None:
    """What is online of it has to come down, and noting a new place says so."""
    office, clip = out
    assert out_of_use(office.store) == {}
    withdraw_person(office.workspace, office.store, office.team.bea, CODE)
    assert out_of_use(office.store) == {clip.id: "withdrawn"}
    with pytest.raises(RefusedError, match="withdrawn"):
        note_publication(office.store, office.team.xen, clip.id, "x", "https://x.com/1", DAY, None)


def test_an_export_that_fails_at_its_end_leaves_nothing(
    out: tuple[Office, Clip], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bundle that the ledger does not know is on no takedown sheet: its name is taken away again."""
    office, clip = out
    key = new_key(tmp_path / "partner.key")

    def refuse(part: Path, final: Path) -> None:
        if final.suffix == ".age":
            raise OSError(28, "No space left on device")
        give_name(part, final)

    monkeypatch.setattr("pipeline.jobs.export.give_name", refuse)
    with pytest.raises(OSError, match="No space"):
        export_campaign(office.workspace, office.store, office.team.xen, "spring", (clip.id,), ("youtube",), "", (key,))
    assert not list(office.workspace.bundles.glob("b-*"))
    assert office.store.bundles() == ()


def test_a_changed_subtitle_file_is_found(out: tuple[Office, Clip]) -> None:
    """By reading it, not by its being there."""
    office, clip = out
    checks = list(verify_everything(office.workspace, office.store, read_data=True))
    assert all(check.passed for check in checks)
    with (office.workspace.clips / clip.id / clip.sidecars[0]).open("a", encoding="utf-8") as file:
        file.write("one more line")
    failed = [c for c in verify_everything(office.workspace, office.store, read_data=True) if not c.passed]
    assert [(c.name, c.detail) for c in failed] == [(clip.id, f"{clip.sidecars[0]} is not what was signed")]


def test_an_editor_recalls_nothing(out: tuple[Office, Clip]) -> None:
    """Reviewers, counsel and exporters do."""
    office, clip = out
    with pytest.raises(AuthenticationError):
        recall_clip(office.workspace, office.store, office.team.edo, clip.id, "because")
    with pytest.raises(AuthenticationError):
        note_publication(office.store, office.team.edo, clip.id, "youtube", "https://youtu.be/1", DAY, None)


def test_status_lists_the_clips_and_how_they_stand(out: tuple[Office, Clip]) -> None:
    """Their ids are what export, register and recall ask for; in a pipe they are whole."""
    office, clip = out
    (shown,) = clips_in_status(office)
    assert shown == {
        "clip": clip.id, "plan": clip.plan, "made_at": clip.made_at,
        "files": [r.file_name for r in clip.renditions], "state": "ready",
    }  # fmt: skip
    table = status_of(office).splitlines()
    assert any(clip.id in line and clip.plan in line and clip.renditions[0].file_name in line for line in table)
    recall_clip(office.workspace, office.store, office.team.bea, clip.id, "unclear")
    assert [c["state"] for c in clips_in_status(office)] == ["recalled"]
    withdraw_person(office.workspace, office.store, office.team.bea, CODE)
    assert [c["state"] for c in clips_in_status(office)] == ["withdrawn"]


def clips_in_status(office: Office) -> list[dict[str, object]]:
    rows = [json.loads(line) for line in status_of(office, "--json").splitlines()]
    return [row for row in rows if "clip" in row]


def status_of(office: Office, *options: str) -> str:
    argv = [Path(sys.executable).with_name("counterclip"), "-w", office.workspace.root, "status", *options]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


def test_a_claim_that_turns_out_false_recalls_what_holds_it(out: tuple[Office, Clip]) -> None:
    """From the page or the terminal: one code path."""
    office, clip = out
    (kept,) = office.store.plan(clip.plan).kept
    flag = flag_by_hand(
        office.workspace, office.store, office.team.bea, kept.recording, "s1", INNOCENCE_CLAIM, "he says so", "1-3"
    )
    state_claim(office.store, office.team.bea, flag.id, ClaimStatus.CORROBORATED, "court file")
    assert office.store.recalls() == ()
    state_claim(office.store, office.team.bea, flag.id, ClaimStatus.FALSE, "a film shows it")
    assert [r.clip for r in office.store.recalls()] == [clip.id]


def test_what_is_out_is_listed_when_something_new_is_said(out: tuple[Office, Clip]) -> None:
    """Only what was handed over or is online, until it is recalled."""
    office, clip = out
    assert clips_out_of(office.store, CODE) == ()
    export(office, clip)
    assert clips_out_of(office.store, CODE) == (clip,)
    recall_clip(office.workspace, office.store, office.team.bea, clip.id, "his trial began")
    assert clips_out_of(office.store, CODE) == ()


def test_a_withdrawal_during_an_export_wins_or_lists_it(cut_once: tuple[Office, Clip], tmp_path: Path) -> None:
    """Whatever the moment: nothing leaves after the withdrawal, and what left before is on the sheet."""
    office, clip = cut_once
    chance = random.Random(11)  # noqa: S311
    first = copy_workspace(office.workspace, tmp_path / "first")
    with closing(open_store(first.store_url)) as store:
        began = time.monotonic()
        export(Office(first, store, office.team), clip, platform="website")
        takes_s = time.monotonic() - began
    left = 0
    for number in range(RACES):
        workspace = copy_workspace(office.workspace, tmp_path / f"race{number}")
        left += race(Office(workspace, office.store, office.team), clip, chance.uniform(0, 1.5 * takes_s))
        shutil.rmtree(workspace.root)
    assert 0 < left < RACES  # both ends of the race were seen


def race(office: Office, clip: Clip, wait_s: float) -> bool:
    """True when the export came first."""

    def leave() -> Bundle | None:
        with closing(open_store(office.workspace.store_url)) as store:
            try:
                return export(Office(office.workspace, store, office.team), clip, platform="website")
            except RefusedError:
                return None

    with ThreadPoolExecutor(1) as pool, closing(open_store(office.workspace.store_url)) as store:
        leaving = pool.submit(leave)
        time.sleep(wait_s)
        (takedown,), _ = withdraw_person(office.workspace, store, office.team.bea, CODE)
        bundle = leaving.result()
        assert verify_workspace(store, office.workspace)[0].ok
        assert [b.id for b in takedown.bundles] == ([bundle.id] if bundle else [])
        there = [folder.name for folder in office.workspace.bundles.glob("b-*")]
        assert there == ([bundle.id] if bundle else [])
    return bundle is not None


def export(office: Office, clip: Clip, recipient: str = "", platform: str = "youtube") -> Bundle:
    bundle, _ = export_campaign(
        office.workspace, office.store, office.team.xen, "spring", (clip.id,), (platform,), recipient
    )
    return bundle


def test_credentials_without_a_certificate_hand_nothing_over(out: tuple[Office, Clip]) -> None:
    """Asked for and not to be had is a refusal, not a bundle without them."""
    office, clip = out
    people, before = (office.workspace, office.store, office.team.xen), office.store.bundles()
    with pytest.raises(PipelineError, match=r"no keys/c2pa\.crt"):
        export_campaign(*people, "spring", (clip.id,), ("youtube",), with_credentials=True)
    assert office.store.bundles() == before
