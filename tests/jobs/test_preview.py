"""A plan is rendered small for who decides on it: with the mark, as it is now, and for nobody once consent is gone."""

from dataclasses import replace
from pathlib import Path

import av
import pytest
from office import CODE, Office

from clips.samples import read_clip_sound
from pipeline.domain import Voice
from pipeline.jobs.plan import Wish, change_plan
from pipeline.jobs.preview import have_preview_made, make_preview, preview_file
from pipeline.jobs.withdraw import withdraw_person
from review.withdrawn import WithdrawnError


def marked_frames(path: Path) -> tuple[int, int]:
    """How many of the frames have the mark's white letters, and how many there are."""
    marked = total = 0
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            grey = frame.to_ndarray(format="gray")
            high, wide = grey.shape
            band = grey[int(high * 0.8) : int(high * 0.93), wide // 4 : wide * 3 // 4]
            marked, total = marked + bool((band > 200).mean() > 0.05), total + 1
            assert min(grey.shape) <= 540
    return marked, total


def test_a_preview_is_small_and_marked_and_only_the_latest_is_kept(office: Office, weights_base: Path) -> None:
    """By a process of its own; it needs no signature, and a new version has one of its own."""
    plan = office.ready_plan()
    have_preview_made(office.workspace, office.store, plan)
    first = preview_file(office.workspace, plan)
    marked, total = marked_frames(first)
    assert (marked, total) == (plan.total_frames, plan.total_frames)
    changed = change_plan(office.workspace, office.store, office.team.edo, plan, Wish(title="Another"))
    second = make_preview(office.workspace, office.store, changed)
    assert second != first
    assert [p.name for p in office.workspace.previews.glob("*.mp4")] == [second.name]


def test_a_preview_has_the_voice_of_the_clip(office: Office, weights_base: Path) -> None:
    """Silence where the voice is removed."""
    plan = office.ready_plan()
    wish = replace(Wish(), voice=Voice.REMOVED)
    plan = change_plan(office.workspace, office.store, office.team.edo, plan, wish)
    made = make_preview(office.workspace, office.store, plan)
    assert abs(read_clip_sound(made)).max() < 1e-5


def test_nobody_gets_a_preview_of_who_withdrew(office: Office) -> None:
    """And no file is left."""
    plan = office.ready_plan()
    withdraw_person(office.workspace, office.store, office.team.bea, CODE)
    with pytest.raises(WithdrawnError):
        make_preview(office.workspace, office.store, plan)
    assert not preview_file(office.workspace, plan).exists()
