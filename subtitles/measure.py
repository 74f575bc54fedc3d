"""How long a text is to a reader, and how words join to a text."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from subtitles.limits import SPACELESS, WIDE_SCRIPTS, base_language

_UNSEEN = frozenset({"Mn", "Me", "Cf", "Cc"})
"""Vowel marks and direction marks take no room (subtitles in Arabic are written without either)."""


@lru_cache(maxsize=4096)
def _is_seen(character: str) -> bool:
    return unicodedata.category(character) not in _UNSEEN


def characters(text: str) -> int:
    """The characters a reader sees, spaces included."""
    return len(text) if text.isascii() else sum(map(_is_seen, text))


def text_length(text: str, language: str) -> float:
    """Length in the unit of the language's limits: in Chinese, Japanese and Korean ASCII counts half."""
    if base_language(language) not in WIDE_SCRIPTS:
        return characters(text)
    return sum(1 if unicodedata.east_asian_width(c) in "WF" else 0.5 for c in text if _is_seen(c))


def joiner(language: str) -> str:
    """What stands between two words: nothing in scripts written without spaces."""
    return "" if base_language(language) in SPACELESS else " "


def join_words(texts: Iterable[str], language: str) -> str:
    return joiner(language).join(text for text in texts if text)


def join_lines(lines: Iterable[str], language: str) -> str:
    """The text of a cue without its line breaks, as it counts for reading speed."""
    return join_words((line.strip() for line in lines), language)
