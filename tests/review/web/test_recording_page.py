"""The transcript page and what people do on it: nothing stale is accepted, nobody's work is lost."""

import logging
import re
from dataclasses import replace

import pytest

from pipeline.domain import (
    Action,
    Agent,
    Choice,
    Flag,
    Modality,
    Segment,
    Span,
    TextMatch,
    Tier,
    Transcript,
    Word,
)
from pipeline.errors import StoreError
from review.web.words import Shown, transcript_html

JSON = {"accept": "application/json"}


def decide(client, flag: str, choice: str, seen: str = "", **more: str):
    fields = {"choice": choice, "reason": "checked", "seen": seen, **more}
    return client.post(f"/flags/{flag}/decide", data=fields, headers=JSON)


def state(place, name: str = "bea"):
    return place.client(name).get(f"/recordings/{place.recording}/state").json()


def flag_state(place, flag: str):
    return next(f for f in state(place)["flags"] if f["id"] == flag)


def act(where, name: str, what: str, **fields: object):
    known = {"words_state": where.words_state, **fields}
    return where.client(name).post(f"/recordings/{where.recording}/{what}", data=known, headers=JSON)


def test_a_redaction_decided_here_is_the_one_the_terminal_makes(place) -> None:
    """Grown to the quiet around the words, at least the padding on both sides."""
    made = decide(place.client("bea"), "f-place", "redact").json()["decision"]["redaction"]
    assert made["start_ms"] <= 1640 - 150
    assert made["end_ms"] >= 2140 + 150
    (kept,) = place.store.decisions(place.recording)
    assert kept.choice is Choice.REDACT
    assert kept.redaction.span == Span(made["start_ms"], made["end_ms"])


def test_two_people_on_one_flag_the_second_is_told_and_nothing_is_lost(place) -> None:
    """Who decides without having seen the other's decision gets 409 with it; then both stand in the history."""
    assert decide(place.client("bea"), "f-travel", "keep").status_code == 200
    late = decide(place.client("cem"), "f-travel", "cut")
    assert late.status_code == 409
    assert "keep" in late.json()["reasons"][0]
    seen = flag_state(place, "f-travel")["decision"]["id"]
    assert decide(place.client("cem"), "f-travel", "cut", seen).status_code == 200
    assert [d.choice for d in place.store.decision_history(place.recording)] == [Choice.KEEP, Choice.CUT]


def test_undo_brings_the_decision_before_back(place) -> None:
    """And the history keeps what was taken back."""
    bea = place.client("bea")
    first = decide(bea, "f-travel", "keep").json()["decision"]["id"]
    second = decide(bea, "f-travel", "cut", first).json()["decision"]["id"]
    undone = bea.post("/flags/f-travel/undo", data={"seen": second}, headers=JSON).json()
    assert undone["decision"]["id"] == first
    assert len(place.store.decision_history(place.recording)) == 2
    assert bea.post("/flags/f-travel/undo", data={"seen": first}, headers=JSON).json() == {"decision": None}


def test_nobody_undoes_somebody_elses_decision(place) -> None:
    """It is answered with a decision of one's own."""
    made = decide(place.client("bea"), "f-travel", "keep").json()["decision"]["id"]
    refused = place.client("cem").post("/flags/f-travel/undo", data={"seen": made}, headers=JSON)
    assert refused.status_code == 422
    assert len(place.store.decisions(place.recording)) == 1


def test_missed_words_are_flagged_and_redacted_in_one_step(place) -> None:
    """As easy as confirming what the machine found."""
    answer = act(place, "bea", "flags", place="s3:5-5", item="identity.person", reason="missed", choice="redact")
    (made,) = answer.json()["flags"]
    shown = flag_state(place, made)
    assert shown["item"] == "identity.person"
    assert shown["decision"]["choice"] == "redact"
    assert shown["decision"]["redaction"]["start_ms"] < 9380


def test_an_editors_redaction_is_a_proposal(place) -> None:
    """It becomes a flag; a reviewer decides."""
    (made,) = act(place, "edo", "flags", place="s3:5-5", item="identity.person", reason="x", choice="redact").json()[
        "flags"
    ]
    assert flag_state(place, made)["decision"] is None


def test_a_corrected_word_keeps_its_time_and_its_segment_is_unread_again(place) -> None:
    """The overlay names who and when; a new recognition does not lose it."""
    act(place, "bea", "read", segment=["s1", "s2"])
    assert set(state(place)["read"]) == {"s1", "s2"}
    assert act(place, "edo", "correct", place="s1:5-5", text="Albanians,").status_code == 200
    heard, shown = place.store.heard_transcript(place.recording), place.store.transcript(place.recording)
    assert shown.segments[0].text == "And so my fellow Albanians,"
    assert [w.span for w in shown.segments[0].words] == [w.span for w in heard.segments[0].words]
    assert set(state(place)["read"]) == {"s2"}
    (kept,) = place.store.corrections(place.recording)
    assert (kept.by, kept.was, kept.text) == (place.people["edo"].id, "Americans,", "Albanians,")
    place.store.save_transcript(place.recording, replace(heard, model="another"))
    assert place.store.transcript(place.recording).segments[0].text == "And so my fellow Albanians,"


def test_a_speaker_is_corrected_for_a_whole_segment(place) -> None:
    """The words say who speaks, and so does the segment."""
    act(place, "bea", "correct", place="s2:1-1", speaker="interviewer")
    assert place.store.transcript(place.recording).segments[1].speaker == "interviewer"


@pytest.mark.parametrize("what", ["read", "flags", "correct"])
def test_acts_on_words_that_have_changed_meanwhile_are_refused(place, what: str) -> None:
    """Word numbers of an old page could be other words now."""
    old = place.words_state
    act(place, "bea", "correct", place="s1:1-1", text="but")
    fields = {
        "words_state": old,
        "place": "s1:1-1",
        "segment": "s1",
        "item": "identity.person",
        "reason": "x",
        "text": "y",
    }
    late = place.client("cem").post(f"/recordings/{place.recording}/{what}", data=fields, headers=JSON)
    assert late.status_code == 409


def test_comments_are_pinned_to_words(place) -> None:
    """Everyone who may read sees them, with the moment."""
    act(place, "cem", "comments", segment="s2", at_ms="3420", text="Who is meant?")
    (shown,) = state(place)["comments"]
    assert (shown["at_ms"], shown["text"], shown["by"]) == (3420, "Who is meant?", "cem")


def test_nothing_new_is_told_in_a_few_bytes(place) -> None:
    """Pages ask every ten seconds whether somebody did something."""
    stamp = state(place)["stamp"]
    asked = place.client("bea").get(f"/recordings/{place.recording}/state?since={stamp}")
    assert asked.json() == {"same": True}
    decide(place.client("cem"), "f-travel", "keep")
    assert "flags" in place.client("bea").get(f"/recordings/{place.recording}/state?since={stamp}").json()


def test_no_words_or_names_in_logs_addresses_or_fault_pages(place, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever goes wrong, only ids are told."""
    caplog.set_level(logging.DEBUG)
    bea = place.client("bea")
    answers = [
        act(place, "bea", "flags", place="s9:1-1", item="identity.person", reason="x"),
        act(place, "bea", "flags", place="s1:90-91", item="identity.person", reason="x"),
        act(place, "bea", "correct", place="s1:5-5"),
        bea.get("/recordings/r-unknown"),
        bea.get("/nowhere"),
    ]
    told = " ".join(a.text for a in answers) + caplog.text
    assert all(400 <= a.status_code < 500 for a in answers)
    assert not [word for word in ("Americans", "fellow", "country", "jfk") if word in told]


def spoken(text: str, language: str = "en") -> Transcript:
    words, at = [], 0
    for word in text.split():
        words.append(Word(word, Span(at, at + 100), 0.9))
        at += 100
    return Transcript(language, 60_000, "e", "m", (Segment("s1", text, Span(0, at), tuple(words)),))


def test_words_are_escaped() -> None:
    """A transcript is somebody else's text."""
    html = transcript_html(
        spoken('<script>alert(1)</script> "><img src=x onerror=alert(1)> &amp;'), Shown((), frozenset())
    )
    assert "<script" not in html
    assert "<img" not in html
    assert "&amp;amp;" in html


def test_right_to_left_transcripts_say_so() -> None:
    """Direction and language stand on the paragraph, so that browsers shape and order the words."""
    html = transcript_html(spoken("لا تذهب إلى هناك", "ar"), Shown((), frozenset()))
    assert 'dir="rtl" lang="ar"' in html


def test_flagged_words_carry_their_flags() -> None:
    """By characters of the text, whatever stands between the words."""
    flag = Flag(id="f-1", item="identity.person", segment="s1", match=TextMatch(6, 10), span=None, agent=Agent.OTHER,
                modality=Modality.ASSERTED, tier=Tier.RED, score=1, rule="", why="", action=Action.REDACT)  # fmt: skip
    html = transcript_html(spoken("I saw John, there"), Shown((flag,), frozenset()))
    assert 'data-f="2:f-1"' in html


def test_every_word_is_found_in_its_text_by_what_stands_beside_it() -> None:
    """Characters before the first word; for each word its start after the one before, and its length in a browser."""
    html = transcript_html(spoken("\N{GRINNING FACE} I saw  John."), Shown((), frozenset()))
    numbers, text = re.search(r'data-w="([0-9 ]+)"[^>]*>([^<]*)</p>', html).groups()
    _, *rest = map(int, numbers.split())
    units, at, found, starts = text.encode("utf-16-le"), 2 * int(numbers[0]), [], []
    for start, length in zip(rest[::2], rest[1::2], strict=True):
        starts.append(start + (starts[-1] if starts else 0))
        found.append(units[at : at + 2 * length].decode("utf-16-le"))
        at += 2 * length
    assert [word.strip() for word in found] == ["\N{GRINNING FACE}", "I", "saw", "John."]
    assert at == len(units)
    assert starts == sorted(starts)


def test_a_name_is_removed_in_all_chosen_places_or_in_none(place, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the second place cannot be decided, the first is neither flagged nor redacted."""
    before = place.store.flags(place.recording), place.store.entries()
    keep = place.store.add_flag

    def keep_one(*given: object) -> None:
        keep(*given)
        monkeypatch.setattr(place.store, "add_flag", refuse)

    def refuse(*_: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(place.store, "add_flag", keep_one)
    fields = {"place": ["s3:5-5", "s2:1-1"], "item": "identity.person", "reason": "missed", "choice": "redact"}
    refused = act(place, "bea", "flags", **fields)
    assert (refused.status_code, refused.json()["error"]) == (409, "the disk is full")
    assert (place.store.flags(place.recording), place.store.entries()) == before
