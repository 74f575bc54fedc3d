"""Names, places, contacts and dates, also as speech has them."""

import pytest

from pipeline.domain import Segment, Transcript
from review.language.contacts import find_contacts
from review.language.dates import find_dates
from review.language.mentions import find_mentions_in
from review.language.parsing import parse
from review.language.propagation import find_mentions


def spans(text: str, item: str) -> set[str]:
    """What is found for one item, as text."""
    (doc,) = parse([text])
    return {text[m.start : m.end] for m in find_mentions_in(text, doc) if m.item == item}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Abu Talha al-Almani was there.", "Abu Talha al-Almani"),
        ("then abu talha came", "abu talha"),
        ("They called me Umm Yusuf.", "Umm Yusuf"),
        ("I asked Sheikh Dhari about it.", "Sheikh Dhari"),
        ("My cousin Samir sent it.", "Samir"),
        ("a man called Dragan helped", "Dragan"),
    ],
)
def test_a_person_is_found(text: str, name: str) -> None:
    """Kunyas, titles, relatives and ways of calling somebody give a name away."""
    assert name in spans(text, "identity.person")


@pytest.mark.parametrize(
    "text", ["Bashar al-Assad bombed us.", "In Ramadan we prayed.", "The Prophet Muhammad said so."]
)
def test_public_figures_and_feasts_are_no_secret(text: str) -> None:
    """What everybody knows leads to nobody."""
    assert spans(text, "identity.person") == set()


@pytest.mark.parametrize(
    ("text", "place"),
    [("I come from the village of Tutrakova.", "Tutrakova"), ("He sits in Hasakah prison.", "Hasakah prison")],
)
def test_a_precise_place_is_found(text: str, place: str) -> None:
    """Villages and named buildings are found, also in a large city."""
    assert place in spans(text, "identity.location")


def test_countries_and_large_cities_are_no_secret() -> None:
    """Countries, capitals and war cities are not removed."""
    assert spans("I flew from Germany to Istanbul and then to Raqqa.", "identity.location") == set()


@pytest.mark.parametrize(
    "contact",
    [
        "+49 151 0000 1234",
        "zero seven seven zero nine hundred one two three",
        "@desert_lamp",
        "lion underscore seven",
        "umm.sabr at example dot org",
        "noor@example.org",
        "steppe_wind_313",
    ],
)
def test_a_contact_is_found_also_spelled_out(contact: str) -> None:
    """Every character of the contact lies in what is found."""
    text = f"write to {contact} please"
    start = text.index(contact)
    covered = {i for a, b, _ in find_contacts(text) for i in range(a, b)}
    assert set(range(start, start + len(contact))) <= covered


def test_counts_and_years_are_no_contacts() -> None:
    """Numbers that only count are left alone."""
    assert list(find_contacts("There were 450 men and 12 cars in 2014, two or three of them new.")) == []


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("born on the 3rd of March 1991", "the 3rd of March 1991"),
        ("We left on 14 August 2014.", "14 August 2014"),
        ("in October two thousand fourteen", "October two thousand fourteen"),
        ("on 03.04.2015 we", "03.04.2015"),
        ("March the twelfth was cold", "March the twelfth"),
    ],
)
def test_a_date_is_found(text: str, date: str) -> None:
    """Days and months with years are found as figures and as words."""
    assert any(date in text[a:b] for a, b, _ in find_dates(text))


@pytest.mark.parametrize(
    "text", ["It was in 2014, in summer.", "I stayed for three weeks.", "I may go in march order."]
)
def test_bare_years_and_durations_are_no_dates(text: str) -> None:
    """A year, a season or a duration identifies nobody."""
    assert list(find_dates(text)) == []


def test_a_name_is_found_everywhere_also_garbled() -> None:
    """A name is searched in all segments, in any case, and nearly the same spelling counts."""
    texts = ("My cousin Tarikov came.", "then tarikov left", "We asked Tarykov again.", "The tariff was high.")
    segments = tuple(Segment(f"s{i}", text, None) for i, text in enumerate(texts))
    found = find_mentions(Transcript("en", 0, "", "", segments), ["Tarikov"])
    assert [(f.segment, f.alike == 100) for f in found] == [("s0", True), ("s1", True), ("s2", False)]


def test_a_name_that_is_also_a_word_counts_only_with_a_capital() -> None:
    """An ordinary word of the same spelling is not taken for the name."""
    text = "Joke was my friend. It is a joke."
    assert [(f.start, f.end) for f in find_mentions(text, ["Joke"])] == [(0, 4)]


def test_every_reason_is_a_sentence() -> None:
    """Also what a name finder saw, whose own word for it is no English."""
    text = "They called me Umm Yusuf. John Smith from Tutrakova wrote to me@example.org."
    (doc,) = parse([text])
    reasons = {m.because for m in find_mentions_in(text, doc)}
    assert "a mail address stands here" in reasons
    assert "the name finder reads it as a person" in reasons
    assert not any("reads it as" in reason and "stands here" in reason for reason in reasons)
