"""Names of the case and names found once: everywhere, in every spelling, and never in an error message."""

from pathlib import Path

import pytest

from pipeline.domain import Flag, Segment, Span, Speaker, Transcript
from pipeline.errors import TranscriptFormatError
from review.checklist import Checklist, load_checklist
from review.flags import raise_flags
from review.language.spelling import consonants_of, sound_of

SAYS = Speaker.INTERVIEWEE
LEXICON = "# of the case\nperson: Semir Kovačalija, سمير كوفاتشاليا\nplace: Donja Mrkva\n\nfacilitator: Abu Vans\n"


@pytest.fixture(name="checklist")
def make_checklist(tmp_path: Path) -> Checklist:
    """The checklist with a team's names."""
    path = tmp_path / "names.txt"
    path.write_text(LEXICON, encoding="utf-8")
    return load_checklist([path])


def known(checklist: Checklist, *spoken: Segment) -> list[tuple[str, str, str]]:
    """(item, segment, words) of every flag that the lexicon raised."""
    transcript = Transcript("en", 0, "", "", spoken)
    texts = {s.id: s.text for s in spoken}
    return [(f.item, f.segment, _words(texts[f.segment], f)) for f in raise_flags(transcript, checklist) if _of_case(f)]


def _of_case(flag: Flag) -> bool:
    return "case lexicon" in flag.rule


def _words(text: str, flag: Flag) -> str:
    return text[flag.match.start : flag.match.end] if flag.match else ""


def test_a_name_of_the_case_is_found_in_other_letters(checklist: Checklist) -> None:
    """Cyrillic, Arabic and a recogniser's garbled Latin all lead to the name that the team gave."""
    said = (
        Segment("s1", "Then Kovachaliya came in.", None, speaker=SAYS),
        Segment("s2", "Потом пришёл Ковачалия.", Span(0, 900), (), SAYS, "ru", "Then he came."),
        Segment("s3", "ثم جاء سمير", Span(900, 1800), (), SAYS, "ar", "Then he came."),
    )
    found = {(segment, words) for item, segment, words in known(checklist, *said) if item == "identity.person"}
    assert found == {("s1", "Kovachaliya"), ("s2", "Ковачалия"), ("s3", "سمير")}


def test_a_name_that_only_the_translation_gives_away_flags_the_segment(checklist: Checklist) -> None:
    """Nobody knows which of the spoken words it is, so the whole segment is flagged."""
    said = Segment("s1", "Onda je došao onaj.", Span(0, 900), (), SAYS, "bs", "Then Semir came.")
    assert ("identity.person", "s1", "") in known(checklist, said)


def test_each_kind_raises_its_item(checklist: Checklist) -> None:
    """A place is flagged as a place, a helper as a facilitator."""
    said = Segment("s1", "In Donja Mrkva we met Abu Vans.", None, speaker=SAYS)
    items = {item for item, _, _ in known(checklist, said)}
    assert {"identity.location", "network.facilitator"} <= items


def test_the_lexicon_is_part_of_the_digest(checklist: Checklist) -> None:
    """An approval given before a name was added is void after it."""
    assert checklist.sha256 != load_checklist().sha256


def test_a_broken_line_is_told_without_the_name(tmp_path: Path) -> None:
    """File and line are named, what stands there is not."""
    path = tmp_path / "names.txt"
    path.write_text("person: Ana\nKovačalija\n", encoding="utf-8")
    with pytest.raises(TranscriptFormatError) as caught:
        load_checklist([path])
    assert "names.txt, line 2" in caught.value.message
    assert "Kova" not in caught.value.message + caught.value.hint


@pytest.mark.parametrize(
    "spellings", [("Mohammed", "Muhamed", "Мухаммед"), ("Khadija", "Hadidza", "Хадиджа"), ("Yusuf", "Jusuf", "Юсуф")]
)
def test_spellings_of_one_name_sound_alike(spellings: tuple[str, ...]) -> None:
    """One key for the ways a name is written."""
    assert len({sound_of(s) for s in spellings}) == 1


def test_other_names_do_not_sound_alike() -> None:
    """Names that differ in a consonant stay apart, also where vowels are not written."""
    assert sound_of("Samir") != sound_of("Tamir")
    assert consonants_of("سمير") == consonants_of("Samir") != consonants_of("Nasir")
