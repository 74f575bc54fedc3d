"""Titles and cards that would make viewers take a clip for the group's own, or for a government's (pure).

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
    """The title and what its opening card says: neither the group's voice nor a state's."""
    plan = facts.plan
    shown = [plan.title, *((plan.opening.title, plan.opening.text) if plan.opening else ())]
    change = f"counterclip plan edit {plan.id} --title … or --context …"
    for phrase in found_in(shown, "imitates"):
        yield Reason(
            "credibility.imitates", f"the title or its card uses “{phrase}”, as the group's own media do", change
        )
    for phrase in found_in(shown, "state"):
        yield Reason(
            "credibility.state",
            f"the title or its card names a state's office (“{phrase}”): who is promoted by one is not believed",
            change,
        )


def found_in(texts: list[str], kind: str) -> list[str]:
    """The phrases of one list (`imitates`, `state`) that stand in any of the texts."""
    said = [f" {' '.join(_words(text))} " for text in texts]
    return [phrase for phrase in _lists()[kind] if any(f" {' '.join(_words(phrase))} " in text for text in said)]


@cache
def _lists() -> dict[str, list[str]]:
    lists: dict[str, list[str]] = yaml.safe_load(LISTS.read_text(encoding="utf-8"))
    return lists


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))
