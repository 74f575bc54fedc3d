"""Labels for those who do not hear, shorter words for those who cannot read so fast, and cuts."""

from fractions import Fraction

from pipeline import ffmpeg
from pipeline.domain import Aspect, Cue, Speaker
from subtitles.quality import check_cues
from subtitles.relief import compact, without_fillers
from subtitles.sdh import Sound, labelled, with_sounds
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
