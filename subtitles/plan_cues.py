"""The cues of a cut plan in one language: what the viewer reads, and what a sign-off is bound to."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.canonical import Json, document_sha256, to_json
from pipeline.domain import Aspect, Cue, CutPlan, Transcript
from pipeline.errors import PipelineError
from subtitles.clipwords import clip_words
from subtitles.cues import make_cues
from subtitles.limits import base_language
from subtitles.shots import clip_shot_changes
from subtitles.translation import translated_words


def plan_cues(plan: CutPlan, transcripts: Mapping[str, Transcript], language: str, aspect: Aspect) -> tuple[Cue, ...]:
    """Cues of the plan's speech in `language`, on the clip's clock.

    The words as spoken where the recordings are in that language, else the English draft.
    Raises PipelineError when neither gives this language, or speech has no times.
    """
    spoken = spoken_language(plan, transcripts)
    translation = base_language(spoken) not in (base_language(language), "und")
    words = translated_words(plan, transcripts, language) if translation else clip_words(plan, transcripts)
    speech_frames = plan.card_frames(plan.opening) + sum(p.frames for p in plan.passages())
    cues = make_cues(
        words,
        language=language,
        aspect=aspect,
        frame_rate=plan.frame_rate,
        translation=translation,
        clip_end_ms=plan.clip_ms(speech_frames),
        shot_changes_ms=clip_shot_changes(plan, {}),
    )
    return _within_speech(cues, plan.clip_ms(plan.card_frames(plan.opening)), plan.clip_ms(speech_frames))


def _within_speech(cues: Sequence[Cue], start_ms: int, end_ms: int) -> tuple[Cue, ...]:
    """No cue stands on a card: one that borrowed time from it gives the time back."""
    placed = (
        replace(c, clip_start_ms=max(c.clip_start_ms, start_ms), clip_end_ms=min(c.clip_end_ms, end_ms)) for c in cues
    )
    return tuple(c for c in placed if c.clip_start_ms < c.clip_end_ms)


def spoken_language(plan: CutPlan, transcripts: Mapping[str, Transcript]) -> str:
    """The one language of the plan's recordings.

    Raises PipelineError when a transcript is missing or the recordings do not share a language.
    """
    recordings = dict.fromkeys(kept.recording for kept in plan.kept)
    for recording in recordings:
        if recording not in transcripts:
            raise PipelineError(f"no transcript of {recording}", "ingest the recording again")
    languages = {base_language(transcripts[r].language): transcripts[r].language for r in recordings}
    if len(languages) > 1:
        raise PipelineError(
            f"the recordings of {plan.id} are in different languages: {', '.join(sorted(languages))}",
            "make one plan per language",
        )
    return next(iter(languages.values()), "und")


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
