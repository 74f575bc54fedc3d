"""Transcripts from files of any program, and ours back."""

import json
from pathlib import Path

import pytest

from pipeline.domain import Segment, Span, Speaker, Transcript, Word
from pipeline.errors import TranscriptFormatError
from subtitles.transcripts import read_transcript, write_transcript


def saved(tmp_path: Path, name: str, content: object) -> Path:
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


OURS = {
    "version": 1,
    "language": "en",
    "duration_ms": 5000,
    "engine": "faster-whisper",
    "model": "base",
    "segments": [
        {
            "id": "s1",
            "speaker": "interviewer",
            "start_ms": 0,
            "end_ms": 900,
            "text": "Who came?",
            "translation": None,
            "words": [
                {"text": "Who", "start_ms": 0, "end_ms": 300, "probability": 0.98},
                {"text": "came?", "start_ms": 320, "end_ms": 900, "probability": 0.5, "speaker": "interpreter"},
            ],
        },
        {"id": "s2", "speaker": None, "start_ms": 1000, "end_ms": 2000, "text": "Nobody.", "language": "fr"},
    ],
}


def test_our_json_is_read(tmp_path) -> None:
    """Segments, speakers, words and their times."""
    transcript = read_transcript(saved(tmp_path, "a.json", OURS))
    first, second = transcript.segments
    assert (transcript.language, transcript.duration_ms, transcript.model) == ("en", 5000, "base")
    assert (first.speaker, first.span) == (Speaker.INTERVIEWER, Span(0, 900))
    assert first.words[1] == Word("came?", Span(320, 900), 0.5, Speaker.INTERPRETER)
    assert (second.words, second.language, second.span) == ((), "fr", Span(1000, 2000))


def test_what_is_written_reads_the_same(tmp_path) -> None:
    """Our JSON out and in again, with voice activity and everything optional."""
    words = (Word("Да", Span(0, 400), 0.25), Word("ладно", Span(410, 900), None, Speaker.INTERVIEWEE))
    segments = (
        Segment("s1", "Да ладно", Span(0, 900), words, Speaker.INTERVIEWEE, "ru", "All right"),
        Segment("s2", "…", None),
    )
    transcript = Transcript("ru", 1000, "e", "m", segments, (Span(0, 900),))
    assert read_transcript(saved(tmp_path, "a.json", write_transcript(transcript))) == transcript


def test_whisper_s_seconds_and_sub_words_are_read(tmp_path) -> None:
    """Seconds become milliseconds; a word without a leading space goes on with the one before it."""
    words = [
        {"word": " l", "start": 0.0, "end": 0.2, "probability": 0.9},
        {"word": "'ami", "start": 0.2, "end": 0.5, "probability": 0.7},
        {"word": " part.", "start": 0.5, "end": 0.5, "probability": 0.8},
    ]
    document = {
        "language": "french",
        "segments": [{"id": 0, "start": 0.0, "end": 0.9, "text": " l'ami part.", "words": words}],
    }
    transcript = read_transcript(saved(tmp_path, "w.json", document))
    assert (transcript.language, transcript.duration_ms) == ("fr", 900)
    assert transcript.segments[0].words == (Word("l'ami", Span(0, 500), 0.7), Word("part.", Span(500, 501), 0.8))


def test_a_bare_list_of_segments_is_read(tmp_path) -> None:
    """faster-whisper users dump a list."""
    transcript = read_transcript(saved(tmp_path, "f.json", [{"start": 1.0, "end": 2.0, "text": "Yes."}]))
    assert transcript.segments[0] == Segment("s1", "Yes.", Span(1000, 2000))


def test_words_of_a_segment_count_only_when_all_have_times(tmp_path) -> None:
    """One word without a time, and the segment cannot be cut."""
    words = [{"text": "Who", "start_ms": 0, "end_ms": 300}, {"text": "came?"}]
    document = {"segments": [{"text": "Who came?", "start_ms": 0, "end_ms": 900, "words": words}]}
    assert read_transcript(saved(tmp_path, "a.json", document)).segments[0].words == ()


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ("{", "line 1, column 2"),
        ({"text": "x"}, "no list of segments"),
        ({"version": 2, "segments": []}, "version"),
        ({"segments": ["x"]}, "segment 1"),
        ({"segments": [{"text": 5}]}, "segment 1: text"),
        ({"segments": [{"text": "a", "start_ms": 5, "end_ms": 1}]}, "segment 1: ends before"),
        ({"segments": [{"text": "a", "start": "now", "end": 1}]}, "segment 1: start"),
        ({"segments": [{"text": "a", "start": 1e9, "end": 2e9}]}, "segment 1: start"),
        ({"segments": [{"id": "s1", "text": "a"}, {"id": "s1", "text": "b"}]}, "segment s1"),
        ({"segments": [{"text": "a", "words": [{"text": "b", "start": 0, "end": 1}]}]}, "segment 1: its text"),
        ({"segments": [{"text": "a", "words": "a"}]}, "segment 1: words"),
        ({"segments": [], "voiced": [[5, 1]]}, "voiced"),
    ],
)
def test_json_that_does_not_fit_is_refused_with_its_place(tmp_path, document, place) -> None:
    """The file and the segment or line, never the text."""
    with pytest.raises(TranscriptFormatError, match=rf"bad\.json.*{place}"):
        read_transcript(saved(tmp_path, "bad.json", document))


def test_text_has_speakers_from_prefixes_and_no_times(tmp_path) -> None:
    """One segment a line; a line without a prefix goes on in the same voice."""
    path = saved(
        tmp_path, "t.txt", "Interviewer: Who came?\n\nIE: Nobody.\nNot one.\nIR: Why: tell me.\nNote: this is text\n"
    )
    segments = read_transcript(path).segments
    assert [(s.speaker, s.text, s.span) for s in segments] == [
        (Speaker.INTERVIEWER, "Who came?", None),
        (Speaker.INTERVIEWEE, "Nobody.", None),
        (Speaker.INTERVIEWEE, "Not one.", None),
        (Speaker.INTERVIEWER, "Why: tell me.", None),
        (Speaker.INTERVIEWER, "Note: this is text", None),
    ]


@pytest.mark.parametrize(("name", "header", "comma"), [("a.srt", "", ","), ("a.vtt", "WEBVTT\n\n", ".")])
def test_subtitles_are_transcripts_with_times_but_no_words(tmp_path, name, header, comma) -> None:
    """Each cue is a segment; a prefix is its speaker."""
    text = f"{header}1\n00:00:01{comma}000 --> 00:00:02{comma}000\nInterviewee: We left\nat night.\n"
    transcript = read_transcript(saved(tmp_path, name, text))
    assert transcript.segments == (Segment("s1", "We left at night.", Span(1000, 2000), (), Speaker.INTERVIEWEE),)
    assert (transcript.language, transcript.duration_ms) == ("und", 2000)


def test_other_files_are_refused(tmp_path) -> None:
    """A format nobody announced."""
    with pytest.raises(TranscriptFormatError, match=r"a\.docx"):
        read_transcript(tmp_path / "a.docx")


def test_otranscribe_gives_lines_times_and_speakers(tmp_path: Path) -> None:
    """A time begins a line; the last line has none, because nobody knows where it ends."""
    mark = '<span class="timestamp" contenteditable="false" data-timestamp="{}">0:0{}</span>'
    html = f"<p>{mark.format(1.5, 1)}Interviewer: When&nbsp;was that?</p><p>{mark.format(4, 4)} A: In spring.</p>"
    path = tmp_path / "a.otr"
    path.write_text(json.dumps({"text": html, "media": "a.mp3", "media-time": 9}), encoding="utf-8")
    assert [(s.speaker, s.text, s.span) for s in read_transcript(path).segments] == [
        (Speaker.INTERVIEWER, "When was that?", Span(1500, 4000)),
        (Speaker.INTERVIEWEE, "In spring.", None),
    ]


def test_what_is_not_otranscribes_is_refused(tmp_path: Path) -> None:
    """With the file's name and none of its words."""
    path = tmp_path / "a.otr"
    path.write_text('{"html": "secret"}', encoding="utf-8")
    with pytest.raises(TranscriptFormatError, match="not a file of oTranscribe") as refused:
        read_transcript(path)
    assert "secret" not in str(refused.value)


def test_whisperx_segments_keep_their_words_and_wait_for_those_without_times(tmp_path: Path) -> None:
    """WhisperX gives numerals no time: such a segment is read as text, to be aligned to the sound."""
    whole = {"start": 0.1, "end": 1.2, "text": " We left.", "words": [
        {"word": "We", "start": 0.1, "end": 0.4, "score": 0.9, "speaker": "SPEAKER_00"},
        {"word": "left.", "start": 0.5, "end": 1.2, "score": 0.8}]}  # fmt: skip
    numeral = {"start": 1.5, "end": 2.5, "text": " In 2015.", "words": [
        {"word": "In", "start": 1.5, "end": 1.7, "score": 0.9}, {"word": "2015."}]}  # fmt: skip
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"segments": [whole, numeral], "word_segments": [], "language": "en"}), encoding="utf-8")
    first, second = read_transcript(path).segments
    assert [(w.text, w.probability) for w in first.words] == [("We", 0.9), ("left.", 0.8)]
    assert (second.text, second.words, second.span) == ("In 2015.", (), Span(1500, 2500))
