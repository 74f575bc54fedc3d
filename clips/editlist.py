"""Reels as the edit lists that editors' programs read: OTIO and CMX 3600 EDL (pure).

All of them name the same files with relative paths, the same in and out frames, and a marker for
each redaction. Plans are named by id: a title is free text, and before it is signed nobody has read it.
"""

import json
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import opentimelineio as otio

from clips.handoff import MEDIA, Hidden, Reel
from pipeline.domain import CutPlan

DROP = "removed: "
"""How a redaction's marker begins; its kind follows."""

TRACKS = (("V1", otio.schema.TrackKind.Video), ("A1", otio.schema.TrackKind.Audio))

EDL_CHANNELS = "B"
"""Picture and sound of an event, cut together (CMX 3600)."""


def media_path(reel: Reel) -> str:
    """Where a reel's file lies, from the edit list."""
    return f"{MEDIA}/{reel.file_name}"


def marker_name(hidden: Hidden, *, is_marked: bool) -> str:
    return f"{DROP}{hidden.kind}" + (", not for release" if is_marked else "")


def write_otio(plan: CutPlan, reels: Sequence[Reel], *, is_marked: bool) -> str:
    """An OpenTimelineIO document with a picture and a sound track of the same clips."""
    timeline = otio.schema.Timeline(plan.id, global_start_time=_time(0, plan))
    timeline.metadata["counterclip"] = {"plan": plan.id, "version": plan.version, "not_for_release": is_marked}
    for name, kind in TRACKS:
        track = otio.schema.Track(name, kind=kind)
        track.extend(_clip(plan, reel, is_marked=is_marked) for reel in reels)
        timeline.tracks.append(track)
    return str(timeline.to_json_string(indent=1)) + "\n"


def _clip(plan: CutPlan, reel: Reel, *, is_marked: bool) -> Any:
    reference = otio.schema.ExternalReference(media_path(reel), _range(0, reel.media_frames, plan))
    clip = otio.schema.Clip(reel.file_name, reference, _range(reel.in_frame, reel.frames, plan))
    for hidden in reel.hidden:
        marked = _range(hidden.first_frame, hidden.frames, plan)
        name = marker_name(hidden, is_marked=is_marked)
        clip.markers.append(otio.schema.Marker(name, marked, otio.schema.MarkerColor.RED))
    return clip


def _time(frame: int, plan: CutPlan) -> Any:
    return otio.opentime.RationalTime(frame, float(plan.frame_rate))


def _range(first: int, frames: int, plan: CutPlan) -> Any:
    return otio.opentime.TimeRange(_time(first, plan), _time(frames, plan))


def write_edl(plan: CutPlan, reels: Sequence[Reel], *, is_marked: bool) -> str:
    """A CMX 3600 edit decision list: one event for each reel, non-drop time code from zero.

    Written here because OpenTimelineIO's writer leaves the sound channel and the time code mode out.
    Reels have eight characters at most, so their number stands there and the file's name in a comment.
    """
    lines = [f"TITLE: {plan.id}", "FCM: NON-DROP FRAME", ""]
    record = 0
    for reel in reels:
        source = (reel.in_frame, reel.in_frame + reel.frames)
        times = (timecode(frame, plan.frame_rate) for frame in (*source, record, record + reel.frames))
        lines.append(f"{reel.number:03d}  {f'REEL{reel.number:03d}':<8} {EDL_CHANNELS:<5} C        {' '.join(times)}")
        lines += [f"* FROM CLIP NAME: {reel.file_name}", f"* FROM FILE: {media_path(reel)}"]
        if is_marked:
            lines.append("* COMMENT: NOT FOR RELEASE")
        for hidden in _in_the_edit(reel):
            at = timecode(record + max(0, hidden.first_frame - reel.in_frame), plan.frame_rate)
            lines.append(f"* LOC: {at} RED     {DROP.upper()}{hidden.kind.upper()}")
        record += reel.frames
    return "\n".join(lines) + "\n"


def _in_the_edit(reel: Reel) -> list[Hidden]:
    """Redactions between the in and the out point: a locator stands on the edit's own clock."""
    out = reel.in_frame + reel.frames
    return [h for h in reel.hidden if h.first_frame < out and h.first_frame + h.frames > reel.in_frame]


def timecode(frame: int, rate: Fraction) -> str:
    """`HH:MM:SS:FF` without dropped numbers: at 29.97 it counts 30 frames a second (SMPTE ST 12-1)."""
    base = round(rate)
    seconds, frames = divmod(frame, base)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}:{frames:02d}"


def handoff_document(plan: CutPlan, plan_sha256: str, reels: Sequence[Reel], *, is_marked: bool) -> dict[str, Any]:
    """What was handed over, in figures, for programs and for the ledger."""
    return {
        "format": "counterclip/handoff/v1",
        "plan": plan.id,
        "plan_version": plan.version,
        "plan_sha256": plan_sha256,
        "not_for_release": is_marked,
        "frame_rate": f"{plan.frame_rate.numerator}/{plan.frame_rate.denominator}",
        "reels": [
            {
                "file": media_path(reel),
                "in_frame": reel.in_frame,
                "frames": reel.frames,
                "media_frames": reel.media_frames,
                "removed": [{"kind": h.kind, "first_frame": h.first_frame, "frames": h.frames} for h in reel.hidden],
            }
            for reel in reels
        ],
    }


def as_text(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=1) + "\n"
