"""A name that was found once is searched everywhere, also where recognition garbled it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import regex
from rapidfuzz import process
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
    parts = _Parts(_parts(names))
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
    segment: str, text: str, parts: "_Parts", ordinary: frozenset[str], seen: dict[str, tuple[str, float] | None]
) -> Iterator[NameFound]:
    has_case = text != text.lower()
    for match in WORD.finditer(text):
        low = _bare(match.group())
        if low not in seen:
            seen[low] = parts.alike(low)
        hit = seen[low]
        if hit is None:
            continue
        capital = match.group()[0].isupper()
        if (hit[1] < 100 or low in ordinary) and has_case and not capital and not is_arabic(low):
            continue
        if low in ordinary and not has_case:
            continue
        yield NameFound(segment, match.start(), match.start() + len(_possessor(match.group())), hit[0], hit[1])


class _Parts:
    """Searched names with their sounds, each worked out once: an interview has thousands of words to compare."""

    def __init__(self, parts: dict[str, str]) -> None:
        self._names = parts
        self._written = [part for part in parts if len(part) >= FUZZY_LETTERS]
        self._order = {part: n for n, part in enumerate(parts)}
        self._sounds = {arabic: _first_by(sound_of, parts, arabic, LEAST_SOUND) for arabic in (False, True)}
        self._bones = {arabic: _first_by(consonants_of, parts, arabic, LEAST_CONSONANTS) for arabic in (False, True)}

    def alike(self, word: str) -> tuple[str, float] | None:
        """The first name of which a part is written or sounds like the word, and how much alike they are."""
        if word in self._names:
            return self._names[word], 100.0
        if len(word) < LEAST_CONSONANTS or word in vocabulary() or is_known(word):
            return None
        found = min([*self._written_alike(word), *self._sound_alike(word)], key=self._rank, default=None)
        return (self._names[found[0]], found[1]) if found else None

    def _rank(self, found: tuple[str, float]) -> tuple[int, bool]:
        return self._order[found[0]], found[1] == SOUNDS_ALIKE

    def _written_alike(self, word: str) -> Iterator[tuple[str, float]]:
        """Parts with one letter changed; long ones with two."""
        if len(word) < FUZZY_LETTERS:
            return
        for part, changed, _ in process.extract(word, self._written, scorer=OSA.distance, score_cutoff=2, limit=None):
            if changed <= (2 if len(part) >= LONG_LETTERS else 1):
                yield part, round(100 * (1 - changed / len(part)), 1)

    def _sound_alike(self, word: str) -> Iterator[tuple[str, float]]:
        """The same name in other letters, or in other Latin letters for the same sounds."""
        arabic = is_arabic(word)
        for part in (self._sounds[arabic].get(sound_of(word)), self._bones[not arabic].get(consonants_of(word))):
            if part is not None:
                yield part, SOUNDS_ALIKE


def _first_by(key: Callable[[str], str], parts: Iterable[str], arabic: bool, least: int) -> dict[str, str]:
    """Of the parts in Arabic letters, or of the others, the first for each key that is long enough."""
    found: dict[str, str] = {}
    for part in parts:
        if is_arabic(part) == arabic and len(key(part)) >= least:
            found.setdefault(key(part), part)
    return found


def _ordinary(texts: Iterable[str]) -> frozenset[str]:
    """English words that also stand in small letters in a text that has capitals."""
    small = {w for text in texts if text != text.lower() for w in WORD.findall(text) if w[0].islower()}
    return frozenset(small & vocabulary())


def _bare(word: str) -> str:
    return _possessor(word).lower().replace("’", "'")


def _possessor(word: str) -> str:
    return word[:-2] if word.endswith(("'s", "’s")) else word
