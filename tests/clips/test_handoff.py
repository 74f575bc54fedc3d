"""Reels and edit lists: the same frames in every format, handles that reach into nothing."""

import io
import re
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import opentimelineio as otio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clips.editlist import timecode, write_edl, write_otio
from clips.fcpxml import write_fcpxml
from clips.geometry import Shape
from clips.handoff import Reel, plan_reels
from clips.profiles import FRAME_RATES
from clips.redaction import MIN_PAD_MS
from pipeline.domain import (
    Aspect,
    CutPlan,
    Kept,
    Picture,
    ReadCue,
    Redaction,
    RedactionKind,
    Region,
    Revoicing,
    Span,
    Voice,
)

SHAPE = Shape(Aspect.WIDE, 1920, 1080)
TITLE = "Brooks of Gradina speaks"
KEPT = (Kept("r-1", Span(5_000, 9_120)), Kept("r-2", Span(61_007, 64_321)), Kept("r-1", Span(12_480, 15_000)))
REDACTIONS = (
    Redaction("x-1", "r-1", RedactionKind.TONE, Span(6_010, 6_700)),
    Redaction("x-2", "r-2", RedactionKind.BOX, Span(61_000, 62_000), Region(10, 10, 40, 40)),
)
DURATIONS = {"r-1": 20_000, "r-2": 90_000}
WHOLE_RATES = [rate for rate in FRAME_RATES if rate.denominator == 1]


def plan(rate: Fraction = Fraction(25), kept: tuple[Kept, ...] = KEPT) -> CutPlan:
    return CutPlan(
        id="p-0123456789", version=2, title=TITLE, kept=kept, redactions=REDACTIONS, aspects=(Aspect.WIDE,),
        burn=("en",), frame_rate=rate, picture=Picture.SOURCE, opening=None, closing=None, render_profile="standard",
        made_by="u-1", edited_by=("u-1",), salt="00" * 16,
    )  # fmt: skip


@dataclass(frozen=True)
class Cut:
    """In and out of a clip in its file, and where it stands in the clip: frames, out exclusive."""

    file: str
    source: tuple[int, int]
    record: tuple[int, int]


def cuts(reels: tuple[Reel, ...]) -> list[Cut]:
    found, at = [], 0
    for reel in reels:
        found.append(Cut(reel.file_name, (reel.in_frame, reel.in_frame + reel.frames), (at, at + reel.frames)))
        at += reel.frames
    return found


def read_cuts(timeline: Any, rate: float) -> list[list[Cut]]:
    """What an adapter made of an edit list, track by track."""
    tracks = []
    for track in timeline.tracks:
        found = []
        for clip in track.find_clips():
            place = track.range_of_child(clip)
            ends = [
                round(t.rescaled_to(rate).value)
                for whole in (clip.source_range, place)
                for t in (whole.start_time, whole.end_time_exclusive())
            ]
            found.append(Cut(clip.name, (ends[0], ends[1]), (ends[2], ends[3])))
        tracks.append(found)
    return tracks


@pytest.mark.parametrize("rate", FRAME_RATES, ids=str)
def test_otio_is_read_back_with_the_same_frames(rate: Fraction) -> None:
    """On picture and sound; the files lie where the clips say, and hold what they say."""
    reels = plan_reels(plan(rate), {}, DURATIONS, 1_000)
    timeline = otio.adapters.read_from_string(write_otio(plan(rate), reels, is_marked=True), "otio_json")
    assert read_cuts(timeline, float(rate)) == [cuts(reels)] * 2
    for clip, reel in zip(timeline.tracks[0], reels, strict=True):
        assert clip.media_reference.target_url == f"media/{reel.file_name}"
        assert round(clip.media_reference.available_range.duration.value) == reel.media_frames
        assert clip.media_reference.available_range.contains(clip.source_range)


@pytest.mark.parametrize("rate", FRAME_RATES, ids=str)
def test_an_edl_is_read_back_with_the_same_frames(rate: Fraction) -> None:
    """By OpenTimelineIO's CMX 3600 adapter, also where a second has 29.97 frames."""
    reels = plan_reels(plan(rate), {}, DURATIONS, 1_000)
    text = write_edl(plan(rate), reels, is_marked=False)
    timeline = otio.adapters.read_from_string(text, "cmx_3600", rate=float(rate))
    assert read_cuts(timeline, float(rate)) == [cuts(reels)] * 2
    assert "FCM: NON-DROP FRAME" in text


@pytest.mark.parametrize("rate", WHOLE_RATES, ids=str)
def test_fcpxml_is_read_back_with_the_same_frames(rate: Fraction) -> None:
    """By an OpenTimelineIO adapter; at 23.976 and 29.97 it rounds the rate, so those are read as fractions below."""
    reels = plan_reels(plan(rate), {}, DURATIONS, 1_000)
    with redirect_stdout(io.StringIO()):  # the adapter prints
        timeline = otio.adapters.read_from_string(
            write_fcpxml(plan(rate), reels, SHAPE, is_marked=False), "otio_fcpx_xml_lite_adapter"
        )
    assert read_cuts(timeline, float(rate)) == [cuts(reels)]


@pytest.mark.parametrize("rate", FRAME_RATES, ids=str)
def test_fcpxml_times_are_whole_frames(rate: Fraction) -> None:
    """Final Cut refuses or shifts what is not on a frame."""
    reels = plan_reels(plan(rate), {}, DURATIONS, 1_000)
    root = ET.fromstring(write_fcpxml(plan(rate), reels, SHAPE, is_marked=False))  # noqa: S314 - our own
    frame = root.find("resources/format").get("frameDuration")
    assert seconds(frame) == 1 / rate
    found = []
    for clip in root.iter("asset-clip"):
        start, length, offset = (seconds(clip.get(name)) * rate for name in ("start", "duration", "offset"))
        found.append(Cut(clip.get("name"), (start, start + length), (offset, offset + length)))
    assert found == cuts(reels)


def seconds(text: str) -> Fraction:
    assert re.fullmatch(r"\d+(/\d+)?s", text)
    return Fraction(text[:-1])


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


STRUCTURE: Mapping[str, tuple[str, frozenset[str], frozenset[str]]] = {
    "fcpxml": ("resources library", frozenset({"version"}), frozenset()),
    "resources": ("format( asset)+", frozenset(), frozenset()),
    "format": ("", frozenset({"id"}), frozenset({"frameDuration", "width", "height"})),
    "asset": (
        "media-rep",
        frozenset({"id"}),
        words("name start duration hasVideo format hasAudio videoSources audioSources audioChannels audioRate"),
    ),
    "media-rep": ("", frozenset({"src"}), frozenset({"kind"})),
    "library": ("event", frozenset(), frozenset()),
    "event": ("project", frozenset(), frozenset({"name"})),
    "project": ("sequence", frozenset(), frozenset({"name"})),
    "sequence": ("spine", frozenset({"format"}), words("duration tcStart tcFormat audioLayout audioRate")),
    "spine": ("(asset-clip ?)+", frozenset(), frozenset()),
    "asset-clip": ("(marker ?)*", frozenset({"ref"}), words("offset name start duration format tcFormat")),
    "marker": ("", frozenset({"start", "value"}), frozenset({"duration"})),
}  # fmt: skip
"""Children in order, required and other attributes: the part that we write of Apple's document type definition for
FCPXML 1.10 (Final Cut Pro XML reference, "Document Type Definition"); no package ships the file itself."""


@pytest.mark.parametrize("rate", FRAME_RATES, ids=str)
def test_fcpxml_has_the_structure_of_its_reference(rate: Fraction) -> None:
    """Elements, order, attributes, enumerations, and every reference names something that is there."""
    text = write_fcpxml(plan(rate), plan_reels(plan(rate), {}, DURATIONS, 1_000), SHAPE, is_marked=True)
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n')
    root = ET.fromstring(text)  # noqa: S314 - our own
    assert (root.tag, root.get("version")) == ("fcpxml", "1.10")
    for element in root.iter():
        children, required, other = STRUCTURE[element.tag]
        assert re.fullmatch(children, " ".join(child.tag for child in element)), element.tag
        assert required <= set(element.keys()) <= required | other, element.tag
    ids = [e.get("id") for e in root.find("resources")]
    assert len(set(ids)) == len(ids)
    assert {e.get(name) for e in root.iter() for name in ("ref", "format") if e.get(name)} <= set(ids)
    sequence = next(root.iter("sequence"))
    assert (sequence.get("tcFormat"), sequence.get("audioRate"), sequence.get("audioLayout")) == (
        "NDF",
        "48k",
        "stereo",
    )


@pytest.mark.parametrize("write", ["otio", "edl", "fcpxml"])
def test_redactions_travel_as_markers_and_titles_do_not(write: str) -> None:
    """A title is free text; an id names nobody."""
    whole = plan()
    reels = plan_reels(whole, {}, DURATIONS, 1_000)
    texts: dict[str, Callable[[], str]] = {
        "otio": lambda: write_otio(whole, reels, is_marked=True),
        "edl": lambda: write_edl(whole, reels, is_marked=True),
        "fcpxml": lambda: write_fcpxml(whole, reels, SHAPE, is_marked=True),
    }
    text = texts[write]()
    assert re.search("removed: tone", text, re.IGNORECASE)
    assert re.search("removed: box", text, re.IGNORECASE)
    assert re.search("not.for.release", text, re.IGNORECASE)
    assert not any(word in text for word in ("Brooks", "Gradina"))
    assert "r-2" not in text
    assert "file:" not in text


def test_a_marker_covers_its_redaction() -> None:
    """From the frame in which it begins to the one in which it ends."""
    first, second, _ = plan_reels(plan(), {}, DURATIONS, 0)
    assert [(h.first_frame, h.frames) for h in first.hidden] == [(25, 18)]  # 1010 to 1700 ms
    assert [(h.first_frame, h.frames) for h in second.hidden] == [(0, 25)]  # from before the in point to 993 ms


@given(
    start=st.integers(0, 40_000), length=st.integers(400, 20_000), rate=st.sampled_from(FRAME_RATES),
    handles=st.integers(0, 3_000), walls=st.lists(st.tuples(st.integers(0, 60_000), st.integers(1, 900)), max_size=5),
)  # fmt: skip
def test_handles_never_come_near_a_barrier(
    start: int, length: int, rate: Fraction, handles: int, walls: list[tuple[int, int]]
) -> None:
    """Nor past the ends of the recording; the passage is whole, its frames are all in the file."""
    kept = Span(start, start + length)
    barriers = [Span(at, at + size) for at, size in walls]
    duration = start + length + 1_500
    (reel,) = plan_reels(plan(rate, (Kept("r-1", kept),)), {"r-1": barriers}, {"r-1": duration}, handles)
    (wide,) = (k.span for k in reel.plan.kept)
    assert wide.contains(kept)
    assert wide.end_ms <= duration
    assert kept.start_ms - wide.start_ms <= handles
    assert wide.end_ms - kept.end_ms <= handles
    lead, tail = Span(wide.start_ms, kept.start_ms), Span(kept.end_ms, wide.end_ms)
    for barrier in barriers:
        grown = Span(max(0, barrier.start_ms - MIN_PAD_MS), barrier.end_ms + MIN_PAD_MS)
        outside_before, outside_after = barrier.start_ms < kept.start_ms, barrier.end_ms > kept.end_ms
        assert not (outside_before and lead.duration_ms and lead.overlaps(grown))
        assert not (outside_after and tail.duration_ms and tail.overlaps(grown))
    assert reel.in_frame + reel.frames <= reel.media_frames
    assert abs((kept.start_ms - wide.start_ms) * rate / 1000 - reel.in_frame) < Fraction(1, 20)


def test_time_codes_count_whole_frames() -> None:
    """At 29.97 the clock runs slow on purpose: non-drop (SMPTE ST 12-1)."""
    assert timecode(30 * 60 * 60, Fraction(30_000, 1001)) == "01:00:00:00"
    assert timecode(24 * 61 + 5, Fraction(24_000, 1001)) == "00:01:01:05"


def test_media_are_redacted_and_marked(studio: Callable[..., Any], make_recording: Callable[..., Path]) -> None:
    """Without a permit the mark stands low in every frame, with one in none; the sound is redacted in both."""
    from clips.handoff import render_reels
    from clips.mark import mark_area
    from clips.samples import read_clip_sound
    from clips.verify_mark import MarkWatch

    source = make_recording("handoff.mkv")
    where = studio(source)
    whole = where.plan(
        (0, 2_000, 4_000), redactions=[Redaction("x-1", "r-0", RedactionKind.SILENCE, Span(2_500, 3_000))]
    )
    order = where.order(whole)
    reels = plan_reels(whole, {}, {"r-0": 8_000}, 1_000)
    frames = {}
    for name, permit in (("marked", None), ("cleared", where.permit(whole, order))):
        folder = where.folder / name
        folder.mkdir()
        render_reels(whole, permit, reels, order, folder, lambda _: None)
        (made,) = folder.iterdir()
        frames[name] = pictures(made)
        assert len(frames[name]) == reels[0].media_frames == 100
        sound = read_clip_sound(made)
        assert abs(sound[48 * 1_510 : 48 * 1_990]).max() < 0.001
        assert abs(sound[48 * 500 : 48 * 1_400]).max() > 0.01
    high, wide = frames["marked"][0].shape
    for name, is_found in (("marked", True), ("cleared", False)):
        watch = MarkWatch(mark_area(reels[0].plan.aspects[0], wide, high))
        assert not watch.check().passed  # nothing was looked at
        for number, frame in enumerate(frames[name]):
            watch.pass_by(number, None, frame)
        assert watch.check().passed is is_found
        assert len(watch.bare) == (0 if is_found else 100)
    for with_mark, without in zip(frames["marked"], frames["cleared"], strict=True):
        high = len(with_mark)
        low = slice(int(high * 0.78), int(high * 0.93))
        middle = slice(with_mark.shape[1] // 4, with_mark.shape[1] * 3 // 4)
        assert with_mark[low, middle].max() > 200
        assert without[low, middle].max() < 170  # the recording is grey there


def pictures(path: Path) -> list[Any]:
    from pipeline.ffmpeg import open_media

    with open_media(path) as container:
        return [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]


def test_a_permit_for_another_plan_hands_nothing_over(
    studio: Callable[..., Any], make_recording: Callable[..., Path]
) -> None:
    """No file is written, marked or not."""
    from clips.handoff import render_reels
    from pipeline.errors import RefusedError

    where = studio(make_recording("handoff.mkv"))
    whole, other = where.plan((0, 2_000, 4_000)), where.plan((0, 2_000, 4_040))
    order = where.order(whole)
    with pytest.raises(RefusedError):
        render_reels(
            whole, where.permit(other, order), plan_reels(whole, {}, {"r-0": 8_000}, 1_000), order, where.folder, print
        )
    assert not list(where.folder.iterdir())


def test_the_reader_goes_on_where_the_next_passage_begins() -> None:
    """A subtitle read across a cut is divided at it; each file begins its own clock with its handle."""
    cues = (ReadCue(1, 200, Span(0, 1_000)), ReadCue(2, 1_600, Span(2_000, 3_000)))
    made = Revoicing("v-1", "0" * 64, "en", "0" * 64, cues, (), 0)
    kept = (Kept("r-0", Span(5_000, 7_000)), Kept("r-0", Span(20_000, 22_000)))
    read = replace(plan(kept=kept), redactions=(), voice=Voice.REVOICED, revoicing=made)
    first, second = plan_reels(read, {}, {"r-0": 60_000}, 400)
    assert first.plan.revoicing is not None
    assert [(c.number, c.clip_start_ms, c.span) for c in first.plan.revoicing.cues] == [
        (1, 600, Span(0, 1_000)), (2, 2_000, Span(2_000, 2_400)),
    ]  # fmt: skip
    assert second.plan.revoicing is not None
    assert [(c.number, c.clip_start_ms, c.span) for c in second.plan.revoicing.cues] == [(2, 400, Span(2_400, 3_000))]
