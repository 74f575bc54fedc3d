"""A place in the picture is covered by drawing a box on it, and the reviewer sees it as viewers will."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from pipeline.domain import Choice, RedactionKind
from pipeline.ingest import Request, make_sound, register
from pipeline.media import make_proxy
from review.checklist import load_checklist

SAMPLE = Path(__file__).parents[3] / "pipeline" / "sample" / "interview.mp4"


@pytest.fixture
def pictured(served) -> str:
    """A recording with a picture beside the one that has none."""
    store, workspace = served.place.store, served.place.workspace
    recording = register(store, workspace, Request(SAMPLE, "K-01", warning_at_ms=0))
    make_sound(store, workspace, recording)
    make_proxy(store, workspace, recording)
    store.save_transcript(recording.id, store.transcript(served.place.recording))
    store.replace_flags(recording.id, (), load_checklist().sha256)
    return str(recording.id)


def test_a_box_that_is_drawn_is_decided_and_seen(served, pictured: str) -> None:
    """Drawn over the left half of the lower third: kept in pixels of the recording, shown at its moments only."""
    page = served.person("bea")
    page.goto(f"{served.address}/recordings/{pictured}")
    page.wait_for_function("() => document.getElementById('media').videoWidth > 0", timeout=30_000)
    page.click("#cover")
    edge = page.locator("#media").bounding_box()
    assert edge is not None
    page.mouse.move(edge["x"] + edge["width"] * 0.3, edge["y"] + edge["height"] * 0.6)
    page.mouse.down()
    page.mouse.move(edge["x"] + edge["width"] * 0.5, edge["y"] + edge["height"] * 0.9)
    page.mouse.up()
    expect(page.locator("#ask-cover")).to_be_visible()
    page.click("#ask-cover button.primary")
    expect(page.locator(".toast").last).to_contain_text("Covered")
    expect(page.locator("#covers div")).to_have_count(1)
    (decision,) = served.place.store.decisions(pictured)
    assert decision.choice is Choice.REDACT
    assert decision.redaction is not None
    assert (decision.redaction.kind, decision.redaction.span.start_ms) == (RedactionKind.BOX, 0)
    region = decision.redaction.region
    assert region is not None
    probe = served.place.store.recording(pictured).probe.picture
    assert region.y / probe.height == pytest.approx(0.6, abs=0.02)
    assert region.height / probe.height == pytest.approx(0.3, abs=0.02)
    page.evaluate("() => { document.getElementById('media').currentTime = 40; }")
    expect(page.locator("#covers div")).to_have_count(0)
    assert not served.troubles


def test_what_moves_is_drawn_again_where_it_is_later(served, pictured: str) -> None:
    """Two boxes at two moments become one cover that moves evenly from one to the other."""
    page = served.person("bea")
    page.goto(f"{served.address}/recordings/{pictured}")
    page.wait_for_function("() => document.getElementById('media').videoWidth > 0", timeout=30_000)
    for left, at, button in ((0, 0, "moves"), (60, 4, "ok")):
        page.evaluate("(at) => { document.getElementById('media').currentTime = at; }", at)
        page.keyboard.press("v")
        expect(page.locator("#covers.drawing")).to_have_count(1)
        edge = page.locator("#media").bounding_box()
        assert edge is not None
        page.mouse.move(edge["x"] + edge["width"] * (0.2 + left / 200), edge["y"] + edge["height"] * 0.5)
        page.mouse.down()
        page.mouse.move(edge["x"] + edge["width"] * (0.3 + left / 200), edge["y"] + edge["height"] * 0.7)
        page.mouse.up()
        page.click(f"#ask-cover button[value={button}]")
    expect(page.locator(".toast").last).to_contain_text("Covered")
    (decision,) = served.place.store.decisions(pictured)
    assert decision.redaction is not None
    first, second = decision.redaction.track
    assert (first.at_ms, second.at_ms) == (0, pytest.approx(4_000, abs=50))
    assert second.region.x > first.region.x
    assert decision.redaction.span.end_ms > second.at_ms
    assert not served.troubles


def test_a_box_is_given_in_numbers_by_keyboard_alone(served, pictured: str) -> None:
    """v, enter, numbers; escape leaves it."""
    page = served.person("bea")
    page.goto(f"{served.address}/recordings/{pictured}")
    page.wait_for_function("() => document.getElementById('app').dataset.ready === '1'")
    page.wait_for_function("() => document.getElementById('media').videoWidth > 0", timeout=30_000)
    page.keyboard.press("v")
    expect(page.locator("#covers.drawing")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#covers.drawing")).to_have_count(0)
    page.keyboard.press("v")
    expect(page.locator("#covers.drawing")).to_have_count(1)
    page.keyboard.press("Enter")
    page.fill("#ask-cover [name=left]", "0")
    page.check("#ask-cover [name=whole]")
    page.press("#ask-cover [name=left]", "Enter")
    expect(page.locator(".toast").last).to_contain_text("Covered")
    (decision,) = served.place.store.decisions(pictured)
    assert decision.redaction is not None
    assert decision.redaction.region is not None
    assert decision.redaction.region.x == 0
    assert decision.redaction.span.duration_ms == served.place.store.recording(pictured).probe.duration_ms


def test_an_editor_covers_nothing(served, pictured: str) -> None:
    """He makes plans; what is hidden is for reviewers to decide."""
    page = served.person("edo")
    page.goto(f"{served.address}/recordings/{pictured}")
    expect(page.locator("#cover")).to_have_count(0)
    answer = served.place.client("edo").post(f"/recordings/{pictured}/covers", data={"box": "1,1,9,9", "reason": "x"})
    assert answer.status_code == 403
