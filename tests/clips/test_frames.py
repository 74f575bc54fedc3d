"""Frames of a recording are compared as the clip shows them, colours and all."""

from pathlib import Path

import numpy as np
import pytest

from clips.frames import Luma, source_frames
from pipeline.ffmpeg import file_url, probe, run


@pytest.fixture
def bars(tmp_path: Path) -> Path:
    """Strong colours in standard definition, untagged: BT.601 for every player."""
    made = tmp_path / "bars.mp4"
    run(["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=1", "-f", "lavfi", "-i", "sine=d=1",
         "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac", file_url(made)])  # fmt: skip
    return made


def first_frame(path: Path, matrix: str) -> Luma:
    return next(source_frames(path, probe(path), 0, 20, matrix))


def test_strong_colours_have_the_brightness_they_have_in_the_clip(bars: Path, tmp_path: Path) -> None:
    """Clips are BT.709: a BT.601 source compared as it lies there would differ by more than any cut."""
    clip = tmp_path / "clip.mp4"
    run(["-v", "error", "-i", file_url(bars), "-vf", "scale=in_color_matrix=bt601:out_color_matrix=bt709",
         "-c:v", "libx264", "-qp", "4", "-c:a", "copy", file_url(clip)])  # fmt: skip
    ours = first_frame(clip, "bt709").astype(float)
    assert float(np.abs(first_frame(bars, "bt601") - ours).mean()) < 2
    assert float(np.abs(first_frame(bars, "bt709") - ours).mean()) > 6
