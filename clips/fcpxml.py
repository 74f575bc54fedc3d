"""Reels as Final Cut Pro's XML, version 1.10, which Resolve and Premiere's converters read as well (pure).

Elements, their order and attributes are those of Apple's document type definition for 1.10 ("FCPXML
Reference", Professional Video Applications documentation). Times are whole frames, as fractions of a second.
"""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from clips.editlist import marker_name, media_path
from clips.geometry import Shape
from clips.handoff import Reel
from clips.profiles import SAMPLE_RATE
from pipeline.domain import CutPlan

VERSION = "1.10"
FORMAT = "r0"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n'


def write_fcpxml(plan: CutPlan, reels: Sequence[Reel], shape: Shape, *, is_marked: bool) -> str:
    """A library with one event and one project, its spine the reels from in to out point."""
    root = ET.Element("fcpxml", version=VERSION)
    resources = ET.SubElement(root, "resources")
    width, height = str(shape.width), str(shape.height)
    ET.SubElement(resources, "format", id=FORMAT, frameDuration=_seconds(1, plan), width=width, height=height)
    for reel in reels:
        _asset(resources, plan, reel)
    event = ET.SubElement(ET.SubElement(root, "library"), "event", name=plan.id)
    name = f"{plan.id} NOT FOR RELEASE" if is_marked else plan.id
    project = ET.SubElement(event, "project", name=name)
    length = sum(reel.frames for reel in reels)
    sequence = ET.SubElement(
        project, "sequence", format=FORMAT, duration=_seconds(length, plan), tcStart="0s", tcFormat="NDF",
        audioLayout="stereo", audioRate=f"{SAMPLE_RATE // 1000}k",
    )  # fmt: skip
    spine, offset = ET.SubElement(sequence, "spine"), 0
    for reel in reels:
        _clip(spine, plan, reel, offset, is_marked=is_marked)
        offset += reel.frames
    ET.indent(root, " ")
    return HEAD + ET.tostring(root, encoding="unicode") + "\n"


def _asset(resources: ET.Element, plan: CutPlan, reel: Reel) -> None:
    asset = ET.SubElement(
        resources, "asset", id=_id(reel), name=reel.file_name, start="0s", format=FORMAT,
        duration=_seconds(reel.media_frames, plan), hasVideo="1", hasAudio="1", videoSources="1", audioSources="1",
        audioChannels="2", audioRate=str(SAMPLE_RATE),
    )  # fmt: skip
    ET.SubElement(asset, "media-rep", kind="original-media", src=media_path(reel))


def _clip(spine: ET.Element, plan: CutPlan, reel: Reel, offset: int, *, is_marked: bool) -> None:
    clip = ET.SubElement(
        spine, "asset-clip", ref=_id(reel), name=reel.file_name, format=FORMAT, tcFormat="NDF",
        offset=_seconds(offset, plan), start=_seconds(reel.in_frame, plan), duration=_seconds(reel.frames, plan),
    )  # fmt: skip
    for hidden in reel.hidden:
        ET.SubElement(
            clip, "marker", start=_seconds(hidden.first_frame, plan), duration=_seconds(hidden.frames, plan),
            value=marker_name(hidden, is_marked=is_marked),
        )  # fmt: skip


def _id(reel: Reel) -> str:
    return f"r{reel.number}"


def _seconds(frames: int, plan: CutPlan) -> str:
    rate = plan.frame_rate
    return f"{frames * rate.denominator}/{rate.numerator}s" if frames else "0s"
