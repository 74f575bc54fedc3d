"""The frame that stands for a clip: sharp, no subtitle on it, nothing that a cover elsewhere hides, no face unasked.

Where no frame passes, the opening card stands for the clip, then the closing card, then a drawn background:
never a picture that nobody may show.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from clips.cards import gradient
from clips.filtergraph import dip_frames
from clips.geometry import Shape
from pipeline.canonical import Json
from pipeline.domain import Aspect, Cue, Picture, RedactionKind, Rendition, Span
from pipeline.errors import MediaError
from pipeline.ffmpeg import file_url, open_media, run

Frame = NDArray[np.uint8]
"""Height × width × red, green, blue."""

CountFaces = Callable[[Frame], int]
"""How many faces a picture shows."""

LOOKS = 24
"""Frames that are looked at, spread over what may be shown."""

POSTER_WIDTH = 1280
POSTER_QUALITY = "3"
"""mjpeg's scale, 2 is the best: no visible blocks at about 100 KB."""

DARKEST, BRIGHTEST = 32.0, 224.0
"""Mean brightness between which a picture can be made out, of 255."""

FLATTEST = 8.0
"""Standard deviation of brightness: less is a wall, a fade or a blank."""

CARD_MOMENT = 0.6
"""Share of a card at which its text has come and not gone yet."""

STRIP = 4
"""Further frames for the contact sheet."""


@dataclass(frozen=True, slots=True)
class Look:
    """What decides which frames may stand for a clip."""

    cues: Mapping[tuple[Aspect, str], Sequence[Cue]] = field(default_factory=dict)
    """Shape and language → what is burned in."""
    faces_allowed: int = 0
    """How many faces may be seen: 1 where the person agreed to it, else none."""
    count_faces: CountFaces | None = None
    """None: nobody can look, and without leave to show a face no picture is taken."""


@dataclass(frozen=True, slots=True)
class Thumbnails:
    """What was chosen: the poster first, then frames for the contact sheet."""

    poster: Frame
    origin: str
    """`picture`, `opening card`, `closing card` or `drawn`."""
    strip: tuple[Frame, ...] = ()


def choose_thumbnails(file: Path, rendition: Rendition, manifest: Json, look: Look) -> Thumbnails:
    """The sharpest frame that may be shown, and a few others in the order of the clip.

    `manifest` is the clip's. Raises MediaError when the file cannot be decoded.
    """
    rate = Fraction(manifest["frame_rate"])
    cues = look.cues.get((rendition.aspect, rendition.burn), ()) if rendition.burn else ()
    numbers = _spread(showable_frames(manifest, cues), LOOKS) if _may_be_looked_at(manifest, look) else []
    found = [(n, f) for n, f in frames_of(file, numbers) if _is_clear(f)]
    passed = list(_without_faces(found, look))
    if passed:
        best = max(passed, key=lambda one: _sharpness(one[1]))
        return Thumbnails(best[1], "picture", tuple(f for _, f in passed if f is not best[1])[:STRIP])
    return _stand_in(file, rendition, manifest, rate)


def showable_frames(manifest: Json, cues: Sequence[Cue]) -> list[int]:
    """Numbers of the frames on which no card, dip or subtitle is, and every cover of their passage."""
    rate = Fraction(manifest["frame_rate"])
    # libass may still draw a cue on the frame at whose time it ends: rounding decides
    last_ms = int(1000 / rate)
    hidden = [Span(cue.clip_start_ms // 10 * 10, cue.clip_end_ms + last_ms) for cue in cues]
    covers = [
        Span(r["clip_start_ms"], r["clip_end_ms"])
        for r in manifest["redactions"]
        if not RedactionKind(r["kind"]).is_sound
    ]
    numbers = []
    for passage in manifest["spans"]:
        whole = Span(passage["clip_start_ms"], passage["clip_end_ms"])
        first, last = (round(ms * rate / 1000) for ms in (whole.start_ms, whole.end_ms))
        dip = dip_frames(rate, last - first) + 1
        due = [cover for cover in covers if cover.overlaps(whole)]
        for number in range(first + dip, last - dip):
            shown = Span(*(int(n * 1000 / rate) for n in (number, number + 1)))
            if all(c.contains(shown) for c in due) and not any(c.overlaps(shown) for c in hidden):
                numbers.append(number)
    return numbers


def frames_of(file: Path, numbers: Sequence[int]) -> Iterator[tuple[int, Frame]]:
    """These frames of a finished file, in order. Raises MediaError when it cannot be decoded."""
    wanted = set(numbers)
    if not wanted:
        return
    try:
        with open_media(file) as container:
            container.streams.video[0].thread_type = "AUTO"
            for number, frame in enumerate(container.decode(container.streams.video[0])):
                if number in wanted:
                    yield number, frame.to_ndarray(format="rgb24")
                if number >= max(wanted):
                    return
    except av.error.FFmpegError as error:
        raise MediaError(f"no frame can be taken for a poster: {error.strerror}", "cut the clip again") from None


def write_jpeg(picture: Frame, out: Path) -> None:
    """A JPEG of at most POSTER_WIDTH pixels' width, without a comment, a date or a profile."""
    height, width = picture.shape[:2]
    size = f"scale=w='min({POSTER_WIDTH},iw)':h=-2:out_range=pc,format=yuvj420p"
    argv = [
        "-v", "error", "-f", "rawvideo", "-pixel_format", "rgb24", "-video_size", f"{width}x{height}", "-i", "pipe:0",
        "-frames:v", "1", "-vf", size, "-c:v", "mjpeg", "-q:v", POSTER_QUALITY, "-map_metadata", "-1",
        "-fflags", "+bitexact", "-flags:v", "+bitexact", "-f", "image2", "-update", "1", file_url(out),
    ]  # fmt: skip
    run(argv, frames=[picture.tobytes()])


def _stand_in(file: Path, rendition: Rendition, manifest: Json, rate: Fraction) -> Thumbnails:
    opening = round(manifest.get("opening_card_ms", manifest["spans"][0]["clip_start_ms"]) * rate / 1000)
    closing = round(max(s["clip_end_ms"] for s in manifest["spans"]) * rate / 1000)
    total = round(rendition.duration_ms * rate / 1000)
    cards = {"opening card": int(opening * CARD_MOMENT), "closing card": closing + int((total - closing) * CARD_MOMENT)}
    for origin, frames, number in (
        ("opening card", opening, cards["opening card"]),
        ("closing card", total - closing, cards["closing card"]),
    ):
        if frames > 1 and (found := next(frames_of(file, [number]), None)):
            return Thumbnails(found[1], origin)
    return Thumbnails(gradient(Shape(rendition.aspect, rendition.width, rendition.height)), "drawn")


def _may_be_looked_at(manifest: Json, look: Look) -> bool:
    """False where only a wave is seen, and where a face might be that nobody can look for."""
    return manifest["picture"] == Picture.SOURCE and (look.faces_allowed > 0 or look.count_faces is not None)


def _without_faces(found: Sequence[tuple[int, Frame]], look: Look) -> Iterator[tuple[int, Frame]]:
    for number, frame in found:
        if look.count_faces is None or look.count_faces(frame) <= look.faces_allowed:
            yield number, frame


def _is_clear(frame: Frame) -> bool:
    grey = _grey(frame)
    return DARKEST <= float(grey.mean()) <= BRIGHTEST and float(grey.std()) >= FLATTEST


def _sharpness(frame: Frame) -> float:
    """Mean square of the Laplacian: low where a head moved or nothing is to be seen."""
    grey = _grey(frame)
    edges = 4 * grey[1:-1, 1:-1] - grey[:-2, 1:-1] - grey[2:, 1:-1] - grey[1:-1, :-2] - grey[1:-1, 2:]
    return float((edges**2).mean())


def _grey(frame: Frame) -> NDArray[np.float32]:
    return np.asarray(frame[::2, ::2].astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32))


def _spread(numbers: Sequence[int], count: int) -> list[int]:
    """At most `count` of them, evenly."""
    if len(numbers) <= count:
        return list(numbers)
    return [numbers[(2 * n + 1) * len(numbers) // (2 * count)] for n in range(count)]
