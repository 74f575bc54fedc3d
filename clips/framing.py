"""What square and tall clips show of a wide picture: the middle follows the face that is largest (pure).

A camera operator leaves a head that only nods alone, and follows slowly when it moves on: so the middle rests until
the face leaves the part of the picture where it may move, and then glides to where the face stays.
"""

from collections.abc import Sequence
from fractions import Fraction
from statistics import fmean, median

from clips.covers import region_at
from clips.geometry import Placement, Shape, crop_width, place, upright_size
from clips.soundgraph import Take
from pipeline.domain import Aspect, Framing, Kept, Middle, PictureStream, Redaction, Span

LOOK_MS = 200
"""From one look at where the face is to the next."""

RESTS = 0.12
"""Share of what is seen by which the face may leave the middle to either side before it is followed."""

GLIDE_MS = 800
"""A move to the face's new place takes this long."""

AHEAD_MS = 1_500
"""Its new place is where it is, on average, over this time."""

JUMP = 0.5
"""A face that is at once this share of what is seen away was filmed by another camera: the middle jumps as well."""

Seen = tuple[int, float]
"""Recording time in ms, and where the middle of the face is."""


def follow_face(kept: Kept, covers: Sequence[Redaction], seen_width: int) -> Framing | None:
    """Where the middle lies through a kept span; None where no face was found.

    `covers` are the covers of all faces that were followed there, whether they are shown or not; `seen_width` is how
    many pixels of the picture the narrowest shape shows.
    """
    places = _places(kept, covers)
    if not places:
        return None
    middles = _rested(places, seen_width)
    return Framing(kept.recording, kept.span, tuple(Middle(at, round(x)) for at, x in middles))


def middle_at(framing: Framing | None, at_ms: float) -> float | None:
    """Where the middle lies at a moment of the recording; None without a framing."""
    if framing is None:
        return None
    before = framing.middles[0]
    for after in framing.middles:
        if after.at_ms > at_ms:
            if after.at_ms == before.at_ms:
                return float(after.x)
            share = max(0.0, (at_ms - before.at_ms) / (after.at_ms - before.at_ms))
            return before.x + share * (after.x - before.x)
        before = after
    return float(before.x)


def placement_on(take: Take, picture: PictureStream, shape: Shape, frame: int, frame_rate: Fraction) -> Placement:
    """What of the picture is seen where, on a frame counted from the passage's first."""
    at_ms = take.passage.span.start_ms + float(frame * 1000 / frame_rate)
    return place(picture, shape, middle_at(take.framing, at_ms))


def crop_left_expression(take: Take, picture: PictureStream, aspect: Aspect, frame_rate: Fraction) -> str:
    """The first column seen, for ffmpeg's crop filter, which works it out on every frame `n` and rounds it.

    Only for a take with a framing.
    """
    middles = take.framing.middles if take.framing else ()
    width, kept = upright_size(picture)[0], crop_width(picture, aspect)
    frames = [float((m.at_ms - take.passage.span.start_ms) * frame_rate / 1000) for m in middles]
    moved = [
        f"{b.x - a.x}*(clip(n,{first:.4f},{last:.4f})-{first:.4f})/{last - first:.4f}"
        for a, b, first, last in zip(middles, middles[1:], frames, frames[1:], strict=False)
        if a.x != b.x and last - first >= 0.0001
    ]
    middle = "+".join([str(middles[0].x), *moved]).replace("+-", "-")
    return f"clip({middle}-{kept}/2,0,{width - kept})"


def framing_of(framings: Sequence[Framing], recording: str, span: Span) -> Framing | None:
    """The framing of a kept span."""
    return next((f for f in framings if f.recording == recording and f.span.contains(span)), None)


def _places(kept: Kept, covers: Sequence[Redaction]) -> list[Seen]:
    """Where the largest face of the span is; while it is away, the largest that is there."""
    times = range(kept.span.start_ms, kept.span.end_ms, LOOK_MS)
    mine = [c for c in covers if c.recording == kept.recording and c.track and c.span.overlaps(kept.span)]
    tracks = [
        {at: region for at in times if c.span.start_ms <= at < c.span.end_ms and (region := region_at(c, at))}
        for c in mine
    ]
    tracks.sort(key=lambda seen: -sum(region.width for region in seen.values()))
    found = []
    for at in times:
        region = next((seen[at] for seen in tracks if at in seen), None)
        if region:
            found.append((at, region.x + region.width / 2))
    return found


def _rested(places: Sequence[Seen], seen_width: int) -> list[Seen]:
    """The middle at rest, and its moves: as few as keep the face where it may be."""
    start = [x for at, x in places if at < places[0][0] + AHEAD_MS]
    middles = [(places[0][0], median(start))]
    free_at = places[0][0]
    for number, (at, x) in enumerate(places):
        rest = middles[-1][1]
        if abs(x - rest) <= RESTS * seen_width or at < free_at:
            continue
        stays = fmean(later for then, later in places[number:] if then < at + AHEAD_MS)
        before = places[number - 1][1] if number else x
        if abs(x - before) > JUMP * seen_width:
            middles += [(at - 1, rest), (at, stays)]
            free_at = at
        else:
            begins = max(middles[-1][0], at - GLIDE_MS // 2)
            middles += [(begins, rest), (begins + GLIDE_MS, stays)]
            free_at = begins + GLIDE_MS
    return _without_repeats(middles)


def _without_repeats(middles: Sequence[Seen]) -> list[Seen]:
    """One middle for each moment, in time order."""
    return sorted(dict(middles).items())
