"""Places that pages post: words of a segment such as `s3:4-6`, counted from 1 as in the terminal."""

from pipeline.domain import Kept, Segment, Span, Transcript
from pipeline.errors import NotFoundError, PipelineError
from review.signing import StaleError
from review.web.material import material
from review.web.recording_page import words_state
from review.web.visit import Visit

Place = tuple[Segment, int, int]
"""A segment, its first word and its last, 0 first, both included."""


def require_words_state(visit: Visit, recording_id: str) -> None:
    """Raises StaleError when the words are not those that were on the page."""
    if visit.form.text("words_state", 40) != words_state(visit, recording_id):
        raise StaleError("the words of this recording have changed since you opened it", (), "reload the page")


def places(visit: Visit, recording_id: str) -> list[Place]:
    """The places of a form. Raises NotFoundError or PipelineError for any that are not there."""
    transcript = material(visit.store, recording_id).transcript
    found = [place(transcript, text) for text in visit.form.texts("place")]
    if not found:
        raise PipelineError("no words are chosen", "choose words first")
    return found


def place(transcript: Transcript, text: str) -> Place:
    """The words that a text such as `s3:4-6` names."""
    name, _, words = text.partition(":")
    segment = transcript.segment(name)
    if segment is None:
        raise NotFoundError("no such segment", "reload the page")
    first, _, last = words.partition("-")
    if not (first.isdecimal() and (last or first).isdecimal()):
        raise PipelineError("no such words", "choose words first")
    start, end = int(first) - 1, int(last or first) - 1
    if not 0 <= start <= end < len(segment.words):
        raise NotFoundError("no such words", "reload the page")
    return segment, start, end


def words_text(chosen: Place) -> str:
    """The place as the terminal writes words: `4-6`."""
    _, start, end = chosen
    return f"{start + 1}-{end + 1}"


def kept_of(recording_id: str, chosen: list[Place]) -> Kept:
    """The stretch from the first chosen word to the last."""
    spans = [w.span for segment, start, end in chosen for w in segment.words[start : end + 1]]
    return Kept(recording_id, Span(min(s.start_ms for s in spans), max(s.end_ms for s in spans)))
