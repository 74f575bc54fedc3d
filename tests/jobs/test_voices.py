"""Naming a voice: people only, in the ledger, part of what is signed, and never a way to lose an admission."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from office import Office

from pipeline.domain import Segment, Span, Speaker, Tier, Transcript, Voices, VoiceTurn, Word
from pipeline.errors import NotFoundError
from pipeline.jobs.ingest import check_recording, current_checklist
from pipeline.jobs.voices import name_voices
from review.correcting import correct_words
from review.facts import gather_facts
from review.voices import NAMED

SAID = ("What did you do there?", "I cooked for them.", "I shot him in the head that night.", "And what then?")
"""The third is the interviewee's, and the machine took it for the interviewer's."""


@pytest.fixture
def heard(office: Office) -> str:
    """A recording whose machine has told two voices apart, one turn wrongly."""
    office.state_everything()
    recording = office.ingest()
    segments = tuple(_segment(n, text) for n, text in enumerate(SAID))
    transcript = Transcript("en", 11_000, "test", "test", segments, ())
    turns = tuple(VoiceTurn(s.span, v, True) for s, v in zip(segments, (1, 2, 1, 1), strict=True) if s.span)
    office.store.save_transcript(recording, transcript)
    voices = Voices(turns, (Span(2400, 2600),), (Speaker.INTERVIEWER, Speaker.INTERVIEWEE))
    office.store.save_voices(recording, voices)
    recheck(office, recording)
    return recording


def _segment(n: int, text: str) -> Segment:
    start = n * 2500
    words = tuple(Word(w, Span(start + i * 250, start + i * 250 + 240), 0.9) for i, w in enumerate(text.split()))
    return Segment(f"s{n + 1}", text, Span(start, words[-1].span.end_ms), words)


def recheck(office: Office, recording: str) -> None:
    transcript = office.store.transcript(recording)
    assert transcript is not None
    check_recording(office.store, office.store.recording(recording), transcript, current_checklist(office.workspace))


def tiers(office: Office, recording: str, item: str, segment: str) -> Sequence[Tier]:
    standing = [f for f in office.store.flags(recording) if f.suppressed is None]
    return [f.tier for f in standing if (f.item, f.segment) == (item, segment)]


def test_the_machines_word_suppresses_nothing(office: Office, heard: str) -> None:
    """The admission is red, whoever the machine thinks said it."""
    assert tiers(office, heard, "incrimination.violence", "s3") == [Tier.RED]


def test_an_admission_in_the_voice_named_the_interviewers_stays_in_sight(office: Office, heard: str) -> None:
    """Red on one person's word, amber on two people's, and what somebody says of this very segment decides."""
    bea, checklist = office.team.bea, current_checklist(office.workspace)
    name_voices(office.store, bea, heard, [(1, Speaker.INTERVIEWER), (2, Speaker.INTERVIEWEE)], checklist)
    assert tiers(office, heard, "incrimination.violence", "s3") == [Tier.RED]
    name_voices(office.store, office.team.edo, heard, [(1, Speaker.INTERVIEWEE)], checklist)
    name_voices(office.store, office.team.edo, heard, [(1, Speaker.INTERVIEWER)], checklist)
    assert tiers(office, heard, "incrimination.violence", "s3") == [Tier.AMBER]
    correct_words(office.store, bea, heard, "s3", range(8), speaker=Speaker.INTERVIEWEE)
    recheck(office, heard)
    assert tiers(office, heard, "incrimination.violence", "s3") == [Tier.RED]
    correct_words(office.store, bea, heard, "s3", range(8), speaker=Speaker.INTERVIEWER)
    recheck(office, heard)
    assert tiers(office, heard, "incrimination.violence", "s3") == []


def test_words_where_voices_meet_are_flagged(office: Office, heard: str) -> None:
    """The first word of the answer, which begins while the question still sounds."""
    assert tiers(office, heard, "process.unclear_speaker", "s2") == [Tier.RED]


def test_who_named_a_voice_made_the_clip_what_it_is(office: Office, heard: str) -> None:
    """The ledger has it, without words; whoever named it is no second pair of eyes."""
    name_voices(office.store, office.team.bea, heard, [(1, Speaker.INTERVIEWER)], current_checklist(office.workspace))
    (entry,) = [e for e in office.store.entries(heard) if e.kind == NAMED]
    assert entry.actor == office.team.bea.id
    plan = office.plan(heard, Span(0, 2300))
    facts = gather_facts(office.store, plan, today=date(2026, 1, 1), originals_sha256={})
    assert office.team.bea.id in facts.makers


def test_a_voice_that_is_not_there_cannot_be_named(office: Office, heard: str) -> None:
    """And nothing of the same order is kept."""
    with pytest.raises(NotFoundError, match="no voice 3"):
        name_voices(
            office.store, office.team.bea, heard, [(1, Speaker.INTERVIEWER), (3, Speaker.INTERVIEWEE)],
            current_checklist(office.workspace),
        )  # fmt: skip
    assert office.store.namings(heard) == ()


def test_a_new_transcript_with_speakers_forgets_the_voices(office: Office, heard: str) -> None:
    """They were those of other words."""
    office.store.save_voices(heard, None)
    transcript = office.store.heard_transcript(heard)
    assert transcript is not None
    office.store.save_transcript(heard, replace(transcript, engine="other"))
    recheck(office, heard)
    assert tiers(office, heard, "process.unclear_speaker", "s2") == []


def test_the_second_reading_says_nothing_of_the_machine(office: Office, heard: str) -> None:
    """The first segment is the named interviewer's: that nobody else's voice is named is no fact about it."""
    bea, checklist = office.team.bea, current_checklist(office.workspace)
    name_voices(office.store, bea, heard, [(1, Speaker.INTERVIEWER), (2, Speaker.INTERVIEWEE)], checklist)
    assert tiers(office, heard, "process.unclear_speaker", "s1") == []
