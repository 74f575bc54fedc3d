"""On the plan's page a preview is rendered at a click, and played."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from pipeline.domain import CutPlan, Kept, Picture, Span, Voice
from pipeline.jobs.plan import Wish, make_plan
from pipeline.jobs.preview import preview_file
from pipeline.store import Store
from pipeline.workspace import Workspace

SAMPLE = Path(__file__).parents[3] / "pipeline" / "sample" / "interview.mp4"


@pytest.fixture(autouse=True)
def rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a render would leave, without its time: rendering has tests of its own."""

    def made(workspace: Workspace, _: Store, plan: CutPlan) -> None:
        file = preview_file(workspace, plan)
        file.parent.mkdir(exist_ok=True)
        shutil.copyfile(SAMPLE, file)

    monkeypatch.setattr("pipeline.jobs.serve.have_preview_made", made)


def test_a_preview_is_rendered_at_a_click_and_then_heard(served) -> None:
    """The plan's own player is silent for a disguised voice; the rendered file is not."""
    place = served.place
    wish = Wish((Kept(place.recording, Span(0, 4_000)),), "One", picture=Picture.OFF, voice=Voice.DISGUISED)
    plan = make_plan(place.workspace, place.store, place.people["edo"], wish)
    page = served.person("bea")
    page.goto(f"{served.address}/plans/{plan.id}")
    page.click("#preview-play")
    assert page.locator("#preview-media").evaluate("(m) => m.muted") is True
    page.click("#preview-play")
    page.click("#preview-make")
    expect(page.locator("#preview-make")).to_have_text("Play the preview")
    page.click("#preview-make")
    page.wait_for_function("() => document.getElementById('preview-media').readyState >= 2")
    media = page.locator("#preview-media")
    assert media.evaluate("(m) => [m.currentSrc.endsWith('/preview'), m.muted]") == [True, False]
    assert not served.troubles


def test_the_recording_is_not_heard_under_the_preview(served) -> None:
    """“Play the plan” still waits for the server when the preview is played: it does not begin after all."""
    place = served.place
    wish = Wish((Kept(place.recording, Span(0, 4_000)),), "One", picture=Picture.OFF)
    plan = make_plan(place.workspace, place.store, place.people["edo"], wish)
    page = served.person("bea")
    page.goto(f"{served.address}/plans/{plan.id}")
    page.click("#preview-make")
    expect(page.locator("#preview-make")).to_have_text("Play the preview")
    waiting = []
    page.route("**/media/state", lambda route: waiting.append(route))
    page.click("#preview-play")
    page.click("#preview-make")
    page.wait_for_function("() => document.getElementById('preview-media').readyState >= 2")
    for route in waiting:
        route.continue_()
    page.wait_for_timeout(300)
    assert waiting
    assert page.locator("#preview-media").evaluate("(m) => m.currentSrc.endsWith('/preview')")
