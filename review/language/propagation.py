"""A name that was found once is searched everywhere, also where recognition garbled it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import regex
from rapidfuzz.distance import OSA

from pipeline.domain import Transcript
from review.language.known import is_known, vocabulary, words
from review.language.spelling import consonants_of, is_arabic, sound_of

LEAST_LETTERS, FUZZY_LETTERS, LONG_LETTERS = 3, 5, 9
"""From so many letters on a name is searched; with one letter changed; with two letters changed."""
LEAST_SOUND, LEAST_CONSONANTS = 4, 3
"""From so many letters on two spellings that sound alike are one name; so many consonants where no vowels stand."""
SOUNDS_ALIKE = 90.0
WORD = regex.compile(r"[\p{L}][\p{L}’'\-]*")


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
            if len(low) >= LEAST_LETTERS and low not in words("name_particles") and not is_known(low):
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
        if (hit[1] < 100 or low in ordinary) and has_case and not capital and not is_arabic(low):
            continue
        if low in ordinary and not has_case:
            continue
        yield NameFound(segment, match.start(), match.start() + len(_possessor(match.group())), hit[0], hit[1])


def _alike(word: str, parts: dict[str, str]) -> tuple[str, float] | None:
    if word in parts:
        return parts[word], 100.0
    if len(word) < LEAST_CONSONANTS or word in vocabulary() or is_known(word):
        return None
    for part, name in parts.items():
        allowed = 2 if len(part) >= LONG_LETTERS else 1
        if min(len(part), len(word)) >= FUZZY_LETTERS and OSA.distance(word, part, score_cutoff=allowed) <= allowed:
            return name, round(100 * (1 - OSA.distance(word, part) / len(part)), 1)
        if _sound_alike(word, part):
            return name, SOUNDS_ALIKE
    return None


def _sound_alike(word: str, part: str) -> bool:
    """The same name in other letters, or in other Latin letters for the same sounds."""
    if is_arabic(word) != is_arabic(part):
        bones = consonants_of(word)
        return len(bones) >= LEAST_CONSONANTS and bones == consonants_of(part)
    sound = sound_of(word)
    return len(sound) >= LEAST_SOUND and sound == sound_of(part)


def _ordinary(texts: Iterable[str]) -> frozenset[str]:
    """English words that also stand in small letters in a text that has capitals."""
    small = {w for text in texts if text != text.lower() for w in WORD.findall(text) if w[0].islower()}
    return frozenset(small & vocabulary())


def _bare(word: str) -> str:
    return _possessor(word).lower().replace("’", "'")


def _possessor(word: str) -> str:
    return word[:-2] if word.endswith(("'s", "’s")) else word
