"""A turn and its question as the numbers that the encoder takes in.

Training and product use this same file, so that what was learned is what is asked.
"""

from dataclasses import dataclass
from typing import Any

Tokenizer = Any
"""Of the `tokenizers` package; it is imported only when something is read."""
CLS, SEP = 101, 102
MAX_QUESTION, MAX_TEXT = 40, 220
"""Tokens kept of each part; of a question the end is kept."""
QUESTION, ANSWER, ASKED = 0, 1, 2
"""Kinds of tokens: of the question, of an answer, of the interviewer's own speech."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """Token ids and kinds, and where the tokens of the text lie in it."""

    ids: tuple[int, ...]
    kinds: tuple[int, ...]
    first: int
    """Index of the first token of the text."""
    offsets: tuple[tuple[int, int], ...]
    """Character offsets in the text, one pair for each of its tokens."""


def encode(text: str, question: str, asked: bool, tokenizer: Tokenizer) -> Encoded:
    """The question and the text in tokens; text beyond MAX_TEXT tokens is left out: turns are cut smaller than that."""
    before = tokenizer.encode(question, add_special_tokens=False).ids[-MAX_QUESTION:]
    body = tokenizer.encode(text, add_special_tokens=False)
    offsets = tuple(body.offsets[:MAX_TEXT])
    ids = [CLS, *before, SEP, *body.ids[:MAX_TEXT], SEP]
    kinds = [QUESTION] * (len(before) + 2) + [ASKED if asked else ANSWER] * (len(offsets) + 1)
    return Encoded(tuple(ids), tuple(kinds), len(before) + 2, offsets)
