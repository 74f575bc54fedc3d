"""A transcript as a file for people: on paper with time codes and speakers, as plain text, or as subtitles."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pipeline.domain import Cue, Segment, Transcript
from pipeline.errors import PipelineError
from subtitles.limits import is_right_to_left
from subtitles.srt import write_srt
from subtitles.transcripts import write_transcript
from subtitles.vtt import write_vtt

FORMATS = (".docx", ".txt", ".json", ".srt", ".vtt")
LEAST_SURE = 0.5
"""Words below this probability are marked: nobody should quote them unheard."""
NOTICE = "Machine transcript for reading inside the team. Nothing in it is released; dotted words were hard to hear."


def transcript_file(transcript: Transcript, title: str, suffix: str) -> bytes:
    """The file's content in the format of its suffix.

    `title` heads what is printed: an id, no name. Raises PipelineError for another suffix, and for subtitles of a
    transcript without times.
    """
    match suffix:
        case ".docx":
            return _docx(transcript, title)
        case ".txt":
            return "".join(f"{line}\n" for line in _lines(transcript)).encode()
        case ".json":
            return write_transcript(transcript).encode()
        case ".srt":
            return write_srt(_cues(transcript)).encode()
        case ".vtt":
            return write_vtt(_cues(transcript), transcript.language).encode()
    raise PipelineError(f"no transcript is written as {suffix or 'a file without an ending'}", f"{', '.join(FORMATS)}")


def _lines(transcript: Transcript) -> Iterator[str]:
    for segment in transcript.segments:
        when = f"[{_clock(segment)}] " if segment.span else ""
        yield f"{when}{_who(segment)}: {segment.text}"


def _cues(transcript: Transcript) -> list[Cue]:
    if any(s.span is None for s in transcript.segments):
        raise PipelineError("not all of this transcript has times", "write it as .docx or .txt")
    return [
        Cue(s.span.start_ms, s.span.end_ms, (s.text,), s.speaker)
        for s in transcript.segments
        if s.span is not None and s.text.strip()
    ]


def _clock(segment: Segment) -> str:
    seconds = segment.span.start_ms // 1000 if segment.span else 0
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _who(segment: Segment) -> str:
    return (segment.speaker or "nobody has said who").capitalize()


def _docx(transcript: Transcript, title: str) -> bytes:
    """Word's format: a line of time code and speaker, then what is said, its translation in italics."""
    from docx import Document

    document = Document()
    document.core_properties.author = document.core_properties.comments = ""
    document.core_properties.title = title
    document.add_heading(title, 1)
    document.add_paragraph(NOTICE)
    for segment in transcript.segments:
        head = document.add_paragraph()
        head.paragraph_format.keep_with_next = True
        head.add_run(f"{_clock(segment)}  {_who(segment)}").bold = True
        _said(document, segment, segment.language or transcript.language)
        if segment.translation:
            document.add_paragraph().add_run(segment.translation).italic = True
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _said(document: Any, segment: Segment, language: str) -> None:
    from docx.enum.text import WD_UNDERLINE
    from docx.oxml import OxmlElement

    from pipeline.corrections import word_places

    paragraph = document.add_paragraph()
    is_rtl = is_right_to_left(language)
    if is_rtl:
        paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
    places, at = word_places(segment), 0
    for word, (start, end) in zip(segment.words, places, strict=True):
        paragraph.add_run(segment.text[at:start]).font.rtl = is_rtl
        run = paragraph.add_run(segment.text[start:end])
        run.font.rtl = is_rtl
        if word.probability is not None and word.probability < LEAST_SURE:
            run.underline = WD_UNDERLINE.DOTTED
        at = end
    paragraph.add_run(segment.text[at:]).font.rtl = is_rtl
