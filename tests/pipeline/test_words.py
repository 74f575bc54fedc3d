"""No word without a time, none of no length, none out of order."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain import Span, Word
from pipeline.words import glue, in_order, place


def word(text: str, start: int, end: int, probability: float | None = 0.9) -> Word:
    """A word with its ends in ms."""
    return Word(text, Span(start, end), probability)


def test_parts_of_a_word_are_glued() -> None:
    """A part without a space in front belongs to the word before; the least sure part counts."""
    parts = [word(" twenty", 0, 300, 0.9), word("-one", 300, 500, 0.4), word(" men", 500, 700)]
    assert glue(parts, "en") == (word("twenty-one", 0, 500, 0.4), word("men", 500, 700))


def test_characters_stay_apart_where_no_spaces_are_written() -> None:
    """In Japanese only punctuation is glued."""
    parts = [word("今", 0, 100), word("日", 100, 200), word("。", 200, 220)]
    assert [w.text for w in glue(parts, "ja")] == ["今", "日。"]


def test_untimed_numeral_lies_between_its_neighbours() -> None:
    """A word that the engine gave no time gets the gap it must be in."""
    heard = [word("in", 0, 200), word("we", 900, 1000)]
    placed = place(["in", "2014", "we"], heard, Span(0, 2000))
    assert placed[1] == word("2014", 200, 900, None)


def test_replaced_words_share_the_time_of_what_was_heard() -> None:
    """Two words for one that was misheard share its time."""
    heard = [word("I'm", 0, 200), word("gonna", 300, 500), word("go", 500, 700)]
    placed = place(["I'm", "going", "to", "go"], heard, Span(0, 1000))
    assert (placed[1].span.start_ms, placed[2].span.end_ms) == (300, 500)
    assert placed[3].span == Span(500, 700)


@given(
    st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 900)), min_size=1, max_size=40),
    st.integers(0, 3000),
    st.integers(100, 4000),
)
def test_order_holds_for_any_times(times: list[tuple[int, int]], start: int, length: int) -> None:
    """Whatever an engine says, words come out inside the span, in order, none empty."""
    words = [word("x", begin, begin + size) for begin, size in times]
    ordered = in_order(words, Span(start, start + length))
    assert len(ordered) == len(words)
    assert all(w.span.duration_ms > 0 for w in ordered)
    assert all(a.span.end_ms <= b.span.start_ms for a, b in pairwise(ordered))
    assert ordered[0].span.start_ms >= start
    assert ordered[-1].span.end_ms <= start + length


def test_words_that_are_in_order_keep_their_times() -> None:
    """Good times are not touched."""
    words = (word("a", 100, 300), word("b", 300, 320), word("c", 900, 1000))
    assert in_order(words, Span(0, 1000)) == words


def test_more_words_than_milliseconds_are_refused() -> None:
    """There is no honest time for them."""
    with pytest.raises(ValueError, match="3 words in 2 ms"):
        in_order([word("x", 0, 1)] * 3, Span(0, 2))
