"""Labelled interviews -> examples."""

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path

TURN_ITEMS = (
    "incrimination.violence", "incrimination.membership", "incrimination.material_support",
    "incrimination.weapons_training", "incrimination.property", "incrimination.travel", "network.facilitator",
    "identity.family", "legal.proceeding", "safety.minor", "safety.operational", "safety.graphic",
    "message.ambivalence", "message.glorification", "message.sectarian", "message.no_consequence",
    "narrative.infighting", "narrative.brutality", "narrative.corruption", "narrative.quality_of_life",
)  # fmt: skip
TOKEN_ITEMS = ("identity.person", "identity.location", "identity.contact", "identity.date", "identity.affiliation")


SHORT = {
    "v": "incrimination.violence", "m": "incrimination.membership", "s": "incrimination.material_support",
    "w": "incrimination.weapons_training", "p": "incrimination.property", "t": "incrimination.travel",
    "f": "network.facilitator", "k": "identity.family", "l": "legal.proceeding", "c": "safety.minor",
    "o": "safety.operational", "g": "safety.graphic", "a": "message.ambivalence", "G": "message.glorification",
    "S": "message.sectarian", "n": "message.no_consequence", "I": "narrative.infighting",
    "B": "narrative.brutality", "C": "narrative.corruption", "Q": "narrative.quality_of_life",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """One turn with its question and labels."""

    writer: str
    interview: str
    turn: str
    text: str
    question: str
    is_answer: bool
    labels: tuple[tuple[str, int, int], ...]
    """Item, start, end."""
    narratives: tuple[str, ...]
    names_marked: bool = True
    """False: names and places stand in it unmarked, so nothing is learned about them from it."""


def read_examples(path: Path) -> list[Example]:
    """One example per turn."""
    examples = []
    for line in path.read_text(encoding="utf-8").splitlines():
        interview = json.loads(line)
        turns = interview["turns"]
        for i, turn in enumerate(turns):
            question = turns[i - 1]["text"] if i else ""
            labels = tuple((x["item"], x["start"], x["end"]) for x in turn["labels"])
            answer = turn["speaker"] == "interviewee"
            told = tuple(turn.get("narrative", []))
            examples.append(
                Example(path.stem, interview["id"], turn["id"], turn["text"], question, answer, labels, told)
            )
    return examples


EVIDENCE = re.compile(r"\{([A-Za-z,]+) ([^{}]*)\}")


def read_short_answers(path: Path) -> list[Example]:
    """Lines of `letters | question | answer`; names and places are not marked in them.

    The letters hold for the whole answer; `{letters words}` marks the words that some of them hold for.
    """
    examples = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("#"):
            continue
        letters, question, written = (part.strip() for part in line.split("|"))
        answer, marked = _marked(written)
        items = [SHORT[letter] for letter in letters.split(",") if letter != "-"]
        labels = tuple((i, 0, len(answer)) for i in items if not i.startswith("narrative.")) + marked
        told = tuple(i for i in items if i.startswith("narrative."))
        examples.append(Example(path.stem, path.stem, str(number), answer, question, True, labels, told, False))
    return examples


def _marked(written: str) -> tuple[str, tuple[tuple[str, int, int], ...]]:
    """The answer without its braces, and the labels that they were."""
    text, labels, last = "", [], 0
    for match in EVIDENCE.finditer(written):
        text += written[last : match.start()]
        labels += [(SHORT[x], len(text), len(text) + len(match.group(2))) for x in match.group(1).split(",")]
        text += match.group(2)
        last = match.end()
    return text + written[last:], tuple(labels)


def spoken(example: Example) -> Example:
    """The example as recognition would write it: no case, no punctuation, every character in its place."""
    text, question = (re.sub(r"[.,;:!?\"“”()…]", " ", _small(t)) for t in (example.text, example.question))
    return replace(example, text=text, question=question)


def _small(text: str) -> str:
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
