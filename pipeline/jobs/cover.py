"""A person covers a place in the picture: a tattoo, a paper, somebody in the background."""

import math
import re
from collections.abc import Sequence

from clips.geometry import upright_size
from pipeline.domain import (
    Action,
    Choice,
    Decision,
    Keyframe,
    PictureStream,
    Redaction,
    RedactionKind,
    Region,
    Span,
    User,
    new_id,
)
from pipeline.errors import PipelineError
from pipeline.store import Store
from pipeline.times import clock, parse_time
from review.decisions import add_missing_flag, decide_flag

VISIBLE = "identity.visible"
"""No text tells what the picture shows: a person marks it (`domain.md`, checklist items)."""

NUMBER = re.compile(r"\d{1,5}(\.\d{1,3})?%?")


def cover_picture(
    store: Store, person: User, recording_id: str, span: Span | None, region_text: str, reason: str, note: str = "",
    moves: Sequence[str] = (),
) -> Decision:  # fmt: skip
    """Flag what is seen, and decide at once to cover it with a solid box for `span`, or for the whole recording.

    `moves` say where the box is at later moments, each as `TIME=X,Y,WIDTH,HEIGHT`; between two of them it moves
    evenly, after the last it stays.

    Raises NotFoundError for an unknown recording, AuthenticationError for who may not decide, PipelineError when
    there is no picture, or the box or the span is not inside it.
    """
    recording = store.recording(recording_id)
    if recording.probe.picture is None:
        raise PipelineError(f"{recording.id} has no picture", "there is nothing to cover")
    region = parse_region(region_text, recording.probe.picture)
    end = recording.probe.duration_ms
    place = Span(span.start_ms, min(span.end_ms, end)) if span and span.start_ms < end else Span(0, end)
    if span and not place.overlaps(span):
        raise PipelineError(f"{recording.id} ends at {end} ms", "choose a span inside it")
    track = _track(recording.probe.picture, place, region, moves)
    with store.transaction():
        flag = add_missing_flag(store, person, recording.id, None, place, VISIBLE, Action.REVIEW, reason)
        box = Redaction(new_id("x"), recording.id, RedactionKind.BOX, place, region, flag=flag.id, track=track)
        return decide_flag(store, person, flag.id, Choice.REDACT, reason, note, box)


def _track(picture: PictureStream, place: Span, region: Region, moves: Sequence[str]) -> tuple[Keyframe, ...]:
    """The keyframes of a box that moves; none for one that stays. Raises PipelineError for a moment outside `place`."""
    if not moves:
        return ()
    later = {at_ms: parse_region(text, picture) for at_ms, text in map(_moved, moves)}
    if outside := [ms for ms in later if not place.start_ms < ms <= place.end_ms]:
        raise PipelineError(f"the box does not stand at {clock(outside[0])}", "give moments inside --at")
    return (Keyframe(place.start_ms, region), *(Keyframe(ms, later[ms]) for ms in sorted(later)))


def _moved(text: str) -> tuple[int, str]:
    time, sign, box = text.partition("=")
    if not sign:
        raise PipelineError(
            f"when is the box at {text!r}?", "write TIME=X,Y,WIDTH,HEIGHT, such as 1:20=15%,60%,25%,20%"
        )
    return parse_time(time), box


def parse_region(text: str, picture: PictureStream) -> Region:
    """`X,Y,WIDTH,HEIGHT` from the upright picture's top left corner, in pixels or per cent of the picture.

    Grows to whole pixels. Raises PipelineError for anything else, and for a box that is not inside the picture.
    """
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 4 or not all(NUMBER.fullmatch(part) for part in parts):
        raise PipelineError("that is no box", "write X,Y,WIDTH,HEIGHT in pixels or per cent, such as 10%,60%,25%,20%")
    width, height = upright_size(picture)
    x, y, wide, high = (_pixels(part, whole) for part, whole in zip(parts, (width, height, width, height), strict=True))
    left, top, right, bottom = math.floor(x), math.floor(y), math.ceil(x + wide), math.ceil(y + high)
    if wide <= 0 or high <= 0 or right > width or bottom > height:
        raise PipelineError(f"the box is not inside the picture of {width}x{height}", "draw it again")
    return Region(left, top, right - left, bottom - top)


def _pixels(text: str, whole: int) -> float:
    return float(text[:-1]) * whole / 100 if text.endswith("%") else float(text)
