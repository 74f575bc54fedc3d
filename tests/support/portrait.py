"""Films of one face whose place on every frame is known: it moves, leaves, comes back, and is half hidden."""

from collections.abc import Callable, Sequence
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from pipeline.domain import Region
from pipeline.ffmpeg import file_url, run

PORTRAIT = Path(__file__).parents[1] / "data" / "astronaut.jpg"
FACE = Region(63, 55, 68, 81)
"""In the portrait of 192 x 192, hairline to chin, cheek to cheek; labelled by eye."""
SIDE = 192
WIDTH, HEIGHT = 640, 360
RATE = 25

Picture = NDArray[np.uint8]
Place = tuple[int, int] | None
"""Top left corner of the portrait; None while it is away."""


def portrait() -> Picture:
    with av.open(str(PORTRAIT)) as media:
        return next(media.decode(video=0)).to_ndarray(format="rgb24")


def room(number: int) -> Picture:
    """An empty room that changes with every frame, so that frames can be told apart."""
    across, down = np.meshgrid(np.arange(WIDTH), np.arange(HEIGHT))
    grey = 90 + 40 * np.sin(across / 47) + 30 * np.cos(down / 31 + number / 9)
    return np.repeat(grey.astype(np.uint8)[:, :, None], 3, axis=2)


def shot(place: Place, number: int, hidden: Region | None = None) -> Picture:
    """One frame; `hidden` is the part of the picture in front of which something stands."""
    picture, face = room(number), portrait()
    if place is not None:
        x, y = place
        left, top, right, bottom = max(0, x), max(0, y), min(WIDTH, x + SIDE), min(HEIGHT, y + SIDE)
        if right > left and bottom > top:
            picture[top:bottom, left:right] = face[top - y : bottom - y, left - x : right - x]
    if hidden:
        picture[hidden.y : hidden.y + hidden.height, hidden.x : hidden.x + hidden.width] = (70, 60, 50)
    return picture


def face_at(place: Place) -> Region | None:
    """The part of the face inside the picture when the portrait is there."""
    if place is None:
        return None
    left, top = max(0, place[0] + FACE.x), max(0, place[1] + FACE.y)
    right = min(WIDTH, place[0] + FACE.x + FACE.width)
    bottom = min(HEIGHT, place[1] + FACE.y + FACE.height)
    return Region(left, top, right - left, bottom - top) if right > left and bottom > top else None


def film(out: Path, frames: Sequence[Picture], sound: Sequence[str] = ()) -> Path:
    """A recording of these frames with a tone, or with another sound given as ffmpeg's input options."""
    source = list(sound) or ["-f", "lavfi", "-i", f"anoisesrc=d={len(frames) / RATE}:seed=7:r=48000:a=0.25"]
    run(
        [
            "-v", "error", "-f", "rawvideo", "-pixel_format", "rgb24", "-video_size", f"{WIDTH}x{HEIGHT}",
            "-framerate", str(RATE), "-i", "pipe:0", *source, "-map", "0:v", "-map", "1:a", "-c:v", "libx264",
            "-preset", "ultrafast", "-crf", "20", "-pix_fmt", "yuv420p", "-shortest", file_url(out),
        ],
        frames=(frame.tobytes() for frame in frames),
    )  # fmt: skip
    return out


def walk(frames: int, place: Callable[[int], Place]) -> list[Place]:
    return [place(number) for number in range(frames)]
