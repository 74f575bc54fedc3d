"""A line about who speaks: seen for its time only, above subtitles, in every script; and found missing."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clips.lower_thirds
from clips.geometry import shape_of
from clips.lower_thirds import NAME, Placed, thirds_of
from pipeline.domain import Aspect, Cue, CutPlan, LowerThird, Span
from pipeline.errors import PipelineError, VerificationError
from pipeline.ffmpeg import open_media
from subtitles.style import LINE_HEIGHT, SAFE_AREAS, SUBTITLE_LINES

ROLE = LowerThird("A former recruiter", Span(600, 2_200))
ARABIC = LowerThird("مجنّد سابق", Span(600, 2_200), "ar")
RUSSIAN = LowerThird("Бывший вербовщик, работал в приграничных городах", Span(600, 2_200), "ru")
CUE = Cue(200, 2_600, ("They told me", "never to go home."))


def frame_at(path: Path, number: int) -> Any:
    with open_media(path) as container:
        for n, frame in enumerate(container.decode(container.streams.video[0])):
            if n == number:
                return frame.to_ndarray(format="gray")
    raise AssertionError("no such frame")


def in_box(frame: Any, box: Any) -> Any:
    return frame[box.y : box.y + box.height, box.x : box.x + box.width]


def test_it_is_seen_for_its_time_in_each_script_and_shape(
    make_recording: Callable[..., Path], studio: Callable[..., Any]
) -> None:
    """One for everybody, one for Arabic, one for Russian; two shapes; verified, and gone before and after."""
    where = studio(make_recording("cfr.mp4"))
    plan = where.plan((0, 1_000, 4_000), burn=("en", "ar", "ru"), aspects=(Aspect.WIDE, Aspect.TALL))
    thirds = (replace(ROLE, language="en"), ARABIC, RUSSIAN)
    cues = {"en": [CUE], "ar": [replace(CUE, lines=("قالوا لي",))], "ru": [replace(CUE, lines=("Мне сказали",))]}
    plan = replace(plan, lower_thirds=thirds)
    made = where.render(plan, cues=cues)
    assert all(NAME in {c.name for c in r.verification.checks} for r in made)
    for rendition in made:
        shape = shape_of(rendition.aspect, min(rendition.width, rendition.height))
        (placed,) = thirds_of(plan, replace(shape, width=rendition.width, height=rendition.height), rendition.burn)
        path, box = where.folder / rendition.file_name, placed.drawn.box
        shown = in_box(frame_at(path, 35), box)
        assert (shown > 150).mean() > 0.015
        for number in (8, 60):
            assert np.abs(in_box(frame_at(path, number), box).astype(int) - shown).mean() > 20


@pytest.mark.parametrize("aspect", list(Aspect))
@pytest.mark.parametrize("third", [ROLE, ARABIC, RUSSIAN], ids=["en", "ar", "ru"])
def test_it_stands_inside_the_safe_area_above_the_subtitles(
    studio: Callable[..., Any], make_recording: Callable[..., Path], aspect: Aspect, third: LowerThird
) -> None:
    """From the left in Latin and Cyrillic, from the right in Arabic."""
    plan: CutPlan = studio(make_recording("cfr.mp4")).plan((0, 1_000, 4_000))
    shape, area = shape_of(aspect, 1080), SAFE_AREAS[aspect]
    box = Placed.of(third, plan, shape).drawn.box
    assert area.left * shape.width - 2 <= box.x
    assert box.x + box.width <= area.right * shape.width + 2
    assert box.y + box.height <= (area.bottom - SUBTITLE_LINES * LINE_HEIGHT[aspect]) * shape.height
    to_left, to_right = box.x - area.left * shape.width, area.right * shape.width - box.x - box.width
    assert (to_right < 2) if third is ARABIC else (to_left < 2)


def test_a_text_that_nobody_could_read_is_refused(
    studio: Callable[..., Any], make_recording: Callable[..., Path]
) -> None:
    """Two lines at most."""
    plan = studio(make_recording("cfr.mp4")).plan((0, 1_000, 4_000))
    with pytest.raises(PipelineError, match="too long"):
        Placed.of(replace(ROLE, text="recruiter " * 20), plan, shape_of(Aspect.TALL, 1080))


def test_one_that_is_missing_is_found(
    make_recording: Callable[..., Path], studio: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its text was not drawn: the clip is refused."""
    where = studio(make_recording("cfr.mp4"))
    plan = replace(where.plan((0, 1_000, 4_000)), lower_thirds=(ROLE,))
    monkeypatch.setattr("clips.render.with_writing", lambda document, *_: document)
    with pytest.raises(VerificationError, match=NAME):
        where.render(plan)


def test_a_designer_may_change_the_template_and_mistakes_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A figure that is not known."""
    template = tmp_path / "lower_third.toml"
    template.write_text(clips.lower_thirds.TEMPLATE.read_text(encoding="utf-8") + "\nglow = 3\n", encoding="utf-8")
    monkeypatch.setattr(clips.lower_thirds, "TEMPLATE", template)
    clips.lower_thirds.load_template.cache_clear()
    with pytest.raises(PipelineError, match="glow"):
        clips.lower_thirds.load_template()
    monkeypatch.undo()
    clips.lower_thirds.load_template.cache_clear()
