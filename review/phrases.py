"""The small language in which checklist files say what to listen for, and its bounded search.

    kill*            any word that starts so; (a|b)* for every word in the brackets
    (a|b c)          one of these
    [really]         may be left out
    ...              up to four words
    /raw/            a regular expression, for who knows how

Words match whatever their case, whatever stands between them but letters, and both apostrophes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import regex

TIMEOUT_S = 2.0
"""For one search in one turn; a pattern that needs longer is reported, not waited for."""
GAP = r"[\s,.;:!?\"“”()–—…-]+"
FEW_WORDS = rf"(?:{GAP}[\w'’]+){{0,4}}?{GAP}"


@dataclass(frozen=True, slots=True)
class Found:
    """Where a phrase stands, and which one it is (1 = first in the file)."""

    start: int
    end: int
    number: int
    gave_up: bool = False
    """True: the search took too long, and the whole text counts as found."""


@dataclass(frozen=True, slots=True)
class Need:
    """Words of which a text must hold one, or a phrase cannot stand in it; in small letters."""

    words: frozenset[str]
    stems: tuple[str, ...] = ()
    """Beginnings of words."""

    def is_met(self, words: frozenset[str]) -> bool:
        return not self.words.isdisjoint(words) or (
            self.stems != () and any(word.startswith(self.stems) for word in words)
        )


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases of one field, compiled together."""

    texts: tuple[str, ...]
    source: str
    """All of them as one regular expression, a named group each."""
    needs: tuple[tuple[Need, ...], ...] = ()
    """What each phrase cannot do without: a text without it need not be searched."""

    def search(self, text: str) -> Iterator[Found]:
        """Every place where one of them stands, leftmost first, none overlapping.

        A search that takes too long ends in one find over the whole text: nothing is cleared by a bad pattern.
        """
        if not self.source or not self._may_stand_in(text):
            return
        try:
            for match in _compiled(self.source).finditer(text, timeout=TIMEOUT_S):
                if match.end() > match.start():
                    yield Found(match.start(), match.end(), _number(match))
        except TimeoutError:
            yield Found(0, len(text), 0, gave_up=True)

    def _may_stand_in(self, text: str) -> bool:
        words = _words(text)
        return any(all(need.is_met(words) for need in needs) for needs in self.needs)

    def stands_in(self, text: str) -> bool:
        return next(self.search(text), None) is not None


def compile_phrases(texts: Sequence[str]) -> Phrases:
    """One pattern for all texts.

    Raises ValueError saying which text cannot be read.
    """
    parts, needs = [], []
    for number, text in enumerate(texts, 1):
        part = _pattern(text)
        if text.startswith("/"):
            _check(part, text)
        parts.append(f"(?P<n{number}>{part})")
        needs.append(() if text.strip().startswith("/") else tuple(_needs(_tokens(text))[0]))
    return Phrases(tuple(texts), "|".join(parts), tuple(needs))


@cache
def _compiled(source: str) -> "regex.Pattern[str]":
    """Compiled when first searched: commands that search nothing need not wait for it."""
    return regex.compile(source, regex.IGNORECASE)


def _check(part: str, text: str) -> None:
    try:
        regex.compile(part)
    except regex.error as error:
        raise ValueError(f"{text!r} cannot be read: {error}") from None


def _number(match: "regex.Match[str]") -> int:
    return int(str(match.lastgroup)[1:])


def _pattern(text: str) -> str:
    text = text.strip()
    if len(text) > 2 and text[0] == text[-1] == "/":
        return _without_groups(text[1:-1])
    return rf"(?<!\w){_sequence(text)}(?!\w)"


def _without_groups(raw: str) -> str:
    return str(regex.sub(r"(?<!\\)\((?!\?)", "(?:", raw))


TOKEN = regex.compile(r"\.\.\.|\)\*|[()|\[\]]|[\w'’\-@&]+\*?|\s+")
ENDING = r"[\w'’]*"


def _sequence(text: str) -> str:
    """The words as a pattern; a gap is put between neighbours, inside and around groups."""
    tokens = _tokens(text)
    if "".join(tokens) != "".join(text.split()):
        raise ValueError(f"{text!r} holds a character that means nothing here")
    pattern, rest = _alternatives(tokens, text)
    if rest or not pattern:
        raise ValueError(f"{text!r}: brackets do not match, or nothing stands there")
    return pattern


def _tokens(text: str) -> list[str]:
    return [t for t in TOKEN.findall(text) if not t.isspace()]


def _alternatives(tokens: list[str], whole: str) -> tuple[str, list[str]]:
    options: list[str] = []
    pattern, gap = "", ""
    while tokens:
        part, tokens = tokens[0], tokens[1:]
        if part in (")", ")*", "]"):
            tokens = [part, *tokens]
            break
        if part == "|":
            options.append(pattern)
            pattern, gap = "", ""
        elif part == "...":
            gap = FEW_WORDS if pattern else ""
        elif part in ("(", "["):
            inner, tokens = _alternatives(tokens, whole)
            if not tokens or tokens[0][0] != {"(": ")", "[": "]"}[part]:
                raise ValueError(f"{whole!r}: brackets do not match")
            inner = f"(?:{inner}){ENDING}" if tokens[0] == ")*" else inner
            tokens = tokens[1:]
            if part == "(":
                pattern, gap = f"{pattern}{gap}(?:{inner})", GAP
            elif pattern:
                pattern = f"{pattern}(?:{gap}(?:{inner}))?"
            else:
                pattern, gap = f"(?:(?:{inner}){GAP})?", ""
        else:
            pattern, gap = f"{pattern}{gap}{_word(part)}", GAP
    return "|".join([*options, pattern]) if options else pattern, tokens


def _word(part: str) -> str:
    stem = part.removesuffix("*")
    escaped = str(regex.sub("['’]", "['’]", regex.escape(stem)))
    return escaped + (ENDING if part.endswith("*") else "")


@lru_cache(maxsize=64)
def _words(text: str) -> frozenset[str]:
    """What stands between signs, in small letters; a turn is searched for many phrases in a row."""
    return frozenset(regex.findall(r"\w+", text.lower()))


def _needs(tokens: list[str]) -> tuple[list[Need], list[str]]:
    """What a well-formed phrase cannot do without, and the tokens after its closing bracket."""
    options: list[list[Need]] = [[]]
    while tokens and tokens[0] not in (")", ")*", "]"):
        part, tokens = tokens[0], tokens[1:]
        if part == "|":
            options.append([])
        elif part in ("(", "["):
            inner, rest = _needs(tokens)
            starred, tokens = rest[0] == ")*", rest[1:]
            if part == "(":
                options[-1] += [Need(frozenset(), (*n.words, *n.stems)) for n in inner] if starred else inner
        elif part != "..." and (word := regex.match(r"\w+", part.lower())):
            stem = part.removesuffix("*") != part and word.end() == len(part) - 1
            options[-1].append(Need(frozenset(), (word.group(),)) if stem else Need(frozenset({word.group()})))
    return (options[0] if len(options) == 1 else _either(options)), tokens


def _either(options: list[list[Need]]) -> list[Need]:
    """Of several ways one must do: one word of each way's first need; nothing when a way needs nothing."""
    if not all(options):
        return []
    firsts = [option[0] for option in options]
    words = frozenset(w for need in firsts for w in need.words)
    return [Need(words, tuple(s for need in firsts for s in need.stems))]
