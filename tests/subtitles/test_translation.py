"""English drafts for other languages, and the round trip with translators."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import openpyxl
import pytest

from pipeline.domain import Aspect, Cue
from pipeline.errors import PipelineError, TranscriptFormatError
from subtitles.handover import (
    as_transcript,
    from_lines,
    removed_words,
    side_by_side,
    take_translation,
    translator_lines,
    unchanged,
)
from subtitles.plan_cues import plan_cues, spoken_language
from subtitles.sheet import read_csv, read_xlsx, write_csv, write_xlsx
from subtitles.srt import from_pysrt, to_pysrt
from subtitles.translation import translated_words


def texts(words):
    return " ".join(word.text for word in words)


@pytest.fixture
def french(transcript, segment):
    """Two segments with drafts: 0-3.4 s and 5-7.4 s."""
    return transcript(
        segment("s1", "je suis venu avec Abou Khalid hier", 0, translation="I came with Abu Khaled yesterday."),
        segment("s2", "nous avons dormi dans une maison", 5000, translation="We slept in a house."),
        language="fr",
    )


def test_a_draft_takes_the_time_of_its_segment_s_speech(plan, french) -> None:
    """Words of the draft are spread over the speech, in order, inside it."""
    words = translated_words(plan((0, 8000)), {"r-1": french}, "en")
    assert texts(words) == "I came with Abu Khaled yesterday. We slept in a house."
    assert words[0].clip_start_ms == 0
    assert words[5].clip_end_ms == 3400
    assert words[6].clip_start_ms == 5000
    assert all(a.clip_start_ms < b.clip_start_ms for a, b in pairwise(words))


def test_a_removed_name_is_removed_from_the_draft_in_its_other_spelling(plan, french, removal) -> None:
    """`Abou Khalid` is `Abu Khaled` in English, and gone in both."""
    hidden = plan((0, 8000), redactions=[removal(2000, 2900, "[name removed]")])
    assert texts(translated_words(hidden, {"r-1": french}, "en")).startswith("I came with [name removed] yesterday.")


def test_a_removed_word_not_found_in_the_draft_hides_the_whole_draft(plan, french, removal) -> None:
    """The translator put it in other words, and nobody can say in which."""
    hidden = plan((0, 8000), redactions=[removal(6000, 6400)])
    words = translated_words(hidden, {"r-1": french}, "en")
    assert texts(words) == "I came with Abu Khaled yesterday. [removed]."


def test_a_name_removed_in_one_place_is_removed_from_every_draft(plan, transcript, segment, removal) -> None:
    """Where he said `he`, the machine may write the name that it heard before."""
    first = segment("s1", "j'ai vu Khalid", 0, translation="I saw Khalid.")
    second = segment("s2", "il est parti", 4000, translation="Khaled's friend Al-Khalid left.")
    hidden = plan((0, 8000), redactions=[removal(1000, 1400, "[name removed]")])
    words = translated_words(hidden, {"r-1": transcript(first, second, language="fr")}, "en")
    assert texts(words) == "I saw [name removed] friend [name removed] left."


def test_a_name_in_arabic_letters_is_removed_from_the_english_draft(plan, transcript, segment, removal) -> None:
    """Removed where it is said, and where only the machine says it."""
    first = segment("s1", "رأيت خالد هناك", 0, translation="I saw Khaled there.")
    second = segment("s2", "ثم ذهب", 4000, translation="Then Khalid left.")
    hidden = plan((0, 8000), redactions=[removal(500, 900, "[name removed]")])
    words = translated_words(hidden, {"r-1": transcript(first, second, language="ar")}, "en")
    assert texts(words) == "I saw [name removed] there. Then [name removed] left."


def test_small_words_touched_by_padding_do_not_hide_the_draft(plan, french, removal) -> None:
    """`avec` is a preposition: it need not be found when the name was."""
    hidden = plan((0, 8000), redactions=[removal(1850, 2900, "[name removed]")])
    assert texts(translated_words(hidden, {"r-1": french}, "en")).startswith("I came with [name removed]")


def test_a_small_word_removed_alone_hides_the_draft(plan, french, removal) -> None:
    """When nothing removed was found, nothing is shown."""
    hidden = plan((0, 8000), redactions=[removal(1510, 1890)])
    assert texts(translated_words(hidden, {"r-1": french}, "en")).startswith("[removed]. We slept")


def test_part_of_a_segment_cannot_use_the_draft_of_the_whole(plan, french) -> None:
    """The draft might say what was cut; the message names the segment."""
    with pytest.raises(PipelineError, match="s2"):
        translated_words(plan((0, 4000), (5000, 6000)), {"r-1": french}, "en")


@pytest.mark.parametrize("language", ["de", "en"])
def test_speech_without_a_draft_needs_a_person(plan, transcript, segment, language) -> None:
    """Only English drafts exist, and only where ingest made them."""
    said = {"r-1": transcript(segment("s1", "oui bien", 0), language="fr")}
    with pytest.raises(PipelineError, match="s1"):
        translated_words(plan((0, 2000)), said, language)


def test_segments_in_the_wanted_language_are_shown_as_spoken(plan, transcript, segment) -> None:
    """An English question in a French interview keeps its own words."""
    asked = segment("s1", "where did you go", 0, language="en")
    told = segment("s2", "à la maison", 3000, translation="Home.")
    words = translated_words(plan((0, 5000)), {"r-1": transcript(asked, told, language="fr")}, "en")
    assert texts(words) == "where did you go Home."


def test_plan_cues_choose_between_speech_and_draft(plan, french) -> None:
    """French cues are the words, English ones the draft; both on the clip's clock."""
    for language, first in (("fr", "je suis venu"), ("en", "I came")):
        cues = plan_cues(plan((0, 8000), opening_ms=2000), {"r-1": french}, language, Aspect.WIDE)
        assert " ".join(cues[0].lines).startswith(first)
        assert cues[0].clip_start_ms >= 1880
    assert spoken_language(plan((0, 8000)), {"r-1": french}) == "fr"


def test_cues_of_a_plan_do_not_run_over_the_closing_card(plan, french) -> None:
    """The last cue ends with the speech."""
    cues = plan_cues(plan((0, 3410)), {"r-1": french}, "fr", Aspect.WIDE)
    assert cues[-1].clip_end_ms <= 3410


SOURCE = (
    Cue(0, 2400, ("Je suis venu avec", "[name removed] hier."), redacted=True),
    Cue(2480, 5000, ("Nous avons dormi", "dans une maison.")),
)

GOOD = (
    Cue(0, 2400, ("Ich kam gestern mit", "[Name entfernt].")),
    Cue(2480, 5000, ("Wir schliefen in einem Haus.",)),
)


def taken(returned, removed=("Khalid",)):
    return take_translation(
        SOURCE, returned, language="de", aspect=Aspect.WIDE, frame_rate=Fraction(25), removed=removed
    )


def test_a_translator_gets_the_line_its_context_and_a_budget() -> None:
    """The budget is what can be read in the cue's time: 17 characters a second in German."""
    first, second = translator_lines(SOURCE, language="de", aspect=Aspect.WIDE, draft=GOOD)
    assert (first.source, first.before, first.after) == (
        "Je suis venu avec [name removed] hier.",
        "",
        "Nous avons dormi dans une maison.",
    )
    assert (first.budget, second.budget) == (40, 42)
    assert (first.draft, first.translation) == ("Ich kam gestern mit [Name entfernt].", "")


def test_a_good_translation_comes_back_without_problems() -> None:
    """Times, lines and the mark of removed speech are in place."""
    result = taken(GOOD)
    assert (result.problems, [v for v in result.violations if v.hard]) == ((), [])
    assert [cue.redacted for cue in result.cues] == [True, False]


@pytest.mark.parametrize(
    ("returned", "cue", "what"),
    [
        ((GOOD[1],), 1, "not translated"),
        ((*GOOD, Cue(9000, 9900, ("Zusatz.",))), 2, "nothing is said"),
        ((replace(GOOD[0], lines=("Ich kam gestern.",)), GOOD[1]), 1, "token"),
        ((replace(GOOD[0], lines=("Ich kam mit Chalid", "[Name entfernt].")), GOOD[1]), 1, "removed from the sound"),
        ((GOOD[0], replace(GOOD[1], lines=("Khalids Haus war groß.",))), 2, "removed from the sound"),
    ],
)
def test_what_a_translation_must_not_do_is_a_problem(returned, cue, what) -> None:
    """Nothing missing, nothing added, no token lost, and no removed name put back."""
    found = taken(returned).problems
    assert next((p.cue, what in p.what) for p in found) == (cue, True)
    assert not any("halid" in p.what for p in found)


def test_times_that_an_editor_moved_are_put_back(plan) -> None:
    """One cue for each that went out: the source's times, whatever rounding or delay the file has."""
    late = [replace(c, clip_start_ms=c.clip_start_ms + 333, clip_end_ms=c.clip_end_ms + 333) for c in GOOD]
    assert [(c.clip_start_ms, c.clip_end_ms) for c in taken(late).cues] == [(0, 2400), (2480, 5000)]


def test_two_cues_for_one_are_kept_on_frames_with_a_gap() -> None:
    """A translator may split; his outer times are the source's, his own go to whole frames."""
    split = (GOOD[0], Cue(2471, 3690, ("Wir schliefen",)), Cue(3695, 5008, ("in einem Haus.",)))
    times = [(c.clip_start_ms, c.clip_end_ms) for c in taken(split).cues]
    assert times == [(0, 2400), (2480, 3600), (3680, 5000)]


def test_text_for_more_than_one_cue_becomes_two() -> None:
    """Nothing is cut off and no line is too long."""
    long = replace(GOOD[1], lines=("Wir schliefen in einem Haus mit einem sehr großen Garten dahinter, " * 2,))
    result = taken((GOOD[0], long))
    assert [v.rule for v in result.violations if v.rule in ("line_too_long", "too_many_lines")] == []
    assert " ".join(line for c in result.cues[1:] for line in c.lines) == " ".join(long.lines[0].split())


def test_a_name_that_nobody_said_is_a_remark() -> None:
    """Only a person can tell whether it is the removed one in other words."""
    french = (Cue(0, 2400, ("Je suis venu avec [nom].",), None, True), Cue(2480, 5000, ("Puis Omar a dormi là.",)))
    heard = ["جئت", "مع", "ثم", "نام", "عمر", "هناك"]
    remarks = [
        take_translation(SOURCE, cues, language="fr", aspect=Aspect.WIDE, frame_rate=Fraction(25), heard=heard).remarks
        for cues in (french, (french[0], replace(french[1], lines=("Puis Bilal a dormi là.",))))
    ]
    assert [[r.cue for r in found] for found in remarks] == [[], [2]]


def test_lines_that_do_not_fit_are_broken_anew() -> None:
    """One long line becomes two good ones; words are kept."""
    long = replace(GOOD[1], lines=("Wir schliefen in einem Haus mit einem sehr großen Garten dahinter.",))
    cue = taken((GOOD[0], long)).cues[1]
    assert len(cue.lines) == 2
    assert " ".join(cue.lines) == long.lines[0]


def test_a_translation_too_long_to_read_is_listed_by_the_linter() -> None:
    """The report says cue, figure and limit."""
    long = replace(GOOD[1], lines=("Wir haben damals alle zusammen", "in einem Haus geschlafen."))
    assert ("reading_speed", 2) in [(v.rule, v.cue) for v in taken((GOOD[0], long)).violations]


def test_the_srt_goes_out_and_comes_back_through_pysrt() -> None:
    """What a translator edits in his subtitle editor."""
    items = to_pysrt(SOURCE)
    for item, cue in zip(items, GOOD, strict=True):
        item.text = "\n".join(cue.lines)
    assert from_pysrt(items) == GOOD


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_sheet_goes_out_and_comes_back(form) -> None:
    """Only the last column is read back; the rest is ours."""
    blank = translator_lines(SOURCE, language="de", aspect=Aspect.WIDE, draft=GOOD)
    lines = tuple(replace(line, translation=line.draft) for line in blank)
    if form == "csv":
        back = read_csv(write_csv(lines), blank, "t.csv")
    else:
        back = read_xlsx(write_xlsx(lines), blank, "t.xlsx")
    assert back == lines
    assert [" ".join(cue.lines) for cue in from_lines(back)] == [" ".join(cue.lines) for cue in GOOD]


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "-5", "+49", "'quoted"])
def test_no_cell_is_a_formula(tmp_path, text) -> None:
    """Speech that begins like a formula stays text, and comes back as it was."""
    (line,) = translator_lines([Cue(0, 2000, (text,))], language="de", aspect=Aspect.WIDE)
    lines = (replace(line, translation=text),)
    assert read_csv(write_csv(lines), lines, "t.csv") == lines
    assert read_xlsx(write_xlsx(lines), lines, "t.xlsx") == lines
    (tmp_path / "t.xlsx").write_bytes(write_xlsx(lines))
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    assert "f" not in {cell.data_type for cell in sheet[2]}
    assert not any(cell.startswith(("=", "@", "+", "-")) for cell in write_csv(lines).splitlines()[1].split(","))


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "number,translation\n9,Hallo\n"])
def test_a_foreign_sheet_is_refused_with_its_row(text) -> None:
    """Not ours, or rows that are not this clip's."""
    with pytest.raises(TranscriptFormatError, match=r"t\.csv, row \d"):
        read_csv(text, translator_lines(SOURCE, language="de", aspect=Aspect.WIDE), "t.csv")


def test_what_is_no_workbook_is_refused() -> None:
    """A renamed file."""
    with pytest.raises(TranscriptFormatError, match=r"t\.xlsx"):
        read_xlsx(b"not a zip", (), "t.xlsx")


def test_removed_words_are_the_telling_ones(plan, french, removal) -> None:
    """Names, not `avec`: small words are in every sentence."""
    hidden = plan((0, 8000), redactions=[removal(1850, 2900)])
    assert removed_words(hidden, {"r-1": french}) == ("Abou", "Khalid")


def test_a_translation_can_be_checked_like_a_transcript() -> None:
    """The checklist runs over what the translator wrote."""
    texts = [segment.text for segment in as_transcript(GOOD, "de").segments]
    assert texts == [
        "Ich kam gestern mit [Name entfernt].",
        "Wir schliefen in einem Haus.",
    ]


def test_two_languages_are_shown_side_by_side() -> None:
    """Cues that share time stand together."""
    merged = (Cue(0, 5000, ("Ich kam; wir schliefen.",)),)
    assert side_by_side(SOURCE, GOOD) == (((SOURCE[0],), (GOOD[0],)), ((SOURCE[1],), (GOOD[1],)))
    assert side_by_side(SOURCE, merged) == ((SOURCE, merged),)


def test_lines_that_came_back_as_they_went_out_are_counted() -> None:
    """Short ones, such as a name, are not: they may be the same in both languages."""
    source = [Cue(0, 1000, ("Mosul, Raqqa",)), Cue(2000, 3000, ("we slept there",)), Cue(4000, 5000, ("I went home",))]
    back = [Cue(0, 1000, ("Mosul, Raqqa",)), Cue(2000, 3000, ("We slept", "there.")), Cue(4000, 5000, ("Je partis",))]
    assert unchanged(source, back) == (1, 2)


def test_of_several_languages_the_one_of_most_kept_words_is_spoken(plan, transcript, segment) -> None:
    """Whatever the recording began in."""
    asked = segment("s1", "where did you go", 0, language="en")
    told = segment("s2", "à la maison avec eux tous", 3000)
    said = {"r-1": transcript(asked, told, language="fr")}
    assert spoken_language(plan((0, 2000)), said) == "en"
    assert spoken_language(plan((0, 9000)), said) == "fr"
