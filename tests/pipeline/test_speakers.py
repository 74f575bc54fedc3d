"""Voices are told apart between words, microphones before likeness, and whose they are is only proposed."""

import wave
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.domain import Naming, Recording, Segment, Span, Speaker, Transcript, Voices, VoiceTurn, Word
from pipeline.ffmpeg import probe, write_speech_sound
from pipeline.naming import apply_namings, describe_voices, voices_sha256
from pipeline.sound import Samples, read_sound
from pipeline.speakers.evidence import CELL_MS, Evidence
from pipeline.speakers.microphones import hear_microphones
from pipeline.speakers.roles import propose_roles
from pipeline.speakers.separation import tell_voices_apart
from pipeline.speakers.turns import find_turns, find_unclear, split_segments
from pipeline.voice import find_voice

DATA = Path(__file__).parent.parent / "data"


def said(text: str, *, pause_after: str = "") -> Transcript:
    """A word every 300 ms, with a pause of half a second after one of them."""
    words, at = [], 0
    for word in text.split():
        words.append(Word(word, Span(at, at + 280)))
        at += 800 if word == pause_after else 300
    segment = Segment("s1", text, Span(0, at), tuple(words))
    return Transcript("en", at, "test", "test", (segment,), (Span(0, at),))


def speaks_for(transcript: Transcript, first: int, odds: float = 0.3) -> Evidence:
    """One voice before this moment, another one after it."""
    cells = transcript.duration_ms // CELL_MS + 1
    left = np.where(np.arange(cells) * CELL_MS < first, odds, -odds)
    return Evidence(np.stack([left, -left], axis=1).astype(np.float32))


def test_the_voice_changes_at_the_question_mark_near_by() -> None:
    """The sound says half a word later; the sentence ends before it."""
    transcript = said("Did you go there? Yes I went with them")
    turns = find_turns(transcript, speaks_for(transcript, 1330))
    assert [(t.voice, t.span) for t in turns] == [(1, Span(0, 1180)), (2, Span(1200, 2680))]
    assert all(t.is_sure for t in turns)


def test_split_segments_hold_the_same_words() -> None:
    """Texts, times and order stay; ids are counted anew."""
    transcript = said("Did you go there? Yes I went with them")
    split = split_segments(transcript, find_turns(transcript, speaks_for(transcript, 1200)))
    assert [s.text for s in split.segments] == ["Did you go there?", "Yes I went with them"]
    assert [w for s in split.segments for w in s.words] == list(transcript.segments[0].words)
    assert [s.id for s in split.segments] == ["s1", "s2"]


def test_one_weak_moment_is_no_change() -> None:
    """Evidence for the other voice over one word, in the middle of a sentence, costs more than it brings."""
    transcript = said("and then we all went home together again")
    grid = np.tile(np.array([[0.2, -0.2]], np.float32), (transcript.duration_ms // CELL_MS + 1, 1))
    grid[18:24] *= -1
    assert [t.voice for t in find_turns(transcript, Evidence(grid))] == [1]


def test_a_change_without_a_pause_is_unclear_and_one_after_a_pause_is_not() -> None:
    """Words near a change may be the other one's where nobody stops speaking."""
    close = said("Did you go there? Yes I went with them")
    evidence = speaks_for(close, 1200)
    (unclear,) = find_unclear(find_turns(close, evidence), evidence)
    assert unclear.contains(Span(1000, 1400))
    apart = said("Did you go there? Yes I went with them", pause_after="there?")
    evidence = speaks_for(apart, 1300)
    assert find_unclear(find_turns(apart, evidence), evidence) == ()


def test_somebody_who_speaks_at_the_same_time_makes_it_unclear() -> None:
    """Half a second of the other voice inside a turn."""
    transcript = said("and then we all went home together again and nobody ever came back for us")
    grid = np.tile(np.array([[0.3, -0.3]], np.float32), (transcript.duration_ms // CELL_MS + 1, 1))
    grid[30:44] *= -0.2
    evidence = Evidence(grid)
    (unclear,) = find_unclear(find_turns(transcript, evidence), evidence)
    assert Span(1400, 2400).contains(unclear)


def test_who_asks_sounds_like_the_interviewer() -> None:
    """Questions count more than being first, and the other one speaks most."""
    transcript = said(
        "We were at home all day long that summer. Did you ever go there? I went there twice and then no more."
    )
    words = transcript.segments[0].words
    change = [n for n, w in enumerate(words) if w.text.endswith((".", "?"))]
    spans = [words[: change[0] + 1], words[change[0] + 1 : change[1] + 1], words[change[1] + 1 :]]
    turns = tuple(
        VoiceTurn(Span(w[0].span.start_ms, w[-1].span.end_ms), voice, True)
        for w, voice in zip(spans, (1, 2, 1), strict=True)
    )
    assert propose_roles(transcript, turns) == (Speaker.INTERVIEWEE, Speaker.INTERVIEWER)


def named(voices: Voices, voice: int, speaker: Speaker) -> Naming:
    return Naming("r-1", voices_sha256(voices), voice, speaker, "u-1", "2026-01-01T00:00:00.000Z")


@pytest.fixture
def two_segments() -> tuple[Transcript, Voices]:
    """A question and an answer, both sure."""
    transcript = said("Did you go there? Yes I went with them", pause_after="there?")
    evidence = speaks_for(transcript, 1300)
    turns = find_turns(transcript, evidence)
    split = split_segments(transcript, turns)
    return split, Voices(turns, (), (Speaker.INTERVIEWER, Speaker.INTERVIEWEE))


def test_a_proposal_names_nobody(two_segments: tuple[Transcript, Voices]) -> None:
    """Only what a person said gives a segment its speaker; the proposal is shown with a question mark."""
    transcript, voices = two_segments
    assert apply_namings(transcript, voices, ()) == transcript
    assert describe_voices(transcript.segments, voices) == {
        "s1": "voice 1, interviewer?", "s2": "voice 2, interviewee?",
    }  # fmt: skip


def test_a_named_voice_speaks_in_its_segments(two_segments: tuple[Transcript, Voices]) -> None:
    """Segments and words, so that a sign-off is bound to it; the last word of people holds."""
    transcript, voices = two_segments
    first, second = (named(voices, 1, s) for s in (Speaker.INTERVIEWEE, Speaker.INTERVIEWER))
    shown = apply_namings(transcript, voices, (first, second))
    assert [s.speaker for s in shown.segments] == [Speaker.INTERVIEWER, None]
    assert {w.speaker for w in shown.segments[0].words} == {Speaker.INTERVIEWER}


def test_an_unsure_turn_never_becomes_the_interviewers(two_segments: tuple[Transcript, Voices]) -> None:
    """It may be the interviewee's, and then it would fall silent."""
    transcript, voices = two_segments
    unsure = replace(voices, turns=tuple(replace(t, is_sure=False) for t in voices.turns))
    shown = apply_namings(transcript, unsure, (named(unsure, 1, Speaker.INTERVIEWER),))
    assert [s.speaker for s in shown.segments] == [None, None]
    theirs = apply_namings(transcript, unsure, (named(unsure, 2, Speaker.INTERVIEWEE),))
    assert [s.speaker for s in theirs.segments] == [None, Speaker.INTERVIEWEE]


def test_voices_told_apart_anew_are_nobodys_again(two_segments: tuple[Transcript, Voices]) -> None:
    """Voice 1 of another separation may be somebody else."""
    transcript, voices = two_segments
    naming = named(voices, 1, Speaker.INTERVIEWER)
    anew = replace(voices, unclear=(Span(0, 100),))
    assert apply_namings(transcript, anew, (naming,)) == transcript


@pytest.fixture(scope="module")
def man_and_woman(tmp_path_factory: pytest.TempPathFactory) -> tuple[Samples, Samples]:
    """Seven seconds of each."""
    found = []
    for name in ("jfk.flac", "sense_0870.wav"):
        path = tmp_path_factory.mktemp("voice") / "speech.wav"
        write_speech_sound(DATA / name, 0, path)
        sound = read_sound(path)[: 7 * 16_000]
        found.append(np.asarray(sound * np.float32(0.1 / np.sqrt(np.mean(sound**2))), np.float32))
    return found[0], found[1]


def write_channels(path: Path, *channels: Samples) -> Path:
    with wave.open(str(path), "wb") as out:
        out.setnchannels(len(channels))
        out.setsampwidth(2)
        out.setframerate(16_000)
        out.writeframes((np.clip(np.stack(channels, axis=1), -1, 1) * 32767).astype("<i2").tobytes())
    return path


def in_turn(man: Samples, woman: Samples) -> tuple[Samples, Samples]:
    """First he, then she, then he again."""
    still_him, still_her = np.zeros_like(man), np.zeros_like(woman)
    return np.concatenate((man, still_her, man)), np.concatenate((still_him, woman, still_him))


def separated(original: Path, tmp_path: Path, count: int | None) -> tuple[Transcript, Voices | None]:
    sound = tmp_path / "speech.wav"
    write_speech_sound(original, 0, sound)
    voiced = find_voice(sound)
    words = tuple(Word("word", Span(at, at + 200)) for v in voiced for at in range(v.start_ms, v.end_ms - 200, 250))
    segment = Segment("s1", " ".join(w.text for w in words), Span(0, words[-1].span.end_ms), words)
    facts = probe(original)
    transcript = Transcript("en", facts.duration_ms, "test", "test", (segment,), voiced)
    return tell_voices_apart(transcript, Recording("r-1", "0", 0, facts, None), original, sound, count)


def voice_at(voices: Voices | None, at_ms: int) -> int:
    assert voices is not None
    return next(t.voice for t in voices.turns if t.span.start_ms <= at_ms < t.span.end_ms)


def test_two_people_on_one_microphone(man_and_woman: tuple[Samples, Samples], tmp_path: Path) -> None:
    """He, she, he again: two voices, told apart by their sound."""
    he, she = in_turn(*man_and_woman)
    transcript, voices = separated(write_channels(tmp_path / "one.wav", he + she), tmp_path, 2)
    assert [voice_at(voices, ms) for ms in (3000, 10_000, 17_000)] == [1, 2, 1]
    assert voices is not None
    assert not voices.two_microphones
    assert len(transcript.segments) == len(voices.turns)


def test_two_people_with_a_microphone_each(man_and_woman: tuple[Samples, Samples], tmp_path: Path) -> None:
    """Each is 12 dB quieter on the other's microphone."""
    he, she = in_turn(*man_and_woman)
    far = np.float32(0.25)
    _, voices = separated(write_channels(tmp_path / "two.wav", he + far * she, she + far * he), tmp_path, None)
    assert [voice_at(voices, ms) for ms in (3000, 10_000, 17_000)] == [1, 2, 1]
    assert voices is not None
    assert voices.two_microphones


@pytest.mark.parametrize("right", [1.0, 0.1], ids=["equal", "one channel quieter"])
def test_the_same_sound_on_both_channels_is_one_microphone(
    man_and_woman: tuple[Samples, Samples], tmp_path: Path, right: float
) -> None:
    """Dual mono says nothing about who speaks."""
    he, she = in_turn(*man_and_woman)
    path = write_channels(tmp_path / "dual.wav", he + she, (he + she) * np.float32(right))
    facts = probe(path)
    assert hear_microphones(path, facts.sound, (Span(0, facts.duration_ms),), facts.duration_ms) is None


def test_one_person_alone_stays_one(man_and_woman: tuple[Samples, Samples], tmp_path: Path) -> None:
    """Nobody said that two speak, and there is only one."""
    man, _ = man_and_woman
    transcript, voices = separated(write_channels(tmp_path / "alone.wav", man), tmp_path, None)
    assert voices is None
    assert len(transcript.segments) == 1
