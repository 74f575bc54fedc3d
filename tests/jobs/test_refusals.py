"""Whatever is wrong ends in one sentence and a hint, exit code 3 or 4, and nothing half-written."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from office import DATA, Office

from pipeline.domain import Choice, Tier
from pipeline.errors import PipelineError, RefusedError
from pipeline.ffmpeg import file_url, run
from pipeline.ingest import Request
from pipeline.jobs.cut import cut_plan
from pipeline.jobs.decide import decide_and_redact, flag_by_hand
from pipeline.jobs.export import export_campaign
from pipeline.jobs.ingest import current_checklist, ingest_file
from pipeline.jobs.plan import Wish, change_plan
from pipeline.jobs.withdraw import withdraw_person

COUNTERCLIP = Path(sys.executable).with_name("counterclip")


def call(office: Office, *argv: object, **env: str) -> "subprocess.CompletedProcess[str]":
    """Run the real command in the office's workspace."""
    words = [str(COUNTERCLIP), "-w", str(office.workspace.root), *map(str, argv)]
    return subprocess.run(words, capture_output=True, text=True, env={**os.environ, **env})


def files(office: Office) -> set[str]:
    """Everything in the workspace but the store, which may have grown a ledger entry."""
    root = office.workspace.root
    return {str(p.relative_to(root)) for p in root.rglob("*") if p.is_file() and "store.sqlite3" not in p.name}


def made(out: Path, *argv: str) -> Path:
    run(["-v", "error", "-y", *argv, file_url(out)])
    return out


@pytest.mark.parametrize("what", ["missing", "text", "empty", "no sound", "cut off", "undecodable"])
def test_a_file_that_is_no_recording_is_refused(office: Office, tmp_path: Path, what: str) -> None:
    """One sentence that names the file, one hint, exit code 3, no new file in the workspace."""
    file = tmp_path / "given.mp4"
    match what:
        case "text":
            file.write_text("not a film")
        case "empty":
            file.touch()
        case "no sound":
            made(file, "-f", "lavfi", "-i", "testsrc=s=320x180:r=25:d=1", "-c:v", "libx264")
        case "cut off":
            file = tmp_path / "given.wav"
            whole = made(tmp_path / "whole.wav", "-f", "lavfi", "-i", "sine=d=20:r=16000").read_bytes()
            file.write_bytes(whole[: len(whole) // 3])
        case "undecodable":
            file = tmp_path / "given.mp3"
            made(file, "-f", "lavfi", "-i", "sine=d=2", "-c:a", "libmp3lame")
            file.write_bytes(file.read_bytes()[:60] + os.urandom(2000))
    before = files(office)
    done = call(office, "ingest", file)
    assert done.returncode == 3, done.stderr
    assert "error:" in done.stderr
    assert "hint:" in done.stderr
    assert "Traceback" not in done.stderr
    assert files(office) == before
    assert office.store.recordings() == ()


def test_the_good_file_of_a_batch_is_made_although_another_is_refused(office: Office, tmp_path: Path) -> None:
    """Exit code 4: one of two was skipped, with its reason; the other is in the store."""
    office.ingest()
    done = call(office, "ingest", "--json", DATA / "jfk.flac", tmp_path / "missing.mp4")
    assert done.returncode == 4, done.stderr
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert first["recording"] == office.store.recordings()[0].id
    assert "no such file" in second["error"]


def test_missing_weights_say_how_to_get_them(office: Office, tmp_path: Path) -> None:
    """Without weights nothing is transcribed, and the hint is the command that fetches them."""
    done = call(office, "ingest", DATA / "sense_0870.wav", COUNTERCLIP_MODELS=str(tmp_path / "none"))
    assert done.returncode == 3
    assert "counterclip models fetch base" in done.stderr


def test_a_full_disk_is_refused_before_work_and_a_later_run_completes(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence names what is free; with space again the same call works."""
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    with pytest.raises(PipelineError, match="MiB needed"):
        office.ingest()
    monkeypatch.undo()
    assert office.store.transcript(office.ingest()) is not None


def test_a_plan_of_someone_unknown_names_every_reason(office: Office) -> None:
    """No consent, no legal status, no standing, nothing read, nothing signed: all are listed at once."""
    plan = office.plan(office.ingest())
    done = call(office, "cut", plan.id)
    assert done.returncode == 3
    reasons = [line for line in done.stderr.splitlines() if line.startswith("  - ")]
    assert len(reasons) >= 3
    assert any("interviewee" in r for r in reasons)
    assert not list(office.workspace.clips.glob("c-*"))


def test_no_consent_to_the_voice_is_refused(office: Office) -> None:
    """Consent to the face alone lets no voice out."""
    plan = office.signed_plan()
    consent = {"face": True, "voice": False, "name": False, "platforms": ["*"], "languages": ["*"], "expires": None}
    office.state_everything(consent=consent)
    with pytest.raises(RefusedError) as caught:
        cut_plan(office.workspace, office.store, plan.id)
    assert any("voice" in reason for reason in caught.value.reasons)


def test_a_plan_changed_after_the_sign_offs_is_refused(office: Office) -> None:
    """A new title is enough: what was signed is not what would be cut."""
    plan = office.signed_plan()
    change_plan(office.workspace, office.store, office.team.edo, plan, Wish(title="Another title"))
    with pytest.raises(RefusedError) as caught:
        cut_plan(office.workspace, office.store, plan.id)
    assert any("not signed" in reason for reason in caught.value.reasons)


def test_a_changed_original_is_refused(office: Office, tmp_path: Path) -> None:
    """The sha256 of the original is taken again before each cut."""
    mine = tmp_path / "mine.flac"
    shutil.copyfile(DATA / "jfk.flac", mine)
    office.state_everything()
    recording = office.ingest(mine)
    office.read_and_keep(recording)
    plan = office.plan(recording)
    office.sign(plan)
    content = bytearray(mine.read_bytes())
    content[len(content) // 2] ^= 1
    mine.write_bytes(content)
    with pytest.raises(RefusedError) as caught:
        cut_plan(office.workspace, office.store, plan.id)
    assert any("original" in reason for reason in caught.value.reasons)


def test_redacting_without_a_plan_that_takes_it_in_is_refused(office: Office) -> None:
    """A flag added by hand and decided redact keeps the old plan from being cut."""
    plan = office.signed_plan()
    recording = plan.kept[0].recording
    flag = flag_by_hand(
        office.workspace, office.store, office.team.bea, recording, "s1", "identity.person", "a name", "4"
    )
    decide_and_redact(office.workspace, office.store, office.team.bea, flag.id, Choice.REDACT, "a name")
    with pytest.raises(RefusedError) as caught:
        cut_plan(office.workspace, office.store, plan.id)
    assert any("does not redact" in reason for reason in caught.value.reasons)


def test_words_that_the_segment_does_not_have_are_refused(office: Office) -> None:
    """A redaction is never guessed."""
    recording = office.ingest()
    flag = next(f for f in office.store.flags(recording) if f.tier is Tier.RED)
    with pytest.raises(PipelineError):
        decide_and_redact(office.workspace, office.store, office.team.bea, flag.id, Choice.REDACT, "x", words="40-41")


def test_the_same_file_as_someone_elses_interview_is_refused(office: Office) -> None:
    """One recording belongs to one interviewee."""
    office.ingest()
    request = Request(DATA / "jfk.flac", "OTHER-9")
    with pytest.raises(PipelineError, match="already recorded"):
        ingest_file(office.workspace, current_checklist(office.workspace), None, None, lambda *_: None, request)


def test_nothing_of_a_withdrawn_person_is_cut_or_exported(office: Office, weights_base: Path) -> None:
    """Withdrawal closes the gate at once and lists the clip that is out."""
    plan = office.signed_plan()
    clip = cut_plan(office.workspace, office.store, plan.id)
    (takedown,), sheets = withdraw_person(office.workspace, office.store, office.team.bea, "T-1")
    assert takedown.clip == clip.id
    assert sheets is not None
    with pytest.raises(RefusedError) as caught:
        cut_plan(office.workspace, office.store, plan.id)
    assert any("withdr" in reason for reason in caught.value.reasons)
    with pytest.raises(RefusedError):
        export_campaign(office.workspace, office.store, office.team.xen, "spring", (clip.id,), ("youtube",))
    assert not list(office.workspace.bundles.glob("b-*"))
