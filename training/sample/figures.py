"""The moving part of the picture: a person against the light, and the shoulder of who asks."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from room import HEIGHT, WIDTH, Picture, Points, blurred, curve, lit, over, rim, shape_mask

FALL_OFF: Final = np.clip(1.15 - (np.arange(HEIGHT)[:, None] - 150) / 560, 0.2, 1).astype(np.float32)
"""The window lights head and shoulders; below its sill little light arrives."""

SHOULDER_BOX: Final = (0, 250, 420, 720)
"""Where the interviewer's shoulder can be, out of focus in front."""


@dataclass(frozen=True, slots=True)
class Pose:
    """One frame's posture; pixels and radians, zero is at rest."""

    sway: float
    breath: float
    nod: float
    turn: float
    tilt: float
    chin: float
    left_hand: float
    """0 on the armrest, 1 raised."""
    right_hand: float
    shoulder: float
    lean: float


HEAD: Final[Points] = [
    (640, 153), (662, 157), (680, 169), (690, 190), (691, 212), (695, 215), (697, 228), (693, 241), (688, 244),
    (685, 262), (676, 281), (661, 296), (648, 302), (632, 302), (619, 296), (604, 281), (595, 262), (592, 244),
    (587, 241), (583, 228), (585, 215), (589, 212), (589, 192), (599, 170), (618, 157),
]  # fmt: skip
CHIN_FROM: Final = 262
NECK: Final[Points] = [(605, 258), (675, 258), (678, 304), (704, 330), (576, 330), (602, 304)]
TORSO: Final[Points] = [
    (600, 310), (640, 320), (680, 310), (724, 328), (756, 344), (776, 378), (784, 440), (780, 520), (776, 600),
    (786, 670), (790, 740), (490, 740), (494, 670), (504, 600), (500, 520), (496, 440), (504, 378), (524, 344),
    (556, 328),
]  # fmt: skip
UPPER_ARM: Final[Points] = [
    (744, 342), (768, 352), (788, 392), (803, 460), (815, 530), (812, 574), (784, 590), (760, 566), (752, 500),
    (744, 420),
]  # fmt: skip
"""The right one; the left is its mirror image."""
THIGH: Final[Points] = [(650, 672), (690, 640), (752, 634), (800, 656), (824, 700), (836, 760), (648, 760), (642, 710)]
COLLAR: Final[Points] = [(604, 312), (640, 356), (676, 312), (690, 322), (646, 374), (634, 374), (590, 322)]
MIDDLE: Final = 640
PIVOT: Final = (640.0, 318.0)
HAIR: Final[Points] = [
    (70, 372), (116, 352), (166, 366), (196, 410), (204, 470), (196, 540), (150, 580), (60, 580), (30, 480),
]  # fmt: skip
SHOULDER: Final[Points] = [(-80, 760), (-80, 520), (40, 530), (150, 560), (236, 606), (286, 680), (304, 760)]

_HEAD, _NECK, _TORSO, _COLLAR, _THIGH, _UPPER_ARM, _HAIR, _SHOULDER = (
    curve(points, 8) for points in (HEAD, NECK, TORSO, COLLAR, THIGH, UPPER_ARM, HAIR, SHOULDER)
)


def draw_interviewee(picture: Picture, pose: Pose) -> None:
    """Paint the figure into the frame."""
    torso, neck, head = _moved(_TORSO, pose), _moved(_NECK, pose), _head(pose)
    # a little darkness around him, as chair and clothes take the light
    for outline in (torso, head):
        _shade(picture, outline, 9, 0.35)
    for outline in (neck, torso):
        _paint(picture, outline, (17, 17, 22), 0.6)
    _paint(picture, _moved(_COLLAR, pose), (22, 22, 28), 0.2)
    _paint(picture, head, (20, 18, 21), 0.66)
    for side, lift in ((-1, pose.left_hand), (1, pose.right_hand)):
        _paint(picture, _moved(_on(side, _THIGH), pose), (16, 16, 20), 0.34)
        _paint(picture, _moved(_on(side, _UPPER_ARM), pose), (20, 20, 26), 0.5)
        _draw_arm(picture, pose, side, lift)


def draw_interviewer(picture: Picture, pose: Pose) -> None:
    """Paint who asks, from behind and out of focus, at the left edge."""
    left, top, right, bottom = SHOULDER_BOX
    hair = [(x + 0.6 * pose.lean, y + pose.shoulder) for x, y in _HAIR]
    shoulder = [(x + 0.3 * pose.lean, y + 0.3 * pose.shoulder) for x, y in _SHOULDER]
    mask = np.maximum(shape_mask(hair, SHOULDER_BOX), shape_mask(shoulder, SHOULDER_BOX))
    mask = blurred(mask, 8)
    part = over(picture[top:bottom, left:right], (9, 9, 12), mask)
    picture[top:bottom, left:right] = lit(part, (214, 150, 110), rim(mask, -7, 5, 9) * 0.42)


def _shade(picture: Picture, outline: Points, width: float, strength: float) -> None:
    box = _around(outline, round(3 * width))
    left, top, right, bottom = box
    dark = blurred(shape_mask(outline, box), width) * strength
    picture[top:bottom, left:right] = over(picture[top:bottom, left:right], (10, 9, 11), dark)


def _paint(picture: Picture, outline: Points, colour: tuple[float, float, float], light: float) -> None:
    """A dark shape whose edges catch light from the window, and from the lamp at the right."""
    box = _around(outline, 8)
    left, top, right, bottom = box
    mask = shape_mask(outline, box)
    fall_off = FALL_OFF[top:bottom] * light
    part = over(picture[top:bottom, left:right], colour, mask)
    part = lit(part, (226, 176, 148), rim(mask, 2, 4, 3.2) * fall_off)
    picture[top:bottom, left:right] = lit(part, (255, 158, 78), rim(mask, -5, 1, 3.6) * fall_off)


def _around(outline: Points, margin: int) -> tuple[int, int, int, int]:
    xs, ys = [x for x, _ in outline], [y for _, y in outline]
    return (
        max(0, int(min(xs)) - margin),
        max(0, int(min(ys)) - margin),
        min(WIDTH, int(max(xs)) + margin),
        min(HEIGHT, int(max(ys)) + margin),
    )


def _on(side: int, outline: Points) -> Points:
    return outline if side > 0 else [(2 * MIDDLE - x, y) for x, y in outline]


def _moved(outline: Points, pose: Pose) -> Points:
    """The body sways from the hips and rises with the breath at the shoulders."""
    moved = []
    for x, y in outline:
        high = np.clip((HEIGHT - y) / (HEIGHT - PIVOT[1]), 0, 1.2)
        moved.append((float(x + (pose.sway + pose.lean) * high), float(y - pose.breath * high)))
    return moved


def _head(pose: Pose) -> Points:
    cos, sin = np.cos(pose.tilt), np.sin(pose.tilt)
    placed = []
    for x, y in _HEAD:
        drop = pose.chin * np.clip((y - CHIN_FROM) / 30, 0, 1)
        # turning away narrows the head on one side
        dx = (x - PIVOT[0]) * (1 - 0.05 * abs(pose.turn)) + 7 * pose.turn * np.clip((300 - y) / 120, 0, 1)
        dy = y + drop - PIVOT[1]
        placed.append((
            float(PIVOT[0] + cos * dx - sin * dy + pose.sway + pose.lean),
            float(PIVOT[1] + sin * dx + cos * dy + pose.nod - pose.breath),
        ))  # fmt: skip
    return placed


def _draw_arm(picture: Picture, pose: Pose, side: int, lift: float) -> None:
    """Forearm and hand, from the elbow on the armrest towards the middle."""
    elbow = np.array([MIDDLE + side * 154 + 0.4 * pose.lean, 562.0 - 5 * lift])
    angle = np.radians(26 - 64 * lift)
    reach = np.array([-side * np.cos(angle), np.sin(angle)])
    up = np.array([-side * np.sin(angle), -np.cos(angle)])
    length = 112 - 24 * lift
    sleeve = [(-22, -8), (-14, -25), (6, -29), (length, -17), (length + 4, 0), (length, 17), (0, 27), (-18, 14)]
    for shape, colour, light in ((sleeve, (25, 24, 30), 0.6), (_hand(length, lift), (38, 30, 29), 0.7)):
        placed = [elbow + reach * a - up * b for a, b in shape]
        outline = curve([(float(x), float(y)) for x, y in placed], 8)
        _shade(picture, outline, 6, 0.3)
        _paint(picture, outline, colour, light)


def _hand(wrist: float, lift: float) -> Points:
    """A relaxed hand from the side, along and across the forearm: it opens as it is raised."""
    curl = 1 - lift
    shape = [
        (-6, -12), (10, -14), (20, -22 - 5 * lift), (30, -24 - 8 * lift), (33, -17 - 4 * lift), (29, -11),
        (44, -8 + 5 * curl), (54 - 6 * curl, -1 + 9 * curl), (54 - 10 * curl, 6 + 10 * curl),
        (38, 12 + 4 * curl), (18, 13), (-6, 12),
    ]  # fmt: skip
    return [(wrist + a, b) for a, b in shape]
