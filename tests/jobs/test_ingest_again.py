"""A recording that comes in again, and what the system refuses in between."""

from office import CODE, DATA, Office

from pipeline.ingest import Request
from pipeline.jobs.ingest import TAKEN_IN, current_checklist, ingest_file, outcome_of, wish
from pipeline.jobs.running import here, run_jobs


def again(office: Office, **said: object) -> str:
    request = Request(DATA / "jfk.flac", CODE, **said)  # type: ignore[arg-type]
    checklist = current_checklist(office.workspace)
    return ingest_file(office.workspace, checklist, None, None, lambda *_: None, request).recording


def test_a_transcript_stays_when_nobody_asks_for_another(office: Office) -> None:
    """Without options a second run keeps what people may have read: here, an imported one."""
    recording = office.ingest()
    before = office.store.transcript(recording)
    assert again(office) == recording
    assert office.store.transcript(recording) == before


def test_the_ledger_knows_what_was_said_about_a_recording(office: Office) -> None:
    """A later word about the warning is one entry more; the same again is none."""
    recording = office.ingest()
    again(office)
    assert [e.kind for e in office.store.entries(recording)].count(TAKEN_IN) == 1
    again(office, warning_at_ms=1_000)
    assert [e.kind for e in office.store.entries(recording)].count(TAKEN_IN) == 2


def test_what_the_system_refuses_ends_one_file_with_a_sentence(office: Office) -> None:
    """No traceback, and no path: file names can hold a name."""
    recordings = office.workspace.root / "recordings"
    recordings.rmdir()
    recordings.write_text("in the way", encoding="utf-8")
    asked = wish(Request(DATA / "jfk.flac", CODE), None, None)
    with here(office.workspace, 1) as carry:
        (job,) = run_jobs(office.store, [asked], carry, lambda *_: None)
    outcome = outcome_of(DATA / "jfk.flac", job)
    assert outcome.problem is not None
    assert outcome.problem.message.startswith("a file could not be read or written")
    assert "jfk" not in outcome.problem.message
