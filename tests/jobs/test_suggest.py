"""Proposals from a real workspace, through the real command."""

import json
import subprocess
import sys
from pathlib import Path

from office import CODE, Office

from pipeline.jobs.suggest import suggest_clips
from pipeline.times import parse_span
from review.interviewees import state

COUNTERCLIP = Path(sys.executable).with_name("counterclip")


def test_a_proposal_can_be_made_a_plan_as_printed(office: Office) -> None:
    """The command under it names the recording and a span that `plan new` understands."""
    office.state_everything()
    recording = office.ingest()
    office.read_and_keep(recording)  # voice without words blocks until somebody has heard it
    argv = [COUNTERCLIP, "-w", office.workspace.root, "suggest", "--length", "10", "--json"]
    done = subprocess.run(argv, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    (one,) = (json.loads(line) for line in done.stdout.splitlines())
    words = one["next"].split()
    assert words[words.index("--recording") + 1] == recording
    span = parse_span(words[words.index("--keep") + 1])
    assert (span.start_ms, span.end_ms) == (one["span"]["start_ms"], one["span"]["end_ms"])
    assert office.plan(recording, span).kept


def test_people_who_withdrew_or_support_the_group_are_left_out_and_named_by_recording(office: Office) -> None:
    """With the reason, so that nobody wonders where the interview went."""
    office.state_everything(standing="supporter")
    recording = office.ingest()
    assert suggest_clips(office.store, 10_000, 5)[1][0].why == "the interviewee is recorded as a supporter"
    state(office.store, office.team.bea, CODE, {"withdrawn": True})
    found, (skipped,) = suggest_clips(office.store, 10_000, 5)
    assert (found, skipped.recording) == ((), recording)
    assert skipped.why == "the interviewee has withdrawn"
