"""One stretch of an interview heard again: what people said of everything else stands."""

from dataclasses import replace
from pathlib import Path

import pytest
from office import CODE, DATA, Office

from pipeline import ingest
from pipeline.domain import Choice, Segment, Span, Transcript
from pipeline.errors import PipelineError
from pipeline.ingest import Request
from pipeline.jobs.decide import decide_and_redact
from pipeline.jobs.ingest import current_checklist, ingest_file
from pipeline.jobs.withdraw import withdraw_person
from review import writing_out
from review.correcting import correct_words
from review.withdrawn import WithdrawnError
from review.writing_out import WRITTEN, require_new_file, write_out
from subtitles.transcripts import read_transcript


def ingested(office: Office) -> str:
    """Kennedy's sentence as two segments: the address, and what he asks."""
    whole = read_transcript(DATA / "jfk.json")
    (one,) = whole.segments
    parts = (one.words[:5], one.words[5:])
    texts = ("And so my fellow Americans,", one.text.partition(",")[2].strip())
    two = tuple(
        Segment(f"s{n}", text, Span(words[0].span.start_ms, words[-1].span.end_ms), words)
        for n, (text, words) in enumerate(zip(texts, parts, strict=True), 1)
    )
    imported = replace(whole, segments=two)
    return take_in(office, Request(DATA / "jfk.flac", CODE, imported=imported))


def take_in(office: Office, request: Request, model: str | None = None) -> str:
    checklist = current_checklist(office.workspace)
    return ingest_file(office.workspace, checklist, None, model, lambda *_: None, request).recording


def test_corrections_and_decisions_outside_the_stretch_stay(office: Office) -> None:
    """The address is corrected and judged, the rest heard again by the real engine."""
    recording = ingested(office)
    correct_words(office.store, office.team.bea, recording, "s1", [3], text="fellows")
    take_in(office, Request(DATA / "jfk.flac", CODE))
    flag = next(f for f in office.store.flags(recording) if f.suppressed is None and f.segment == "s1")
    decide_and_redact(office.workspace, office.store, office.team.bea, flag.id, Choice.KEEP, "read and heard")
    take_in(office, Request(DATA / "jfk.flac", CODE, region=Span(10_000, 10_100)), "base")
    after = office.store.transcript(recording)
    assert after is not None
    assert [s.id for s in after.segments][:2] == ["s1", "s3"]
    assert after.segments[0].words[3].text == "fellows"
    assert "country" in after.segments[-1].text
    assert [d.flag for d in office.store.decisions(recording)] == [flag.id]
    assert {f.id: f for f in office.store.flags(recording)}[flag.id].suppressed is None


def test_who_writes_a_transcript_out_stands_in_the_ledger(office: Office) -> None:
    """And the file holds the words with their corrections."""
    recording = office.ingest()
    content = write_out(office.store, office.team.bea, recording, ".txt").decode()
    assert "country" in content
    assert [e.kind for e in office.store.entries(recording)].count(WRITTEN) == 1


def test_what_another_process_heard_meanwhile_stays(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two stretches at the same time: neither drops the other's words, and all of them are looked at for flags."""
    recording = ingested(office)
    known = office.store.heard_transcript(recording)
    assert known is not None
    first, second = known.segments

    def hear(*_: object) -> Transcript:
        theirs = replace(first, id="s9", text="We were at Raqqa with", words=first.words)
        office.store.save_transcript(recording, replace(known, segments=(theirs, second)))
        return replace(known, segments=(replace(second, id="", text="ask me"),), doubts=())

    monkeypatch.setattr(ingest, "hear_stretch", hear)
    monkeypatch.setattr("pipeline.jobs.ingest.load_engine", lambda *_: None)
    take_in(office, Request(DATA / "jfk.flac", CODE, region=Span(10_000, 10_100)))
    after = office.store.heard_transcript(recording)
    assert after is not None
    assert [s.text for s in after.segments] == ["We were at Raqqa with", "ask me"]


def test_flags_are_raised_again_for_words_that_came_meanwhile(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process saves while this one raises its flags: those of the newest words are kept."""
    recording = ingested(office)
    known = office.store.heard_transcript(recording)
    assert known is not None
    later = replace(known, segments=(replace(known.segments[0], id="s9"), known.segments[1]))
    checked: list[Transcript] = []

    def check(store: object, of: object, transcript: Transcript, checklist: object) -> None:
        checked.append(transcript)
        office.store.save_transcript(recording, later)

    monkeypatch.setattr("pipeline.jobs.ingest.check_recording", check)
    take_in(office, Request(DATA / "jfk.flac", CODE))
    assert [t.segments[0].id for t in checked] == ["s1", "s9"]


def test_nothing_is_written_out_when_consent_goes_meanwhile(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The person withdraws while the file is made."""
    office.state_everything()
    recording = office.ingest()

    def slowly(*_: object) -> bytes:
        withdraw_person(office.workspace, office.store, office.team.bea, CODE)
        return b"everything"

    monkeypatch.setattr(writing_out, "transcript_file", slowly)
    with pytest.raises(WithdrawnError):
        write_out(office.store, office.team.bea, recording, ".txt")
    assert WRITTEN not in [e.kind for e in office.store.entries(recording)]


def test_a_transcript_is_written_to_a_new_file_outside(office: Office, tmp_path: Path) -> None:
    """Not over another one, and not where backups would take it in."""
    taken = tmp_path / "outside.txt"
    require_new_file(office.workspace, taken)
    taken.write_text("mine", encoding="utf-8")
    for path in (taken, office.workspace.root / "reading.docx"):
        with pytest.raises(PipelineError):
            require_new_file(office.workspace, path)
