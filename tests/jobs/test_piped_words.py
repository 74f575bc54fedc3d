"""Words of testimony that come on standard input, so that no shell history and no process list has them."""

import subprocess
import sys
from pathlib import Path

from office import Office

from pipeline.jobs.decide import flag_by_hand

COUNTERCLIP = Path(sys.executable).with_name("counterclip")


def call(office: Office, *words: str, piped: str) -> "subprocess.CompletedProcess[str]":
    """As Bea, with her password as the first line of standard input and the words below it."""
    argv = [COUNTERCLIP, "-w", office.workspace.root, *words, "--as", "bea", "--password-fd", "0"]
    given = f"{dict(office.team.passwords)['bea']}\n{piped}"
    return subprocess.run(argv, capture_output=True, text=True, input=given)


def test_a_correction_can_come_on_standard_input(office: Office) -> None:
    """In one line, whatever the editor put at its end."""
    recording = office.ingest()
    done = call(office, "review", "correct", recording, "s1", "--words", "5", "--text", "-", piped="Europeans,\n")
    assert done.returncode == 0, done.stderr
    transcript = office.store.transcript(recording)
    assert transcript is not None
    assert transcript.segments[0].words[4].text.strip() == "Europeans,"


def test_a_comment_can_come_on_standard_input(office: Office) -> None:
    """The password is read first, the rest is the comment."""
    recording = office.ingest()
    done = call(office, "review", "comment", recording, "s1", "-", "--words", "4", piped="ask him\nagain\n")
    assert done.returncode == 0, done.stderr
    assert [c.text for c in office.store.comments(recording)] == ["ask him\nagain"]


def test_a_reason_can_come_on_standard_input(office: Office) -> None:
    """Why something is removed often says what it is."""
    recording = office.ingest()
    words = ("review", "flag", recording, "s1", "identity.person", "--words", "5", "--reason", "-")
    done = call(office, *words, piped="that is his brother\n")
    assert done.returncode == 0, done.stderr
    assert "that is his brother" in [f.why for f in office.store.flags(recording)]


def test_a_decision_is_kept_once_with_its_piped_reason(office: Office) -> None:
    """Not a second time with what was typed for it."""
    recording = office.ingest()
    flag = flag_by_hand(
        office.workspace, office.store, office.team.bea, recording, "s1", "identity.person", "a name", "4"
    )
    before = len(office.store.decisions(recording))
    done = call(office, "review", "decide", flag.id, "keep", "--reason", "-", piped="known to all\n")
    assert done.returncode == 0, done.stderr
    made = office.store.decisions(recording)
    assert [d.reason for d in made if d.flag == flag.id] == ["known to all"]
    assert len(made) == before + 1
    kept = [e for e in office.store.entries() if e.kind == "flag.decided" and e.object == flag.id]
    assert len(kept) == 1


def test_an_endless_length_is_refused_in_a_sentence(office: Office) -> None:
    """Neither `inf` nor `nan` is a bug of the program; both are wrong usage."""
    for length in ("inf", "nan"):
        done = call(office, "review", "decide", "f-1", "redact", "--reason", "a", "--length", length, piped="")
        assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr
