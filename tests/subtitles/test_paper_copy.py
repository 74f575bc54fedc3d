"""Transcripts as files for people: every format holds the words, paper also who says them and when."""

from io import BytesIO

import pytest
from docx import Document

from pipeline.domain import Segment, Span, Speaker, Transcript, Word
from pipeline.errors import PipelineError
from subtitles.paper_copy import transcript_file
from subtitles.transcripts import read_transcript


def talk(language: str = "en", text: str = "We left, for Raqqa.") -> Transcript:
    """Two people; the last word was hard to hear."""
    texts = text.split()
    words = tuple(
        Word(t, Span(61_000 + n * 400, 61_300 + n * 400), 0.3 if t == texts[-1] else 0.9) for n, t in enumerate(texts)
    )
    answer = Segment("s2", text, Span(61_000, words[-1].span.end_ms), words, Speaker.INTERVIEWEE, translation="draft")
    question = Segment("s1", "Where to?", Span(60_000, 60_800), (), None)
    return Transcript(language, 90_000, "fast", "base", (question, answer))


def test_paper_has_times_speakers_and_dotted_words() -> None:
    """Read again by Word's own format: nothing of the file says who wrote it."""
    document = Document(BytesIO(transcript_file(talk(), "Interview r-1", ".docx")))
    texts = [p.text for p in document.paragraphs]
    assert texts[2:] == [
        "0:01:00  Nobody has said who", "Where to?", "0:01:01  Interviewee", "We left, for Raqqa.", "draft",
    ]  # fmt: skip
    dotted = [r.text for p in document.paragraphs for r in p.runs if r.underline]
    assert dotted == ["Raqqa."]
    assert (document.core_properties.author, document.core_properties.comments) == ("", "")


def test_arabic_is_laid_out_from_the_right() -> None:
    """The paragraph and its runs, as Word wants it."""
    document = Document(BytesIO(transcript_file(talk("ar", "خرجنا إلى الرقة"), "Interview r-1", ".docx")))
    said = next(p for p in document.paragraphs if "الرقة" in p.text)
    assert "w:bidi" in said._p.xml
    assert all(run.font.rtl for run in said.runs)


@pytest.mark.parametrize("suffix", [".txt", ".json", ".srt", ".vtt"])
def test_what_is_written_can_be_read_again(suffix: str, tmp_path) -> None:
    """The same words in the same order, with their speaker."""
    path = tmp_path / f"a{suffix}"
    path.write_bytes(transcript_file(talk(), "Interview r-1", suffix))
    assert "We left, for Raqqa." in " ".join(s.text for s in read_transcript(path).segments)


def test_an_unknown_ending_is_refused() -> None:
    """With the ones that are known."""
    with pytest.raises(PipelineError, match=r"\.odt"):
        transcript_file(talk(), "x", ".odt")
