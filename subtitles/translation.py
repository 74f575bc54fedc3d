"""English cues for speech in other languages, from the machine's draft, without what was removed."""

from collections.abc import Iterator, Mapping, Sequence

from pipeline.domain import CutPlan, Passage, Redaction, Segment, Span, Transcript
from pipeline.errors import PipelineError
from subtitles.alike import SHORTEST_NAME, core, sounds_like
from subtitles.clipwords import ClipWord, clip_words, closing, collapse, sound_redactions, sounding, to_clip_ms, token
from subtitles.grammar import clings, grammar_of
from subtitles.limits import base_language


def translated_words(plan: CutPlan, transcripts: Mapping[str, Transcript], language: str) -> tuple[ClipWord, ...]:
    """The plan's words in `language`: spoken ones where a segment is in it, else its English draft.

    A draft has no word times: its words are spread over the segment's speech by their length. What
    a redaction touches is replaced wherever it is found in the draft, and where it is not found the
    whole draft of that segment is.
    Raises PipelineError naming the segment when a span keeps only part of it, when it has no
    draft, or when `language` is not English: a person has to translate then.
    """
    spoken = clip_words(plan, transcripts)
    names = removed_names(plan, transcripts)
    words: list[ClipWord] = []
    for number, passage in enumerate(plan.passages()):
        transcript = transcripts[passage.recording]
        hidden = sound_redactions(plan, passage)
        drafts: list[ClipWord] = []
        foreign: list[Span] = []
        for segment in transcript.segments:
            if _in_language(segment, transcript, language) or not _kept_words(segment, passage):
                continue
            draft = _draft(segment, passage, language)
            foreign.append(_extent(segment))
            shown = without_removed(draft, segment, hidden, segment.language or transcript.language)
            drafts += _spread(without_names(shown, names), segment, passage, number)
        own = [w for w in spoken if w.passage == number and not _from(foreign, w, passage)]
        words += collapse(sorted([*own, *drafts], key=lambda w: w.clip_start_ms))
    return tuple(words)


def without_removed(
    draft: str, segment: Segment, hidden: Sequence[Redaction], language: str
) -> list[tuple[str, str | None]]:
    """The draft's words, each with the token that replaces it, if any.

    Removed words are sought in every spelling that sounds alike. One that cannot be found hides the
    whole draft: the translator may have put it in other words. Only the small words of the spoken
    `language` (articles, prepositions), which padding often touches, need not be found, as long as
    something else was.
    """
    touched = [(w, r) for w in segment.words for r in hidden if r.span.overlaps(sounding(w))]
    pieces = draft.split()
    shown: list[tuple[str, str | None]] = [(piece, None) for piece in pieces]
    for word, redaction in touched:
        places = [n for n, piece in enumerate(pieces) if sounds_like(piece, word.text)]
        for place in places:
            shown[place] = (pieces[place], token(redaction))
        if not places and not clings(word.text, grammar_of(language)):
            return [(draft, token(redaction))]
    if touched and not any(replacement for _, replacement in shown):
        return [(draft, token(touched[0][1]))]
    return shown


def removed_names(plan: CutPlan, transcripts: Mapping[str, Transcript]) -> dict[str, str]:
    """Names and numbers that the plan removes anywhere, each with its token; in memory only."""
    return {
        word.text: token(redaction)
        for redaction in plan.redactions
        if redaction.kind.is_sound and redaction.recording in transcripts
        for segment in transcripts[redaction.recording].segments
        for word in segment.words
        if redaction.span.overlaps(sounding(word)) and _is_telling(word.text, transcripts[redaction.recording])
    }


def without_names(shown: Sequence[tuple[str, str | None]], names: Mapping[str, str]) -> list[tuple[str, str | None]]:
    """The draft without names that are removed elsewhere: a translator says `Khalid` where he heard `he`."""
    return [
        (text, replacement or next((mark for name, mark in names.items() if sounds_like(text, name)), None))
        for text, replacement in shown
    ]


def _is_telling(text: str, transcript: Transcript) -> bool:
    letters = core(text)
    if clings(text, grammar_of(transcript.language)) or len(letters) < SHORTEST_NAME:
        return len(letters) > 1 and letters.isdigit()
    is_caseless = letters.lower() == letters.upper()
    return letters.isdigit() or is_caseless or text.strip("\"'«“(").istitle() or text.isupper()


def _in_language(segment: Segment, transcript: Transcript, language: str) -> bool:
    spoken = base_language(segment.language or transcript.language)
    return spoken in (base_language(language), "und")


def _kept_words(segment: Segment, passage: Passage) -> int:
    middles = [(w.span.start_ms + w.span.end_ms) // 2 for w in segment.words]
    return sum(passage.span.start_ms <= middle < passage.span.end_ms for middle in middles)


def _draft(segment: Segment, passage: Passage, language: str) -> str:
    if _kept_words(segment, passage) < len(segment.words):
        raise PipelineError(
            f"only part of segment {segment.id} is kept, and its translation is of the whole",
            "keep the whole segment, or have a person translate it: counterclip translate export",
        )
    if base_language(language) != "en" or not segment.translation:
        raise PipelineError(
            f"segment {segment.id} has no translation into {language}",
            "ingest with --translate for an English draft, or have a person translate it: counterclip translate export",
        )
    return segment.translation


def _extent(segment: Segment) -> Span:
    return Span(min(w.span.start_ms for w in segment.words), max(w.span.end_ms for w in segment.words))


def _from(foreign: Sequence[Span], word: ClipWord, passage: Passage) -> bool:
    return any(
        to_clip_ms(passage, span.start_ms) <= word.clip_start_ms
        and word.clip_end_ms <= to_clip_ms(passage, span.end_ms)
        for span in foreign
    )


def _spread(
    shown: Sequence[tuple[str, str | None]], segment: Segment, passage: Passage, number: int
) -> Iterator[ClipWord]:
    """Each word gets the share of the segment's speech that its letters are of the text."""
    said = sorted(word.span for word in segment.words)
    speech_ms = sum(span.duration_ms for span in said)
    letters = sum(len(text) + 1 for text, _ in shown)
    passed = 0
    for text, replacement in shown:
        start = _moment(said, speech_ms * passed / letters)
        passed += len(text) + 1
        end = max(start + 1, _moment(said, speech_ms * passed / letters))
        yield ClipWord(
            replacement + closing(text) if replacement else text,
            to_clip_ms(passage, start),
            to_clip_ms(passage, end),
            segment.speaker,
            replacement is not None,
            replacement,
            number,
        )


def _moment(said: Sequence[Span], speech_ms: float) -> int:
    """Recording time at which this much of the speech has sounded, pauses not counted."""
    for span in said:
        if speech_ms <= span.duration_ms:
            return round(span.start_ms + speech_ms)
        speech_ms -= span.duration_ms
    return said[-1].end_ms
