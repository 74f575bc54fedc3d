"""Where a line must not end: the facts about single words, from the closed lists of `grammar.toml`."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from subtitles.limits import base_language

_LISTS = Path(__file__).parent / "grammar.toml"


@dataclass(frozen=True, slots=True)
class Grammar:
    """The function words of one language, lower case."""

    clinging: frozenset[str] = frozenset()
    """Articles, prepositions, conjunctions, subject pronouns, auxiliaries: no break after them."""
    conjunctions: frozenset[str] = frozenset()
    """A break just before one of them is a good one."""
    prepositions: frozenset[str] = frozenset()
    """A break just before one of them is a fair one."""
    titles: frozenset[str] = frozenset()
    """Abbreviations whose full stop ends no sentence."""
    capitals_are_names: bool = False
    """Not so in German, and nothing is capital in Arabic."""


@lru_cache
def grammar_of(language: str) -> Grammar:
    """The lists of a language; one without lists breaks at punctuation and pauses only."""
    with _LISTS.open("rb") as file:
        lists = tomllib.load(file).get(base_language(language))
    if lists is None:
        return Grammar()
    words = {name: frozenset(text.split()) for name, text in lists.items() if isinstance(text, str)}
    none: frozenset[str] = frozenset()
    return Grammar(
        clinging=none.union(*(found for name, found in words.items() if name != "titles")),
        conjunctions=words.get("conjunctions", none),
        prepositions=words.get("prepositions", none),
        titles=words.get("titles", none),
        capitals_are_names=lists.get("capitals_are_names", True),
    )


_QUOTES = "\"'«»“”‘’„()[]‹›-–—"
_SENTENCE_ENDS = ".?!…。？！؟।۔"
_CLAUSE_ENDS = ",;:،؛、，；："
_CLOSING = "\"'»”’)]›\u200f\u200e"


@lru_cache(maxsize=8192)
def bare(word: str) -> str:
    """A word as the lists have it: lower case, without quotes and brackets, punctuation kept."""
    return word.strip(_QUOTES).replace("’", "'").lower()


@lru_cache(maxsize=8192)
def ends_clause(word: str) -> bool:
    """True where a comma, colon or the like follows."""
    return word.rstrip(_CLOSING)[-1:] in tuple(_CLAUSE_ENDS) or word in ("-", "–", "—")


def ends_sentence(word: str, grammar: Grammar) -> bool:
    """True where a sentence ends; not after `Dr.`, an initial, or a number that goes on."""
    last = word.rstrip(_CLOSING)
    if last[-1:] not in tuple(_SENTENCE_ENDS):
        return False
    if last[-1] != "." or last.endswith(".."):
        return True
    return bare(last) not in grammar.titles and not (len(last) == 2 and last[0].isupper() and last[0] != "I")


def clings(word: str, grammar: Grammar) -> bool:
    """True for a word that no break may follow."""
    return bare(word) in grammar.clinging


def is_figure(word: str) -> bool:
    return word.strip(_QUOTES)[:1].isdigit() and word[-1:] not in tuple(_SENTENCE_ENDS + _CLAUSE_ENDS)


def splits_name(before: str, after: str, grammar: Grammar, *, sentence_start: bool) -> bool:
    """True when a break between these words parts a name or a number from what belongs to it.

    `sentence_start`: the first word opens a sentence, so that its capital tells nothing.
    """
    if not before or not after or ends_clause(before) or ends_sentence(before, grammar):
        return False
    if bare(before) in grammar.titles:
        return True
    if is_figure(before) and (is_figure(after) or bare(after) in _SCALES):
        return True
    if not grammar.capitals_are_names or sentence_start:
        return False
    return _is_name(before) and _is_name(after)


_SCALES = frozenset({"percent", "million", "billion", "thousand", "hundred", "%", "millones", "millions", "mille"})


def _is_name(word: str) -> bool:
    stripped = word.strip(_QUOTES)
    first = stripped.split("'")[0]
    return stripped[:1].isupper() and first not in ("I", "I,")
