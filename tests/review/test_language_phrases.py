"""The small language of the checklist files."""

import time
from dataclasses import replace

import pytest

from review.checklist import load_checklist
from review.phrases import TIMEOUT_S, compile_phrases


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("kill* him", "They KILLED, him.", "KILLED, him"),
        ("(a|the) dog", "Now the dog barks", "the dog"),
        ("i [really] miss it", "I miss it", "I miss it"),
        ("i [really] miss it", "I really miss it", "I really miss it"),
        ("[very] good", "It was very good", "very good"),
        ("did ... run", "did you ever run", "did you ever run"),
        ("don't go", "Don’t go", "Don’t go"),
        ("(kill|shoot)* him", "shooting him", "shooting him"),
    ],
)
def test_a_phrase_finds_its_words(phrase: str, text: str, found: str) -> None:
    """Each sign of the small language means what the files say."""
    hit = next(compile_phrases([phrase]).search(text))
    assert text[hit.start : hit.end] == found


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("art", "part of it"),
        ("did ... run", "did one two three four five run"),
        ("kill him", "skill him"),
        ("go", "ago"),
    ],
)
def test_a_phrase_finds_nothing_else(phrase: str, text: str) -> None:
    """Words are whole words, and four words are the most that may stand between."""
    assert not compile_phrases([phrase]).stands_in(text)


def test_the_number_tells_which_phrase_it_was() -> None:
    """A find names the phrase by its place in the file."""
    assert next(compile_phrases(["one", "(two|three) x"]).search("now three x")).number == 2


def test_an_exploding_pattern_is_bounded_and_clears_nothing() -> None:
    """A regular expression without end is given up in time, and the whole text counts as found."""
    phrases = compile_phrases(["/(x+x+)+y/"])
    started = time.monotonic()
    found = list(phrases.search("x" * 5000))
    assert time.monotonic() - started < TIMEOUT_S * 4
    assert [(f.start, f.end, f.gave_up) for f in found] == [(0, 5000, True)]


def test_only_texts_in_which_nothing_stands_are_passed_over() -> None:
    """Every phrase of the checklist finds the same whether or not its words are looked up first."""
    items = load_checklist().items
    texts = [sample.text for item in items for sample in (*item.must_fire, *item.must_not_fire)]
    for phrases in (p for item in items for p in (item.phrases, item.asked, item.not_when)):
        searched = replace(phrases, needs=((),))
        assert [list(phrases.search(t)) for t in texts] == [list(searched.search(t)) for t in texts]


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("(kill|big sword)* him", "a big swordfish, him"),
        ("[very] don't", "DON’T"),
        ("/a+b/ ", "xaab"),
        ("co-op*", "co-operate"),
    ],
)
def test_a_text_that_is_not_passed_over(phrase: str, text: str) -> None:
    """Stars, apostrophes, hyphens and regular expressions."""
    assert compile_phrases([phrase]).stands_in(text)
