"""The checklist files: complete, readable, testable, and every mistake told with its place."""

from pathlib import Path

import pytest

from pipeline.domain import Action
from pipeline.errors import TranscriptFormatError
from review.checklist import FoundBy, load_checklist, self_test

ITEMS = """
incrimination: violence membership material_support weapons_training property travel
  planned_attack innocence_claim other_crime concealment mosaic
legal: proceeding
network: facilitator co_member cooperation allegation
identity: person location contact date family affiliation custody resettlement combination health plans visible
safety: minor operational graphic
message: ambivalence glorification sectarian no_consequence plea scripted symbol hatred other_group fact_check
process: consent off_record warning duress distress refusal unreliable_words untranscribed_speech unclear_speaker splice
narrative: infighting brutality corruption quality_of_life recruitment exit
victims: sunni shia yazidi christian kurd women children hostages own_fighters
"""
GOOD = """
- id: team.song
  title: A song
  look_for: Does he sing?
  why: It is a test.
  action: review
  severity: low
  found_by: [words]
  phrases:
    - sang ... song
  must_fire:
    - We sang an old song.
  must_not_fire:
    - We were quiet.
"""


def test_every_item_of_the_field_is_there() -> None:
    """The checklist holds exactly the items that the field asks for."""
    families = [line.split(":") for line in ITEMS.replace("\n  ", " ").strip().splitlines()]
    wanted = {f"{family}.{name}" for family, names in families for name in names.split()}
    assert {item.id for item in load_checklist().items} == wanted


def test_every_example_does_what_it_promises() -> None:
    """The examples that must fire do; those that must not are never red, and few are amber."""
    result = self_test(load_checklist())
    assert result.failures == ()
    assert len(result.amber) <= len([s for i in load_checklist().items for s in i.must_not_fire]) / 5


def test_items_that_block_before_a_verdict() -> None:
    """Membership, weapons, travel, mosaic, innocence claims and proceedings block before trial and not after."""
    checklist = load_checklist()
    for name in ("membership", "weapons_training", "travel", "mosaic", "innocence_claim"):
        item = checklist.item(f"incrimination.{name}")
        assert item is not None
        assert (item.action, item.before_trial) == (Action.REVIEW, Action.BLOCK)


def test_items_only_a_person_or_the_sound_can_show_need_no_examples() -> None:
    """Items without word lists are the ones that words cannot find."""
    silent = {i.id for i in load_checklist().items if not i.must_fire}
    assert all(
        i.found_by & {FoundBy.PERSON, FoundBy.MACHINE, FoundBy.PASSAGE}
        for i in load_checklist().items
        if i.id in silent
    )


def test_a_teams_own_file_is_added(tmp_path: Path) -> None:
    """A file of the team adds its items and changes the checklist's digest."""
    own = tmp_path / "own.yaml"
    own.write_text(GOOD, encoding="utf-8")
    checklist = load_checklist([own])
    assert checklist.item("team.song") is not None
    assert checklist.sha256 != load_checklist().sha256


def test_an_example_that_fails_is_named_with_its_line(tmp_path: Path) -> None:
    """A wrong example is reported with item, file and line."""
    own = tmp_path / "own.yaml"
    own.write_text(GOOD.replace("We were quiet.", "They sang a song."), encoding="utf-8")
    checklist = load_checklist([own])
    only = type(checklist)(tuple(i for i in checklist.items if i.id == "team.song"), checklist.sha256)
    assert [(f.item, f.file, f.line) for f in self_test(only).failures] == [("team.song", "own.yaml", 14)]


@pytest.mark.parametrize(
    ("wrong", "line", "said", "allowed"),
    [
        (GOOD.replace("action: review", "action: forbid"), 6, "'forbid' is not known", "block, redact, review, tag"),
        (GOOD.replace("severity: low", "severity: low\n  colour: red"), 8, "unknown field 'colour'", "phrases"),
        (GOOD.replace("sang ... song", "(sang|hummed ... song"), 10, "brackets do not match", "(a|b)"),
        (GOOD.replace("sang ... song", "/(sang/"), 10, "cannot be read", "(a|b)"),
        (GOOD.replace("  title: A song\n", ""), 2, "title: a text is missing", "one sentence"),
        (
            GOOD + GOOD.replace("- id: team.song\n", "- id: legal.proceeding\n"),
            16,
            "legal.proceeding",
            "choose another",
        ),
        (GOOD.replace("found_by: [words]", "found_by: words"), 8, "this is not a list", "a list"),
        (GOOD.replace("  why: It is a test.", "  why: a\n  why: b"), 6, "why stands twice", "keep one"),
        (GOOD.replace("team.song", "Song!"), 2, "is not an id", "family.name"),
    ],
)
def test_a_mistake_is_told_with_file_line_item_and_remedy(
    tmp_path: Path, wrong: str, line: int, said: str, allowed: str
) -> None:
    """Whoever wrote it can find it and knows what may stand there."""
    own = tmp_path / "own.yaml"
    own.write_text(wrong, encoding="utf-8")
    with pytest.raises(TranscriptFormatError) as caught:
        load_checklist([own])
    assert f"own.yaml, line {line}: item " in caught.value.message
    assert said in caught.value.message
    assert allowed in caught.value.hint


@pytest.mark.parametrize(
    "text", ["just words", "a: [b", "- id: &x team.song\n- id: *x\n", "- [1, 2]\n", "\x00", "- 3\n", ""]
)
def test_what_is_no_list_of_items_is_refused(tmp_path: Path, text: str) -> None:
    """Broken YAML, aliases and other shapes are refused in one sentence with a hint."""
    own = tmp_path / "own.yaml"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(TranscriptFormatError) as caught:
        load_checklist([own])
    assert caught.value.message.startswith("own.yaml")
    assert caught.value.hint
