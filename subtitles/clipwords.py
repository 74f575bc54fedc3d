"""The words of a cut plan on the clip's clock; what was removed is already gone here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.domain import CutPlan, Passage, Redaction, Span, Speaker, Transcript, Word
from pipeline.errors import PipelineError

SHORTEST_TOKEN_MS = 300
"""A removed stretch of sound without words shows its token from this length on."""

CLOSING = ".,;:?!؟،؛。、？！"


@dataclass(frozen=True, slots=True)
class ClipWord:
    """One word as the clip says it, or the token that stands for removed speech."""

    text: str
    clip_start_ms: int
    clip_end_ms: int
    speaker: Speaker | None
    redacted: bool
    """It stands for removed speech; `text` is then the replacement and a closing sign, never what was said."""
    replacement: str | None
    passage: int
    """Number of the kept span it comes from, 0 first."""


def clip_words(plan: CutPlan, transcripts: Mapping[str, Transcript]) -> tuple[ClipWord, ...]:
    """Every word of the plan's kept spans in clip time, removed speech as one token.

    A word belongs to a span when its middle lies inside; a word that a sound redaction touches at
    all is removed, and neighbours that are removed alike collapse into one token, so that neither
    their number nor their length tells anything.
    Raises PipelineError when a transcript is missing, kept speech has words without times, or a
    replacement is empty or more than one line.
    """
    words: list[ClipWord] = []
    for number, passage in enumerate(plan.passages()):
        transcript = transcripts.get(passage.recording)
        if transcript is None:
            raise PipelineError(f"no transcript of {passage.recording}", "ingest the recording again")
        _require_times(transcript, passage)
        hidden = sound_redactions(plan, passage)
        said = sorted(_said(transcript, passage, hidden, number), key=_time)
        silent = _wordless(passage, hidden, transcript, number)
        words += collapse(sorted([*said, *silent], key=_time))
    return tuple(words)


def transcript_words(transcript: Transcript) -> tuple[ClipWord, ...]:
    """A whole transcript as it was said, recording time for clip time; nothing is removed.

    Raises PipelineError when it has words without times.
    """
    untimed = next((s.id for s in transcript.segments if s.text.strip() and not s.words), None)
    if untimed is not None:
        raise PipelineError(
            f"segment {untimed} has words without times",
            "subtitles need a transcript with word times, such as Whisper's",
        )
    spoken = sorted(_spoken(transcript), key=lambda said: said[1])
    return tuple(ClipWord(text, span.start_ms, span.end_ms, who, False, None, 0) for text, span, who in spoken)


def sound_redactions(plan: CutPlan, passage: Passage) -> tuple[Redaction, ...]:
    """What is removed from the sound of this kept span."""
    return tuple(
        r
        for r in plan.redactions
        if r.kind.is_sound and r.recording == passage.recording and r.span.overlaps(passage.span)
    )


def to_clip_ms(passage: Passage, recording_ms: int) -> int:
    """A moment of the recording on the clip's clock, inside its kept span."""
    moment = passage.clip_start_ms + recording_ms - passage.span.start_ms
    return min(max(moment, passage.clip_start_ms), passage.clip_end_ms)


def token(redaction: Redaction) -> str:
    """What cues show for it. Raises PipelineError when that is empty or not plain one-line text."""
    text = redaction.replacement.strip()
    if not text or not text.isprintable() or len(text) > 30:
        raise PipelineError(
            f"the replacement of redaction {redaction.id} cannot be shown in a cue",
            "use a short fixed form such as [removed] or [name removed]",
        )
    return text


def closing(text: str) -> str:
    """The punctuation a word ends with: it belongs to the sentence, so it stays when the word goes."""
    return text[len(text.rstrip(CLOSING)) :]


def collapse(words: Sequence[ClipWord]) -> list[ClipWord]:
    """Neighbouring tokens of one form become one: how many words were removed is not told."""
    kept: list[ClipWord] = []
    for word in words:
        last = kept[-1] if kept else None
        if last and last.redacted and word.redacted and last.replacement == word.replacement:
            end = max(last.clip_end_ms, word.clip_end_ms)
            kept[-1] = replace(last, text=word.text, clip_end_ms=end, speaker=last.speaker or word.speaker)
        else:
            kept.append(word)
    return kept


def _require_times(transcript: Transcript, passage: Passage) -> None:
    for segment in transcript.segments:
        within = segment.span is None or segment.span.overlaps(passage.span)
        if within and segment.text.strip() and not segment.words:
            raise PipelineError(
                f"segment {segment.id} of {passage.recording} has words without times",
                "align the transcript with the sound first, or keep a span without this segment",
            )


def _said(transcript: Transcript, passage: Passage, hidden: Sequence[Redaction], number: int) -> Iterator[ClipWord]:
    for text, span, speaker in _spoken(transcript):
        middle = (span.start_ms + span.end_ms) // 2
        if passage.span.start_ms <= middle < passage.span.end_ms:
            gone = next((token(r) for r in hidden if r.span.overlaps(span)), None)
            start, end = to_clip_ms(passage, span.start_ms), to_clip_ms(passage, span.end_ms)
            shown = gone + closing(text) if gone else text
            yield ClipWord(shown, start, end, speaker, gone is not None, gone, number)


def sounding(word: Word) -> Span:
    """A word's span, a millisecond at least: an empty one overlaps nothing, and would slip through."""
    return Span(word.span.start_ms, max(word.span.end_ms, word.span.start_ms + 1))


def _spoken(transcript: Transcript) -> Iterator[tuple[str, Span, Speaker | None]]:
    for segment in transcript.segments:
        for word in segment.words:
            text = " ".join(word.text.split())
            if text:
                yield text, sounding(word), word.speaker or segment.speaker


def _wordless(passage: Passage, hidden: Sequence[Redaction], transcript: Transcript, number: int) -> Iterator[ClipWord]:
    """A token for each removed stretch that nobody transcribed: the viewer hears that something is gone."""
    for redaction in hidden:
        stretch = redaction.span.intersection(passage.span)
        if stretch is None or stretch.duration_ms < SHORTEST_TOKEN_MS or transcript.words_within(stretch):
            continue
        text, start = token(redaction), to_clip_ms(passage, stretch.start_ms)
        yield ClipWord(text, start, to_clip_ms(passage, stretch.end_ms), None, True, text, number)


def _time(word: ClipWord) -> tuple[int, int]:
    return word.clip_start_ms, word.clip_end_ms
