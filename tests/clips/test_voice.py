"""A voice that is not to be heard: what is left of it in finished files, and what viewers are told instead."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clips.render
from clips.expected import Expected
from clips.filtergraph import CLEAN
from clips.samples import read_channels, read_clip_sound
from clips.verify import verify_rendition
from pipeline.domain import Aspect, Cue, CutPlan, Redaction, RedactionKind, Region, Span, Verification, Voice
from pipeline.ffmpeg import file_url, open_media, probe, run

WORDS = (
    ("And", 320, 660), ("so", 660, 900), ("my", 900, 1_120), ("fellow", 1_120, 1_480), ("Americans", 1_480, 2_400),
    ("ask", 3_300, 3_800), ("not", 3_900, 4_300),
)  # fmt: skip
KEPT = Span(120, 4_520)
CUES = {"en": [Cue(300, 2_300, ("And so my fellow Americans,",))], "ar": [Cue(300, 2_300, ("وهكذا يا أبناء وطني",))]}
BOX = Redaction("x-1", "r-0", RedactionKind.BOX, Span(500, 1_500), Region(30, 4, 150, 60))
SPEECH = Path(__file__).parents[1] / "data" / "jfk.flac"
STRICT = [x for k, v in CLEAN.items() for x in (f"-{k}", v) if x is not None]


@dataclass(frozen=True, slots=True)
class Finished:
    """A clip, and what each of its files was compared with."""

    plan: CutPlan
    folder: Path
    source: Path
    expected: tuple[Expected, ...]
    checks: tuple[dict[str, str], ...]

    def file(self, name: str) -> Path:
        return self.folder / name


@pytest.fixture(scope="module", name="speech")
def speech_(make_recording: Callable[..., Path]) -> Path:
    return make_recording("spoken.mkv", seconds=6, sound=SPEECH, sound_filter="aresample=48000")


def finish(studio: Any, source: Path, plan: CutPlan, folder: Path, **wishes: Any) -> Finished:
    """Rendered, with what verification expected noted down."""
    compared: list[Expected] = []

    def noted(path: Path, expected: Expected, *rest: Any) -> Verification:
        compared.append(expected)
        return verify_rendition(path, expected, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clips.render, "verify_rendition", noted)
        made = studio.render(plan, **wishes)
    checks = tuple({c.name: c.detail for c in r.verification.checks} for r in made)
    return Finished(plan, folder, source, tuple(compared), checks)


@pytest.fixture(scope="module", name="removed")
def removed_(
    speech: Path, make_studio: Callable[..., Any], spoken: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Finished:
    """Without its voice, in two shapes and two languages, with a box where the label stands."""
    folder = tmp_path_factory.mktemp("removed")
    where = make_studio(speech, folder=folder, transcripts={"r-0": spoken(WORDS, 6_000)})
    plan = where.plan(
        (0, KEPT.start_ms, KEPT.end_ms), burn=("en", "ar"), aspects=(Aspect.WIDE, Aspect.TALL), redactions=[BOX]
    )
    return finish(where, speech, replace(plan, voice=Voice.REMOVED), folder, cues=CUES)


def faults(clip: Path, expected: Expected, engine: Any) -> dict[str, str]:
    return {c.name: c.detail for c in verify_rendition(clip, expected, engine).checks if not c.passed}


def with_sound(clip: Path, sound: Any, out: Path) -> Path:
    """The clip with other sound under the same picture."""
    raw = out.with_suffix(".f32")
    raw.write_bytes(np.asarray(sound, "<f4").tobytes())
    other = ["-f", "f32le", "-ar", "48000", "-ac", "2", "-i", file_url(raw)]
    run(["-v", "error", "-i", file_url(clip), *other, "-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", "aac",
         "-fflags", "+bitexact", "-flags:a", "+bitexact", "-movflags", "+faststart", file_url(out)])  # fmt: skip
    return out


def test_a_removed_voice_leaves_no_sample(removed: Finished) -> None:
    """Digital silence in every file, and the checks say so."""
    assert len(removed.checks) == 4
    for name in ("16x9-en.mp4", "9x16-ar.mp4"):
        assert np.abs(read_clip_sound(removed.file(name))).max() < 1e-5
    assert all({"voice removed", "recorded voice", "no words", "labels"} <= checks.keys() for checks in removed.checks)


@pytest.mark.parametrize("share", [1.0, 0.01])
def test_a_voice_that_is_still_there_is_refused(
    removed: Finished, parrot: Callable[..., Any], tmp_path: Path, share: float
) -> None:
    """As it was, or 40 dB under it."""
    source = read_channels(removed.source, probe(removed.source), KEPT)[:, [0, 0]] * share
    clip = with_sound(removed.file("16x9-en.mp4"), source, tmp_path / "16x9-en.mp4")
    found = faults(clip, removed.expected[0], parrot([[("fellow", 1_000, 1_300)]]))
    assert set(found) == {"voice removed", "recorded voice", "no words"}


def test_a_frame_that_does_not_say_it_is_refused(removed: Finished, parrot: Callable[..., Any], tmp_path: Path) -> None:
    """The label painted over on three frames."""
    box = removed.expected[0].drawn[0].box
    paint = f"drawbox=x={box.x}:y={box.y}:w={box.width}:h={box.height}:color=gray:t=fill:enable='between(n,50,52)'"
    out = tmp_path / "16x9-en.mp4"
    run(["-v", "error", "-i", file_url(removed.file("16x9-en.mp4")), "-vf", paint, "-c:v", "libx264", "-preset",
         "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "copy", "-movflags", "+faststart", *STRICT,
         file_url(out)])  # fmt: skip
    found = faults(out, removed.expected[0], parrot([[]]))
    assert found.keys() == {"labels"}
    assert "3 without their label, first 50" in found["labels"]


def test_the_label_is_in_the_safe_corner_where_its_language_begins(removed: Finished) -> None:
    """White on dark, at the left for English, at the right for Arabic."""
    for name, expected in zip(("16x9-en.mp4", "16x9-ar.mp4"), removed.expected, strict=False):
        (drawn,) = expected.drawn
        with open_media(removed.file(name)) as container:
            luma = next(container.decode(container.streams.video[0])).to_ndarray(format="gray")
        box = drawn.box
        part = luma[box.y : box.y + box.height, box.x : box.x + box.width]
        assert (part > 180).mean() > 0.03
        assert (box.x > luma.shape[1] / 2) == name.endswith("ar.mp4")
