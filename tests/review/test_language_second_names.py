"""The second name finder: whatever the case, whole words, and no public figure or large place."""

import pytest

from review.language.mentions import find_mentions_in
from review.language.second_names import load_second_names


def words(text: str, item: str) -> list[str]:
    """What the finder alone reads as an item."""
    (names,) = load_second_names().read([text])
    return [text[m.start : m.end] for m in find_mentions_in(text, None, names) if m.item == item and "second" in m.rule]


@pytest.mark.parametrize(
    "text", ["Then my colleague Martina Hoffmann called me.", "then my colleague martina hoffmann called me"]
)
def test_a_name_is_found_whatever_its_case(text: str) -> None:
    """A recogniser's small letters do not hide a name."""
    assert "hoffmann" in " ".join(words(text, "identity.person")).lower()


def test_texts_keep_their_order() -> None:
    """Texts are read together and come back one by one, also empty ones."""
    texts = ["We met Julia Becker.", "", "Nothing here.", "My phone is 555-0142-7788."]
    found = list(load_second_names().read(texts))
    assert [bool(names) for names in found] == [True, False, False, True]


def test_public_and_large_is_no_secret() -> None:
    """A large city leads to nobody."""
    assert words("We flew from Berlin to Istanbul.", "identity.location") == []


def test_a_long_text_is_read_to_its_end() -> None:
    """A name behind a thousand words is found."""
    text = "and the day was long " * 200 + "and then Martina Hoffmann came"
    assert words(text, "identity.person")
