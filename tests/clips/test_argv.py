"""What ffmpeg is told: pure functions, so that no media is needed to see it."""

from fractions import Fraction
from pathlib import Path

import pytest

from clips.filtergraph import Target, picture_argv
from clips.geometry import shape_of
from clips.loudness import Levelling, Loudness, corrected, level_to, read_loudness
from clips.profiles import PROFILES
from clips.redaction import Hidden
from clips.soundgraph import Clock, Take, finish_argv, sound_argv
from clips.sources import SourceFacts
from pipeline.domain import Aspect, Passage, PictureStream, RedactionKind, Span
from pipeline.errors import FfmpegError
from pipeline.ffmpeg import CONTAINERS

CLOCK = Clock(Fraction(25), 50, 175)
PICTURE = PictureStream(0, "h264", 1280, 720, Fraction(25), 0, Fraction(1))


def take(number: int = 0, hidden: tuple[Hidden, ...] = ()) -> Take:
    passage = Passage("r-1", Span(60_000, 62_000), 50 + 50 * number, 50, 2_000, 4_000)
    return Take(passage, Path("/media/concat:x.mp4"), 2, PICTURE, 55_000, SourceFacts(), hidden)


def inputs(argv: list[str]) -> dict[str, list[str]]:
    """Each input with the options that stand before it."""
    found, options = {}, []
    for word in argv:
        options.append(word)
        if len(options) > 1 and options[-2] == "-i":
            found[word], options = options, []
    return found


def target(name: str) -> Target:
    return Target(shape_of(Aspect.WIDE, 720), Path(f"/work/{name}.mp4"), Path("/work/t.ass"), None, None, None)


def test_recordings_are_opened_with_a_leash() -> None:
    """Playlists are refused, names are files, reading starts at the entry and ends after the passage."""
    for argv in (
        sound_argv([take(), take(1)], CLOCK, Path("/work/s.wav")),
        picture_argv(
            [take(), take(1)], (), CLOCK, [target("a")], Path("/work/s.wav"), PROFILES["standard"], Path("/f")
        ),
    ):
        options = inputs(argv)["file:/media/concat:x.mp4"]
        assert options[options.index("-format_whitelist") + 1] == CONTAINERS
        assert options[options.index("-protocol_whitelist") + 1] == "file,pipe"
        assert options[options.index("-ss") + 1] == "55.000"
        assert options[options.index("-t") + 1] == "9.000"


def test_streams_are_chosen_by_index() -> None:
    """The same track that was listened to, never ffmpeg's own choice."""
    argv = sound_argv([take()], CLOCK, Path("/work/s.wav"))
    assert "[0:2]asetpts" in argv[argv.index("-filter_complex") + 1]


def test_every_output_is_clean() -> None:
    """No metadata, no chapters, no other streams, no signature, in each of the outputs."""
    targets = [target("a"), target("b")]
    argv = picture_argv([take()], (), CLOCK, targets, Path("/work/s.wav"), PROFILES["standard"], Path("/f"))
    for flag in ("-map_metadata", "-map_metadata:s", "-map_chapters", "-sn", "-dn", "-bsf:v", "-movflags", "-frames:v"):
        assert argv.count(flag) == len(targets)
    assert argv.count("filter_units=remove_types=6") == len(targets)
    assert "copy" not in argv


def test_sound_is_muted_before_anything_is_laid_over_it() -> None:
    """In blocks of a millisecond, on the stereo sum of all channels."""
    hidden = Hidden(RedactionKind.TONE, 24_000, 48_000, "x-1")
    argv = sound_argv([take(hidden=(hidden,))], CLOCK, Path("/work/s.wav"))
    graph = argv[argv.index("-filter_complex") + 1]
    assert graph.index("asetnsamples=n=48:p=0") < graph.index("volume=0") < graph.index("adelay")
    assert "between(t\\,0.4995\\,0.9995)" in graph
    tone = finish_argv([take(hidden=(hidden,))], CLOCK, LOUD, PROFILES["standard"], Path("/a"), Path("/b"))
    assert "not(between(t\\,2.4995\\,2.9995))" in tone[tone.index("-filter_complex") + 1]


LOUD = Levelling(4.0, False)


def test_silence_is_not_brought_up() -> None:
    """A clip without speech keeps its level: no noise at -16 LUFS."""
    assert level_to(Loudness(-70.0, -70.0), PROFILES["standard"]) == Levelling(0.0, False)


def test_peaks_are_limited_only_where_they_have_to_be() -> None:
    """One gain for the whole voice; a limiter when that would be too high."""
    assert level_to(Loudness(-20.0, -9.0), PROFILES["standard"]) == Levelling(4.0, False)
    assert level_to(Loudness(-30.0, -9.0), PROFILES["standard"]) == Levelling(14.0, True)
    assert level_to(Loudness(-55.0, -40.0), PROFILES["standard"]).gain_db == 30.0  # no more: that would be noise
    argv = finish_argv([take()], CLOCK, Levelling(14.0, True), PROFILES["standard"], Path("/a"), Path("/b"))
    assert "alimiter=attack=5:latency=true:level=false:limit=0.7499" in argv[argv.index("-filter_complex") + 1]


def test_a_second_attempt_makes_up_for_what_the_limiter_took() -> None:
    """By what is missing, but never by more than 6 dB in all, and not for a trifle."""
    standard, first = PROFILES["standard"], Levelling(14.0, True)
    assert corrected(first, first, Loudness(-17.0, -2.5), standard) == Levelling(15.0, True)
    assert corrected(first, first, Loudness(-24.0, -2.5), standard) == Levelling(20.0, True)
    assert corrected(Levelling(20.0, True), first, Loudness(-17.0, -2.5), standard) is None
    assert corrected(first, first, Loudness(-16.2, -2.5), standard) is None


def test_loudness_is_read_from_the_log() -> None:
    """The summary at the end; silence has no peak."""
    log = "  Integrated loudness:\n    I:   -20.1 LUFS\n    Threshold: -30 LUFS\n  True peak:\n    Peak:   -3.2 dBFS\n"
    assert read_loudness(log) == Loudness(-20.1, -3.2)
    assert read_loudness(log.replace("-20.1", "-70.0").replace("-3.2", "-inf")).is_silent
    with pytest.raises(FfmpegError, match="no loudness"):
        read_loudness("size=N/A time=00:00:01.00")


def test_frames_become_samples_without_drift() -> None:
    """An hour of 29.97 frames is off by less than one sample."""
    clock = Clock(Fraction(30_000, 1_001), 0, 0)
    assert clock.samples(107_892) == round(107_892 * 1_601.6)
