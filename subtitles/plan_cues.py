"""The cues of a cut plan in one language: what the viewer reads, and what a sign-off is bound to."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.canonical import Json, document_sha256, to_json
from pipeline.domain import Aspect, Cue, CutPlan, Origin, Span, Transcript, Translation
from pipeline.errors import PipelineError
from subtitles.clipwords import clip_words
from subtitles.cues import make_cues
from subtitles.limits import base_language
from subtitles.sdh import is_sdh, labelled, plan_sounds, sdh_language, with_sounds
from subtitles.shots import clip_shot_changes
from subtitles.translated import translated_cues
from subtitles.translation import translated_words


def plan_cues(
    plan: CutPlan,
    transcripts: Mapping[str, Transcript],
    language: str,
    aspect: Aspect,
    *,
    translations: Sequence[Translation] = (),
    shots: Mapping[str, Sequence[int]] | None = None,
) -> tuple[Cue, ...]:
    """Cues of the plan's speech in `language`, on the clip's clock.

    The words as spoken where the recordings are in that language, else what a person translated,
    else the English draft; for the deaf and hard of hearing (`sdh_language` of the spoken one) with who speaks and
    what else is heard. `shots` gives the times at which shots begin in each recording.
    Raises PipelineError when nothing gives this language, a translation is of other words than are
    said now, or speech has no times.
    """
    speech_frames = plan.opening_frames + sum(p.frames for p in plan.passages())
    start_ms, end_ms = plan.clip_ms(plan.opening_frames), plan.clip_ms(speech_frames)
    origin = origin_of(plan, transcripts, language, translations)
    if origin is Origin.PERSON:
        made = next(t for t in translations if t.language == language)
        return _within_speech(translated_cues(plan, transcripts, made, aspect), start_ms, end_ms)
    spoken = origin is Origin.SPEECH
    words = clip_words(plan, transcripts) if spoken else translated_words(plan, transcripts, language)
    cues = make_cues(
        labelled(words, language, aspect) if is_sdh(language) else words,
        language=language,
        aspect=aspect,
        frame_rate=plan.frame_rate,
        translation=not spoken,
        clip_end_ms=end_ms,
        shot_changes_ms=clip_shot_changes(plan, shots or {}),
    )
    cues = _within_speech(cues, start_ms, end_ms)
    if not is_sdh(language):
        return cues
    frame_rate, sounds = plan.frame_rate, plan_sounds(plan)
    return with_sounds(cues, sounds, language=language, aspect=aspect, frame_rate=frame_rate, clip_end_ms=end_ms)[0]


def origin_of(
    plan: CutPlan, transcripts: Mapping[str, Transcript], language: str, translations: Sequence[Translation] = ()
) -> Origin:
    """Where the words of the plan's version in this language come from, or would have to come from.

    Raises PipelineError when a transcript is missing, the recordings do not share a language, or subtitles for the
    deaf and hard of hearing are asked for in another than the spoken one.
    """
    spoken = spoken_language(plan, transcripts)
    if is_sdh(language) and language != sdh_language(spoken):
        raise PipelineError(
            f"subtitles for the deaf and hard of hearing of {plan.id} are made in {spoken}, which is spoken",
            f"counterclip plan edit {plan.id} --sdh",
        )
    if base_language(spoken) in (base_language(language), "und"):
        return Origin.SPEECH
    return Origin.PERSON if any(t.language == language for t in translations) else Origin.MACHINE


def _within_speech(cues: Sequence[Cue], start_ms: int, end_ms: int) -> tuple[Cue, ...]:
    """No cue stands on a card: one that borrowed time from it gives the time back."""
    placed = (
        replace(c, clip_start_ms=max(c.clip_start_ms, start_ms), clip_end_ms=min(c.clip_end_ms, end_ms)) for c in cues
    )
    return tuple(c for c in placed if c.clip_start_ms < c.clip_end_ms)


def spoken_language(plan: CutPlan, transcripts: Mapping[str, Transcript]) -> str:
    """The one language of the plan's recordings; where several are spoken in one, the one of most words that are kept.

    Raises PipelineError when a transcript is missing or the recordings do not share a language.
    """
    recordings = dict.fromkeys(kept.recording for kept in plan.kept)
    for recording in recordings:
        if recording not in transcripts:
            raise PipelineError(f"no transcript of {recording}", "ingest the recording again")
    spoken = [_mostly(transcripts[r], [k.span for k in plan.kept if k.recording == r]) for r in recordings]
    languages = {base_language(language): language for language in spoken}
    if len(languages) > 1:
        raise PipelineError(
            f"the recordings of {plan.id} are in different languages: {', '.join(sorted(languages))}",
            "make one plan per language",
        )
    return next(iter(languages.values()), "und")


def _mostly(transcript: Transcript, kept: Sequence[Span]) -> str:
    if all(s.language in (None, transcript.language) for s in transcript.segments):
        return transcript.language
    words: Counter[str] = Counter()
    for segment in transcript.segments:
        inside = [w for w in segment.words if any(w.span.overlaps(k) for k in kept)]
        words[segment.language or transcript.language] += len(inside)
    language, count = words.most_common(1)[0]
    return language if count else transcript.language


def cues_document(cues: Sequence[Cue]) -> Json:
    """Cues as plain JSON, for digests."""
    return [to_json(cue) for cue in cues]


def language_document(plan: CutPlan, language: str, cues: Mapping[Aspect, Sequence[Cue]]) -> Json:
    """Everything that is read in one language version, in every shape of the plan."""
    return {
        "v": 1,
        "type": "clip-language",
        "plan": plan.id,
        "language": language,
        "cues": {aspect.value: cues_document(shown) for aspect, shown in cues.items()},
        "salt": plan.salt,
    }


def language_sha256(document: Json) -> str:
    """The digest that the sign-offs of one language are bound to, and that a render compares its cues with."""
    return document_sha256("language", document)


def read_sha256(cues: Sequence[Cue]) -> str:
    """Of what is read and when: other subtitles need another reading, or the same one aligned again."""
    return document_sha256("read-cues", [[c.clip_start_ms, c.clip_end_ms, list(c.lines)] for c in cues])
