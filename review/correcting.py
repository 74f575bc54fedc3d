"""Corrections and comments: what people say about words, kept beside them; one path for every surface."""

from collections.abc import Sequence
from dataclasses import replace

from pipeline.canonical import document_sha256, to_json
from pipeline.domain import Comment, Correction, Segment, Speaker, User, new_id, utc_now
from pipeline.errors import NotFoundError, PipelineError
from pipeline.store import Store
from review.assignments import PARTS, require_part
from review.ledger import record

LONGEST_WORD = 80
LONGEST_COMMENT = 2000


def correct_words(
    store: Store,
    user: User,
    recording: str,
    segment_id: str,
    numbers: Sequence[int],
    *,
    text: str | None = None,
    speaker: Speaker | None = None,
) -> tuple[Correction, ...]:
    """Lay a correction over words of a segment (0 first); their times stay, and approvals of them are void.

    `text` is written on the first word and the others become empty, so that "two words heard as one"
    can be said as well. Raises NotFoundError for unknown words, PipelineError when nothing changes.
    """
    require_part(store, user, [recording], *PARTS)
    segment = _heard_segment(store, recording, segment_id)
    if not numbers or not all(0 <= n < len(segment.words) for n in numbers):
        raise NotFoundError(f"no such words in {segment_id} of {recording}", "choose words that are there")
    if text is None and speaker is None:
        raise PipelineError("nothing is corrected", "give the words, or who says them")
    if text is not None and len(text) > LONGEST_WORD * len(numbers):
        raise PipelineError("the correction is too long for these words", "correct fewer words at a time")
    made = [_correction(recording, segment, n, text, speaker, user) for n in numbers]
    if text is not None:
        made = [made[0], *(replace(c, text="") for c in made[1:])]
    with store.transaction():
        for correction in made:
            store.add_correction(correction)
        said = document_sha256("corrections", [to_json(c) for c in made])
        record(store, "words.corrected", user.id, recording, said)
    return tuple(made)


def comment(store: Store, user: User, recording: str, segment_id: str, at_ms: int, text: str) -> Comment:
    """Pin a remark to a moment. Raises NotFoundError for an unknown recording, PipelineError for no text."""
    require_part(store, user, [recording], *PARTS)
    duration = store.recording(recording).probe.duration_ms
    if not text.strip() or len(text) > LONGEST_COMMENT or not 0 <= at_ms <= duration:
        raise PipelineError("a comment needs a text and a moment", f"at most {LONGEST_COMMENT} characters")
    made = Comment(new_id("m"), recording, segment_id, at_ms, text.strip(), user.id, utc_now())
    with store.transaction():
        store.add_comment(made)
        record(store, "comment.added", user.id, recording, document_sha256("comment", to_json(made)))
    return made


def _correction(
    recording: str, segment: Segment, number: int, text: str | None, speaker: Speaker | None, user: User
) -> Correction:
    word = segment.words[number]
    return Correction(recording, segment.id, word.span, word.text, text, speaker, user.id, utc_now())


def _heard_segment(store: Store, recording: str, segment_id: str) -> Segment:
    heard = store.heard_transcript(store.recording(recording).id)
    segment = heard.segment(segment_id) if heard else None
    if segment is None:
        raise NotFoundError(f"no segment {segment_id} in {recording}", f"counterclip review list {recording}")
    return segment
