"""Sets from elsewhere: names and places, court cases, event factuality; beside Presidio and spaCy's own names."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.flag_table import EXTERNAL, Given, Mask, line, presidio, removed
from pipeline.canonical import Json
from pipeline.domain import Modality
from review.language.events import find_events
from review.language.parsing import load_english, parse

NAMES = ("PERSON", "GPE", "LOC", "ORG", "FAC")
IN_COURT = (*NAMES, "DATE", "NORP")
"""What spaCy alone is asked for in court cases."""
LIGHT = re.compile("(?:mr|mrs|ms|no|nr|about|of|in|on|at|by|to|from|the|a|an|and|or)", re.IGNORECASE)
"""Words that tell nobody anything."""


def names(given: Given) -> None:
    """Presidio's synthetic sentences: persons and places that are fully covered."""
    path = EXTERNAL / "presidio_synth_v2.json"
    if not path.exists():
        print("-- names: the synthetic set is not here, passed over")
        return
    rows = json.loads(path.read_text(encoding="utf-8"))
    texts = [row["full_text"] for row in rows]
    print(f"-- Presidio's synthetic set, {len(rows)} sentences, nothing tuned on it; large cities and countries, too")
    covers = {
        "counterclip": [removed(text, given.checklist) for text in texts],
        "Presidio": presidio(texts, given.peers),
        "spaCy alone": _by_spacy(texts, NAMES),
    }
    for kind, what, goal in (("PERSON", "persons", "≥ .97"), ("GPE", "places", "≥ .95")):
        for who, masks in covers.items():
            if masks is not None:
                hits = [
                    set(range(s["start_position"], s["end_position"])) <= mask
                    for row, mask in zip(rows, masks, strict=True)
                    for s in row["spans"]
                    if s["entity_type"] == kind
                ]
                line(f"{what} fully covered, {who}", sum(hits) / len(hits), goal if who == "counterclip" else "")


def _by_spacy(texts: Sequence[str], kinds: tuple[str, ...]) -> list[Mask]:
    docs: Any = load_english().pipe(texts)
    return [{c for e in d.ents if e.label_ in kinds for c in range(e.start_char, e.end_char)} for d in docs]


def court(given: Given) -> None:
    """Court cases (TAB, test): identifiers fully covered, and how much else was covered."""
    path = EXTERNAL / "tab_entity_data_144.jsonl"
    if not path.exists():
        print("-- court: the court cases are not here, passed over")
        return
    rows = [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row["metadata"]["provenance"]["dataset_type"] == "test"]
    texts = [row["text"] for row in rows]
    print(f"-- court cases (TAB subset, test), {len(rows)} cases, general checklist, no profile for legal texts")
    covers = {
        "counterclip": [removed(text, given.checklist) for text in texts],
        "Presidio": presidio(texts, given.peers),
        "spaCy alone, with dates and peoples": _by_spacy(texts, IN_COURT),
    }
    for who, masks in covers.items():
        if masks is not None:
            found = _in_court(rows, masks)
            ours = who == "counterclip"
            line(f"direct identifiers fully covered, {who}", found.direct, "≥ .95" if ours else "")
            line(f"quasi-identifiers fully covered, {who}", found.quasi, "≥ .90" if ours else "")
            line(f"token precision, {who}", found.precision, "≥ .50" if ours else "")


@dataclass(frozen=True, slots=True)
class Court:
    """Shares of what court cases hold."""

    direct: float
    quasi: float
    precision: float


def _in_court(rows: Sequence[Json], masks: Sequence[Mask]) -> Court:
    """An entity counts as covered when every mention of it is."""
    whole: dict[str, list[bool]] = {"DIRECT": [], "QUASI": []}
    right = covered = 0
    for row, mask in zip(rows, masks, strict=True):
        secret: Mask = set()
        entities: dict[tuple[str, str], bool] = {}
        for e in row["entities"]:
            if e["identifier_type"] in whole:
                place = (e["start_offset"], e["end_offset"])
                secret |= set(range(*place))
                key = (e["identifier_type"], e["entity_id"])
                entities[key] = entities.get(key, True) and _inside(row["text"], *place, mask)
        for (kind, _), is_covered in entities.items():
            whole[kind].append(is_covered)
        tokens = [m.start() for m in re.finditer(r"\w+", row["text"]) if m.start() in mask]
        covered += len(tokens)
        right += sum(start in secret for start in tokens)
    direct, quasi = (sum(found) / len(found) for found in whole.values())
    return Court(direct, quasi, right / max(1, covered))


def _inside(text: str, start: int, end: int, mask: Mask) -> bool:
    """Every letter and digit of the words, light words apart, is covered."""
    words = [m for m in re.finditer(r"\w+", text[start:end]) if not LIGHT.fullmatch(m.group())]
    return all(start + m.start() in mask and start + m.end() - 1 in mask for m in words)


def facts(_: Given) -> None:
    """Event factuality (UDS-IH2, test): what happened is kept, what did not is not."""
    path = EXTERNAL / "fact" / "uds_ih2_test.jsonl"
    if not path.exists():
        print("-- facts: the factuality set is not here, passed over")
        return
    rows = [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines()]
    kept: dict[bool, list[bool]] = {True: [], False: []}
    for row, doc in zip(rows, parse(r["text"] for r in rows), strict=True):
        events = find_events(doc)
        starts = [m.start() for m in re.finditer(r"\S+", row["text"])]
        for target in row["targets"]:
            if abs(target["label"]) >= 1:
                at = starts[target["span1"][0]]
                event = next((e for e in events if e.verb == at), None)
                kept[target["label"] > 0].append(event is None or event.modality is Modality.ASSERTED)
    print(f"-- event factuality (UDS-IH2 test), {len(kept[True])} happened, {len(kept[False])} did not, grammar alone")
    line("happened and kept", sum(kept[True]) / len(kept[True]), "≥ .90")
    line("did not happen and wrongly kept", sum(kept[False]) / len(kept[False]), "≤ .25")
