"""Cuts in the picture are found when a recording is taken in, and subtitles keep to them."""

from pathlib import Path

import pytest
from office import DATA, Office

from pipeline.domain import Aspect, Kept, Picture, Span
from pipeline.ffmpeg import file_url, run
from pipeline.jobs.ingest import find_shots
from pipeline.jobs.plan import Wish, make_plan
from review.facts import stored_languages


@pytest.fixture
def filmed(tmp_path: Path) -> Path:
    """The speech with a picture that changes at 2.8 s, just after a sentence goes on."""
    out = tmp_path / "filmed.mkv"
    colours = "color=red:s=320x180:r=25:d=2.8[a];color=blue:s=320x180:r=25:d=8.2[b];[a][b]concat=n=2"
    run(["-v", "error", "-y", "-f", "lavfi", "-i", colours, "-i", file_url(DATA / "jfk.flac"),
         "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "flac", file_url(out)])  # fmt: skip
    return out


def test_a_cue_begins_with_the_shot_that_begins_near_it(office: Office, filmed: Path) -> None:
    """Found once, kept, and on the clip's clock in the version that is signed."""
    recording = office.ingest(filmed)
    assert office.store.shot_changes(recording) == (2800,)
    wish = Wish((Kept(recording, Span(0, 10_900)),), "A speech", "1961", (Aspect.WIDE,), ("en",), Picture.SOURCE)
    plan = make_plan(office.workspace, office.store, office.team.edo, wish)
    (version,) = stored_languages(office.store, plan)
    (passage,) = plan.passages()
    on_cut = passage.clip_start_ms + 2800 - passage.span.start_ms
    assert on_cut in [cue.clip_start_ms for cue in version.cues[Aspect.WIDE]]
    assert find_shots(office.store, office.workspace, office.store.recording(recording)) == (2800,)


def test_a_voice_without_picture_has_no_shots(office: Office) -> None:
    """Nothing to look at is no error."""
    assert office.store.shot_changes(office.ingest()) == ()
