"""The finished picture, beside the recording's own: right frames at the edges, boxes on every frame."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from clips.covers import covered_on
from clips.expected import Expected
from clips.filtergraph import dip_frames
from clips.frames import Luma, cell_means, luma_of, source_frames
from clips.framing import placement_on
from clips.geometry import Placement
from clips.labels import beside
from clips.soundgraph import Take
from clips.verify_covers import CHECKS, Tally
from clips.verify_faces import FaceWatch
from clips.verify_labels import LabelWatch
from clips.verify_mark import MarkWatch
from pipeline.domain import Check, Cue, Region
from pipeline.errors import MediaError
from pipeline.ffmpeg import open_media
from subtitles.style import LINE_HEIGHT, SAFE_AREAS, SUBTITLE_LINES

GRID = 48
"""Pictures are compared as means over about this many cells across: codec noise is gone, scenes differ."""

SAME_FORM = 0.95
"""Correlation of the cells of an HDR source with the clip's: its brightness was changed on purpose."""

SAME_PICTURE = 6.0
"""Mean difference of 8-bit luma up to which two pictures are the same; neighbours of a cut give 20."""

OFF_SHARE = 0.2
OFF_BRIGHTEST = 90
"""Luma of the drawn background at most: anything brighter above the wave is somebody's picture."""

CODEC_EDGE = 8
"""Pixels inside a box's edge to which the encoder spreads what is beside it."""


@dataclass(slots=True)
class _Seen:
    """What was noted in one pass over the decoded file."""

    frames: int = 0
    last_pts: int | None = None
    is_rising: bool = True
    """Every frame is later than the one before."""
    edges: dict[int, Luma] = field(default_factory=dict)
    covers: dict[str, Tally] = field(default_factory=dict)
    """Name of the check → what was seen of boxes, and of face covers."""
    brightest_off: int = 0
    """Brightest pixel seen in the upper part of passages whose picture is off."""

    def note_time(self, pts: int) -> None:
        self.frames += 1
        self.is_rising = self.is_rising and (self.last_pts is None or pts > self.last_pts)
        self.last_pts = pts

    def note_off(self, luma: Luma, labels: Sequence[Region]) -> None:
        upper = luma[: int(luma.shape[0] * OFF_SHARE)].copy()
        for label in labels:
            upper[label.y : label.y + label.height, label.x : label.x + label.width] = 0
        self.brightest_off = max(self.brightest_off, int(upper.max()))


@dataclass(frozen=True, slots=True)
class _Patch:
    """A cover as it should be seen in the output."""

    name: str
    """Of the check that looks at it."""
    areas: Mapping[int, Region]
    """Frame → where it is, without its edge."""


def check_picture(path: Path, expected: Expected) -> tuple[Check, ...]:
    """One decode of the whole file, the edit list ignored, so that hidden frames are seen, too.

    Raises MediaError when it cannot be decoded to the end.
    """
    patches = [patch for take in expected.takes for patch in _patches(expected, take)]
    edges = {number: take for take in expected.takes for number in edge_frames(expected, take)}
    watches = [w for w in (FaceWatch.of(expected), MarkWatch.of(expected)) if w] + LabelWatch.all_of(expected)
    try:
        seen = _look(path, set(edges), patches, expected, watches)
    except av.error.FFmpegError as error:
        raise MediaError(f"the rendered picture cannot be decoded: {error.strerror}", "render it again") from None
    whole = seen.frames == expected.clock.total and seen.is_rising
    checks = [Check("frames", whole, f"{seen.frames} frames decoded, {expected.clock.total} planned")]
    if edges:
        checks.append(_check_edges(seen, edges, expected))
    if any(take.picture is None for take in expected.takes):
        detail = f"brightest place above the wave {seen.brightest_off} of {OFF_BRIGHTEST} allowed"
        checks.append(Check("picture off", seen.brightest_off <= OFF_BRIGHTEST, detail))
    checks += [seen.covers.get(name, Tally(name)).check() for name in dict.fromkeys(p.name for p in patches)]
    checks += [watch.check() for watch in watches]
    return tuple(checks)


def edge_frames(expected: Expected, take: Take) -> tuple[int, ...]:
    """The first and last frame of a passage that no dip darkens; none where no picture is shown."""
    if take.picture is None:
        return ()
    passage, total = take.passage, expected.clock.total
    dip = dip_frames(expected.clock.frame_rate, passage.frames)
    last = passage.first_frame + passage.frames
    before = dip if passage.first_frame > 0 else 0
    after = dip if last < total else 0
    return tuple(dict.fromkeys((passage.first_frame + before, last - 1 - after)))


def _look(
    path: Path,
    wanted: set[int],
    patches: list[_Patch],
    expected: Expected,
    watches: Sequence[FaceWatch | MarkWatch | LabelWatch],
) -> _Seen:
    seen = _Seen()
    dark = [t.passage for t in expected.takes if t.picture is None]
    with open_media(path, ignore_editlist="1") as container:
        if not container.streams.video:
            raise MediaError("the rendered file has no picture", "render it again")
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for number, frame in enumerate(container.decode(stream)):
            luma = luma_of(frame)
            seen.note_time(frame.pts)
            for watch in watches:
                watch.pass_by(number, frame, luma)
            if number in wanted:
                seen.edges[number] = luma.copy()
            if any(p.first_frame <= number < p.first_frame + p.frames for p in dark):
                seen.note_off(luma, [_widened(d.box) for d in expected.drawn if d.is_on(number)])
            for patch in patches:
                if number in patch.areas:
                    tally = seen.covers.setdefault(patch.name, Tally(patch.name))
                    area = _visible(patch.areas[number], number, expected)
                    tally.note(luma, number, area)
    return seen


def _patches(expected: Expected, take: Take) -> Iterator[_Patch]:
    if take.picture is None:
        return
    passage, rate = take.passage, expected.clock.frame_rate
    for redaction in expected.plan.redactions:
        areas = {}
        for frame in range(passage.frames) if not redaction.kind.is_sound else ():
            region = covered_on(take, redaction, frame, rate)
            area = region and _inner(region, placement_on(take, take.picture, expected.shape, frame, rate))
            if area:
                areas[passage.first_frame + frame] = area
        if areas:
            yield _Patch(CHECKS[redaction.kind], areas)


def _inner(region: Region, placement: Placement) -> Region | None:
    """Where a box lies in the output, without its edge; None when the crop leaves it out, or a sliver of it."""
    crop, target = placement.source, placement.target
    across, down = target.width / crop.width, target.height / crop.height
    left = max(target.x, target.x + (region.x - crop.x) * across)
    top = max(target.y, target.y + (region.y - crop.y) * down)
    right = min(target.x + target.width, target.x + (region.x + region.width - crop.x) * across)
    bottom = min(target.y + target.height, target.y + (region.y + region.height - crop.y) * down)
    whole = min(region.width * across, region.height * down)
    edge = min(CODEC_EDGE, int(whole // 4))
    if edge < 1 or min(right - left, bottom - top) <= 2 * edge:
        return None
    x, y = int(left) + edge, int(top) + edge
    return Region(x, y, int(right) - edge - x, int(bottom) - edge - y)


def _visible(area: Region, number: int, expected: Expected) -> Region | None:
    """The largest part of a box that no burned cue and no label covers at this frame."""
    free: Region | None = area
    if _cue_at(number, expected):
        band = subtitle_top(expected)
        free = Region(area.x, area.y, area.width, min(area.height, band - area.y)) if area.y < band else None
    for one in (d for d in expected.drawn if d.is_on(number)):
        free = beside(free, _widened(one.box)) if free else None
    return free


def _widened(box: Region) -> Region:
    """With the edge to which the encoder spreads it."""
    x, y = max(0, box.x - CODEC_EDGE), max(0, box.y - CODEC_EDGE)
    return Region(x, y, box.x + box.width + CODEC_EDGE - x, box.y + box.height + CODEC_EDGE - y)


def subtitle_top(expected: Expected) -> int:
    """The line from which burned cues may cover the picture."""
    aspect = expected.shape.aspect
    share = SAFE_AREAS[aspect].bottom - SUBTITLE_LINES * LINE_HEIGHT[aspect]
    return int(share * expected.shape.height)


def _cue_at(number: int, expected: Expected) -> bool:
    if expected.is_marked:
        return True
    moment = expected.plan.clip_ms(number)
    frame = 1000 / expected.clock.frame_rate
    return expected.is_burned and any(_is_near(cue, moment, float(frame)) for cue in expected.cues)


def _is_near(cue: Cue, moment: int, frame_ms: float) -> bool:
    return cue.clip_start_ms - frame_ms <= moment <= cue.clip_end_ms + frame_ms


def _check_edges(seen: _Seen, edges: Mapping[int, Take], expected: Expected) -> Check:
    """Each passage's first and last clear frame is the source's within one frame, and not from outside."""
    found = [(number, _difference(seen.edges[number], number, take, expected)) for number, take in edges.items()
             if number in seen.edges]  # fmt: skip
    worst = max((d for _, d in found), default=255.0)
    wrong = [str(number) for number, d in found if d > SAME_PICTURE]
    detail = f"{len(found)} frames compared, largest difference {worst:.1f} of {SAME_PICTURE} allowed"
    if wrong:
        detail = f"not the source's picture: frame {', '.join(wrong)}; {detail}"
    return Check("edge frames", not wrong and len(found) == len(edges), detail)


def _difference(luma: Luma, number: int, take: Take, expected: Expected) -> float:
    """Smallest difference to a source frame within one frame of the moment, inside the span."""
    picture = take.picture
    if picture is None:
        return 255.0
    frame_ms, position = float(1000 / expected.clock.frame_rate), number - take.passage.first_frame
    placement = placement_on(take, picture, expected.shape, position, expected.clock.frame_rate)
    at_ms = take.passage.span.start_ms + position * frame_ms
    ours, mask = cell_means(luma, placement.target, GRID), _clear_cells(number, take, placement, expected)
    if not mask.any():
        return 0.0
    probe = expected.probes[take.passage.recording]
    matrix = "bt709" if take.facts.is_hdr else take.facts.matrix
    return min(
        (
            _unlike(cell_means(theirs, placement.source, GRID)[mask], ours[mask], is_hdr=take.facts.is_hdr)
            for theirs in source_frames(take.path, probe, at_ms, frame_ms, matrix)
        ),
        default=255.0,
    )


def _unlike(theirs: NDArray[np.float64], ours: NDArray[np.float64], *, is_hdr: bool) -> float:
    """Mean difference; of HDR, where brightness is not kept, what its form lacks, on the same scale."""
    if not is_hdr:
        return float(np.abs(theirs - ours).mean())
    correlation = float(np.corrcoef(theirs, ours)[0, 1]) if min(theirs.std(), ours.std()) > 0.5 else 0.0
    return SAME_PICTURE * (1 - correlation) / (1 - SAME_FORM)


def _clear_cells(number: int, take: Take, placement: Placement, expected: Expected) -> NDArray[np.bool_]:
    """Cells that neither a box nor a burned cue covers."""
    mask = np.ones((GRID, GRID), bool)
    target, crop = placement.target, placement.source
    if _cue_at(number, expected):
        mask[max(0, (subtitle_top(expected) - target.y) * GRID // target.height) :] = False
    for r in expected.plan.redactions:
        frame = number - take.passage.first_frame
        region = None if r.kind.is_sound else covered_on(take, r, frame, expected.clock.frame_rate)
        if region:
            _take_out(mask, region, crop)
    for one in (d for d in expected.drawn if d.is_on(number)):
        _take_out(mask, one.box, target)
    return mask


def _take_out(mask: NDArray[np.bool_], region: Region, whole: Region) -> None:
    """The cells of `whole` that a region of it touches, and those around them."""
    left, top = (region.x - whole.x) * GRID // whole.width, (region.y - whole.y) * GRID // whole.height
    right = -(-(region.x + region.width - whole.x) * GRID // whole.width)
    bottom = -(-(region.y + region.height - whole.y) * GRID // whole.height)
    mask[max(0, top - 1) : max(0, bottom + 1), max(0, left - 1) : max(0, right + 1)] = False
