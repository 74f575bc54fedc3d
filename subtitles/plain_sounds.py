"""Which words of a described sound may be a name that no checklist reads: those that are no plain words of sounds."""

import re
import unicodedata
from functools import cache
from pathlib import Path

import yaml

from subtitles.limits import base_language

WORDS = Path(__file__).with_name("sounds.yaml")
_WORD = re.compile(r"[\w\u0300-\u036f\u064b-\u065f\u0670\u200c'’-]+")


def unknown_words(text: str, language: str) -> tuple[str, ...]:
    """Words that may name somebody: in other than Latin letters any that is not known as plain, in them such as begin
    with a capital. English is not looked at but for other letters: the checklist reads its names.
    """
    known = _known().get(base_language(language), frozenset())
    english = base_language(language) == "en"
    return tuple(w for w in _WORD.findall(text) if _may_name(w, english=english) and not _is_plain(w, known))


def _may_name(word: str, *, english: bool) -> bool:
    letters = [c for c in word if c.isalpha()]
    if all(unicodedata.name(c, "").startswith("LATIN ") for c in letters):
        return not english and any(c.isupper() for c in letters)
    return True


def _is_plain(word: str, known: frozenset[str]) -> bool:
    """As it is, or behind the Arabic article: `الباب` is `باب`."""
    bare = _bare(word)
    return bare in known or (bare.startswith("ال") and bare.removeprefix("ال") in known)


def _bare(word: str) -> str:
    """Small letters without vowel signs."""
    folded = unicodedata.normalize("NFC", word).casefold()
    return "".join(c for c in folded if unicodedata.category(c) != "Mn")


@cache
def _known() -> dict[str, frozenset[str]]:
    lists = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return {language: frozenset(map(_bare, words.split())) for language, words in lists.items()}
