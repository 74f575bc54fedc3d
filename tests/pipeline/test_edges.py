"""Word edges are where the sound starts and ends."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain import Span, Word
from pipeline.edges import measure, refine_edges
from pipeline.sound import Samples, read_sound

SPOKEN = (Span(500, 900), Span(900, 1300), Span(2000, 2600))
"""Two words without a pause between them, then one after 700 ms."""


@pytest.fixture
def bursts() -> Samples:
    """3.5 s: noise where `SPOKEN` says so, softest for 30 ms where the first two meet."""
    random = np.random.default_rng(3)
    samples = random.normal(0, 0.0005, 16 * 3500)
    for span in SPOKEN:
        samples[span.start_ms * 16 : span.end_ms * 16] += random.normal(0, 0.1, span.duration_ms * 16)
    samples[885 * 16 : 915 * 16] *= 0.05
    return samples.astype(np.float32)


def words(*spans: tuple[int, int]) -> list[Word]:
    """Words named by their place."""
    return [Word(f"w{n}", Span(*span), 0.9) for n, span in enumerate(spans)]


def test_edges_move_to_the_sound(bursts: Samples) -> None:
    """A word that swallowed the pause before it, an early joint and a cut end are all put right."""
    refined = refine_edges(words((0, 820), (820, 1150), (1400, 2450)), bursts)
    for word, span in zip(refined, SPOKEN, strict=True):
        assert abs(word.span.start_ms - span.start_ms) <= 40
        assert abs(word.span.end_ms - span.end_ms) <= 40


def test_good_edges_beside_a_pause_stay(bursts: Samples) -> None:
    """Edges that were right move by no more than what is kept of the pause."""
    first, second, third = refine_edges(words(*((s.start_ms, s.end_ms) for s in SPOKEN)), bursts)
    edges = [first.span.start_ms, second.span.end_ms, third.span.start_ms, third.span.end_ms]
    for edge, expected in zip(edges, [500, 1300, 2000, 2600], strict=True):
        assert abs(edge - expected) <= 30


def test_word_in_a_pause_stays_there(bursts: Samples) -> None:
    """An invented word must not be moved to where someone speaks."""
    refined = refine_edges(words((500, 900), (900, 1300), (1500, 1700), (2000, 2600)), bursts)
    assert refined[2].span == Span(1500, 1700)


def test_pauses_are_found(bursts: Samples) -> None:
    """Four stretches of near silence, none of the soft moment between two words."""
    assert [round(p.start_ms, -2) for p in measure(bursts).pauses] == [0, 1300, 2600]


def test_silence_and_nothing_at_all(bursts: Samples) -> None:
    """Neither digital silence nor an empty sound is an error."""
    silent = words((0, 500), (500, 900))
    assert len(refine_edges(silent, np.zeros(16000, np.float32))) == 2
    assert refine_edges([], bursts) == ()
    assert len(refine_edges(silent, np.zeros(0, np.float32))) == 2


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 3500), min_size=2, max_size=24))
def test_words_stay_in_order(cuts: list[int]) -> None:
    """Whatever the times, no word is lost, empty, out of order or outside."""
    samples = np.random.default_rng(4).normal(0, 0.05, 16 * 3500).astype(np.float32)
    samples[16 * 1000 : 16 * 1600] = 0
    ends = sorted(cuts)
    given_words = words(*zip(ends[::2], ends[1::2], strict=False))
    refined = refine_edges(given_words, samples)
    assert [w.text for w in refined] == [w.text for w in given_words]
    assert all(w.span.duration_ms > 0 for w in refined)
    assert all(a.span.end_ms <= b.span.start_ms for a, b in pairwise(refined))
    assert refined[-1].span.end_ms <= 3500


def test_first_word_of_a_real_recording_starts_where_he_speaks(jfk: Path) -> None:
    """Whisper lets `And` begin at 0; the voice begins at about 0.3 s."""
    refined = refine_edges(words((0, 520), (520, 840)), read_sound(jfk))
    assert 200 <= refined[0].span.start_ms <= 400
