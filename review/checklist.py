"""YAML files -> the checklist: every item of the field, readable and testable by people who do not program.

How the files are written is told at the top of `checklists/incrimination.yaml`.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pipeline.domain import Action, Tier
from review.checklist_file import Entry, read_entries
from review.lexicon import KnownName, read_lexicon
from review.phrases import Phrases, compile_phrases

FOLDER = Path(__file__).parent / "checklists"
PHRASE_SIGNS = "words, (a|b), prefix*, ... for up to four words, [optional]"


class Says(StrEnum):
    """Whose speech an item is looked for in."""

    INTERVIEWEE = "interviewee"
    INTERVIEWER = "interviewer"
    ANYONE = "anyone"


class FoundBy(StrEnum):
    """What can raise an item."""

    WORDS = "words"
    NAMES = "names"
    READER = "reader"
    MACHINE = "machine"
    PASSAGE = "passage"
    """Several other flags that stand close together."""
    PERSON = "person"


class Severity(StrEnum):
    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Act:
    """Something done: any of these verbs, with any of these things when some are named."""

    do: frozenset[str]
    to: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sample:
    """A sentence that must, or must not, raise an item."""

    text: str
    asked: str
    """The question before it; empty when there was none."""
    line: int


@dataclass(frozen=True, slots=True)
class Item:
    """One checklist item."""

    id: str
    title: str
    look_for: str
    why: str
    action: Action
    before_trial: Action
    """The action while no verdict has been given."""
    severity: Severity
    says: Says
    found_by: frozenset[FoundBy]
    own_acts_only: bool
    """True: what other people did is testimony and does not count."""
    escalate: bool
    phrases: Phrases
    acts: tuple[Act, ...]
    asked: Phrases
    """Questions whose short answer counts."""
    not_when: Phrases
    must_fire: tuple[Sample, ...]
    must_not_fire: tuple[Sample, ...]
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Failure:
    """An example in a checklist file that did not do what it promises."""

    item: str
    file: str
    line: int
    why: str


@dataclass(frozen=True, slots=True)
class SelfTest:
    """What the examples of a checklist showed."""

    failures: tuple[Failure, ...]
    amber: tuple[Failure, ...]
    """Counterexamples that ask to be read: no mistake, but each costs a reviewer's time."""


@dataclass(frozen=True, slots=True)
class Checklist:
    """All items, and the digest of the files they came from."""

    items: tuple[Item, ...]
    sha256: str
    names: tuple[KnownName, ...] = ()
    """The team's case lexicon: names that are flagged wherever they stand."""

    def item(self, item_id: str) -> Item | None:
        return next((i for i in self.items if i.id == item_id), None)


def load_checklist(extra: Sequence[Path] = ()) -> Checklist:
    """The checklist that comes with the product, and after it a team's own: YAML files, and `.txt` files with names.

    Raises TranscriptFormatError naming file, line, item and what is allowed there.
    """
    digest = hashlib.sha256()
    items: dict[str, Item] = {}
    names: list[KnownName] = []
    for path in [*sorted(FOLDER.glob("*.yaml")), *extra]:
        if path.suffix == ".txt":
            found, content_sha256 = read_lexicon(path)
            names += found
            digest.update(content_sha256)
            continue
        entries, content = read_entries(path)
        digest.update(hashlib.sha256(content).digest())
        for entry in entries:
            _add(items, entry)
    return Checklist(tuple(items.values()), digest.hexdigest(), tuple(names))


def _add(items: dict[str, Item], entry: Entry) -> None:
    item = _item(entry)
    if item.id in items:
        first = items[item.id]
        raise entry.error("id", f"this id stands already in {first.file}, line {first.line}", "choose another")
    items[item.id] = item


def self_test(checklist: Checklist) -> SelfTest:
    """Every example of every item, run: what must fire has to, what must not may be amber and never red."""
    from review.flags import tiers_of  # flags are made with checklists; only this test looks the other way

    wrong, unsure = [], []
    for item in checklist.items:
        for sample, tier in zip(item.must_fire, tiers_of(item, item.must_fire, checklist), strict=True):
            if tier is None:
                wrong.append(Failure(item.id, item.file, sample.line, "must fire and does not"))
        for sample, tier in zip(item.must_not_fire, tiers_of(item, item.must_not_fire, checklist), strict=True):
            if tier is Tier.RED:
                wrong.append(Failure(item.id, item.file, sample.line, "must not fire and does"))
            elif tier is Tier.AMBER:
                unsure.append(Failure(item.id, item.file, sample.line, "must not fire and is amber"))
    return SelfTest(tuple(wrong), tuple(unsure))


def _item(entry: Entry) -> Item:
    action = entry.one_of("action", Action)
    found_by = frozenset(entry.each_of("found_by", FoundBy))
    item = Item(
        id=entry.id,
        title=entry.text("title"),
        look_for=entry.text("look_for"),
        why=entry.text("why"),
        action=action,
        before_trial=entry.one_of("before_trial", Action, action),
        severity=entry.one_of("severity", Severity),
        says=entry.one_of("says", Says, Says.INTERVIEWEE),
        found_by=found_by,
        own_acts_only=entry.yes("own_acts_only"),
        escalate=entry.yes("escalate"),
        phrases=_phrases(entry, "phrases"),
        acts=tuple(_acts(entry)),
        asked=_phrases(entry, "asked"),
        not_when=_phrases(entry, "not_when"),
        must_fire=tuple(_samples(entry, "must_fire")),
        must_not_fire=tuple(_samples(entry, "must_not_fire")),
        file=entry.file,
        line=entry.line,
    )
    if FoundBy.WORDS in found_by and not item.must_fire:
        raise entry.error("must_fire", "an item found by words needs examples", "add at least one sentence")
    return item


def _phrases(entry: Entry, field: str) -> Phrases:
    written = entry.texts(field)
    for text, line in written:
        try:
            compile_phrases([text])
        except ValueError as error:
            raise entry.error(field, str(error), PHRASE_SIGNS, line) from None
        except RecursionError:
            raise entry.error(field, "too many brackets in each other", PHRASE_SIGNS, line) from None
    return compile_phrases([text for text, _ in written])


def _acts(entry: Entry) -> Iterator[Act]:
    for act in entry.entries("acts", {"do", "to"}):
        do = frozenset(text.lower() for text, _ in act.texts("do"))
        if not do:
            raise act.error("do", "an act needs verbs", "do: [kill, shoot]")
        yield Act(do, frozenset(text.lower() for text, _ in act.texts("to")))


def _samples(entry: Entry, field: str) -> Iterator[Sample]:
    for sample in entry.entries(field, {"asked", "text"}, plain="text"):
        yield Sample(sample.text("text"), sample.text("asked", ""), sample.line)
