"""A name that is to be removed in one place is to be removed in every place; the team's own names everywhere."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.domain import Flag, Segment, Tier, Transcript
from review.checklist import Checklist
from review.language.propagation import NameFound, find_mentions

NAMED = "identity.person"


@dataclass(frozen=True, slots=True)
class Repeat:
    """A place where a name stands that was found elsewhere, or that the team knows."""

    item: str
    segment: str
    start: int
    end: int
    whole: bool
    """True: it stands in the translation, so nobody knows which of the spoken words it is."""
    score: float
    rule: str
    because: str


def find_repeats(
    transcript: Transcript, flags: Sequence[Flag], checklist: Checklist, names: Sequence[str]
) -> Iterator[Repeat]:
    """Every further place of the names that red flags stand on, of other `names`, and of the case lexicon's."""
    texts = {s.id: s.text for s in transcript.segments}
    named = [f for f in flags if f.item == NAMED and f.tier is Tier.RED and f.match and not f.suppressed]
    found = dict.fromkeys([*(texts[f.segment][f.match.start : f.match.end] for f in named if f.match), *names])
    standing: dict[str, list[Flag]] = defaultdict(list)
    for flag in named:
        standing[flag.segment].append(flag)
    for hit in find_mentions(transcript, tuple(found)):
        if not any(_stands_at(f, hit) for f in standing[hit.segment]):
            yield _repeat(NAMED, hit, "found elsewhere")
    for item in dict.fromkeys(name.item for name in checklist.names):
        spellings = tuple(s for name in checklist.names if name.item == item for s in name.spellings)
        yield from (_repeat(item, hit, "of the case lexicon") for hit in find_mentions(transcript, spellings))
        for segment in transcript.segments:
            if _only_translated(segment, spellings):
                because = "the English translation names somebody of the case lexicon"
                yield Repeat(item, segment.id, 0, len(segment.text), True, 0.9, "names: case lexicon", because)


def _repeat(item: str, hit: NameFound, known: str) -> Repeat:
    same = hit.alike == 100
    because = f"a name {known} stands here" if same else f"a word much like a name {known} stands here"
    return Repeat(item, hit.segment, hit.start, hit.end, False, round(hit.alike / 100, 3), f"names: {known}", because)


def _stands_at(flag: Flag, hit: NameFound) -> bool:
    match = flag.match
    return bool(match and match.start < hit.end and hit.start < match.end)


def _only_translated(segment: Segment, names: Sequence[str]) -> bool:
    """The translation names somebody whom the speech, as written, does not."""
    return bool(
        segment.translation and find_mentions(segment.translation, names) and not find_mentions(segment.text, names)
    )
