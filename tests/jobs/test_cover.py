"""A place in the picture that a person covered is covered in the clip."""

import subprocess
import sys
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from office import DATA, KENNEDY, Office

from pipeline.domain import Kept, Picture, PictureStream, Region, Span
from pipeline.errors import AuthenticationError, PipelineError
from pipeline.ffmpeg import file_url, run
from pipeline.jobs.cover import cover_picture, parse_region
from pipeline.jobs.cut import cut_plan
from pipeline.jobs.plan import Wish, make_plan


@pytest.fixture
def filmed(office: Office, tmp_path: Path) -> str:
    """The speech before a bright grey wall."""
    film = tmp_path / "film.mp4"
    run([
        "-v", "error", "-f", "lavfi", "-i", "color=0xb0b0b0:size=640x360:rate=25:duration=11", "-i",
        file_url(DATA / "jfk.flac"),
        "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest", file_url(film),
    ])  # fmt: skip
    office.state_everything()
    recording = office.ingest(film)
    office.read_and_keep(recording)
    return recording


def test_the_box_stands_in_the_clip(office: Office, filmed: str, weights_base: Path) -> None:
    """Black where it was drawn, the wall beside it; the plan took the decision in by itself."""
    cover_picture(office.store, office.team.bea, filmed, None, "25%,25%,25%,50%", "a paper")
    plan = make_plan(
        office.workspace, office.store, office.team.edo,
        Wish((Kept(filmed, KENNEDY),), "A speech", "1961", None, ("en",), Picture.SOURCE),
    )  # fmt: skip
    assert [r.region for r in plan.redactions] == [Region(160, 90, 160, 180)]
    office.sign(plan)
    clip = cut_plan(office.workspace, office.store, plan.id)
    (rendition,) = clip.renditions
    at_ms = plan.clip_ms(plan.card_frames(plan.opening)) + 400
    picture = frame_at(office.workspace.clips / clip.id / rendition.file_name, at_ms)
    high, wide = picture.shape
    assert picture[int(high * 0.3) : int(high * 0.6), int(wide * 0.28) : int(wide * 0.47)].max() < 40
    assert picture[int(high * 0.3) : int(high * 0.6), int(wide * 0.55) : int(wide * 0.95)].min() > 100


def test_a_plan_says_where_the_box_is(office: Office, filmed: str) -> None:
    """And nothing of subtitles, in which it changes no word."""
    cover_picture(office.store, office.team.bea, filmed, None, "25%,25%,25%,50%", "a paper")
    plan = make_plan(
        office.workspace, office.store, office.team.edo,
        Wish((Kept(filmed, KENNEDY),), "A speech", "1961", None, ("en",), Picture.SOURCE),
    )  # fmt: skip
    argv = [Path(sys.executable).with_name("counterclip"), "-w", office.workspace.root, "plan", "show", plan.id]
    shown = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    assert "box at 160,90,160,180 (x,y,width,height)" in shown
    assert "[removed]" not in shown


def test_a_box_follows_what_moves(office: Office, filmed: str) -> None:
    """Where it was drawn at each moment, in time order; a moment at which it does not stand is refused."""
    moves = ["0:02=50%,25%,25%,50%", "1.000=25%,50%,25%,50%"]
    made = cover_picture(office.store, office.team.bea, filmed, Span(500, 2_500), "0,0,25%,50%", "a paper", moves=moves)
    assert made.redaction
    assert [(k.at_ms, k.region.x, k.region.y) for k in made.redaction.track] == [
        (500, 0, 0), (1_000, 160, 180), (2_000, 320, 90)
    ]  # fmt: skip
    with pytest.raises(PipelineError, match="does not stand at 0:03"):
        cover_picture(
            office.store, office.team.bea, filmed, Span(500, 2_500), "0,0,9,9", "a paper", moves=["3=0,0,9,9"]
        )
    with pytest.raises(PipelineError, match="when is the box"):
        cover_picture(office.store, office.team.bea, filmed, None, "0,0,9,9", "a paper", moves=["0,0,9,9"])


def frame_at(path: Path, at_ms: int) -> np.ndarray:
    with closing(av.open(str(path))) as media:
        for frame in media.decode(video=0):
            if frame.time * 1000 >= at_ms:
                return frame.to_ndarray(format="gray")
    raise AssertionError("the clip is shorter")


@pytest.mark.parametrize(
    "text", ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "0,0,0,5", "600,0,41,10", "90%,0,11%,5", "-1,0,5,5"]
)
def test_what_is_no_box_inside_the_picture_is_refused(office: Office, filmed: str, text: str) -> None:
    """One sentence, and nothing is kept."""
    before = office.store.flags(filmed)
    with pytest.raises(PipelineError):
        cover_picture(office.store, office.team.bea, filmed, None, text, "a paper")
    assert office.store.flags(filmed) == before


def test_only_who_decides_covers(office: Office, filmed: str) -> None:
    """And no flag is left behind when the decision is refused."""
    before = office.store.flags(filmed)
    with pytest.raises(AuthenticationError):
        cover_picture(office.store, office.team.edo, filmed, None, "0,0,10,10", "a paper")
    assert office.store.flags(filmed) == before


def test_without_a_picture_there_is_nothing_to_cover(office: Office) -> None:
    """Said plainly."""
    with pytest.raises(PipelineError, match="no picture"):
        cover_picture(office.store, office.team.bea, office.ingest(), Span(0, 1_000), "0,0,10,10", "a paper")


def test_a_turned_picture_is_covered_as_people_see_it() -> None:
    """A phone's recording: stored lying, shown standing."""
    picture = PictureStream(0, "h264", 640, 360, Fraction(25), 90, Fraction(1))
    assert parse_region("0,50%,100%,50%", picture) == Region(0, 320, 360, 320)
