"""Whether a word of a translation may be a removed word: in another spelling, or in other letters."""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii
from rapidfuzz import fuzz

from subtitles.grammar import bare

ALIKE = 76
"""Percent from which a word of the translation may be the removed word in another spelling."""

SHORTEST_NAME = 3
"""Letters; anything shorter is found in every sentence and must match exactly."""

LONG_NAME = 5
"""Letters from which a name inside a longer word (`Raqqawi`, `al-Raqqa`) is that name."""

_ARTICLE = re.compile(r"^(?:ال|(?:[ae]l|a[dnrstz]|ash)-)", re.IGNORECASE)
_HEARD = (("kh", "h"), ("th", "s"), ("gh", "g"), ("dh", "d"), ("q", "k"), ("c", "k"), ("p", "b"))
"""One sound, spelled in several ways when a name is put into other letters."""

_VOWELS = frozenset("aeiouwy'`")
"""Arabic and Hebrew write hardly any, and `w` and `y` stand for long ones."""


def sounds_like(piece: str, removed: str) -> bool:
    """True when a word of the translation may be the removed one. Numbers must be the same.

    Across scripts (`خالد`, `Khalid`) the consonants are compared, and of scripts with capitals only
    capitalised words: a name, not `held`.
    """
    one, other = core(piece), core(removed)
    if min(len(one), len(other)) < SHORTEST_NAME or other.isdigit():
        return one == other
    if _script(one) != _script(other):
        return _is_name_in_other_letters(piece, removed)
    return fuzz.ratio(one, other) >= ALIKE or (len(other) >= LONG_NAME and other in one)


def is_heard_as(heard: str, removed: str) -> bool:
    """As `sounds_like`, for what an engine writes of a voice: it spells by ear (`Kareem`, `Karim`).

    Names are compared by their consonants in the same script, too.
    """
    if min(len(core(heard)), len(core(removed))) < SHORTEST_NAME or any(c.isdigit() for c in core(removed)):
        return sounds_like(heard, removed)
    return sounds_like(heard, removed) or _is_name_in_other_letters(heard, removed)


def core(word: str) -> str:
    """Letters and digits only, lower case, without the English genitive."""
    return "".join(c for c in bare(word).removesuffix("'s") if c.isalnum())


def is_written_as_name(word: str) -> bool:
    """With a capital, or in letters that have none."""
    first = next((c for c in word if c.isalnum()), "")
    return first.isalpha() and (first.isupper() or first.lower() == first.upper())


def _is_name_in_other_letters(piece: str, removed: str) -> bool:
    letters = "".join(c for c in piece if c.isalnum())
    cased = letters[:1].lower() != letters[:1].upper()
    if cased and not letters[0].isupper() and not _ARTICLE.match(piece):
        return False
    one, other = _consonants(piece), _consonants(removed)
    shortest = min(len(one), len(other))
    return (one == other and shortest >= (2 if cased else 3)) or (shortest > 3 and fuzz.ratio(one, other) >= ALIKE)


@lru_cache(maxsize=4096)
def _consonants(word: str) -> str:
    """`khld` and `Khalid` alike as `hld`."""
    plain = anyascii(_ARTICLE.sub("", bare(word).removesuffix("'s"))).lower()
    for spelled, sound in _HEARD:
        plain = plain.replace(spelled, sound)
    vowels = _VOWELS | ({"v"} if _script(core(word)) == "HEBREW" else set())
    kept = [c for c in plain if c.isalnum() and c not in vowels]
    single = "".join(c for n, c in enumerate(kept) if n == 0 or kept[n - 1] != c)
    return single.removesuffix("h") if len(single) > 2 else single


@lru_cache(maxsize=4096)
def _script(word: str) -> str:
    """`ARABIC`, `LATIN`, `CYRILLIC`: what the name of its first letter begins with."""
    first = next((c for c in word if c.isalpha()), "")
    return unicodedata.name(first, "").split(" ")[0] if first else ""
