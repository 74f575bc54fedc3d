"""Another reader: his words found in the cues, laid where they stand, and nothing of the recording beside him."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clips.render
from clips.expected import Expected, normalised
from clips.render import render
from clips.revoicing import align, named_again
from clips.samples import read_channels, read_clip_sound
from clips.verify import verify_rendition
from clips.verify_voice import check_read_words
from clips.verify_words import HeardWord
from pipeline.domain import Cue, ReadCue, Redaction, RedactionKind, Revoicing, Span, Verification, Voice, Word
from pipeline.errors import PipelineError, RefusedError
from pipeline.ffmpeg import file_url, probe, run

CUES = (
    Cue(500, 2_000, ("They told me", "never to go home.")),
    Cue(2_200, 3_000, ("[name removed]",)),
    Cue(3_200, 5_000, ("There was no work", "and no pay.")),
)
SPEECH = Path(__file__).parents[1] / "data" / "jfk.flac"
READER = Path(__file__).parents[1] / "data" / "sense_0870.wav"
WORDS = (("And", 320, 660), ("so", 660, 900), ("my", 900, 1_120), ("fellow", 1_120, 1_480), ("Americans", 1_480, 2_400))


def said(text: str, start_ms: int = 1_000, each_ms: int = 200) -> list[Word]:
    return [
        Word(word, Span(start_ms + n * each_ms, start_ms + n * each_ms + each_ms - 50))
        for n, word in enumerate(text.split())
    ]


READ = "They told me never to go home. There was no work and no pay."


def test_each_cue_gets_what_was_read_of_it() -> None:
    """Where the cue stands; what replaces a removed name is read by nobody."""
    found = align(CUES, said(READ), 6_000)
    assert [(c.number, c.clip_start_ms) for c in found.cues] == [(1, 500), (3, 3_200)]
    assert found.cues[0].span.end_ms <= 2_400 <= found.cues[1].span.end_ms
    assert (found.missing, found.additional) == ((), 0)


def test_what_was_left_out_is_told_and_what_was_added_between_is_cut_away() -> None:
    """A greeting before it, and the second sentence never read."""
    found = align(CUES, said("Hello this is reader number four They told me never to go home."), 6_000)
    assert found.missing == (3,)
    assert found.additional == 6
    assert found.cues[0].span.start_ms >= 1_000 + 6 * 200 - 80


def test_misheard_words_at_an_edge_are_not_cut_off() -> None:
    """An engine that writes `day` and `hay`."""
    whole, misheard = align(CUES, said(READ), 6_000), align(CUES, said(READ.replace("They", "Day")), 6_000)
    assert misheard.cues[0].span == whole.cues[0].span


def test_sentences_of_his_own_inside_a_cue_are_refused() -> None:
    """Nobody has read or signed them."""
    with pytest.raises(RefusedError) as caught:
        align(CUES, said("They told me that the brothers were waiting for us there never to go home."), 9_000)
    assert caught.value.reasons == ("in cue 1: 15 words for 7",)


HIDDEN = (Cue(500, 4_000, ("They told me that", "[name removed] was not there."), redacted=True),)


@pytest.mark.parametrize(
    ("text", "strange"),
    [
        ("They told me that Abu Omar was not there.", 2),
        ("They told me that Omar was there.", 1),
        ("They told me Omar was not there.", 1),
        ("Omar They told me that was not there.", 1),
    ],
    ids=["inside", "a word less", "for a word", "before it"],
)
def test_nothing_is_said_where_words_were_removed(text: str, strange: int) -> None:
    """Where a token stands the engine may mishear a letter, and no more."""
    with pytest.raises(RefusedError) as caught:
        align(HIDDEN, said(text), 9_000)
    assert caught.value.reasons == (f"in cue 1: {strange} words that it does not have",)


def test_a_cue_with_a_token_is_read_without_it() -> None:
    """Also by a reader who says his number first, after which he pauses, and whose one letter is misheard."""
    greeting = said("This is reader four", 0, 100)
    found = align(HIDDEN, [*greeting, *said("They told me that was not these", 2_000)], 9_000)
    assert ([c.number for c in found.cues], found.additional) == ([1], 4)


def test_a_reader_who_cannot_keep_up_is_refused() -> None:
    """Later than the subtitles by more than a second and a half."""
    with pytest.raises(PipelineError, match="too slow"):
        align(CUES, said(READ, each_ms=900), 20_000)


@pytest.mark.parametrize(
    ("text", "removed", "count"),
    [
        ("Brooks told me", "Brooks", 1),
        ("Brook told me", "Brooks", 1),
        ("Kareem told me", "Karim", 1),
        ("خالد told me", "Khalid", 1),
        ("Khaled, told me", "خالد", 1),
        ("They held me", "خالد", 0),
        ("They told me", "told", 0),
    ],
)
def test_removed_words_are_found_in_a_reading(text: str, removed: str, count: int) -> None:
    """Also in another spelling or script; not when the subtitles have them, and no word that is no name."""
    assert named_again(text.split(), [removed], ["They", "told", "me"]) == count


@pytest.fixture(scope="module", name="read")
def read_(
    make_recording: Callable[..., Path], make_studio: Callable[..., Any], spoken: Callable[..., Any],
    parrot_: Callable[[Sequence[tuple[str, int, int]]], Any], tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, Path, Expected]:  # fmt: skip
    """A clip in which somebody else is heard, its source, and what it was compared with."""
    source = make_recording("spoken.mkv", seconds=6, sound=SPEECH, sound_filter="aresample=48000")
    where = make_studio(source, folder=tmp_path_factory.mktemp("read"), transcripts={"r-0": spoken(WORDS, 6_000)})
    made = Revoicing("v-1", "0" * 64, "en", "0" * 64, (ReadCue(1, 400, Span(1_000, 3_400)),), (), 0)
    plan = replace(where.plan((0, 120, 4_520)), voice=Voice.REVOICED, revoicing=made)
    order = where.order(plan, cues={"en": [CUES[0]]}, engine=parrot_([("They", 400, 800), ("told", 800, 1_000), ("me", 1_000, 1_200), ("never", 1_200, 1_400)]))  # fmt: skip # noqa: E501
    compared: list[Expected] = []

    def noted(path: Path, expected: Expected, *rest: Any) -> Verification:
        compared.append(expected)
        return verify_rendition(path, expected, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clips.render, "verify_rendition", noted)
        order = replace(order, reading=READER)
        (rendition,) = render(plan, where.permit(plan, order), order, where.folder)
    names = {c.name for c in rendition.verification.checks}
    assert {"reader", "recorded voice", "kept words", "labels"} <= names
    return where.folder / rendition.file_name, source, compared[0]


@pytest.fixture(scope="module", name="parrot_")
def parrot_fixture(make_studio: Callable[..., Any]) -> Callable[[Sequence[tuple[str, int, int]]], Any]:
    """An engine that hears these words."""
    from pipeline.engines.engine import Heard

    class Hears:
        name = model = "hears"

        def __init__(self, words: Sequence[tuple[str, int, int]]) -> None:
            self.words = tuple(Word(text, Span(start + 300, end + 300)) for text, start, end in words)

        def transcribe(self, samples: Any, language: str, *, translate: bool = False) -> tuple[Heard, ...]:
            return (Heard(" ".join(w.text for w in self.words), None, self.words),)

        def detect_language(self, samples: Any) -> tuple[str, float]:
            return "en", 1.0

    return Hears


def test_only_the_reader_is_heard_and_only_where_he_reads(read: tuple[Path, Path, Expected]) -> None:
    """Silence before and after."""
    heard = read_clip_sound(read[0])
    assert np.abs(heard[: 380 * 48]).max() < 1e-3
    assert np.abs(heard[450 * 48 : 2_700 * 48]).max() > 0.05
    assert np.abs(heard[2_850 * 48 :]).max() < 1e-3


def test_the_recorded_voice_under_the_reader_is_refused(
    read: tuple[Path, Path, Expected], parrot_: Callable[..., Any], tmp_path: Path
) -> None:
    """A fifth of it is enough; and without the reader nothing is as it was meant."""
    clip, source, expected = read
    heard = read_clip_sound(clip).copy()
    theirs = read_channels(source, probe(source), Span(120, 4_520))[:, [0, 0]]
    heard[: len(theirs)] += 0.2 * theirs
    words = parrot_([("They", 400, 800), ("told", 800, 1_000), ("me", 1_000, 1_200), ("never", 1_200, 1_400)])
    leaky = verify_rendition(with_sound(clip, heard, tmp_path / "16x9.mp4"), expected, words)
    assert "recorded voice" in {c.name for c in leaky.checks if not c.passed}
    other = verify_rendition(with_sound(clip, heard[::-1], tmp_path / "16x9.mp4"), expected, words)
    assert "reader" in {c.name for c in other.checks if not c.passed}


@pytest.mark.parametrize(("written", "passes"), [("Kareem", False), ("كريم", False), ("never", True)])
def test_a_removed_name_in_another_spelling_is_a_fault_of_the_finished_clip(
    read: tuple[Path, Path, Expected], spoken: Callable[..., Any], written: str, passes: bool
) -> None:
    """The engine that listens to it spells by ear."""
    removed = Redaction("x-1", "r-0", RedactionKind.SILENCE, Span(300, 920))
    plan = replace(read[2].plan, redactions=(removed,))
    expected = replace(read[2], plan=plan, transcripts={"r-0": spoken((("Karim", 320, 900),), 6_000)})
    heard = [HeardWord(normalised(written), Span(500, 900), written)]
    found = {c.name: c.passed for c in check_read_words(expected, heard)}
    assert found["removed words"] is passes


def with_sound(clip: Path, sound: Any, out: Path) -> Path:
    raw = out.with_suffix(".f32")
    raw.write_bytes(np.ascontiguousarray(sound, "<f4").tobytes())
    other = ["-f", "f32le", "-ar", "48000", "-ac", "2", "-i", file_url(raw)]
    run(["-v", "error", "-y", "-i", file_url(clip), *other, "-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", "aac",
         "-fflags", "+bitexact", "-flags:a", "+bitexact", "-movflags", "+faststart", file_url(out)])  # fmt: skip
    return out
