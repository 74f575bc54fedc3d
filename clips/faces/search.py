"""Every face in a stretch of a recording, followed: what the cover of a plan is made of."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from clips.faces.detector import NAME, Face, find_faces, look_size
from clips.faces.following import LEAST, NEAR, cover_track, distance, follow, held_span
from clips.frames import frames_between
from clips.geometry import upright_size
from pipeline.domain import FaceSearch, PictureStream, Probe, Redaction, RedactionKind, Span, new_id
from pipeline.errors import MediaError

LOOK_EVERY_MS = 160
"""Between two looks a head that turns stays under its cover; when more changed, all frames between are looked at."""

MARGIN_MS = 1_000
"""Looked at beyond both ends of the span, so that a face that is there at once is covered from its first frame."""

JUMPED = NEAR / 3
"""A face that moved further between two looks, in its widths, is looked for on the frames between."""

Tell = Callable[[float], None]
"""Told the share that is done, 0 to 1."""


@dataclass(frozen=True, slots=True)
class _Shot:
    """One frame, waiting to be looked at."""

    at_ms: float
    frame: "av.VideoFrame"


def search_faces(
    path: Path,
    probe: Probe,
    recording: str,
    span: Span,
    kind: RedactionKind,
    tell: Tell = lambda _: None,
    *,
    sure_only: bool = False,
) -> tuple[FaceSearch, tuple[Redaction, ...]]:
    """What was searched, and a cover of `kind` for each face followed through `span` of a recording.

    With `sure_only` without what may be a face: it has to be covered, but nobody wants to look at it.

    Raises MediaError when there is no picture or it cannot be decoded, WeightsError without the detector.
    """
    if probe.picture is None:
        raise MediaError(f"{recording} has no picture", "there are no faces to cover")
    end = min(probe.duration_ms, span.end_ms + MARGIN_MS)
    whole = Span(max(0, span.start_ms - MARGIN_MS), end)
    try:
        looks = list(
            _looks((_Shot(*shown) for shown in frames_between(path, probe, whole)), probe.picture, whole, tell)
        )
    except av.error.FFmpegError as error:
        raise MediaError(f"the picture of {recording} cannot be decoded: {error.strerror}", "ingest it again") from None
    if not looks:
        raise MediaError(f"{recording} shows no frame at {span.start_ms}-{span.end_ms} ms", "keep another span")
    covers = []
    for followed in (f for f in follow(looks) if f.is_sure or not sure_only):
        track = cover_track(followed, *upright_size(probe.picture), probe.duration_ms)
        held = held_span(track, probe.duration_ms) if track else None
        if held and held.overlaps(span):
            covers.append(Redaction(new_id("x"), recording, kind, held, track[0].region, track=track))
    return FaceSearch(recording, span, NAME, tuple(c.id for c in covers)), tuple(covers)


def _looks(
    shots: Iterator[_Shot], picture: PictureStream, span: Span, tell: Tell
) -> Iterator[tuple[float, tuple[Face, ...]]]:
    """What is seen at each moment looked at; on every frame where faces came, went or moved fast."""
    before: tuple[Face, ...] | None = None
    between: list[_Shot] = []
    due, last = float("-inf"), None
    for shot in shots:
        last = shot
        if shot.at_ms < due:
            between.append(shot)
            continue
        faces = _seen(shot, picture)
        if before is not None and not _alike(before, faces):
            yield from ((s.at_ms, _seen(s, picture)) for s in between)
        yield shot.at_ms, faces
        before, between, due = faces, [], shot.at_ms + LOOK_EVERY_MS
        tell((shot.at_ms - span.start_ms) / max(1, span.duration_ms))
    if between and last is not None:
        yield last.at_ms, _seen(last, picture)


def _seen(shot: _Shot, picture: PictureStream) -> tuple[Face, ...]:
    width, height = upright_size(picture)
    small = shot.frame.reformat(*look_size(picture.width, picture.height), format="rgb24").to_ndarray()
    upright = np.rot90(small, k=-(picture.rotation // 90))
    across, down = width / upright.shape[1], height / upright.shape[0]
    return tuple(face.scaled(across, down) for face in find_faces(upright, LEAST))


def _alike(before: tuple[Face, ...], now: tuple[Face, ...]) -> bool:
    if len(before) != len(now):
        return False
    return all(min((distance(face, other) for other in before), default=9.0) <= JUMPED for face in now)
