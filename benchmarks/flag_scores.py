"""Flags against labels, as the labelling guide counts: by turn and item, with characters for what is to be removed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.canonical import Json
from pipeline.domain import Flag, Tier

Key = tuple[str, str]
"""Interview and turn."""
Spans = dict[str, list[tuple[int, int]]]
NARRATIVES = ("infighting", "brutality", "corruption", "quality_of_life")


@dataclass(frozen=True, slots=True)
class Scores:
    """The figures of one corpus; shares from 0 to 1, None where nothing was there to find."""

    missed_red: float | None
    """Turns with an admission and no red incrimination flag, share."""
    missed_amber: float | None
    """The same with amber flags counted as well."""
    amber_clean: float | None
    """Clean answers that amber flags open, share."""
    precision: float | None
    recall: float | None
    false_alarms: float | None
    """Clean turns with a red flag, share."""
    covered: float | None
    """Characters of the secret that red flags of the same item cover."""
    covered_by_any: float | None
    """The same, by red identity flags of any item: that is what is cut."""
    character_precision: float | None
    narrative_f1: float | None


def score(interviews: Sequence[Json], flags: dict[str, tuple[Flag, ...]], items: frozenset[str]) -> Scores:
    """Score the flags of each interview (by its id) against the labels of its turns."""
    gold, clean, clean_answers, told = _gold(interviews)
    red, amber = (_found(flags, items, tier) for tier in (Tier.RED, Tier.AMBER))
    admitted = [k for k, spans in gold.items() if _admits(spans)]
    pairs, found = _pairs(gold), _pairs(red)
    secret, covered = _characters(gold), _characters(red)
    anyhow = {(k, c) for k, _, c in covered}
    tags = {(k, f.item) for k, f in _standing(flags) if f.tier is Tier.RED and f.item.split(".")[1] in NARRATIVES}
    return Scores(
        missed_red=_share(sum(not _admits(red[k]) for k in admitted), len(admitted)),
        missed_amber=_share(sum(not (_admits(red[k]) or _admits(amber[k])) for k in admitted), len(admitted)),
        amber_clean=_share(sum(bool(amber[k]) for k in clean_answers), len(clean_answers)),
        precision=_share(len(pairs & found), len(found)),
        recall=_share(len(pairs & found), len(pairs)),
        false_alarms=_share(sum(bool(red[k]) for k in clean), len(clean)),
        covered=_share(len(secret & covered), len(secret)),
        covered_by_any=_share(sum((k, c) in anyhow for k, _, c in secret), len(secret)),
        character_precision=_share(len(secret & covered), len(covered)),
        narrative_f1=_share(2 * len(tags & told), len(tags) + len(told)),
    )


def by_item(
    interviews: Sequence[Json], flags: dict[str, tuple[Flag, ...]], items: frozenset[str]
) -> list[tuple[str, int, float | None, float | None]]:
    """For each item: turns that have it, precision, recall of red flags."""
    gold, _, _, told = _gold(interviews)
    found = _pairs(_found(flags, items, Tier.RED)) | {
        (k, f.item) for k, f in _standing(flags) if f.tier is Tier.RED and f.item.split(".")[1] in NARRATIVES
    }
    pairs = _pairs(gold) | told
    rows = []
    for item in sorted({i for _, i in pairs}):
        wanted, got = {k for k, i in pairs if i == item}, {k for k, i in found if i == item}
        rows.append((item, len(wanted), _share(len(wanted & got), len(got)), _share(len(wanted & got), len(wanted))))
    return rows


def _gold(interviews: Sequence[Json]) -> tuple[dict[Key, Spans], set[Key], set[Key], set[tuple[Key, str]]]:
    gold: dict[Key, Spans] = {}
    clean, answers, told = set(), set(), set()
    for interview in interviews:
        for turn in interview["turns"]:
            key = (interview["id"], turn["id"])
            gold[key] = defaultdict(list)
            for label in turn["labels"]:
                gold[key][label["item"]].append((label["start"], label["end"]))
            if not turn["labels"]:
                clean.add(key)
                if turn["speaker"] == "interviewee":
                    answers.add(key)
            told |= {(key, n) for n in turn.get("narrative", [])}
    return gold, clean, answers, told


def _standing(flags: dict[str, tuple[Flag, ...]]) -> Iterable[tuple[Key, Flag]]:
    return [((i, f.segment), f) for i, fs in flags.items() for f in fs if f.suppressed is None and f.match]


def _found(flags: dict[str, tuple[Flag, ...]], items: frozenset[str], tier: Tier) -> dict[Key, Spans]:
    found: dict[Key, Spans] = defaultdict(lambda: defaultdict(list))
    for key, flag in _standing(flags):
        if flag.item in items and flag.tier is tier and flag.match:
            found[key][flag.item].append((flag.match.start, flag.match.end))
    return found


def _admits(spans: Spans) -> bool:
    return any(item.startswith("incrimination.") for item in spans)


def _pairs(spans: dict[Key, Spans]) -> set[tuple[Key, str]]:
    return {(key, item) for key, items in spans.items() for item in items}


def _characters(spans: dict[Key, Spans]) -> set[tuple[Key, str, int]]:
    """Every character of every identity span, with its item."""
    return {
        (key, item, c)
        for key, items in spans.items()
        for item, places in items.items()
        if item.startswith("identity.")
        for a, b in places
        for c in range(a, b)
    }


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
