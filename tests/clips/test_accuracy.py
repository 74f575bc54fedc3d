"""First and last frame, and every sample, are the right ones, whatever the recording."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from clips.samples import read_clip_sound
from pipeline.ffmpeg import decode_sound, file_url, open_media, probe, run

MEDIUM = ("-c:v", "libx264", "-preset", "medium", "-bf", "2")


@pytest.mark.parametrize(
    ("name", "rate", "video"),
    [
        ("cfr.mp4", "25", (*MEDIUM, "-g", "250")),
        ("ntsc.mkv", "30000/1001", (*MEDIUM, "-g", "100")),
        ("stream.ts", "25", (*MEDIUM, "-g", "100")),
        ("film.mov", "24000/1001", ("-c:v", "mpeg4", "-g", "12")),
    ],
)
def test_constant_rate_passages_are_exact_to_the_frame(
    make_recording: Callable[..., Path],
    studio: Callable[..., Any],
    numbers: Callable[[Path], list[int]],
    name: str,
    rate: str,
    video: tuple[str, ...],
) -> None:
    """Two passages in the wrong order show exactly their own frames."""
    source = make_recording(name, rate=rate, seconds=12, video=video)
    where = studio(source)
    plan = where.plan((0, 9_000, 10_000), (0, 5_010, 6_500), rate=Fraction(rate))
    where.render(plan)
    shown = numbers(where.folder / "16x9.mp4")
    for passage, start in zip(plan.passages(), (9_000, 5_010), strict=True):
        first = float(start * Fraction(rate) / 1000)
        mine = shown[passage.first_frame : passage.first_frame + passage.frames]
        clear = mine[4:-4]  # the dip darkens the others
        assert len(mine) == passage.frames
        assert clear == list(range(clear[0], clear[0] + len(clear)))
        assert abs(clear[0] - 4 - first) <= 0.5


def test_a_passage_may_begin_with_the_recording(
    make_recording: Callable[..., Path], studio: Callable[..., Any], numbers: Callable[[Path], list[int]]
) -> None:
    """From its first millisecond, also where a seek to the beginning would land late."""
    source = make_recording("stream.ts", rate="25", seconds=12, video=(*MEDIUM, "-g", "100"))
    where = studio(source)
    where.render(where.plan((0, 0, 1_000)))
    assert numbers(where.folder / "16x9.mp4") == list(range(25))


@pytest.mark.parametrize(("start", "number"), [(6_000, 75), (3_100, 75), (11_000, 264)])
def test_a_screen_recording_shows_what_was_on_screen(
    make_recording: Callable[..., Path], studio: Callable[..., Any], numbers: Callable[[Path], list[int]], start: int,
    number: int,
) -> None:  # fmt: skip
    """A passage inside a long still shows the picture before it, never the one after its end."""
    hole = "select='not(between(n,76,249))*not(mod(n,3))*lt(n,265)'"
    source = make_recording(
        "screen.mkv", seconds=12.5, video=("-vf", hole, "-fps_mode", "vfr", "-c:v", "libx264", "-g", "500")
    )
    where = studio(source)
    where.render(where.plan((0, start, start + 900)))
    assert set(numbers(where.folder / "16x9.mp4")) == {number}


def test_variable_rate_stays_within_a_frame_over_time(
    make_recording: Callable[..., Path], studio: Callable[..., Any], numbers: Callable[[Path], list[int]]
) -> None:
    """At each moment the clip shows what was on screen then."""
    holes = "select='not(mod(n,2))+between(n,50,120)'"
    source = make_recording(
        "phone.mp4", seconds=8, video=("-vf", holes, "-fps_mode", "vfr", "-c:v", "libx264", "-g", "60")
    )
    where = studio(source)
    where.render(where.plan((0, 1_000, 6_000)))
    shown = numbers(where.folder / "16x9.mp4")
    assert max(abs(number - (25 + n)) for n, number in enumerate(shown)) <= 1


@pytest.mark.parametrize(
    ("name", "codec", "late"),
    [("a.mp4", "aac", "0"), ("b.mkv", "flac", "0.73"), ("c.ts", "aac", "0"), ("d.mp4", "aac", "0.4")],
)
def test_sound_is_in_step_to_the_millisecond(
    make_recording: Callable[..., Path], studio: Callable[..., Any], tmp_path: Path, name: str, codec: str, late: str
) -> None:
    """Noise that never repeats lies in the clip where recognition heard it, also if it started late."""
    plain = make_recording(name, seconds=8, video=("-c:v", "libx264", "-preset", "ultrafast", "-c:a", codec))
    source = tmp_path / name
    late_sound = ["-itsoffset", late, "-i", file_url(plain), "-map", "0:v", "-map", "1:a", "-c", "copy"]
    run(["-v", "error", "-i", file_url(plain), *late_sound, file_url(source)])
    where = studio(source)
    plan = where.plan((0, 2_345, 3_345), (0, 5_000, 6_000))
    where.render(plan)
    clip = read_clip_sound(where.folder / "16x9.mp4").mean(axis=1)
    for kept, passage in zip(plan.kept, plan.passages(), strict=True):
        theirs = decode_sound(source, probe(source).sound.index, rate=48_000, span=kept.span)[:, 0]
        ours = clip[passage.first_frame * 1920 :][: len(theirs)]
        assert abs(lag_of(ours, theirs)) <= 48


@pytest.mark.parametrize("name", ["late.ts", "late.mkv"])
@pytest.mark.parametrize("start", [1_000, 6_200])
def test_picture_and_sound_stay_together(
    make_recording: Callable[..., Path], studio: Callable[..., Any], numbers: Callable[[Path], list[int]],
    tmp_path: Path, name: str, start: int,
) -> None:  # fmt: skip
    """Sound that starts 480 ms after the picture: frame and noise of one moment stay that, early and late."""
    plain = make_recording("cfr.mp4")
    late = tmp_path / name
    shifted = ["-itsoffset", "0.48", "-i", file_url(plain), "-map", "0:v", "-map", "1:a", "-c", "copy"]
    run(["-v", "error", "-i", file_url(plain), *shifted, file_url(late)])
    where = studio(late)
    where.render(where.plan((0, start, start + 1_000)))
    frame = numbers(where.folder / "16x9.mp4")[0]
    ours = read_clip_sound(where.folder / "16x9.mp4").mean(axis=1)[: 900 * 48]
    theirs = decode_sound(plain, probe(plain).sound.index, rate=48_000)[:, 0][(frame * 40 - 480) * 48 :][: len(ours)]
    assert abs(lag_of(ours, theirs)) <= 25 * 48  # half a frame, and what the container rounds


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_rotated_recordings_stand_upright(
    make_recording: Callable[..., Path], studio: Callable[..., Any], tmp_path: Path, degrees: int
) -> None:
    """A phone's rotation is applied once, by us: the edge frames match the upright source's."""
    stored = make_recording("stored.mp4", seconds=3)
    turned = tmp_path / "turned.mp4"
    run(["-v", "error", "-display_rotation:v", str(degrees), "-i", file_url(stored), "-c", "copy", file_url(turned)])
    where = studio(turned)
    (rendition,) = where.render(where.plan((0, 500, 2_000)))
    edges = next(c for c in rendition.verification.checks if c.name == "edge frames")
    assert probe(turned).picture.rotation == 360 - degrees
    assert edges.passed
    corner = luma(where.folder / "16x9.mp4")[4:20, 4:20].mean()
    assert (corner < 40) == (degrees != 180)  # upright pictures have margins at the sides


def lag_of(ours: NDArray[Any], theirs: NDArray[Any]) -> int:
    """Samples by which ours is late."""
    size = 1 << (len(ours) + len(theirs)).bit_length()
    product = np.fft.irfft(np.fft.rfft(ours, size) * np.conj(np.fft.rfft(theirs, size)), size)
    best = int(np.argmax(product))
    return best if best < size // 2 else best - size


def luma(path: Path) -> NDArray[np.uint8]:
    """The first frame's brightness."""
    with open_media(path) as container:
        frame = next(container.decode(container.streams.video[0]))
        return np.asarray(frame.to_ndarray(format="gray"))
