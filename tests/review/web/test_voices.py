"""Whose voice it is, said on the page; and pages that are open when voices are told apart anew."""

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from pipeline.domain import Voices, VoiceTurn
from review.ledger import record


@pytest.fixture
def told_apart(place) -> Voices:
    """Nobody's segments: the first and the third in one voice, the second in another."""
    heard = place.store.heard_transcript(place.recording)
    nobodys = tuple(replace(s, speaker=None) for s in heard.segments)
    place.store.save_transcript(place.recording, replace(heard, segments=nobodys))
    turns = tuple(VoiceTurn(s.span, voice, True) for s, voice in zip(nobodys, (1, 2, 1), strict=True))
    voices = Voices(turns, (), (None, None))
    place.store.save_voices(place.recording, voices)
    return voices


def test_a_voice_is_named_wherever_it_is_heard(told_apart, served) -> None:
    """Chosen in one segment, with the box ticked: the other segment in this voice is the interviewer's as well."""
    page = served.person("bea")
    served.open_recording(page)
    page.locator("#s1 .w").nth(1).click()
    page.keyboard.press("e")
    page.select_option("#ask-correct [name=speaker]", "interviewer")
    page.check("#ask-correct [name=everywhere]")
    with page.expect_navigation():
        page.click("#ask-correct button.primary")
    expect(page.locator("#s3.interviewer")).to_have_count(1)
    expect(page.locator("#s1.interviewer")).to_have_count(1)
    expect(page.locator("#s2.nobody")).to_have_count(1)
    assert not served.troubles


def test_voices_told_apart_anew_are_news_for_an_open_page(place, told_apart) -> None:
    """The transcript is the same one, so only the voices say that something changed."""
    client, store = place.client("bea"), place.store
    known = client.get(f"/recordings/{place.recording}/state").json()
    store.save_voices(place.recording, replace(told_apart, turns=told_apart.turns[:1]))
    record(store, "recording.checked", "system", place.recording, "0" * 64)
    now = client.get(f"/recordings/{place.recording}/state", params={"since": known["stamp"]}).json()
    assert now["words_state"] != known["words_state"]
    stale = {"place": "s1:0-1", "text": "x", "words_state": known["words_state"]}
    assert client.post(f"/recordings/{place.recording}/correct", data=stale).status_code >= 400
