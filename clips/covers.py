"""Places in the picture that are covered: where each cover is on each frame, and the filters that draw it (pure)."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from fractions import Fraction

from clips.geometry import upright_size
from clips.redaction import covered_frames, grown_to_even
from clips.soundgraph import Stream, Take
from pipeline.domain import PictureStream, Redaction, RedactionKind, Region

RIM = 4
"""Pixels around a blurred place from which it is filled; two would do, were colour not shared by two."""

ROOMY = 1.25
"""A blurred place may be this much larger than the cover, so that its filter changes seldom."""


def region_at(redaction: Redaction, at_ms: float) -> Region | None:
    """Where a cover is at a recording time: between two keyframes every edge moves evenly; None without a place."""
    track = redaction.track
    if not track:
        return redaction.region
    after = bisect_right(track, at_ms, key=lambda k: k.at_ms)
    if after == 0 or after == len(track):
        return track[min(after, len(track) - 1)].region
    one, other = track[after - 1], track[after]
    share = (at_ms - one.at_ms) / (other.at_ms - one.at_ms)
    a, b = one.region, other.region
    left, top = a.x + share * (b.x - a.x), a.y + share * (b.y - a.y)
    right = a.x + a.width + share * (b.x + b.width - a.x - a.width)
    bottom = a.y + a.height + share * (b.y + b.height - a.y - a.height)
    x, y = int(left // 1), int(top // 1)
    return Region(x, y, int(-(-right // 1)) - x, int(-(-bottom // 1)) - y)


def covered_on(take: Take, redaction: Redaction, frame: int, frame_rate: Fraction) -> Region | None:
    """What a cover hides on a frame (counted from the passage's first), in pixels of the upright source.

    With its place one frame before and after: at a frame rate of its own a source shows up to half a frame more.
    """
    frames = covered_frames(take.passage, redaction, frame_rate)
    if frames is None or not frames[0] <= frame <= frames[1] or take.picture is None:
        return None
    return _widened(take.picture, redaction, float(take.passage.span.start_ms + frame * 1000 / frame_rate), frame_rate)


def _widened(picture: PictureStream, redaction: Redaction, at_ms: float, frame_rate: Fraction) -> Region | None:
    region = region_at(redaction, at_ms)
    if region is None:
        return None
    step = float(1000 / frame_rate)
    for near in (region_at(redaction, at_ms - step), region_at(redaction, at_ms + step)) if redaction.track else ():
        region = region.united(near or region)
    return grown_to_even(region, *upright_size(picture))


def boxed(picture: Stream, take: Take, position: int, redactions: Sequence[Redaction], frame_rate: Fraction) -> Stream:
    """The passage's frames with every cover drawn on them. What moves is moved by the commands in `take.moves`."""
    standing = [(n, r, frames) for n, r in enumerate(redactions) if (frames := _frames(take, r, frame_rate))]
    standing.sort(key=lambda item: item[1].kind is not RedactionKind.BLUR)  # what is solid lies on top
    if take.moves is not None:
        picture = picture.filter("sendcmd", filename=str(take.moves))
    for number, redaction, frames in standing:
        box = covered_on(take, redaction, frames[0], frame_rate)
        if box is None:
            continue
        picture = picture.filter(
            f"drawbox@{_name(position, number)}", x=box.x, y=box.y, w=box.width, h=box.height, color="black", t="fill",
            enable=f"between(n,{frames[0]},{frames[1]})",
        )  # fmt: skip
        if redaction.kind is RedactionKind.BLUR:
            picture = _filled(picture, take, redaction, frames, frame_rate)
    return picture


def _filled(picture: Stream, take: Take, redaction: Redaction, frames: tuple[int, int], frame_rate: Fraction) -> Stream:
    """A black cover, filled from its edges inward with what is around it: nothing it hides is left."""
    steps = list(_steps(take, redaction, frames, frame_rate))
    sides = {"x": 0, "y": 1, "w": 2, "h": 3}
    values = {side: _chosen([(first, box[at]) for first, box in steps]) for side, at in sides.items()}
    return picture.filter("delogo", **values, enable=f"between(n,{frames[0]},{frames[1]})")


def _steps(
    take: Take, redaction: Redaction, frames: tuple[int, int], frame_rate: Fraction
) -> Iterator[tuple[int, tuple[int, int, int, int]]]:
    """First frame of each stretch → one rectangle that holds every place of the cover in it, and little more."""
    if take.picture is None:
        return
    first, held, smallest = frames[0], None, 0
    for frame in range(frames[0], frames[1] + 1):
        box = covered_on(take, redaction, frame, frame_rate)
        if box is None:
            continue
        wider = held.united(box) if held else box
        if held and wider.width * wider.height > ROOMY * smallest:
            yield first, _rimmed(held, take.picture)
            first, wider, smallest = frame, box, 0
        held, smallest = wider, min(smallest or box.width * box.height, box.width * box.height)
    if held:
        yield first, _rimmed(held, take.picture)


def _rimmed(box: Region, picture: PictureStream) -> tuple[int, int, int, int]:
    """x, y, width, height with a rim of what is beside the cover, which is what the filter fills from."""
    width, height = upright_size(picture)
    left, top = max(1, box.x - RIM), max(1, box.y - RIM)
    right, bottom = min(width - 1, box.x + box.width + RIM), min(height - 1, box.y + box.height + RIM)
    return left, top, right - left, bottom - top


def _chosen(steps: Sequence[tuple[int, int]]) -> str:
    """An expression of the frame's number for a value that changes at some frames: a tree, so that it stays shallow."""
    if len(steps) == 1:
        return str(steps[0][1])
    middle = len(steps) // 2
    return f"if(lt(n,{steps[middle][0]}),{_chosen(steps[:middle])},{_chosen(steps[middle:])})"


def move_commands(take: Take, position: int, redactions: Sequence[Redaction], frame_rate: Fraction) -> str:
    """Commands for ffmpeg's `sendcmd` that put moving covers into their places; empty when none moves."""
    lines = [
        line
        for number, redaction in enumerate(redactions)
        if redaction.track
        for line in _moves(take, redaction, f"drawbox@{_name(position, number)}", frame_rate)
    ]
    return "".join(f"{text}\n" for _, text in sorted(lines))


def _moves(take: Take, redaction: Redaction, target: str, frame_rate: Fraction) -> Iterator[tuple[int, str]]:
    """One line for each frame on which the cover is elsewhere than before; half a frame early, for rounding."""
    frames, before = _frames(take, redaction, frame_rate), None
    for frame in range(frames[0], frames[1] + 1) if frames else ():
        box = covered_on(take, redaction, frame, frame_rate)
        if box is None or box == before:
            continue
        edges = (float((frame + half) / frame_rate) for half in (Fraction(-1, 2), Fraction(1, 2)))
        start, end = (f"{max(0.0, at):.6f}" for at in edges)
        values = (("x", box.x), ("y", box.y), ("w", box.width), ("h", box.height))
        yield frame, f"{start}-{end} " + ", ".join(f"[enter] {target} {k} {v}" for k, v in values) + ";"
        before = box


def _frames(take: Take, redaction: Redaction, frame_rate: Fraction) -> tuple[int, int] | None:
    is_cover = not redaction.kind.is_sound and redaction.region is not None
    return covered_frames(take.passage, redaction, frame_rate) if is_cover else None


def _name(position: int, number: int) -> str:
    return f"c{position}x{number}"
