"""Transcripts from files: our JSON, Whisper's and faster-whisper's, SRT, WebVTT, plain text; and ours back."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

from pipeline.canonical import Json
from pipeline.domain import Segment, Span, Speaker, Transcript, Word
from pipeline.errors import TranscriptFormatError
from subtitles.formats import read_subtitles
from subtitles.otranscribe import read_otr
from subtitles.repair import decoded
from subtitles.transcript_json import TranscriptJsonError, parse_transcript

PREFIXES: Mapping[str, Speaker] = {
    "interviewer": Speaker.INTERVIEWER,
    "interviewee": Speaker.INTERVIEWEE,
    "interpreter": Speaker.INTERPRETER,
    "ir": Speaker.INTERVIEWER,
    "ie": Speaker.INTERVIEWEE,
    "ip": Speaker.INTERPRETER,
    "q": Speaker.INTERVIEWER,
    "a": Speaker.INTERVIEWEE,
}
"""What stands before a colon at the start of a line. A bare `I:` could be either: nobody is assumed."""

_PREFIX = re.compile(r"^\s*[-–]?\s*\[?([A-Za-z]{1,11})\]?\s*:\s*")


def read_transcript(path: Path) -> Transcript:
    """The transcript in a `.json`, `.srt`, `.vtt`, `.txt` or oTranscribe's `.otr` file.

    Raises TranscriptFormatError naming the file and the line or segment that cannot be read.
    """
    match path.suffix.lower():
        case ".json":
            return _read_json(path)
        case ".srt" | ".vtt":
            return _read_subtitles(path)
        case ".txt":
            return _read_text(path)
        case ".otr":
            return _read_otr(path)
        case other:
            raise TranscriptFormatError(
                f"{path.name}: no transcript format ends in '{other}'", "give a .json, .srt, .vtt, .txt or .otr file"
            )


def _read_json(path: Path) -> Transcript:
    text, _ = decoded(path, "und")
    try:
        return parse_transcript(json.loads(text))
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise TranscriptFormatError(
            f"{path.name}, {where}: not JSON ({error.msg})", "export the transcript again"
        ) from None
    except RecursionError:
        raise TranscriptFormatError(f"{path.name}: too deeply nested", "export the transcript again") from None
    except TranscriptJsonError as error:
        raise TranscriptFormatError(f"{path.name}, {error}", "see the transcript format in the documentation") from None


def _read_subtitles(path: Path) -> Transcript:
    cues = read_subtitles(path).cues
    segments = []
    for number, cue in enumerate(cues, 1):
        speaker, text = _spoken(" ".join(cue.lines))
        span = Span(cue.clip_start_ms, cue.clip_end_ms)
        segments.append(Segment(f"s{number}", text, span, speaker=speaker or cue.speaker))
    return Transcript("und", cues[-1].clip_end_ms, path.suffix[1:].lower(), "", tuple(segments))


def _read_text(path: Path) -> Transcript:
    """One segment a line; a line without a prefix goes on in the voice of the line before."""
    text, _ = decoded(path, "und")
    segments: list[Segment] = []
    speaker: Speaker | None = None
    for line in filter(str.strip, text.split("\n")):
        found, spoken = _spoken(line)
        speaker = found or speaker
        if spoken:
            segments.append(Segment(f"s{len(segments) + 1}", spoken, None, speaker=speaker))
    if not segments:
        raise TranscriptFormatError(f"{path.name}, line 1: no text", "give a file with the words that are said")
    return Transcript("und", 0, "txt", "", tuple(segments))


def _read_otr(path: Path) -> Transcript:
    text, _ = decoded(path, "und")
    try:
        lines = read_otr(text)
    except (ValueError, RecursionError):
        raise TranscriptFormatError(f"{path.name}: not a file of oTranscribe", "export it again") from None
    speaker: Speaker | None = None
    segments: list[Segment] = []
    for span, line in lines:
        found, spoken = _spoken(line)
        speaker = found or speaker
        if spoken:
            segments.append(Segment(f"s{len(segments) + 1}", spoken, span, speaker=speaker))
    if not segments:
        raise TranscriptFormatError(f"{path.name}: no text", "give a file with the words that are said")
    return Transcript("und", 0, "otranscribe", "", tuple(segments))


def _spoken(line: str) -> tuple[Speaker | None, str]:
    found = _PREFIX.match(f"{line} ")
    speaker = PREFIXES.get(found.group(1).lower()) if found else None
    text = line[found.end() :] if found and speaker else line
    return speaker, " ".join(text.split())


def write_transcript(transcript: Transcript) -> str:
    """Our transcript JSON (`docs`: formats), one object, readable by `read_transcript`."""
    document = {
        "version": 1,
        "language": transcript.language,
        "duration_ms": transcript.duration_ms,
        "engine": transcript.engine,
        "model": transcript.model,
        "segments": [_segment_json(segment) for segment in transcript.segments],
    }
    if transcript.voiced is not None:
        document["voiced"] = [[span.start_ms, span.end_ms] for span in transcript.voiced]
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _segment_json(segment: Segment) -> Json:
    return {
        "id": segment.id,
        "speaker": segment.speaker,
        "start_ms": segment.span.start_ms if segment.span else None,
        "end_ms": segment.span.end_ms if segment.span else None,
        "text": segment.text,
        "translation": segment.translation,
        **({"language": segment.language} if segment.language else {}),
        "words": [_word_json(word) for word in segment.words],
    }


def _word_json(word: Word) -> Json:
    return {
        "text": word.text,
        "start_ms": word.span.start_ms,
        "end_ms": word.span.end_ms,
        "probability": word.probability,
        **({"speaker": word.speaker} if word.speaker else {}),
    }
