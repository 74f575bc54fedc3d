"""Looking for material in a real workspace, through the real command."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from office import CODE, Office

from pipeline.errors import NotFoundError
from pipeline.jobs.search import find_passages, narrative_item
from review.interviewees import state

COUNTERCLIP = Path(sys.executable).with_name("counterclip")


def call(office: Office, *words: str, piped: bytes = b"") -> "subprocess.CompletedProcess[str]":
    argv = [COUNTERCLIP, "-w", office.workspace.root, "search", *words]
    done = subprocess.run(argv, capture_output=True, input=piped)
    return subprocess.CompletedProcess(argv, done.returncode, done.stdout.decode(), done.stderr.decode())


def test_what_was_said_is_found_with_its_time(office: Office) -> None:
    """For people: whose, where, when, the words. For programs: one object a line."""
    recording = office.ingest()
    shown = call(office, "fellow americans")
    assert shown.returncode == 0
    assert CODE in shown.stdout
    assert recording in shown.stdout
    assert "fellow Americans" in shown.stdout
    (hit,) = (json.loads(line) for line in call(office, "FELLOW", "--json").stdout.splitlines())
    assert hit["recording"] == recording
    assert hit["said"][hit["matches"][0]["start"] : hit["matches"][0]["end"]] == "fellow"
    assert hit["span"]["start_ms"] < hit["span"]["end_ms"]


def test_words_can_come_on_standard_input(office: Office) -> None:
    """So that they are in no shell history and no process list."""
    office.ingest()
    (hit,) = (json.loads(line) for line in call(office, "-", "--json", piped=b"fellow americans\n").stdout.splitlines())
    assert "fellow Americans" in hit["said"]
    refused = call(office, "-", piped=b"\xff\xfe")
    assert (refused.returncode, refused.stdout) == (3, "")
    assert "standard input is not UTF-8" in refused.stderr


def test_nothing_found_is_said_in_a_sentence(office: Office) -> None:
    """It is no failure, and standard output stays empty for programs."""
    office.ingest()
    done = call(office, "xylophone", "--json")
    assert (done.returncode, done.stdout) == (0, "")
    assert "no passage has all of these words" in done.stderr


def test_only_signed_plans_count_as_approved_and_only_while_they_are(office: Office) -> None:
    """What the plan keeps is found, its neighbours are not; after a new statement nothing is approved."""
    office.state_everything()
    recording = office.ingest()
    office.read_and_keep(recording)
    plan = office.plan(recording)
    assert find_passages(office.workspace, office.store, "country", approved=True).total == 0
    office.sign(plan)
    kept = find_passages(office.workspace, office.store, "americans", approved=True)
    assert [hit.recording for hit in kept.hits] == [recording]
    state(office.store, office.team.bea, CODE, {"jurisdiction": "FR"})
    assert find_passages(office.workspace, office.store, "americans", approved=True).total == 0


def test_a_narrative_may_be_named_without_its_family(office: Office) -> None:
    """And an unknown one lists those there are."""
    assert narrative_item(office.workspace, "corruption") == "narrative.corruption"
    assert narrative_item(office.workspace, "victims.women") == "victims.women"
    with pytest.raises(NotFoundError) as caught:
        narrative_item(office.workspace, "weather")
    assert "narrative.corruption" in caught.value.hint
