"""The linter: each rule fires on the fault it names and on nothing else."""

from fractions import Fraction

import pytest

from pipeline.domain import Aspect, Cue
from subtitles.clipwords import ClipWord
from subtitles.quality import check_cues

CLEAN = Cue(0, 2000, ("They came back home.",))


def rules(*cues, aspect=Aspect.WIDE, language="en", **more):
    return [(v.rule, v.cue) for v in check_cues(cues, language=language, aspect=aspect, **more)]


def test_a_clean_cue_breaks_no_rule() -> None:
    """Nothing is reported where nothing is wrong."""
    assert rules(CLEAN) == []


@pytest.mark.parametrize(
    ("cue", "rule"),
    [
        (Cue(0, 5000, ("x" * 20 + " " + "y" * 22,)), "line_too_long"),
        (Cue(0, 5000, ("one line", "two lines", "three lines")), "too_many_lines"),
        (Cue(0, 2000, ("This is more than forty characters.", "And still more.")), "reading_speed"),
        (Cue(0, 800, ("Not this.",)), "too_short"),
        (Cue(0, 7100, ("This one stays forever.",)), "too_long"),
        (Cue(500, 500, ("No time.",)), "ends_before_start"),
        (Cue(0, 2000, ("",)), "empty_cue"),
    ],
)
def test_a_hard_fault_of_one_cue_is_named(cue, rule) -> None:
    """The rule, the cue and that it is hard."""
    found = [v for v in check_cues([cue], language="en", aspect=Aspect.WIDE) if v.hard]
    assert (rule, 1) in [(v.rule, v.cue) for v in found]


@pytest.mark.parametrize(
    ("gap", "rule"),
    [(-40, "overlap"), (40, "gap_too_small"), (80, None), (120, "gap_left_open"), (480, "gap_left_open"), (520, None)],
)
def test_gaps_are_two_frames_or_half_a_second(gap, rule) -> None:
    """At 25 frames a second: 80 ms exactly, or 500 ms and more."""
    after = Cue(2000 + gap, 4000 + gap, ("We saw them all.",))
    assert rules(CLEAN, after) == ([(rule, 1)] if rule else [])


def test_the_smallest_gap_follows_the_frame_rate() -> None:
    """Two frames are 33 ms at 60 frames a second."""
    after = Cue(2034, 4000, ("We saw them all.",))
    assert rules(CLEAN, after, frame_rate=Fraction(60)) == []


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, 0, []),
        (-120, 120, []),
        (-160, 0, ["start_off_speech"]),
        (0, 300, ["end_off_speech"]),
        (600, 0, ["start_away_from_speech"]),
        (0, 700, ["end_away_from_speech"]),
        (0, -100, ["cut_off"]),
    ],
)
def test_distance_from_the_speech_is_judged_when_the_words_are_known(start, end, expected) -> None:
    """120 ms is soft, half a second is hard, and no cue leaves while its last word sounds."""
    words = [
        ClipWord(w, 1000 + 500 * n, 1500 + 500 * n, None, False, None, 0)
        for n, w in enumerate(["They", "came", "home."])
    ]
    cue = Cue(1000 + start, 2500 + end, ("They came home.",))
    assert [rule for rule, _ in rules(cue, words=words)] == expected


@pytest.mark.parametrize(
    ("lines", "after", "rule"),
    [
        (("We went to the",), "house.", "break_after_function_word"),
        (("We went with my friend and",), "his mother.", "break_after_function_word"),
        (("We talked to John",), "Smith about it.", "break_in_name_or_number"),
        (("They paid 40",), "million for it.", "break_in_name_or_number"),
        (("It was over. They",), "went home.", "spans_sentence_end"),
        (("Really?",), "I went home.", "one_word"),
    ],
)
def test_a_bad_break_between_cues_is_soft(lines, after, rule) -> None:
    """Where a sentence is parted matters for reading, not for correctness."""
    found = check_cues([Cue(0, 3000, lines), Cue(3080, 6000, (after,))], language="en", aspect=Aspect.WIDE)
    assert rule in [v.rule for v in found if v.cue == 1 and not v.hard]


@pytest.mark.parametrize(
    ("lines", "rule"),
    [
        (("We all went home", "today."), "one_word"),
        (("We all went home very", "late tonight"), "needless_line_break"),
        (("We all went home very late in the night", "and then slept."), "top_heavy"),
        (("Then we", "all went home very late in the dark night."), "unbalanced"),
    ],
)
def test_bad_lines_are_soft(lines, rule) -> None:
    """The bottom line is the longer one, but not by too much, and there is one only when needed."""
    assert (rule, 1) in rules(Cue(0, 5000, lines))


def test_two_whole_short_sentences_may_share_a_cue() -> None:
    """BBC 3.9: short sentences may merge; only the end of one with the start of another is a fault."""
    assert rules(Cue(0, 3000, ("They came back. We left.",))) == []


def test_a_title_does_not_end_a_sentence() -> None:
    """`Dr.` goes on."""
    assert rules(Cue(0, 3000, ("We saw Dr. Khan there.",))) == []


def test_limits_follow_language_shape_and_kind() -> None:
    """Three lines only in 9:16; Arabic may be faster; a French translation must be slower."""
    three = Cue(0, 4000, ("one two three", "four five six", "seven eight nine"))
    assert ("too_many_lines", 1) in rules(three)
    assert ("too_many_lines", 1) not in rules(three, aspect=Aspect.TALL)
    fast = Cue(0, 2000, ("x" * 21 + " " + "y" * 20,))
    assert [r for r, _ in rules(fast, language="ar")] == ["comfortable_speed"]
    assert ("reading_speed", 1) in rules(Cue(0, 2000, ("x" * 17 + " " + "y" * 18,)), language="fr", translation=True)


def test_vowel_marks_and_direction_marks_take_no_room() -> None:
    """42 letters with marks are 42 characters."""
    line = "\u200f" + "كَ" * 42
    assert ("line_too_long", 1) not in rules(Cue(0, 7000, (line,)), language="ar")


def test_a_violation_reads_as_one_line_without_the_text() -> None:
    """Rule, cue, figure and limit: what the linter prints holds no transcript text."""
    violation = check_cues([Cue(0, 500, ("secret",))], language="en", aspect=Aspect.WIDE)[0]
    assert str(violation) == "cue 1: too_short (hard): 500, limit 833"


@pytest.mark.parametrize(("language", "line"), [("ja", "私は学校に行きました"), ("zh", "我去了学校")])
def test_scripts_without_spaces_are_not_one_word(language, line) -> None:
    """A line of ten words in Japanese has no space either."""
    assert "one_word" not in [rule for rule, _ in rules(Cue(0, 4000, (line,)), language=language)]
