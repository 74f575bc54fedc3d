"""What is told of a relative: a sentence about kin, or about who was just asked for, that leads to him.

Which sentences the labelling guide means was read off the writers that are learned from: four fifths hold a name, a
place or an employer and the present; one fifth of these name the kin only in the question or the sentence before.
"""

from collections.abc import Iterator, Sequence

import regex

from review.language.turns import sentences

KIN = (
    r"mother|father|mum|mom|mummy|dad|daddy|papa|mama|parents?|brothers?|sisters?|twins?|wife|wives|husband|sons?|"
    r"daughters?|uncles?|aunts?|auntie|aunty|cousins?|nephews?|nieces?|grandmother|grandfather|grandma|grandpa|granny|"
    r"grandsons?|granddaughters?|grandchild|grandchildren|fiancée?|widow|eldest|youngest|"
    r"(?:mother|father|brother|sister|son|daughter)s?[- ]in[- ]law|step(?:son|daughter|father|mother)|"
    r"half[- ](?:brother|sister)"
)
MAYBE_KIN = r"children|child|kids?|boys?|girls?|baby|family|folks|people|ones?"
WHICH = r"own|little|younger|elder|older|big|small|eldest|youngest|junior|senior|twin|last|first|second|only"
ABOUT_KIN = regex.compile(
    rf"\b(?i:{KIN})\b|\b(?i:my|your|his|her|our|their)\s+(?i:(?:{WHICH})\s+)*(?i:{MAYBE_KIN})\b|"
    r"\b(?i:my|your|our)\s+\p{Lu}\w+"
)
GOES_ON = regex.compile(r"^\W*(?:(?:and|but|yes|no|now|there|in [^,]*),? )*(?:he|she|they|his|her)\b", regex.IGNORECASE)
"""A sentence that goes on about whom the one before told of."""
NOW = regex.compile(
    rf"['’](?:s|re|ve)\b|\b(?i:is|are|has|have|lives?|works?|\w+ing)\b|"
    rf"\b(?:(?i:he|she|who|they|{KIN})|\p{{Lu}}\p{{L}}+),?\s+(?:(?:still|now|also|only|just)\s+)*(?!(?:was|us|this|as)\b)\w+s\b"
)
THEN = regex.compile(
    r"\b(?:was|were|did|had|\w+ed|went|came|gave|took|said|told|got|died|sent|wrote|left|made|saw|kept|brought|paid|put|"
    r"stood|held)\b",
    regex.IGNORECASE,
)
BREAK = regex.compile(r"[,;:]?\s(?:and|but|so|that|because)\s|[,;:]\s", regex.IGNORECASE)
NEW_CLAUSE = regex.compile(r",?\s(?:and|but|so|because|since)\s", regex.IGNORECASE)
GONE = regex.compile(
    r"\b(?:dead|died|killed|buried|grave|shot|martyr\w*|passed away|late|cr(?:y|ies|ied|ying))\b", regex.I
)
"""The dead and grief are no secret (a ruling of the labelling guide)."""


def find_relatives(text: str, question: str, named: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Sentences or clauses that lead to a living relative; `named` is where names, places and contacts stand."""
    about = ABOUT_KIN.search(question) is not None
    for n, (start, end) in enumerate(sentences(text)):
        said = text[start:end]
        goes_on = GOES_ON.search(said) is not None
        kin = ABOUT_KIN.search(said) is not None
        answers = about and (goes_on or n < 2)
        about = kin or (about and goes_on)
        present = NOW.search(said) is not None or THEN.search(said) is None
        leads = any(a < end and start < b for a, b in named)
        if (kin or answers) and leads and present and not GONE.search(said):
            yield _narrowed(text, start, end - (len(said) - len(said.rstrip(" .!?…"))), named)


def _narrowed(text: str, start: int, end: int, named: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Without the clauses before kin and names, and without those that begin after the last name."""
    inside = [(a, b) for a, b in named if a < end and start < b]
    kin = ABOUT_KIN.search(text, start, end)
    first = min([a for a, _ in inside] + ([kin.start()] if kin else []))
    last = max([b for _, b in inside] + ([kin.end()] if kin else []))
    before = [m.end() for m in BREAK.finditer(text, start, max(start, first))] if kin else []
    after = NEW_CLAUSE.search(text, min(last, end), end)
    return max([start, *before]), after.start() if after else end
