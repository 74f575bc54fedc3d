"""The still part of the picture: a room at dusk, a window, a lamp, an armchair."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

WIDTH: Final = 1280
HEIGHT: Final = 720
FINE: Final = 2
"""Shapes are drawn this much larger and scaled down, for smooth edges."""

Picture = NDArray[np.float32]
"""Shape (height, width, 3), 0 to 255, light as in sRGB."""

Plane = NDArray[np.float32]
"""One value a pixel, 0 to 1."""

Points = list[tuple[float, float]]

WINDOW: Final = (300, 36, 980, 470)
LAMP: Final = (1096, 268)


def curve(points: Points, steps: int = 10, closed: bool = True) -> Points:
    """A smooth line through the points (Catmull-Rom)."""
    count = len(points)
    line: Points = []
    for i in range(count if closed else count - 1):
        around = [points[_index(i + k, count, closed)] for k in (-1, 0, 1, 2)]
        for t in np.arange(steps) / steps:
            weights = (
                -t / 2 + t**2 - t**3 / 2,
                1 - 2.5 * t**2 + 1.5 * t**3,
                t / 2 + 2 * t**2 - 1.5 * t**3,
                -(t**2) / 2 + t**3 / 2,
            )
            x, y = (sum(w * p[axis] for w, p in zip(weights, around, strict=True)) for axis in (0, 1))
            line.append((float(x), float(y)))
    return line


def _index(i: int, count: int, closed: bool) -> int:
    return i % count if closed else min(max(i, 0), count - 1)


def shape_mask(outline: Points, box: tuple[int, int, int, int]) -> Plane:
    """How much of each pixel of `box` (left, top, right, bottom) the outline covers, 0 to 1."""
    left, top, right, bottom = box
    large = Image.new("L", ((right - left) * FINE, (bottom - top) * FINE), 0)
    ImageDraw.Draw(large).polygon([((x - left) * FINE, (y - top) * FINE) for x, y in outline], fill=255)
    return np.asarray(large.reduce(FINE), np.float32) / 255


def blurred(plane: Plane, radius: float) -> Plane:
    image = Image.fromarray((np.clip(plane, 0, 1) * 255).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(radius)), np.float32) / 255


def over(picture: Picture, colour: tuple[float, float, float], mask: Plane) -> Picture:
    """Paint: the colour where the mask is 1."""
    alpha = mask[..., None]
    return picture * (1 - alpha) + np.asarray(colour, np.float32) * alpha


def lit(picture: Picture, colour: tuple[float, float, float], mask: Plane) -> Picture:
    """Light: adds up as light does, never beyond white."""
    light = np.asarray(colour, np.float32) * mask[..., None]
    return 255 - (255 - picture) * (1 - light / 255)


def rim(mask: Plane, dx: int, dy: int, width: float) -> Plane:
    """The edge of a shape that faces (-dx, -dy): where light from behind spills over."""
    shifted = np.roll(mask, (dy, dx), (0, 1))
    return blurred(np.clip(mask - blurred(shifted, width), 0, 1) * mask, 0.7)


FULL: Final = (0, 0, WIDTH, HEIGHT)


def make_room() -> Picture:
    source = np.random.default_rng(7)
    picture = _wall()
    picture = _window(picture, source)
    picture = _curtains(picture)
    picture = _lamp(picture)
    picture = _plant(picture)
    return _armchair(picture)


def _grid() -> tuple[Plane, Plane]:
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    return x, y


def _gradient(stops: list[tuple[float, tuple[float, float, float]]], at: Plane) -> Picture:
    places = [place for place, _ in stops]
    planes = [np.interp(at, places, [colour[c] for _, colour in stops]) for c in range(3)]
    return np.stack(planes, -1).astype(np.float32)


def _wall() -> Picture:
    x, y = _grid()
    picture = _gradient([(0, (34, 38, 46)), (1, (17, 18, 23))], y / HEIGHT)
    return picture * (1 - 0.35 * ((x - 640) / 640) ** 2)[..., None]


def _window(picture: Picture, source: np.random.Generator) -> Picture:
    left, top, right, bottom = WINDOW
    _, y = _grid()
    sky = _gradient(
        [
            (0, (46, 66, 104)),
            (0.45, (104, 112, 142)),
            (0.72, (206, 152, 122)),
            (0.9, (240, 184, 128)),
            (1, (214, 150, 104)),
        ],
        (y - top) / (bottom - top),
    )
    sky = _city(sky, source)
    glass = np.zeros((HEIGHT, WIDTH), np.float32)
    glass[top:bottom, left:right] = 1
    for x in (left + (right - left) // 3, left + 2 * (right - left) // 3):
        glass[:, x - 5 : x + 5] = 0
    glass[top + 118 : top + 126] = 0
    spill = blurred(np.where(glass > 0, 1, 0).astype(np.float32), 60)
    picture = lit(picture, (92, 70, 60), spill * 0.8)
    frame = np.zeros_like(glass)
    frame[top - 12 : bottom + 12, left - 12 : right + 12] = 1
    picture = over(picture, (27, 25, 27), blurred(frame, 1))
    alpha = blurred(glass, 1.2)[..., None]
    return picture * (1 - alpha) + sky * alpha


def _city(sky: Picture, source: np.random.Generator) -> Picture:
    """Roofs and lights far out of focus."""
    roofs = np.zeros((HEIGHT, WIDTH), np.float32)
    x = WINDOW[0] - 40
    while x < WINDOW[2]:
        wide = int(source.integers(38, 96))
        roofs[WINDOW[3] - int(source.integers(34, 124)) :, x : x + wide] = source.uniform(0.55, 0.9)
        x += wide
    sky = over(sky, (66, 60, 78), blurred(roofs, 7))
    lights = np.zeros((HEIGHT, WIDTH), np.float32)
    for _ in range(46):
        at = (source.integers(WINDOW[0], WINDOW[2]), source.integers(WINDOW[3] - 96, WINDOW[3] - 6))
        radius = source.uniform(3, 8)
        box = (at[0] - radius, at[1] - radius, at[0] + radius, at[1] + radius)
        disc = Image.new("L", (WIDTH, HEIGHT), 0)
        ImageDraw.Draw(disc).ellipse(box, fill=int(source.integers(50, 170)))
        lights = np.maximum(lights, np.asarray(disc, np.float32) / 255)
    return lit(sky, (255, 206, 140), blurred(lights, 1.6) * 0.75)


def _curtains(picture: Picture) -> Picture:
    x, _ = _grid()
    for inner, outer, phase in ((372, 214, 0.0), (908, 1066, 1.9)):
        near, far = sorted((inner, outer))
        outline = curve(
            [
                (near, 8),
                (far, 8),
                (far + (6 if inner < outer else -14), 360),
                (far, 716),
                (near, 716),
                (near + (14 if inner < outer else -6), 360),
            ],
            8,
        )
        mask = blurred(shape_mask(outline, FULL), 1.2)
        folds = 0.5 + 0.5 * np.sin(x / 9.5 + 0.8 * np.sin(x / 23) + phase)
        light = np.clip(1 - np.abs(x - inner) / 150, 0, 1) ** 1.3
        colour = np.stack([52 + 96 * light * folds, 46 + 66 * light * folds, 48 + 44 * light * folds], -1)
        alpha = 0.93 * mask[..., None]
        picture = picture * (1 - alpha) + colour.astype(np.float32) * (0.5 + 0.5 * folds[..., None]) * alpha
    return picture


def _lamp(picture: Picture) -> Picture:
    x, y = _grid()
    cx, cy = LAMP
    distance = np.hypot(x - cx, (y - cy) * 0.9)
    picture = lit(picture, (255, 176, 96), 0.62 * np.exp(-((distance / 190) ** 1.25)).astype(np.float32))
    cone = np.clip(1 - np.abs(x - cx) / (46 + np.abs(y - cy) * 0.62), 0, 1) * np.exp(-np.abs(y - cy) / 210)
    picture = lit(picture, (255, 190, 120), (0.34 * cone).astype(np.float32))
    pole = shape_mask([(cx - 3, cy), (cx + 3, cy), (cx + 3, 720), (cx - 3, 720)], FULL)
    picture = over(picture, (24, 20, 19), pole)
    shade = blurred(
        shape_mask([(cx - 40, cy - 52), (cx + 40, cy - 52), (cx + 70, cy + 40), (cx - 70, cy + 40)], FULL), 0.8
    )
    glow = np.clip(1.05 - np.hypot((x - cx) / 78, (y - cy - 10) / 66) * 0.5, 0, 1)
    warm = np.stack([255 * glow, 206 * glow**1.5, 140 * glow**2], -1).astype(np.float32)
    return picture * (1 - shade[..., None]) + warm * shade[..., None]


def _plant(picture: Picture) -> Picture:
    """A plant at the left, far enough from the light to be nearly black."""
    leaves = np.zeros((HEIGHT, WIDTH), np.float32)
    for angle, length in (
        (-2.25, 205),
        (-1.95, 262),
        (-1.62, 250),
        (-1.3, 236),
        (-0.98, 188),
        (-2.6, 150),
        (-0.7, 128),
    ):
        base = (176.0, 520.0)
        tip = (base[0] + length * np.cos(angle), base[1] + length * np.sin(angle))
        side = (-np.sin(angle), np.cos(angle))
        middle = [(base[0] + k * (tip[0] - base[0]), base[1] + k * (tip[1] - base[1])) for k in (0.45, 0.75)]
        outline = [base]
        outline += [(m[0] + side[0] * w, m[1] + side[1] * w) for m, w in zip(middle, (15, 11), strict=True)]
        outline += [tip]
        outline += [(m[0] - side[0] * w, m[1] - side[1] * w) for m, w in zip(middle[::-1], (11, 15), strict=True)]
        leaves = np.maximum(leaves, shape_mask(curve(outline, 8), FULL))
    pot = shape_mask(curve([(128, 510), (226, 510), (214, 640), (140, 640)], 6), FULL)
    mask = blurred(np.maximum(leaves, pot), 2.2)
    picture = over(picture, (15, 19, 19), mask)
    return lit(picture, (120, 96, 78), rim(mask, -3, 1, 2.5) * 0.35)


CHAIR: Final = curve(
    [(386, 740), (384, 590), (392, 548), (424, 530), (456, 538), (466, 560), (468, 480), (458, 390), (468, 312),
     (512, 280), (640, 272), (768, 280), (812, 312), (822, 390), (812, 480), (814, 560), (824, 538), (856, 530),
     (888, 548), (896, 590), (894, 740)], 10,
)  # fmt: skip


def _armchair(picture: Picture) -> Picture:
    mask = blurred(shape_mask(CHAIR, FULL), 0.6)
    x, y = _grid()
    shadow = np.exp(-(((x - 640) / 420) ** 4) - ((y - 760) / 150) ** 2).astype(np.float32)
    picture = over(picture, (8, 8, 10), shadow * 0.8)
    body = _gradient([(0, (58, 40, 36)), (0.35, (38, 28, 28)), (1, (22, 18, 20))], (y - 272) / 440)
    body = lit(body, (200, 120, 60), (0.16 * np.clip((x - 640) / 256, 0, 1)).astype(np.float32))
    picture = picture * (1 - mask[..., None]) + body * mask[..., None]
    picture = lit(picture, (236, 172, 128), rim(mask, 0, 4, 3) * 0.62)
    return lit(picture, (255, 170, 90), rim(mask, -4, 1, 3) * 0.5)
