"""Redaction arithmetic: grown to the quiet, exact to the millisecond and the frame."""

from fractions import Fraction

import numpy as np
import pytest

from clips.redaction import (
    covered_frames,
    find_room,
    gate,
    grow,
    grown_to_even,
    hidden_in,
    of_fixed_length,
    require_supported,
)
from pipeline.domain import Passage, Redaction, RedactionKind, Region, Span
from pipeline.errors import PipelineError
from pipeline.sound import Samples

RATE = 16_000


def speech(*loud: tuple[int, int], duration_ms: int = 4_000) -> Samples:
    """Quiet noise with loud stretches (milliseconds)."""
    random = np.random.default_rng(5)
    sound = random.normal(0, 0.0005, duration_ms * 16).astype(np.float32)
    for start, end in loud:
        sound[start * 16 : end * 16] += random.normal(0, 0.1, (end - start) * 16).astype(np.float32)
    return sound


def test_it_grows_to_the_next_quiet_on_both_sides() -> None:
    """A word that the engine timed too short is hidden whole."""
    grown = grow(Span(1_500, 1_700), speech((1_200, 1_950)), 4_000, 150)
    assert 1_140 <= grown.start_ms <= 1_200
    assert 1_950 <= grown.end_ms <= 2_010


def test_it_is_never_less_than_the_padding() -> None:
    """Quiet right beside the word does not shorten it."""
    grown = grow(Span(1_500, 1_700), speech((1_500, 1_700)), 4_000, 150)
    assert grown.start_ms <= 1_350
    assert grown.end_ms >= 1_850


def test_a_stop_inside_a_word_is_no_gap() -> None:
    """Twenty quiet milliseconds are the closure of a `t`: it grows on."""
    grown = grow(Span(1_500, 1_700), speech((1_150, 1_300), (1_320, 1_900)), 4_000, 150)
    assert grown.start_ms < 1_150


def test_without_quiet_it_ends_at_the_quietest() -> None:
    """Where speech never stops, within reach of the padding."""
    sound = speech((0, 4_000))
    sound[1_200 * 16 : 1_240 * 16] *= 0.3
    grown = grow(Span(1_500, 1_700), sound, 4_000, 150)
    assert 1_190 <= grown.start_ms <= 1_220


def test_it_stays_inside_the_recording() -> None:
    """At both ends of the recording."""
    assert grow(Span(50, 100), speech((0, 200)), 4_000, 150).start_ms == 0
    assert grow(Span(3_900, 3_990), speech((3_700, 4_000)), 4_000, 150).end_ms == 4_000


def test_samples_may_start_later() -> None:
    """Only the surroundings need to be read from a long recording."""
    sound = speech((1_200, 1_950))
    whole = grow(Span(1_500, 1_700), sound, 4_000, 150)
    assert grow(Span(1_500, 1_700), sound[500 * 16 : 3_500 * 16], 4_000, 150, 500) == whole


@pytest.mark.parametrize(
    ("span", "placed"),
    [
        ((1_500, 1_900), (700, 2_700)),
        ((1_500, 3_500), (1_500, 3_500)),
        ((1_500, 3_600), (550, 4_550)),
        ((100, 500), (0, 2_000)),
        ((8_700, 9_000), (7_000, 9_000)),
    ],
    ids=["shorter", "just so long", "longer", "at the beginning", "at the end"],
)
def test_a_fixed_length_says_nothing_of_the_word(span: tuple[int, int], placed: tuple[int, int]) -> None:
    """Two seconds or four; never less than has to go, never outside the recording."""
    assert of_fixed_length(Span(*span), 2_000, 9_000) == Span(*placed)


def test_outside_the_recording_nothing_can_be_hidden() -> None:
    """A span after the end belongs to something else."""
    with pytest.raises(PipelineError, match="nothing to redact"):
        grow(Span(4_000, 4_100), speech(), 4_000, 150)
    with pytest.raises(PipelineError, match="may leave part"):
        grow(Span(1_000, 1_100), speech(), 4_000, 100)


def test_room_tone_is_where_nobody_speaks() -> None:
    """From the kept span, away from what is redacted."""
    kept = Span(10_000, 14_000)
    sound = speech((0, 1_000), (1_400, 2_000), (3_000, 4_000))
    room = find_room(kept, [Span(12_000, 12_600)], sound)
    assert room is not None
    assert 11_000 <= room.start_ms < room.end_ms <= 11_400
    elsewhere = find_room(kept, [Span(11_000, 12_600)], sound)
    assert elsewhere is not None
    assert 12_600 <= elsewhere.start_ms < elsewhere.end_ms <= 13_000


def test_there_may_be_no_room_tone() -> None:
    """Someone speaks all the time."""
    assert find_room(Span(0, 4_000), [], speech((0, 4_000))) is None


def passage(start: int, end: int, rate: Fraction = Fraction(25)) -> Passage:
    frames = round((end - start) * rate / 1000)
    return Passage("r-1", Span(start, end), 0, frames, 0, end - start)


def test_hidden_spans_are_counted_from_the_passage() -> None:
    """Cut off at its edges, merged where they overlap, other recordings left out."""
    redactions = [
        Redaction("x-1", "r-1", RedactionKind.TONE, Span(900, 1_200)),
        Redaction("x-2", "r-1", RedactionKind.SILENCE, Span(1_100, 1_500)),
        Redaction("x-3", "r-2", RedactionKind.TONE, Span(1_600, 1_700)),
        Redaction("x-4", "r-1", RedactionKind.BOX, Span(1_600, 1_700), Region(0, 0, 9, 9)),
    ]
    found = hidden_in(passage(1_000, 2_000), redactions)
    assert [(h.redaction, h.first, h.last) for h in found] == [("x-1", 0, 200 * 48), ("x-2", 200 * 48, 500 * 48)]


def test_the_gate_opens_for_whole_milliseconds() -> None:
    """Blocks that start at 100 ms … 199 ms, not the one at 200."""
    assert gate([(100 * 48, 200 * 48)]) == "between(t,0.0995,0.1995)"


def test_boxes_stand_two_frames_longer() -> None:
    """Before and after, inside the passage."""
    box = Redaction("x-1", "r-1", RedactionKind.BOX, Span(1_400, 1_600), Region(0, 0, 9, 9))
    assert covered_frames(passage(1_000, 3_000), box, Fraction(25)) == (8, 16)
    assert covered_frames(passage(1_390, 1_650), box, Fraction(25)) == (0, 5)
    assert covered_frames(passage(1_600, 3_000), box, Fraction(25)) is None


def test_boxes_grow_to_even_edges() -> None:
    """Colour is shared by two pixels: half a pair would show."""
    assert grown_to_even(Region(101, 51, 99, 33), 320, 180) == Region(100, 50, 102, 36)
    assert grown_to_even(Region(0, 0, 320, 180), 320, 180) == Region(0, 0, 320, 180)
    with pytest.raises(PipelineError, match="outside the picture"):
        grown_to_even(Region(400, 10, 20, 20), 320, 180)


@pytest.mark.parametrize(
    ("kind", "region"),
    [(RedactionKind.FACE, None), (RedactionKind.BLUR, Region(0, 0, 0, 9)), (RedactionKind.BOX, None)],
)
def test_what_cannot_be_hidden_is_refused(kind: RedactionKind, region: Region | None) -> None:
    """Never rendered without it."""
    with pytest.raises(PipelineError, match="x-1"):
        require_supported([Redaction("x-1", "r-1", kind, Span(0, 10), region)])
