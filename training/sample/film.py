"""Frame by frame: postures driven by the voices, and the clock in the corner."""

from typing import Final

import numpy as np
from figures import Pose, draw_interviewee, draw_interviewer
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from room import HEIGHT, WIDTH, Plane, make_room

FRAME_RATE: Final = 25
RATE: Final = 48_000
SLATE: Final = (28, 26, 276, 104)


class Film:
    """The whole picture; `image(n)` draws frame n and depends on nothing else."""

    width = WIDTH
    height = HEIGHT

    def __init__(self, voices: dict[str, Plane], frames: int) -> None:
        self.frames = frames
        self._room = make_room()
        self._him = [_loudness(voices["interviewee"], frames, width) for width in (3, 22)]
        self._her = _loudness(voices["interviewer"], frames, 5)
        self._poses = [self._pose(n) for n in range(frames)]
        self._small, self._large = (ImageFont.load_default(size) for size in (15, 25))

    def image(self, frame: int) -> Image.Image:
        pose = self._poses[frame]
        picture = self._room.copy()
        draw_interviewee(picture, pose)
        draw_interviewer(picture, pose)
        image = Image.fromarray(np.clip(picture + 0.5, 0, 255).astype(np.uint8))
        self._draw_slate(image, frame)
        return image

    def _pose(self, frame: int) -> Pose:
        now = frame / FRAME_RATE
        fast, slow = (float(track[frame]) for track in self._him)
        her = float(self._her[frame])
        return Pose(
            sway=2.2 * _drift(now, 0.11, 0.3) + 2.0 * slow * _drift(now, 0.33, 1.1),
            breath=1.6 * float(np.sin(2 * np.pi * now / 4.2)),
            nod=3.4 * fast * (0.6 + 0.4 * _drift(now, 0.7, 2.0)) + 2.5 * her * max(0.0, _drift(now, 0.5, 4.0)),
            turn=0.5 * _drift(now, 0.09, 5.0) + 0.9 * slow * _drift(now, 0.31, 0.4),
            tilt=0.016 * _drift(now, 0.08, 3.0) + 0.045 * slow * _drift(now, 0.43, 1.7),
            chin=5.5 * fast,
            left_hand=slow * max(0.0, 0.25 + 0.85 * _drift(now, 0.29, 0.9)) + 0.06 * fast,
            right_hand=slow * max(0.0, 0.1 + 0.9 * _drift(now, 0.37, 3.6)) + 0.05 * fast,
            shoulder=3.0 * _drift(now, 0.1, 7.0) + 4.0 * her * _drift(now, 0.6, 0.2),
            lean=3.5 * _drift(now, 0.045, 2.6),
        )

    def _draw_slate(self, image: Image.Image, frame: int) -> None:
        left, top, right, bottom = SLATE
        part = Image.new("RGB", (right - left, bottom - top), (12, 13, 17))
        image.paste(Image.blend(image.crop(SLATE), part, 0.72), SLATE[:2])
        draw = ImageDraw.Draw(image)
        draw.ellipse((left + 14, top + 14, left + 25, top + 25), fill=(214, 62, 54))
        draw.text((left + 34, top + 10), "SAMPLE INTERVIEW", font=self._small, fill=(214, 216, 220))
        seconds, rest = divmod(frame, FRAME_RATE)
        clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}:{rest:02}"
        self._digits(draw, clock, left + 13, top + 34, 15.5)
        draw.text((left + 172, top + 33), "FRAME", font=self._small, fill=(150, 154, 160))
        for index, digit in enumerate(f"{frame:05}"):
            draw.text((left + 177 + 12 * index, top + 62), digit, font=self._small, fill=(236, 238, 240), anchor="mm")

    def _digits(self, draw: ImageDraw.ImageDraw, text: str, x: float, y: float, wide: float) -> None:
        """Each digit in a cell of its own, so that the clock does not dance."""
        for char in text:
            cell = wide if char.isdigit() else wide * 0.55
            draw.text((x + cell / 2, y + 16), char, font=self._large, fill=(246, 246, 244), anchor="mm")
            x += cell


def _loudness(voice: Plane, frames: int, width: int) -> NDArray[np.float64]:
    """How loud each frame of a voice is, 0 to 1, smoothed over `width` frames."""
    per_frame = RATE // FRAME_RATE
    level = np.sqrt(np.mean(voice[: frames * per_frame].reshape(frames, per_frame) ** 2, axis=1))
    level = np.clip(level / np.percentile(level[level > 0.01], 90), 0, 1.2)
    window = np.hanning(width + 2)[1:-1]
    return np.convolve(level, window / window.sum(), "same")


def _drift(now: float, pace: float, phase: float) -> float:
    """A slow wandering between -1 and 1 that does not repeat within the film; `pace` in Hz."""
    turns = 2 * np.pi * pace * now
    parts = np.sin(turns + phase) + 0.6 * np.sin(1.71 * turns + 2 * phase) + 0.4 * np.sin(2.83 * turns + 3 * phase)
    return float(parts / 2)
