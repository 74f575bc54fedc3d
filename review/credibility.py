"""Titles, cards and lower thirds that would make viewers take a clip for the group's own, or for a government's (pure).

Source: `domain.md`, editing rules, 11. Pictures are not read: nobody can put a logo on a clip, because cards have none.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml

from review.gate import GateFacts, Reason

LISTS = Path(__file__).with_name("credibility.yaml")
WORD = re.compile(r"[^\W_]+")


def credibility(facts: GateFacts) -> Iterator[Reason]:
    """The title and what its cards say: neither the group's voice nor a state's."""
    plan = facts.plan
    cards = [card for card in (plan.opening, plan.closing, *(note.card for note in plan.notes)) if card]
    shown = [plan.title, *(text for card in cards for text in (card.title, card.text))]
    shown += [third.text for third in plan.lower_thirds]
    change = f"counterclip plan edit {plan.id} --title … or --context …; the closing card is in counterclip.toml"
    for phrase in found_in(shown, "imitates"):
        yield Reason(
            "credibility.imitates", f"the title or a card uses “{phrase}”, as the group's own media do", change
        )
    for phrase in found_in(shown, "state"):
        yield Reason(
            "credibility.state",
            f"the title or a card names a state's office (“{phrase}”): who is promoted by one is not believed",
            change,
        )


def found_in(texts: list[str], kind: str) -> list[str]:
    """The phrases of one list (`imitates`, `state`) that stand in any of the texts."""
    said = [_words(text) for text in texts]
    return [phrase for phrase in _lists()[kind] if any(_stands_in(_words(phrase), words) for words in said)]


def _stands_in(phrase: list[str], words: list[str]) -> bool:
    """Whole words, however they are parted: `AlHayat Media`, `al-Hayat Media` and `Al Hayat media` are one."""
    wanted = "".join(phrase)
    joined = ("".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, min(len(words), i + 6) + 1))
    return wanted in joined


@cache
def _lists() -> dict[str, list[str]]:
    lists: dict[str, list[str]] = yaml.safe_load(LISTS.read_text(encoding="utf-8"))
    return lists


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))
