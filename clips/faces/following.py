"""Faces seen at moments → faces followed through time, with a cover large enough for every moment between (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from clips.faces.detector import Face
from pipeline.domain import Keyframe, Region, Span

LEAST = 0.2
"""Score from which the detector's answer counts as a place that may be a face."""

SURE = 0.4
"""A face that is never seen better than this is none, unless it is seen OFTEN: hands and lamps come and go."""

OFTEN = 8

NEAR = 0.8
"""How far, in widths of the face, the middle of a face may have moved since it was last seen."""

LOST_MS = 8_000
"""As long as this a face that was lost is waited for in its place: who turns away turns back."""

STRAIGHT_MS = 400
"""Up to here a face moves evenly between two sights; over a longer gap both places are covered all the time."""

HOLD_MS = 1_000
"""The cover stands this long before a face is first seen and after it is last seen."""

GROW = 1.6
"""Cover's sides over those of the detector's box, which ends at forehead and chin (`render.md`, faces)."""

GROW_HELD = 1.9
"""The same while nobody sees the face: it may have moved on."""

UP = 0.06
"""The cover's middle lies this share of the face's height above the face's: hair tells, too."""

SAME = 0.03
"""A keyframe that lies this close, in widths, to the line between its neighbours tells nothing new."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A face seen at one moment of the recording, in pixels of the upright picture."""

    at_ms: float
    face: Face


@dataclass(slots=True)
class Followed:
    """One face through time."""

    sights: list[Sight] = field(default_factory=list)

    @property
    def last(self) -> Sight:
        return self.sights[-1]

    @property
    def is_sure(self) -> bool:
        """Seen well at least once."""
        return max(s.face.score for s in self.sights) >= SURE

    @property
    def is_face(self) -> bool:
        return len(self.sights) >= OFTEN or self.is_sure


def follow(looks: Sequence[tuple[float, Sequence[Face]]]) -> tuple[Followed, ...]:
    """The faces of a stretch of picture, from what was seen at each moment that was looked at, in time order."""
    followed: list[Followed] = []
    for at_ms, faces in looks:
        waiting = [f for f in followed if at_ms - f.last.at_ms <= LOST_MS]
        pairs = sorted(
            (distance(f.last.face, face), n, m) for n, f in enumerate(waiting) for m, face in enumerate(faces)
        )
        met: set[int] = set()
        taken: set[int] = set()
        for far, n, m in pairs:
            if far <= NEAR and n not in met and m not in taken:
                waiting[n].sights.append(Sight(at_ms, faces[m]))
                met.add(n)
                taken.add(m)
        followed += [Followed([Sight(at_ms, face)]) for m, face in enumerate(faces) if m not in taken]
    return tuple(f for f in followed if f.is_face)


def distance(one: Face, other: Face) -> float:
    """Between the middles of two faces in widths of the larger; far apart when they differ twice in size."""
    wide = max(one.width, other.width)
    if wide > 2 * min(one.width, other.width):
        return float("inf")
    (x, y), (u, v) = one.middle, other.middle
    return float(((x - u) ** 2 + (y - v) ** 2) ** 0.5 / wide)


def cover_track(followed: Followed, width: int, height: int, end_ms: int) -> tuple[Keyframe, ...]:
    """The keyframes of a cover for this face inside a picture of this size, held beyond both its ends."""
    sights = _sized(followed.sights)
    frames: list[tuple[float, Face]] = []
    for number, sight in enumerate(sights):
        near = [s.face for s in sights[max(0, number - 1) : number + 2] if abs(s.at_ms - sight.at_ms) <= STRAIGHT_MS]
        frames.append((sight.at_ms, _around([_grown(face, GROW) for face in near])))
        after = sights[number + 1] if number + 1 < len(sights) else None
        if after and after.at_ms - sight.at_ms > STRAIGHT_MS:
            both = _around([_grown(sight.face, GROW_HELD), _grown(after.face, GROW_HELD)])
            frames += [(sight.at_ms + 1, both), (after.at_ms - 1, both)]
    first, last = sights[0], sights[-1]
    frames.insert(0, (max(0.0, first.at_ms - HOLD_MS), _grown(first.face, GROW_HELD)))
    frames.append((min(float(end_ms), last.at_ms + HOLD_MS), _grown(last.face, GROW_HELD)))
    placed = [Keyframe(round(at), region) for at, face in _told(frames) if (region := _inside(face, width, height))]
    return tuple({k.at_ms: k for k in placed}.values())


def _sized(sights: Sequence[Sight]) -> list[Sight]:
    """Each face as large as the largest seen around its moment: a head that turns grows narrow, and its ear is bare."""
    found, first, last = [], 0, 0
    for sight in sights:
        while sights[first].at_ms < sight.at_ms - STRAIGHT_MS:
            first += 1
        while last < len(sights) and sights[last].at_ms <= sight.at_ms + STRAIGHT_MS:
            last += 1
        near = [s.face for s in sights[first:last]]
        wide, high = max(f.width for f in near) / 2, max(f.height for f in near) / 2
        x, y = sight.face.middle
        found.append(Sight(sight.at_ms, Face(x - wide, y - high, x + wide, y + high, sight.face.score)))
    return found


def held_span(track: Sequence[Keyframe], end_ms: int) -> Span:
    """The time for which a cover with these keyframes stands."""
    return Span(track[0].at_ms, min(end_ms, max(track[-1].at_ms, track[0].at_ms + 1)))


def _grown(face: Face, by: float) -> Face:
    x, y = face.middle
    wide, high = face.width * by / 2, face.height * by / 2
    y -= face.height * UP
    return Face(x - wide, y - high, x + wide, y + high, face.score)


def _around(faces: Sequence[Face]) -> Face:
    return Face(
        min(f.left for f in faces), min(f.top for f in faces), max(f.right for f in faces),
        max(f.bottom for f in faces), max(f.score for f in faces),
    )  # fmt: skip


def _told(frames: Sequence[tuple[float, Face]]) -> list[tuple[float, Face]]:
    """Without those between which everything lies on a line: a head that keeps still needs two."""
    kept = [0]
    start = 0
    for number in range(2, len(frames)):
        if any(_off(frames[start], frames[number], frames[m]) for m in range(start + 1, number)):
            start = number - 1
            kept.append(start)
    if len(frames) > 1:
        kept.append(len(frames) - 1)
    return [frames[number] for number in kept]


def _off(one: tuple[float, Face], other: tuple[float, Face], between: tuple[float, Face]) -> bool:
    share = (between[0] - one[0]) / max(1e-6, other[0] - one[0])
    limit = SAME * between[1].width
    edges = zip(_edges(one[1]), _edges(other[1]), _edges(between[1]), strict=True)
    return any(abs(a + share * (b - a) - c) > limit for a, b, c in edges)


def _edges(face: Face) -> tuple[float, float, float, float]:
    return face.left, face.top, face.right, face.bottom


def _inside(face: Face, width: int, height: int) -> Region | None:
    left, top = max(0, int(face.left // 1)), max(0, int(face.top // 1))
    right, bottom = min(width, int(-(-face.right // 1))), min(height, int(-(-face.bottom // 1)))
    return Region(left, top, right - left, bottom - top) if right > left and bottom > top else None
