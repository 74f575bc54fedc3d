"""A cut plan is made from what the store knows: transcripts and decisions."""

from dataclasses import dataclass

from pipeline.domain import Aspect, Kept, Picture


@dataclass(frozen=True, slots=True)
class Wish:
    """What an editor asked for; None leaves a thing as it is, or as it usually is."""

    kept: tuple[Kept, ...] = ()
    title: str | None = None
    context: str | None = None
    aspects: tuple[Aspect, ...] | None = None
    burn: tuple[str, ...] | None = None
    picture: Picture | None = None
