"""English words laid on their sounds: found again when they are off, left alone where nothing is sure."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline import forced
from pipeline.domain import Span, Word
from pipeline.forced import BELIEVED_MS, LEAST_GAP_MS, OUTWARD_MS, align_words, closer, sounds_of
from pipeline.sound import Samples, read_sound

TEXT = "ask not what your country can do for you"
STARTS = (3_300, 3_900, 5_300, 5_700, 5_900, 6_400, 6_700, 6_900, 7_100)
"""Roughly, as an engine would say; ends are where the next word begins."""


@pytest.fixture(scope="module")
def sound(jfk: Path) -> Samples:
    return read_sound(jfk)


def words(shift_ms: int = 0) -> list[Word]:
    ends = (*STARTS[1:], 7_700)
    spans = (Span(a + shift_ms, b + shift_ms) for a, b in zip(STARTS, ends, strict=True))
    return [Word(t, span, 0.9) for t, span in zip(TEXT.split(), spans, strict=True)]


def test_words_that_are_off_are_found_where_they_sound(sound: Samples) -> None:
    """Given 150 ms early or late, each begins at the same place again."""
    early, late = (align_words(words(shift), sound) for shift in (-150, 150))
    assert [w.text for w in early] == TEXT.split()
    assert np.median([abs(a.span.start_ms - b.span.start_ms) for a, b in zip(early, late, strict=True)]) <= 20


def test_words_with_digits_stay(sound: Samples) -> None:
    """Nobody knows whether it is two thousand or twenty hundred."""
    given = [replace(w, text="2000") for w in words()]
    assert align_words(given, sound) == tuple(given)


def test_words_that_are_not_there_stay(sound: Samples) -> None:
    """In digital silence nothing is found; that leaves no trace in what is found afterwards."""
    before, given = align_words(words(-150), sound), words()
    assert align_words(given, np.zeros_like(sound)) == tuple(given)
    assert align_words(words(-150), sound) == before != tuple(words(-150))


def test_an_edge_far_from_what_is_heard_is_not_believed(sound: Samples) -> None:
    """Loudness keeps its own edges where the two disagree widely."""
    heard = words(-150)
    edges = [replace(w, span=Span(w.span.start_ms + 2_000, w.span.end_ms + 2_000)) for w in heard]
    assert [w.span for w in closer(heard, edges, sound)] == [w.span for w in edges]
    near = closer(heard, heard, sound)
    assert all(abs(a.span.start_ms - b.span.start_ms) <= BELIEVED_MS for a, b in zip(near, heard, strict=True))
    assert near != tuple(heard)


def test_a_name_has_a_pronunciation() -> None:
    """Letters that sound together count once; a silent e at the end does not."""
    assert sounds_of("raqqa") == "R AE K AE"
    assert sounds_of("shore") == "SH AO R"


@pytest.mark.parametrize("gap", [401, 450, 600, 1_000])
def test_words_do_not_close_the_gap_that_a_missed_one_left(
    sound: Samples, monkeypatch: pytest.MonkeyPatch, gap: int
) -> None:
    """Alignment lays its neighbours over it: the gap stays long enough to be flagged as voice without words."""
    spans = Span(3_000, 3_400), Span(3_400 + gap, 4_000 + gap)
    edges = [Word("ask", spans[0], 0.9), Word("not", spans[1], 0.9)]
    laid = tuple(replace(w, span=Span(w.span.start_ms - 290, w.span.end_ms + 290)) for w in edges)
    monkeypatch.setattr(forced, "align_words", lambda *_: laid)
    first, second = closer(edges, edges, sound)
    assert second.span.start_ms - first.span.end_ms > LEAST_GAP_MS
    assert spans[1].start_ms - OUTWARD_MS <= second.span.start_ms <= spans[1].start_ms


def test_a_word_that_is_laid_wholly_into_a_gap_stays(sound: Samples, monkeypatch: pytest.MonkeyPatch) -> None:
    """A short one, found where the word was that is missing behind it."""
    edges = [Word("ask", Span(3_000, 3_200), 0.9), Word("country", Span(3_700, 4_000), 0.9)]
    laid = (replace(edges[0], span=Span(3_290, 3_480)), replace(edges[1], span=Span(3_710, 4_010)))
    monkeypatch.setattr(forced, "align_words", lambda *_: laid)
    assert closer(edges, edges, sound)[0].span == edges[0].span


def test_words_do_not_push_each_other_into_a_gap(sound: Samples, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first is laid over the second, which lies beside the gap of a missed one."""
    edges = [
        Word(t, Span(a, b), 0.9) for t, a, b in (("ask", 3_000, 3_150), ("a", 3_150, 3_170), ("not", 3_600, 4_000))
    ]
    laid = (replace(edges[0], span=Span(3_000, 3_400)), replace(edges[1], span=Span(3_400, 3_600)), edges[2])
    monkeypatch.setattr(forced, "align_words", lambda *_: laid)
    first, second, third = closer(edges, edges, sound)
    assert third.span.start_ms - second.span.end_ms > LEAST_GAP_MS
    assert first.span.end_ms <= second.span.start_ms
