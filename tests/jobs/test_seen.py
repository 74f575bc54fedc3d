"""A person signs what he saw: the digest that `plan show` printed, or nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from office import Office

from pipeline.errors import PipelineError
from pipeline.jobs.gate import seen_now, sign_plan
from pipeline.jobs.plan import Wish, change_plan
from review.signing import StaleError

COUNTERCLIP = Path(sys.executable).with_name("counterclip")


def call(office: Office, *words: str, name: str = "") -> "subprocess.CompletedProcess[str]":
    """Run counterclip in the office's workspace; a name acts with his own password, given on a pipe."""
    reader, writer = os.pipe()
    os.write(writer, f"{dict(office.team.passwords).get(name, '')}\n".encode())
    os.close(writer)
    who = ("--as", name, "--password-fd", str(reader)) if name else ()
    argv = [str(COUNTERCLIP), "-w", str(office.workspace.root), *words, *who]
    try:
        return subprocess.run(argv, capture_output=True, text=True, pass_fds=(reader,), stdin=subprocess.DEVNULL)
    finally:
        os.close(reader)


def test_what_plan_show_printed_is_what_is_signed_at_the_terminal(office: Office) -> None:
    """The beginning of the digest is enough; the last line of plan show has it."""
    plan = office.ready_plan()
    seen = json.loads(call(office, "plan", "show", plan.id, "--json").stdout)["seen"]
    assert seen[:16] in call(office, "plan", "show", plan.id).stdout
    signed = call(office, "review", "sign", plan.id, "--seen", seen[:8], name="bea")
    assert signed.returncode == 0, signed.stderr
    assert [s.by for s in office.store.signoffs(plan.id) if s.subject == "core"] == [office.team.bea.id]


def test_a_plan_changed_since_it_was_shown_is_not_signed_and_the_change_is_told(office: Office) -> None:
    """Another title since: refused, with the difference."""
    plan = office.ready_plan()
    seen = json.loads(call(office, "plan", "show", plan.id, "--json").stdout)["seen"]
    change_plan(office.workspace, office.store, office.team.edo, plan, Wish(title="Another title"))
    refused = call(office, "review", "sign", plan.id, "--seen", seen[:12], name="bea")
    assert refused.returncode == 3
    assert "“A speech” → “Another title”" in refused.stderr
    assert not office.store.signoffs(plan.id)


def test_nobody_signs_without_saying_what_he_saw(office: Office) -> None:
    """No digest is a usage error; seven characters of the right one are too few."""
    plan = office.ready_plan()
    assert call(office, "review", "sign", plan.id, name="bea").returncode == 2
    seen = seen_now(office.workspace, office.store, plan.id)
    with pytest.raises(PipelineError, match="8 characters"):
        sign_plan(office.workspace, office.store, office.team.bea, plan.id, seen[:7])
    with pytest.raises(StaleError):
        sign_plan(office.workspace, office.store, office.team.bea, plan.id, seen[::-1])
    assert not office.store.signoffs(plan.id)


def test_no_command_shows_a_withdrawn_persons_words(office: Office, tmp_path: Path) -> None:
    """What shows them before is refused with the sentence afterwards, or leaves them out."""
    plan = office.ready_plan()
    recording, sheet = plan.kept[0].recording, tmp_path / "out.csv"
    shown = [("review", "list", recording), ("review", "list", recording, "--json"), ("plan", "show", plan.id)]
    assert all("Americans" in call(office, *words).stdout for words in shown)
    assert plan.id in call(office, "plan", "list").stdout
    office.state_everything(withdrawn=True)
    refused = [call(office, *words) for words in shown]
    refused += [
        call(office, "plan", "show", plan.id, "--json"),
        call(office, "plan", "edit", plan.id, "--title", "Another", name="edo"),
        call(office, "review", "sign", plan.id, "--seen", "0" * 16, name="bea"),
        call(office, "translate", "export", plan.id, "fr", "-o", str(sheet), name="edo"),
    ]
    for done in refused:
        assert (done.returncode, done.stdout) == (3, "")
        assert f"{recording} is withdrawn" in done.stderr
        assert "Americans" not in done.stderr
    assert not sheet.exists()
    left_out = call(office, "plan", "list"), call(office, "search", "Americans"), call(office, "suggest")
    assert not [done for done in left_out if plan.id in done.stdout or "Americans" in done.stdout]
