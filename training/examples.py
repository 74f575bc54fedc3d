"""Labelled interviews -> examples, and the ways an example is varied while learning."""

import json
import random
import re
from dataclasses import dataclass, replace
from pathlib import Path

from review.language.encoding import Window

ITEMS = (
    "incrimination.violence", "incrimination.membership", "incrimination.material_support",
    "incrimination.weapons_training", "incrimination.property", "incrimination.travel",
    "network.facilitator", "identity.person", "identity.location", "identity.contact", "identity.date",
    "identity.family", "identity.affiliation", "legal.proceeding", "safety.minor", "safety.operational",
    "safety.graphic", "message.ambivalence", "message.glorification", "message.sectarian",
    "message.no_consequence",
)  # fmt: skip
NARRATIVES = (
    "narrative.infighting", "narrative.brutality", "narrative.corruption", "narrative.quality_of_life",
)  # fmt: skip

Labels = tuple[tuple[int, int, int], ...]
"""(index of the item, start, end) in the text."""


@dataclass(frozen=True, slots=True)
class Example:
    """One window with its labels."""

    writer: str
    interview: str
    turn: str
    window: Window
    labels: Labels
    narratives: tuple[int, ...]


def read_examples(path: Path) -> list[Example]:
    """One example per turn; what stood before it is the two turns before."""
    examples = []
    for line in path.read_text(encoding="utf-8").splitlines():
        interview = json.loads(line)
        turns = interview["turns"]
        for i, turn in enumerate(turns):
            question = turns[i - 1]["text"] if i >= 1 else ""
            before = turns[i - 2]["text"] if i >= 2 else ""
            window = Window(before, question, turn["text"], turn["speaker"] == "interviewer")
            labels = tuple((ITEMS.index(x["item"]), x["start"], x["end"]) for x in turn["labels"])
            told = tuple(NARRATIVES.index(n) for n in turn.get("narrative", []))
            examples.append(Example(path.stem, interview["id"], turn["id"], window, labels, told))
    return examples


def vary(example: Example, dice: random.Random) -> Example:
    """What recognition does to speech: no case, no full stops, no speakers, no question."""
    window, labels = example.window, example.labels
    if dice.random() < 0.12 and window.question and not window.asked:
        shift = len(window.question) + 1
        window = Window("", window.before, f"{window.question} {window.text}")
        labels = tuple((item, start + shift, end + shift) for item, start, end in labels)
    elif dice.random() < 0.1:
        window = replace(window, question="", before="")
    if dice.random() < 0.3:
        window = Window(*(_spoken(t) for t in (window.before, window.question, window.text)), window.asked)
    elif dice.random() < 0.1:
        window = replace(
            window, text=window.text.lower() if len(window.text.lower()) == len(window.text) else window.text
        )
    return replace(example, window=window, labels=labels)


def _spoken(text: str) -> str:
    """Lower case without punctuation, every character still in its place."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = text
    return re.sub(r"[.,;:!?\"()…]", " ", lowered)
