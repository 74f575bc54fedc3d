"""A name that was found once is searched everywhere, also where recognition garbled it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import regex
from rapidfuzz import fuzz

from pipeline.domain import Transcript
from review.language.known import COMMON_FIRST, is_known

LEAST_LETTERS, FUZZY_LETTERS, ALIKE = 3, 5, 86.0
"""Shorter names are not searched; shorter ones than FUZZY_LETTERS only letter by letter."""
WORD = regex.compile(r"[\p{L}][\p{L}’'\-]*")
PARTICLES = frozenset(
    ["abu", "abou", "umm", "oum", "um", "al", "el", "ibn", "bin", "bint", "the", "mr", "mrs", "ms", "dr", "sheikh", "hajji", "haji", "brother", "sister", "uncle", "aunt", "imam", "emir", "von", "van", "de"]
)


@dataclass(frozen=True, slots=True)
class NameFound:
    """One place where a searched name stands."""

    segment: str
    """Id of the segment; empty when a bare text was searched."""
    start: int
    end: int
    name: str
    alike: float
    """100: letter by letter; less: only similar."""


def find_mentions(where: str | Transcript, names: Sequence[str]) -> tuple[NameFound, ...]:
    """Every place in a text, or in all segments of a transcript, where one of the names stands.

    Each part of a name is searched by itself, in any case, and spellings that are nearly the same count.
    A part that is also an ordinary word of this text only counts where it begins with a capital.
    """
    texts = [("", where)] if isinstance(where, str) else [(s.id, s.text) for s in where.segments]
    parts = _parts(names)
    ordinary = _ordinary(text for _, text in texts)
    seen: dict[str, tuple[str, float] | None] = {}
    return tuple(found for segment, text in texts for found in _search(segment, text, parts, ordinary, seen))


def _parts(names: Sequence[str]) -> dict[str, str]:
    """Lower-cased part -> the name it belongs to."""
    parts: dict[str, str] = {}
    for name in names:
        for word in WORD.findall(name):
            low = _bare(word)
            if len(low) >= LEAST_LETTERS and low not in PARTICLES and low not in COMMON_FIRST and not is_known(low):
                parts.setdefault(low, name)
    return parts


def _search(
    segment: str, text: str, parts: dict[str, str], ordinary: frozenset[str], seen: dict[str, tuple[str, float] | None]
) -> Iterator[NameFound]:
    has_case = text != text.lower()
    for match in WORD.finditer(text):
        low = _bare(match.group())
        if low not in seen:
            seen[low] = _alike(low, parts)
        hit = seen[low]
        if hit is None:
            continue
        capital = match.group()[0].isupper()
        if (hit[1] < 100 or low in ordinary) and has_case and not capital:
            continue
        if low in ordinary and not has_case:
            continue
        yield NameFound(segment, match.start(), match.start() + len(_possessor(match.group())), hit[0], hit[1])


def _alike(word: str, parts: dict[str, str]) -> tuple[str, float] | None:
    if word in parts:
        return parts[word], 100.0
    if len(word) < FUZZY_LETTERS or is_known(word):
        return None
    best = max(
        ((fuzz.ratio(word, p), p) for p in parts if len(p) >= FUZZY_LETTERS and p[0] == word[0]), default=(0.0, "")
    )
    return (parts[best[1]], best[0]) if best[0] >= ALIKE else None


def _ordinary(texts: Iterable[str]) -> frozenset[str]:
    """Words that also stand in small letters in a text that has capitals."""
    return frozenset(w.lower() for text in texts if text != text.lower() for w in WORD.findall(text) if w[0].islower())


def _bare(word: str) -> str:
    return _possessor(word).lower().replace("’", "'")


def _possessor(word: str) -> str:
    return word[:-2] if word.endswith(("'s", "’s")) else word
