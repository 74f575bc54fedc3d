"""A cut plan is made from what the store knows: transcripts and decisions."""

from dataclasses import dataclass

from clips.plan import edit_plan, new_plan
from pipeline.domain import Aspect, CutPlan, Kept, Picture, User
from pipeline.errors import NotFoundError
from pipeline.store import Store
from pipeline.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Wish:
    """What an editor asked for; None leaves a thing as it is, or as it usually is."""

    kept: tuple[Kept, ...] = ()
    title: str | None = None
    context: str | None = None
    aspects: tuple[Aspect, ...] | None = None
    burn: tuple[str, ...] | None = None
    picture: Picture | None = None
