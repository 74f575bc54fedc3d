"""Labels for those who do not hear, shorter words for those who cannot read so fast, and cuts."""

from dataclasses import replace
from fractions import Fraction

import pytest
import yaml

from pipeline import ffmpeg
from pipeline.domain import Aspect, Cue, HeardSound, Sdh, Span, Speaker
from pipeline.errors import PipelineError
from subtitles.cues import make_cues
from subtitles.plain_sounds import unknown_words
from subtitles.plan_cues import plan_cues
from subtitles.quality import check_cues
from subtitles.relief import compact, without_fillers
from subtitles.sdh import ROLES, Sound, labelled, sounds_without_room, with_sounds
from subtitles.shots import clip_shot_changes, shot_change_argv, shot_changes


def test_roles_are_labelled_where_the_speaker_changes(say) -> None:
    """Role and colon at each turn, never a name."""
    asked = say("Where were you?", speaker=Speaker.INTERVIEWER)
    told = say("At home with them.", start_ms=3000, speaker=Speaker.INTERVIEWEE)
    assert [w.text for w in labelled((*asked, *told), "en")] == [
        "INTERVIEWER: Where", "were", "you?", "SPEAKER: At", "home", "with", "them.",
    ]  # fmt: skip


def test_one_voice_needs_no_label(say) -> None:
    """Labels stand only where it is unclear who speaks."""
    told = say("At home with them.", speaker=Speaker.INTERVIEWEE)
    assert labelled(told, "en") == told


def test_sounds_fill_pauses_and_never_displace_speech() -> None:
    """In brackets, clean by our own linter; where there is no time, the sound is listed as left out."""
    spoken = (Cue(0, 2000, ("They took us there.",)), Cue(8000, 10_000, ("Then it was quiet.",)))
    sounds = [Sound("door slams", 2100, 2600), Sound("coughs", 8500, 8600)]
    cues, left_out = with_sounds(
        spoken, sounds, language="en", aspect=Aspect.WIDE, frame_rate=Fraction(25), clip_end_ms=10_000
    )
    assert [cue.lines for cue in cues] == [("They took us there.",), ("[door slams]",), ("Then it was quiet.",)]
    assert left_out == (sounds[1],)
    assert check_cues(cues, language="en", aspect=Aspect.WIDE) == ()


PLACED = (
    HeardSound("r-1", Span(7_000, 8_500), "a door slams"),
    HeardSound("r-1", Span(4_600, 4_900), "says a name"),
    HeardSound("r-1", Span(15_000, 16_000), "laughs"),
    HeardSound("r-1", Span(2_000, 2_500), "coughs"),
)
"""In a pause; where the sound is removed; after the clip; under the speech."""


def test_a_plan_s_version_for_the_deaf_says_who_speaks_and_what_is_heard(plan, transcript, segment, removal) -> None:
    """In its own version of the spoken language only; removed speech is its token, a removed sound is not told."""
    asked = segment("s1", "Where were you when Karim came home?", 1_000, speaker=Speaker.INTERVIEWER)
    told = segment("s2", "I was with them.", 11_000, speaker=Speaker.INTERVIEWEE)
    said = {"r-1": transcript(asked, told)}
    made = replace(plan((0, 14_000), redactions=[removal(3_000, 3_400), removal(4_600, 4_700)]), sdh=Sdh(PLACED))
    texts = {
        language: [" ".join(cue.lines) for cue in plan_cues(made, said, language, Aspect.WIDE)]
        for language in ("en", "en-x-sdh")
    }
    assert not [text for text in texts["en"] if "SPEAKER" in text or "slams" in text]
    assert texts["en-x-sdh"][0].startswith("INTERVIEWER: Where were you when [removed]")
    assert texts["en-x-sdh"][-2:] == ["[a door slams]", "SPEAKER: I was with them."]
    with pytest.raises(PipelineError, match="made in en"):
        plan_cues(made, said, "fr-x-sdh", Aspect.WIDE)


def test_sounds_that_nobody_has_time_to_read_are_reported(plan, transcript, segment) -> None:
    """By their time, never by what they are; the plain version owes none."""
    said = {"r-1": transcript(segment("s1", "I was with them and waited.", 1_000))}
    made = replace(plan((0, 9_000)), sdh=Sdh(PLACED))
    cues = plan_cues(made, said, "en-x-sdh", Aspect.WIDE)
    assert sounds_without_room(made, "en-x-sdh", cues) == ("no room for the sound at 0:02.000 of the clip",)
    assert sounds_without_room(made, "en", cues) == ()


@pytest.mark.parametrize("aspect", Aspect)
def test_labels_and_sounds_keep_to_the_shape(say, aspect: Aspect) -> None:
    """A label that fills a line with its first word stands above it; a long sound has two lines."""
    first, *others = say("Nameremoved, where were you?", speaker=Speaker.INTERVIEWER)
    asked = (replace(first, text="[name removed],", redacted=True), *others)
    told = say("I was at home with them.", start_ms=5_000, speaker=Speaker.INTERVIEWEE)
    words = labelled((*asked, *told), "en", aspect)
    assert words[0].text == ("INTERVIEWER:" if aspect is Aspect.TALL else "INTERVIEWER: [name removed],")
    cues = make_cues(words, language="en", aspect=aspect, frame_rate=Fraction(25), clip_end_ms=20_000)
    heard = [Sound("a door slams and people shout", 9_500, 12_000)]
    cues, left_out = with_sounds(cues, heard, language="en", aspect=aspect, frame_rate=Fraction(25), clip_end_ms=20_000)
    assert not left_out
    assert not [v for v in check_cues(cues, language="en", aspect=aspect, words=words) if v.hard]


def test_every_language_of_the_roles_has_all_of_them(say) -> None:
    """And one that has none is labelled in English."""
    words = (*say("One.", speaker=Speaker.INTERPRETER), *say("Two.", start_ms=2_000, speaker=Speaker.INTERVIEWEE))
    languages = yaml.safe_load(ROLES.read_text(encoding="utf-8"))
    assert all(set(names) == {role.value for role in Speaker} for names in languages.values())
    assert len({labelled(words, language)[0].text for language in languages}) > 10
    assert labelled(words, "xx") == labelled(words, "en")


def test_fillers_and_repeats_go_only_when_asked_and_are_listed(say) -> None:
    """Hesitations and stutters; content words and removed speech stay."""
    kept, dropped = without_fillers(say("Uh, I I went, um, to the the house."), "en")
    assert " ".join(w.text for w in kept) == "I went, to the house."
    assert sorted(d.why for d in dropped) == ["filler", "filler", "repeat", "repeat"]


def test_numbers_are_compacted(say) -> None:
    """`twenty-five percent` is `25%`, `two` stays, and punctuation is kept."""
    words = compact(say("Only twenty-five percent, or thirty. Two came."), "en")
    assert " ".join(w.text for w in words) == "Only 25%, or 30. Two came."
    assert words[1].clip_end_ms == say("Only twenty-five percent,")[2].clip_end_ms


def test_cuts_are_found_in_the_picture(tmp_path) -> None:
    """ffmpeg's scene score finds where one colour follows another."""
    path = tmp_path / "two.mp4"
    ffmpeg.run(
        ["-v", "error", "-f", "lavfi", "-i", "color=red:s=64x64:r=25:d=1", "-f", "lavfi", "-i",
         "testsrc=s=64x64:r=25:d=1", "-filter_complex", "[0][1]concat=n=2", str(path)]
    )  # fmt: skip
    assert shot_changes(ffmpeg.run(shot_change_argv(path, 0))) == (1000,)


def test_cuts_are_put_on_the_clip_s_clock(plan) -> None:
    """Where spans meet, and what was found inside them."""
    made = plan((0, 2000), (10_000, 12_000), opening_ms=1000)
    assert clip_shot_changes(made, {"r-1": [500, 5000, 11_000]}) == (1000, 1500, 3000, 4000)


@pytest.mark.parametrize(
    ("language", "label"),
    [
        ("sr-Latn", "NOVINAR"),
        ("sr", "НОВИНАР"),
        ("sr-Latn-x-sdh", "NOVINAR"),
        ("ur", "صحافی"),
        ("uz", "MUXBIR"),
        ("cy", "INTERVIEWER"),
    ],
)
def test_roles_are_told_in_the_language_and_its_script(say, language: str, label: str) -> None:
    """English stands in where nobody wrote them down."""
    asked, told = (say("Ah.", start_ms=n * 3000, speaker=who) for n, who in enumerate(Speaker) if n < 2)
    words = labelled((*asked, *told), language)
    assert label in {w.text.partition(":")[0] for w in words}


@pytest.mark.parametrize(
    ("language", "text"),
    [("ru", "Ахмед смеётся"), ("ar", "أحمد يضحك"), ("ru", "дверь в Ракке"), ("fr", "Karim rit"),
     ("tr", "Mehmet gülüyor"), ("en", "Ахмед laughs"), ("ru", "ахмед смеётся"),
     ("de", "Ahmed lacht"), ("he", "דלת נטרקת")],
)  # fmt: skip
def test_words_that_nobody_can_read_may_be_names(language: str, text: str) -> None:
    """In languages whose names the checklist does not know."""
    assert unknown_words(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [("ru", "Дверь хлопает"), ("ar", "يضحك الرجل"), ("fr", "une porte claque"), ("tr", "kapı çarpıyor"),
     ("en", "A door slams"), ("de", "Tür schlägt zu"), ("fa", "صدای خنده"),
     ("sr", "смех"), ("sr-Latn", "smeh u daljini")],
)  # fmt: skip
def test_plain_sounds_are_known(language: str, text: str) -> None:
    """Vowel signs, articles and capitals make no difference."""
    assert unknown_words(text, language) == ()
