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
from clips.verify_disguise import MOST_ALIKE
from clips.verify_sound import resemblance
from pipeline.domain import Aspect, Cue, CutPlan, Redaction, RedactionKind, Region, Span, Verification, Voice
from pipeline.ffmpeg import file_url, open_media, probe, run

WORDS = (
    ("And", 320, 660), ("so", 660, 900), ("my", 900, 1_120), ("fellow", 1_120, 1_480), ("Americans", 1_480, 2_400),
    ("ask", 3_300, 3_800), ("not", 3_900, 4_300),
)  # fmt: skip
KEPT = Span(120, 4_520)
CUES = {"en": [Cue(300, 2_300, ("And so my fellow Americans,",))], "ar": [Cue(300, 2_300, ("وهكذا يا أبناء وطني",))]}
BOX = Redaction("x-1", "r-0", RedactionKind.BOX, Span(500, 1_500), Region(30, 4, 150, 60))
HIDDEN = (
    Redaction("x-1", "r-0", RedactionKind.TONE, Span(1_330, 2_550)),
    Redaction("x-2", "r-0", RedactionKind.SILENCE, Span(3_800, 4_050)),
)
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
    assert "3 without their text on its ground, first 50" in found["labels"]


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


@pytest.fixture(scope="module", name="disguised")
def disguised_(
    speech: Path, make_studio: Callable[..., Any], spoken: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Finished:
    """Disguised, in two shapes, with a word replaced by a tone and another by silence."""
    folder = tmp_path_factory.mktemp("disguised")
    where = make_studio(speech, folder=folder, transcripts={"r-0": spoken(WORDS, 6_000)})
    plan = where.plan((0, KEPT.start_ms, KEPT.end_ms), aspects=(Aspect.WIDE, Aspect.TALL), redactions=HIDDEN)
    return finish(where, speech, replace(plan, voice=Voice.DISGUISED), folder)


def test_a_disguised_voice_is_another_sound_in_the_same_rhythm(disguised: Finished) -> None:
    """The wave resembles nothing, loudness from moment to moment does, and the file says that it is disguised."""
    source, heard = (
        read_channels(disguised.source, probe(disguised.source), KEPT),
        read_clip_sound(disguised.file("16x9.mp4"))[: KEPT.duration_ms * 48],
    )
    assert resemblance(source, heard) < 0.3
    said = disguised.checks[0]
    assert float(said["same sound"].split()[1]) > 0.8
    assert float(said["voice altered"].split()[0]) < MOST_ALIKE
    assert "labels" in said


def test_every_shape_of_a_cut_sounds_the_same_and_the_next_cut_does_not(
    disguised: Finished, make_studio: Callable[..., Any], spoken: Callable[..., Any], tmp_path: Path
) -> None:
    """One disguise a cut: two of one clip would be compared."""
    wide, tall = (read_clip_sound(disguised.file(f"{name}.mp4")) for name in ("16x9", "9x16"))
    assert np.array_equal(wide, tall)
    where = make_studio(disguised.source, folder=tmp_path, transcripts={"r-0": spoken(WORDS, 6_000)})
    where.render(replace(disguised.plan, aspects=(Aspect.WIDE,)))
    again = read_clip_sound(tmp_path / "16x9.mp4")
    assert np.abs(again - wide).max() > 0.1


def test_what_is_redacted_stays_empty_under_a_disguise(disguised: Finished) -> None:
    """No syllable is smeared into the tone or the silence."""
    assert disguised.checks[0]["redacted sound"].startswith("2 redactions")
    heard = read_clip_sound(disguised.file("16x9.mp4"))
    quiet = HIDDEN[1].span
    first = (quiet.start_ms - KEPT.start_ms + 15) * 48
    assert np.abs(heard[first : first + (quiet.duration_ms - 30) * 48]).max() < 1e-3


@pytest.mark.parametrize(
    ("spoil", "name"),
    [
        (lambda source: source, "voice altered"),
        (lambda source: source[::-1], "same sound"),
    ],
    ids=["not disguised at all", "other speech"],
)
def test_a_disguise_that_is_none_is_refused(
    disguised: Finished, parrot: Callable[..., Any], tmp_path: Path, spoil: Callable[[Any], Any], name: str
) -> None:
    """The recorded voice under the label; and words that nobody approved."""
    clip = disguised.file("16x9.mp4")
    heard = read_clip_sound(clip)
    source = spoil(read_channels(disguised.source, probe(disguised.source), KEPT)[:, [0, 0]])
    free = np.ones(len(source), bool)
    for h in HIDDEN:
        free[(h.span.start_ms - KEPT.start_ms) * 48 : (h.span.end_ms - KEPT.start_ms) * 48] = False
    heard[: len(source)][free] = source[free]
    found = faults(with_sound(clip, heard, tmp_path / "16x9.mp4"), disguised.expected[0], parrot([[]]))
    assert name in found
