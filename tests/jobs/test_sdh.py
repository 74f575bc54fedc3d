"""Subtitles for the deaf and hard of hearing: asked for in a plan, signed with it, and beside the clip."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from office import Office

from pipeline.domain import (
    Aspect,
    Choice,
    CutPlan,
    HeardSound,
    Kept,
    Picture,
    RedactionKind,
    Sdh,
    Span,
    Speaker,
    Transcript,
)
from pipeline.errors import PipelineError
from pipeline.jobs.cut import cut_plan
from pipeline.jobs.decide import decide_and_redact, flag_by_hand
from pipeline.jobs.gate import ask_gate, fresh_facts, read_versions, seen_now
from pipeline.jobs.ingest import check_recording, current_checklist
from pipeline.jobs.plan import Wish, change_plan, make_plan
from pipeline.jobs.sounds import parse_sound, parse_sounds, wanted_sdh
from pipeline.jobs.translate import prepare
from review.correcting import correct_words
from review.decisions import sign
from review.typed import LONGEST_SOUNDS, MOST_SOUNDS

COUNTERCLIP = Path(sys.executable).with_name("counterclip")
SPEECH = Span(0, 10_700)
TAGS = ("en", "en-x-sdh")


def two_voices(office: Office) -> str:
    """The speech as if somebody else had said its first five words; the second `country` is removed."""
    office.state_everything()
    recording, store, bea = office.ingest(), office.store, office.team.bea
    (segment,) = (s.id for s in store.transcript(recording).segments)  # type: ignore[union-attr]
    for words, speaker in (([*range(5)], Speaker.INTERVIEWER), ([*range(5, 22)], Speaker.INTERVIEWEE)):
        correct_words(store, office.team.lea, recording, segment, words, speaker=speaker)
    heard = store.transcript(recording)
    assert heard is not None
    check_recording(store, store.recording(recording), heard, current_checklist(office.workspace))
    office.read_and_keep(recording)
    name = flag_by_hand(office.workspace, store, bea, recording, segment, "identity.person", "a name", "22")
    decide_and_redact(office.workspace, store, bea, name.id, Choice.REDACT, "private", "", RedactionKind.TONE, "22")
    return recording


def deaf_plan(office: Office) -> CutPlan:
    wish = Wish(
        (Kept(two_voices(office), SPEECH),), "A speech", "1961", (Aspect.WIDE,), (), Picture.OFF,
        sounds=(parse_sound("0:00-0:00.5 [a crowd murmurs]"),),
    )  # fmt: skip
    return make_plan(office.workspace, office.store, office.team.edo, wish)


def test_the_file_lies_beside_the_clip_as_it_was_signed(office: Office, weights_base: Path) -> None:
    """Who speaks is in it and what was removed is not; the plain file is what it would be without."""
    plan = deaf_plan(office)
    facts = fresh_facts(office.workspace, office.store, plan)
    exceptions = {title: faults for title, _, faults in read_versions(facts)}
    assert exceptions["en for the deaf and hard of hearing, 16:9"][-1].startswith("no room for the sound at 0:0")
    office.sign(plan)
    clip = cut_plan(office.workspace, office.store, plan.id)
    home = office.workspace.clips / clip.id
    assert set(clip.sidecars) == {f"16x9.{tag}.{kind}" for tag in TAGS for kind in ("srt", "vtt")}
    plain, deaf = ((home / f"16x9.{tag}.srt").read_text(encoding="utf-8") for tag in TAGS)
    assert "INTERVIEWER: And so" in deaf.replace("\n", " ")
    assert "SPEAKER: ask not" in deaf.replace("\n", " ")
    assert "SPEAKER" not in plain
    for text in (plain, deaf):
        assert "[name removed]" in text
        assert text.count("country") == 1
    told = json.loads((home / "manifest.json").read_text(encoding="utf-8"))["subtitles"]
    assert told == [{"language": "en", "from": "speech"}, {"language": "en-x-sdh", "from": "speech", "kind": "sdh"}]


def test_it_is_signed_by_itself_and_left_out_while_it_is_not(office: Office) -> None:
    """The clip without it needs nobody's word about it."""
    plan = deaf_plan(office)
    for person in (office.team.bea, office.team.cem):
        facts = fresh_facts(office.workspace, office.store, plan)
        sign(office.store, office.workspace, person, facts, languages=["en"])
    permit = ask_gate(office.workspace, office.store, plan)
    assert [language for language, _ in permit.cues_sha256] == ["en"]  # type: ignore[union-attr]


def test_every_change_of_it_is_another_plan_to_sign(office: Office) -> None:
    """It stays through other changes, goes when asked, and its sounds with it."""
    plan = deaf_plan(office)
    before = seen_now(office.workspace, office.store, plan.id)

    def changed(**wish: object) -> CutPlan:
        latest = office.store.plan(plan.id)
        return change_plan(office.workspace, office.store, office.team.edo, latest, Wish(**wish))  # type: ignore[arg-type]

    assert changed(title="Another").sdh == plan.sdh
    assert changed(sounds=()).sdh == replace(plan.sdh, sounds=())  # type: ignore[type-var]
    assert seen_now(office.workspace, office.store, plan.id) != before
    assert changed(sdh=False).sdh is None


def test_the_command_takes_it_and_shows_what_it_will_be(office: Office) -> None:
    """The sounds as they will stand there, the version beside the plain one, and `--no-sdh` for none."""
    plan = office.ready_plan()

    def call(*words: str) -> str:
        reader, writer = os.pipe()
        os.write(writer, dict(office.team.passwords)["edo"].encode() + b"\n")
        os.close(writer)
        signed = ["--as", "edo", "--password-fd", str(reader)] if words[1] == "edit" else []
        argv = [str(COUNTERCLIP), "-w", str(office.workspace.root), *words, *signed]
        try:
            done = subprocess.run(argv, capture_output=True, text=True, pass_fds=(reader,))
        finally:
            os.close(reader)
        assert done.returncode == 0, done.stderr
        return done.stdout

    edited = call("plan", "edit", plan.id, "--sdh", "--sound", "0:00-0:00.5 a crowd murmurs")
    assert "subtitles for the deaf and hard of hearing beside the clip" in edited
    assert ": a crowd murmurs" in edited
    shown = " ".join(call("plan", "show", plan.id).split())
    assert "(en for the deaf and hard of hearing, 16:9)" in shown
    call("plan", "edit", plan.id, "--no-sdh")
    assert office.store.plan(plan.id).sdh is None


@pytest.mark.parametrize(
    ("wish", "match"),
    [
        ({"sounds": (parse_sound("0-1 Daniel Brooks laughs"),)}, "identity"),
        ({"sounds": (parse_sound("0-1 a bell"),), "sdh": False}, "only in subtitles for the deaf"),
        ({"sounds": (parse_sound("r-0000000000:0-1 a bell"),)}, "not in the plan"),
        ({"burn": ("en-x-sdh",)}, "not burned in"),
    ],
    ids=["a name", "nowhere to tell it", "another recording", "burned in"],
)
def test_what_cannot_be_meant_is_refused(office: Office, wish: dict[str, object], match: str) -> None:
    """At once, and no version is made of it."""
    plan = office.ready_plan()
    with pytest.raises(PipelineError, match=match):
        change_plan(office.workspace, office.store, office.team.edo, plan, Wish(**wish))  # type: ignore[arg-type]
    with pytest.raises(PipelineError, match="not a language"):
        prepare(office.store, plan, "fr-x-sdh")


@pytest.mark.parametrize("text", ["a door slams", "1-2", "2-1 late", "1-2 " + "x" * 61, "1-2 []"])
def test_a_sound_that_cannot_be_read_is_refused(text: str) -> None:
    """No times, no text, backwards, too long."""
    with pytest.raises(PipelineError):
        parse_sound(text)


def test_as_many_sounds_as_the_form_holds() -> None:
    """At their longest; more are refused."""
    longest = "r-0123456789:100:00.000-100:59.999 " + "x" * 60
    assert len("\r\n".join([longest] * MOST_SOUNDS)) <= LONGEST_SOUNDS
    with pytest.raises(PipelineError, match="at most"):
        parse_sounds([longest] * (MOST_SOUNDS + 1))


@pytest.mark.parametrize(
    ("language", "text"),
    [("ru", "Ахмед смеётся"), ("ar", "أحمد يضحك"), ("ru", "дверь в Ракке"), ("fr", "karim Haddad rit"),
     ("tr", "Mehmet gülüyor"), ("fr", "01 44 55 66 77")],
)  # fmt: skip
def test_names_are_looked_for_in_every_language(office: Office, language: str, text: str) -> None:
    """As far as they are written like one; what is plain is told."""
    said = {"r-1": Transcript(language, 9_000, "", "", ())}

    def told(heard: str) -> Sdh | None:
        sound = HeardSound("r-1", Span(0, 900), heard)
        return wanted_sdh(office.workspace, None, True, [sound], [Kept("r-1", Span(0, 9_000))], said)

    with pytest.raises(PipelineError, match="identify a person"):
        told(text)
    plain = {"ru": "шаги", "ar": "خطوات", "fr": "des pas", "tr": "ayak sesleri"}[language]
    assert told(plain) is not None
