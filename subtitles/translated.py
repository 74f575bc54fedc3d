"""A person's translation as cues: in the shape it was made for, and in every other one."""

from collections.abc import Mapping

from pipeline.canonical import document_sha256
from pipeline.domain import Aspect, Cue, CutPlan, Transcript, Translation
from pipeline.errors import PipelineError
from subtitles.clipwords import clip_words
from subtitles.reshape import reshaped


def said_sha256(plan: CutPlan, transcripts: Mapping[str, Transcript]) -> str:
    """Digest of every word of the plan and its place in the clip, removed ones as their tokens.

    Not of its cues: a better way of making those does not make a translation stale.
    """
    words = clip_words(plan, transcripts)
    return document_sha256("speech", [[w.clip_start_ms, w.clip_end_ms, w.text] for w in words])


def translated_cues(
    plan: CutPlan, transcripts: Mapping[str, Transcript], made: Translation, aspect: Aspect
) -> tuple[Cue, ...]:
    """The translation's cues in this shape.

    Raises PipelineError when other words are said now than were translated.
    """
    if made.source_sha256 != said_sha256(plan, transcripts):
        raise PipelineError(
            f"what is said in {plan.id} has changed since it was translated into {made.language}, or begins at another"
            " time because of a card before it",
            f"counterclip translate export {plan.id} {made.language}, and import the corrected translation",
        )
    if aspect is made.aspect:
        return made.cues
    return tuple(c for cue in made.cues for c in reshaped(cue, made.language, aspect, plan.frame_rate, own=False))
