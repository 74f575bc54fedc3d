"""Covers of the picture as the pages draw them: in per cent of the upright picture, so that any size will do."""

from pipeline.canonical import Json
from pipeline.domain import Keyframe, PictureStream, Redaction, Region


def cover_json(redaction: Redaction, picture: PictureStream | None) -> Json:
    """When it stands and where: `frames` are `[ms, left, top, width, height]`; between two of them it moves evenly."""
    if picture is None or redaction.region is None:
        return None
    track = redaction.track or (Keyframe(redaction.span.start_ms, redaction.region),)
    return {
        "recording": redaction.recording,
        "start_ms": redaction.span.start_ms,
        "end_ms": redaction.span.end_ms,
        "kind": redaction.kind,
        "frames": [[k.at_ms, *_per_cent(k.region, picture)] for k in track],
    }


def _per_cent(region: Region, picture: PictureStream) -> tuple[float, ...]:
    turned = picture.rotation in (90, 270)
    wide, high = (picture.height, picture.width) if turned else (picture.width, picture.height)
    parts = ((region.x, wide), (region.y, high), (region.width, wide), (region.height, high))
    return tuple(round(100 * value / whole, 3) for value, whole in parts)
