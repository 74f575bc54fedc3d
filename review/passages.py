"""Items that no single sentence raises: several flags that stand close together."""

from collections.abc import Iterator, Sequence

from pipeline.domain import Agent, Modality, Tier
from review.language.findings import Finding
from review.language.turns import Turn

Read = Sequence[tuple[Turn, tuple[Finding, ...]]]
TURNS_TOGETHER = 3
MOSAIC = {
    "when": ("identity.date",),
    "unit": ("identity.affiliation", "incrimination.membership"),
    "role": (
        "incrimination.violence",
        "incrimination.material_support",
        "incrimination.weapons_training",
        "incrimination.membership",
    ),
    "where": ("identity.location",),
}
COMBINATION = (
    "identity.affiliation",
    "identity.location",
    "identity.date",
    "identity.family",
    "identity.health",
    "safety.minor",
)
CRIMES = ("incrimination.violence", "incrimination.property", "incrimination.planned_attack", "narrative.brutality")


def find_passages(read: Read) -> Iterator[tuple[Turn, Finding]]:
    """Mosaic, rare combination, and named co-members accused of a crime."""
    for i, (turn, found) in enumerate(read):
        if turn.asked:
            continue
        near = {
            f.item
            for _, fs in read[max(0, i - TURNS_TOGETHER + 1) : i + 1]
            for f in fs
            if f.suppressed is None and f.tier is Tier.RED
        }
        here = {f.item for f in found if f.suppressed is None and f.tier is Tier.RED}
        kinds = [kind for kind, items in MOSAIC.items() if near & set(items)]
        if len(kinds) >= 3 and "where" in kinds and here & {i for items in MOSAIC.values() for i in items}:
            yield (
                turn,
                _whole(
                    turn, "incrimination.mosaic", f"this passage tells {', '.join(kinds)} together", len(kinds) == 4
                ),
            )
        if len(here & set(COMBINATION)) >= 3:
            yield (
                turn,
                _whole(turn, "identity.combination", "three kinds of identifying facts stand in one answer", False),
            )
        yield from ((turn, f) for f in _accused(found))


def _whole(turn: Turn, item: str, because: str, sure: bool) -> Finding:
    tier = Tier.RED if sure else Tier.AMBER
    return Finding(
        item, 0, len(turn.text), Agent.UNKNOWN, Modality.ASSERTED, tier, 0.6 if sure else 0.4, "passage", because
    )


def _accused(found: Sequence[Finding]) -> Iterator[Finding]:
    """Names in an answer that tells of a crime somebody else did."""
    crime = any(f.item in CRIMES and (f.suppressed is None or f.agent is Agent.OTHER) for f in found)
    for f in found:
        if crime and f.item == "identity.person" and f.suppressed is None and f.tier is Tier.RED:
            because = "a name stands in an answer that tells of a crime"
            yield Finding(
                "network.co_member", f.start, f.end, Agent.OTHER, Modality.ASSERTED, Tier.AMBER, 0.5, "passage", because
            )
