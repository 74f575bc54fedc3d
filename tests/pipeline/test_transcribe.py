"""Recording → transcript: nothing lost at the seams, nothing done twice, every word timed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from pipeline.canonical import to_text
from pipeline.chunks import quietest_ms, split_at_pauses
from pipeline.domain import Span, Transcript, Word
from pipeline.engines.engine import Heard
from pipeline.errors import PipelineError
from pipeline.sound import Samples, read_sound, sound_duration_ms
from pipeline.spoken_language import likely_language
from pipeline.transcribe import Engine, hear_stretch, transcribe_recording, whisper_code, with_times

WriteWav = Callable[[Samples], Path]


class FakeEngine:
    """Hears one word for every second that is not silent, and counts what it is asked."""

    name = "fake"
    model = "none"
    at_once = 1

    def __init__(self, fail_at: int | None = None) -> None:
        self.asked: list[tuple[int, bool]] = []
        self.fail_at = fail_at

    def transcribe(self, samples: Samples, language: str, *, translate: bool = False) -> tuple[Heard, ...]:
        """A word a second; fails at the call number `fail_at`."""
        if self.fail_at is not None and len(self.asked) == self.fail_at:
            raise PipelineError("out of memory")
        self.asked.append((len(samples), translate))
        if translate:
            return (Heard("in English", None, ()),)
        seconds = [n for n in range(len(samples) // 16000) if np.any(samples[n * 16000 : (n + 1) * 16000])]
        spans = [Span(n * 1000 + 100, n * 1000 + 900) for n in seconds]
        return tuple(Heard("word", span, (Word("word", span, 0.9),)) for span in spans)

    def detect_language(self, samples: Samples) -> tuple[str, float]:
        """French where there is sound, Welsh where there is none."""
        return ("fr", 0.95) if np.abs(samples[:16000]).max() > 0.01 else ("cy", 0.3)


@pytest.fixture
def talk(jfk: Path, write_wav: WriteWav) -> Path:
    """44 s: the same 11 s of speech, four times."""
    return write_wav(np.tile(read_sound(jfk), 4))


def run(
    engine: Engine, sound: Path, saved: Path, *, language: str | None = "en", translate: bool = False
) -> Transcript:
    """Recognition in stretches of about 10 s."""
    return transcribe_recording(engine, sound, language=language, translate=translate, chunk_ms=10_000, saved=saved)


def test_real_recording_becomes_a_whole_transcript(fast_engine: Engine, jfk: Path, tmp_path: Path) -> None:
    """Every word is timed, in order and inside the file; voice is found; ids are counted."""
    transcript = run(fast_engine, jfk, tmp_path, language=None)
    words = [w for s in transcript.segments for w in s.words]
    assert transcript.language == "en"
    assert len(words) == 22
    assert all(w.span.duration_ms > 0 for w in words)
    assert all(a.span.end_ms <= b.span.start_ms for a, b in pairwise(words))
    assert words[-1].span.end_ms <= sound_duration_ms(jfk)
    assert transcript.voiced
    assert [s.id for s in transcript.segments] == [f"s{n + 1}" for n in range(len(transcript.segments))]
    for segment in transcript.segments:
        assert segment.text.split() == [w.text for w in segment.words]


def test_same_sound_gives_the_same_transcript(
    fast_engine: Engine, jfk: Path, write_wav: WriteWav, tmp_path: Path
) -> None:
    """Twice from nothing, in two stretches: the same JSON, byte for byte."""
    talk = write_wav(np.tile(read_sound(jfk), 2))
    first = run(fast_engine, talk, tmp_path / "first")
    second = run(fast_engine, talk, tmp_path / "second")
    assert to_text(first) == to_text(second)
    assert sum("country" in w.text for s in first.segments for w in s.words) == 4


def test_stretches_cover_the_recording_once(talk: Path, tmp_path: Path) -> None:
    """What the engine is given is the whole sound, each sample once."""
    engine = FakeEngine()
    run(engine, talk, tmp_path)
    assert len(engine.asked) > 2
    assert sum(length for length, _ in engine.asked) == len(read_sound(talk))


def test_failure_is_not_swallowed_and_work_goes_on_where_it_stopped(talk: Path, tmp_path: Path) -> None:
    """A stretch that fails fails the run; the next run asks only for what is missing."""
    broken = FakeEngine(fail_at=2)
    with pytest.raises(PipelineError, match="out of memory"):
        run(broken, talk, tmp_path)
    whole = FakeEngine()
    expected = run(whole, talk, tmp_path / "elsewhere")
    resumed = FakeEngine()
    assert run(resumed, talk, tmp_path) == expected
    assert resumed.asked == whole.asked[2:]


def test_finished_work_is_not_done_again_and_other_wishes_are(talk: Path, tmp_path: Path) -> None:
    """The same call asks nothing; another language asks everything."""
    run(FakeEngine(), talk, tmp_path)
    again, other = FakeEngine(), FakeEngine()
    run(again, talk, tmp_path)
    run(other, talk, tmp_path, language="de")
    assert again.asked == []
    assert len(other.asked) > 2


def test_progress_ends_at_the_end(talk: Path, tmp_path: Path) -> None:
    """Progress counts milliseconds up to the length of the recording."""
    told: list[tuple[int, int]] = []
    transcribe_recording(
        FakeEngine(),
        talk,
        language="en",
        translate=False,
        chunk_ms=10_000,
        saved=tmp_path,
        progress=lambda done, total: told.append((done, total)),
    )
    assert told[0] == (0, 44_000)
    assert told[-1] == (44_000, 44_000)
    assert told == sorted(told)


def test_translation_beside_every_segment_that_is_not_english(talk: Path, tmp_path: Path) -> None:
    """Each segment's own sound is translated; English is left alone."""
    german = run(FakeEngine(), talk, tmp_path / "de", language="de-AT", translate=True)
    english = run(FakeEngine(), talk, tmp_path / "en", language="en-GB", translate=True)
    assert {s.translation for s in german.segments} == {"in English"}
    assert {s.translation for s in english.segments} == {None}
    assert german.language == "de-AT"


class Mixed(FakeEngine):
    """Hears French in each stretch's first second, and what was named first in the others."""

    def transcribe_mixed(self, samples: Samples, languages: Sequence[str]) -> tuple[Heard, ...]:
        """See the class."""
        heard = self.transcribe(samples, languages[0])
        return (replace(heard[0], language="fr"), *(replace(h, language=languages[0]) for h in heard[1:]))


def test_several_named_languages_are_told_segment_by_segment(talk: Path, tmp_path: Path) -> None:
    """The transcript is in the one that was named first; an engine that hears only one refuses."""
    mixed = run(Mixed(), talk, tmp_path / "mixed", language="ar,fr")
    assert mixed.language == "ar"
    assert {s.language for s in mixed.segments} == {"ar", "fr"}
    with pytest.raises(PipelineError, match="one language"):
        run(FakeEngine(), talk, tmp_path / "one", language="ar,fr")


def test_silence_has_no_segments_and_asks_no_engine(write_wav: WriteWav, tmp_path: Path) -> None:
    """Where nobody speaks the engine is not even asked: it would invent words."""
    engine = FakeEngine()
    silence = run(engine, write_wav(np.zeros(40 * 16000, np.float32)), tmp_path, language=None)
    assert (silence.segments, silence.voiced, silence.language) == ((), (), "und")
    assert engine.asked == []


def test_language_is_heard_where_someone_speaks(jfk: Path, write_wav: WriteWav) -> None:
    """40 s of silence in front do not decide the language."""
    late = write_wav(np.concatenate((np.zeros(40 * 16000, np.float32), read_sound(jfk))))
    assert likely_language(FakeEngine(), late, (Span(40_300, 50_000),)) == "fr"


def test_tags_become_the_codes_that_whisper_knows() -> None:
    """Regions are dropped and Norwegian has one code."""
    assert [whisper_code(t) for t in ("pt-BR", "nb", "AR")] == ["pt", "no", "ar"]


def test_seams_lie_in_pauses() -> None:
    """The longest pause near the wanted length is the seam, in its middle."""
    voiced = (Span(0, 9000), Span(9100, 10_500), Span(11_500, 30_000))
    assert split_at_pauses(30_000, voiced, 10_000, lambda window: window.start_ms + 1000) == (
        Span(0, 11_000),
        Span(11_000, 19_500),
        Span(19_500, 30_000),
    )


def test_quietest_moment_is_found() -> None:
    """The middle of 100 ms of silence in noise."""
    samples = np.random.default_rng(2).normal(0, 0.1, 32000).astype(np.float32)
    samples[16000:17600] = 0
    assert abs(quietest_ms(samples) - 1050) <= 10


def test_loop_in_the_last_moment_pushes_no_real_word_aside() -> None:
    """A hundred invented words in the last 100 ms take only the room they have."""
    real = Heard("real words", Span(0, 1000), (Word("real", Span(0, 500)), Word("words", Span(500, 1000))))
    loop = Heard("x " * 100, Span(1000, 1100), tuple(Word("x", Span(1000, 1000)) for _ in range(100)))
    segments = with_times([real, loop], Span(0, 1100))
    assert segments[0].words == real.words
    assert segments[1].words[-1].span.end_ms == 1100


def test_words_past_the_end_are_brought_back_inside() -> None:
    """A word that begins where the sound ends gets a millisecond of it."""
    last = Heard("you", Span(2000, 2400), (Word("you", Span(2000, 2400)),))
    first = Heard("thank", Span(1500, 2000), (Word("thank", Span(1500, 2000)),))
    segments = with_times([first, last], Span(0, 2000))
    assert segments[1].span == Span(1999, 2000)
    assert segments[0].span == Span(1500, 1999)


def test_a_stretch_heard_again_is_split_at_pauses_too(talk: Path, tmp_path: Path) -> None:
    """No longer than others, from its own start to its end; another language than the first is noted."""
    known = replace(run(FakeEngine(), talk, tmp_path / "first"), language="ar")
    engine = FakeEngine()
    again = hear_stretch(engine, talk, Span(3_000, 40_000), "en", known, 10_000, tmp_path / "again")
    assert sum(samples for samples, _ in engine.asked) == 37_000 * 16
    assert max(samples for samples, _ in engine.asked) <= 12_500 * 16
    assert {s.language for s in again.segments} == {"en"}
