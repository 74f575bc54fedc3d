"""A stretch of an interview as the numbers that the second reader takes in.

Training and product use this same file, so that what was learned is what is asked.
"""

from dataclasses import dataclass

from tokenizers import Tokenizer

CLS, SEP = 101, 102
MAX_BEFORE, MAX_QUESTION, MAX_TEXT = 24, 32, 200
"""Tokens kept of each part; of what came before, the end is kept."""

KIND_BEFORE, KIND_QUESTION, KIND_ANSWER, KIND_ASKED = 0, 1, 2, 5
"""Token kinds; an answer's and an interviewer's tokens add 0 lower case, 1 capital, 2 case unknown."""
KINDS = 8


@dataclass(frozen=True, slots=True)
class Window:
    """What is read at once: some speech of one person, and what stood before it."""

    before: str
    """The end of what the same person said last."""
    question: str
    """What the other person said directly before; empty when nobody asked."""
    text: str
    asked: bool = False
    """True when the text is the interviewer's."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """Token ids and kinds, and where the tokens of the text lie in it."""

    ids: tuple[int, ...]
    kinds: tuple[int, ...]
    first: int
    """Index of the first token of the text."""
    offsets: tuple[tuple[int, int], ...]
    """Character offsets in the text, one pair for each of its tokens."""


def encode(window: Window, tokenizer: Tokenizer) -> Encoded:
    """The window in tokens. Text beyond MAX_TEXT tokens is left out: callers make windows small enough."""
    before = tokenizer.encode(window.before, add_special_tokens=False).ids[-MAX_BEFORE:]
    question = tokenizer.encode(window.question, add_special_tokens=False).ids[-MAX_QUESTION:]
    body = tokenizer.encode(window.text, add_special_tokens=False)
    offsets = tuple(body.offsets[:MAX_TEXT])
    base = KIND_ASKED if window.asked else KIND_ANSWER
    ids = [CLS, *before, SEP, *question, SEP, *body.ids[:MAX_TEXT], SEP]
    kinds = [KIND_BEFORE] * (len(before) + 2) + [KIND_QUESTION] * (len(question) + 1)
    kinds += [base + case for case in _cases(window.text, offsets)] + [base]
    return Encoded(tuple(ids), tuple(kinds), len(before) + len(question) + 3, offsets)


def _cases(text: str, offsets: tuple[tuple[int, int], ...]) -> list[int]:
    """The case of the word that each token belongs to; unknown throughout when nothing is a capital."""
    if text == text.lower():
        return [2] * len(offsets)
    cases: list[int] = []
    for i, (start, _) in enumerate(offsets):
        continues = i > 0 and offsets[i - 1][1] == start and text[start - 1].isalnum() and text[start].isalnum()
        cases.append(cases[-1] if continues else int(text[start].isupper()))
    return cases
