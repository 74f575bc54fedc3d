"""What someone looks for and where it stands in a text: both sides folded alike, in any script (pure)."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.domain import TextMatch
from pipeline.errors import PipelineError

FOLDING = 3
"""Raised when `fold`, `tokens` or the index itself change: an index made otherwise is made again."""

_SIGNS = (
    r"\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0730-\u074a\u0900-\u0dff"
)
"""Signs that belong to the letter before: accents, points, vowels of Hebrew, Arabic, Syriac and India's scripts."""

_LETTERS = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Scripts written without spaces (Thai, Lao, Burmese, Khmer, Japanese, Chinese): each letter is a word,
so that a looked-for word is a run of letters."""

_WORD = re.compile(rf"[\w{_SIGNS}]+")
_SPACELESS = re.compile(rf"[{_LETTERS}]")
_WORD_OR_LETTER = re.compile(rf"[{_LETTERS}][{_SIGNS}]*|(?:(?![{_LETTERS}])[\w{_SIGNS}])+")

_QUOTES = '"“”„«»'
_PIECE = re.compile(rf"[{_QUOTES}]([^{_QUOTES}]*)[{_QUOTES}]?|([^\s{_QUOTES}]+)")

_MARKS = re.compile(r"[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640]")
"""Accents, Hebrew points, Arabic vowel signs and the stretching line: people leave them out when they type."""

_SAME = str.maketrans(
    {"ı": "i", "đ": "d", "ł": "l", "ø": "o", "ħ": "h", "ٱ": "ا", "ى": "ي", "ة": "ه", "ی": "ي", "ک": "ك"}
)
"""Letters that no normalisation joins though people type one for the other (Turkish, Bosnian, Arabic, Persian)."""

LONGEST = 64
"""Letters of a word that count; PostgreSQL refuses words of 2 KB."""

SHORTEST_BEGINNING = 2
"""Letters before a star; nearly every passage has a word that begins with `a`."""

MOST_TERMS = 32
"""More than a long sentence: nobody looks for so many words at once."""

HIGHEST_PROXIMITY = 2.0


@dataclass(frozen=True, slots=True)
class Term:
    """One word looked for, or several that follow each other."""

    tokens: tuple[str, ...]
    begins: bool = False
    """The last word may go on: `kill*` finds killed."""


@dataclass(frozen=True, slots=True)
class Token:
    """A folded word and where it stands in the text."""

    text: str
    match: TextMatch


@lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """A word without case, accents and vowel signs, letters that are typed for each other made one."""
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", word))
    folded = _MARKS.sub("", unicodedata.normalize("NFKD", bare.casefold())).translate(_SAME)
    return "".join(c for c in unicodedata.normalize("NFC", folded) if unicodedata.category(c)[0] in "LNM")[:LONGEST]


def tokens(text: str) -> Iterator[Token]:
    """The words of a text, folded, in order, with their places."""
    for found in _pattern(text).finditer(text):
        if folded := fold(found.group()):
            yield Token(folded, TextMatch(*found.span()))


def folded_words(text: str) -> list[str]:
    """The words of a text, folded, in order."""
    return [folded for word in _pattern(text).findall(text) if (folded := fold(word))]


def _pattern(text: str) -> re.Pattern[str]:
    return _WORD_OR_LETTER if _SPACELESS.search(text) else _WORD


def parse_query(text: str) -> tuple[Term, ...]:
    """What is looked for: every word, in any order; `"in quotes"` one after the other; `kill*` what begins so.

    Nothing in it can be a syntax error. Raises PipelineError when there is no word in it, or far too many.
    """
    terms = []
    for quoted, plain in _PIECE.findall(text):
        words = tuple(folded_words(quoted or plain))
        if words:
            long_enough = len(words[-1]) >= SHORTEST_BEGINNING
            terms.append(Term(words, begins=plain.endswith("*") and long_enough))
    if not terms:
        raise PipelineError("there is no word to look for", "for example: counterclip search 'broken promises'")
    if len(terms) > MOST_TERMS:
        raise PipelineError(f"more than {MOST_TERMS} words cannot be looked for at once", "leave some out")
    return tuple(dict.fromkeys(terms))


def places_of(terms: Sequence[Term], text: str) -> tuple[TextMatch, ...]:
    """Where any of the terms stands in the text, in order; what overlaps is one place."""
    found = list(tokens(text))
    places = sorted(
        (found[at].match.start, found[at + len(term.tokens) - 1].match.end)
        for term in terms
        for at in _starts(term, [token.text for token in found])
    )
    joined: list[tuple[int, int]] = []
    for start, end in places:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(TextMatch(start, end) for start, end in joined)


def closeness(terms: Sequence[Term], text: str) -> float:
    """How well a text answers: words near each other count most, then how often, then how short it is.

    0 when none of the terms is in it. Rarity does not count: everything found has every word.
    """
    words = folded_words(text)
    starts = [_starts(term, words) for term in terms]
    present = [(term, found) for term, found in zip(terms, starts, strict=True) if found]
    if not present:
        return 0.0
    size = sum(len(term.tokens) for term, _ in present)
    share = len(present) / len(terms)
    often = sum(len(found) for _, found in present)
    near = (
        1.0
        if len(present) == 1
        else size / _narrowest([(at, len(term.tokens)) for term, found in present for at in found], present)
    )
    return round(share * (HIGHEST_PROXIMITY * near + 0.3 * min(often, 5) / 5 + size / len(words)), 4)


def _starts(term: Term, words: Sequence[str]) -> list[int]:
    """Where a term begins: its last word is looked for first, because it is the one that may go on."""
    *head, last = term.tokens
    before = len(head)
    ends = [n for n, word in enumerate(words) if (word.startswith(last) if term.begins else word == last)]
    return [n - before for n in ends if n >= before and list(words[n - before : n]) == head]


def _narrowest(occurrences: list[tuple[int, int]], present: Sequence[tuple[Term, list[int]]]) -> int:
    """Words from the first to the last of the nearest group that has every term once."""
    kinds = {(at, len(term.tokens)): n for n, (term, found) in enumerate(present) for at in found}
    best, last = 1 << 30, dict[int, tuple[int, int]]()
    for place in sorted(occurrences):
        last[kinds[place]] = place
        if len(last) == len(present):
            first = min(at for at, _ in last.values())
            best = min(best, max(at + size for at, size in last.values()) - first)
    return max(best, 1) if best < 1 << 30 else sum(size for _, size in occurrences) * 10
