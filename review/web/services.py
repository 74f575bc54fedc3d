"""What the pages are given when they are made: the workspace, the store, and the jobs of the roof as values."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipeline.domain import (
    Aspect,
    Choice,
    CutPlan,
    Decision,
    Faces,
    Flag,
    Kept,
    Picture,
    RedactionKind,
    Span,
    User,
    Voice,
)
from pipeline.store import Store
from pipeline.workspace import Workspace
from review.checklist import Checklist
from review.report import Collection


class Decide(Protocol):
    """Keep a person's decision on a flag; `words` such as `4-6` names other words than the flagged ones."""

    def __call__(
        self, person: User, flag_id: str, choice: Choice, reason: str, note: str, sound: RedactionKind | None,
        words: str | None,
    ) -> Decision: ...  # fmt: skip


class RaiseFlag(Protocol):
    """Keep a flag that the machine missed."""

    def __call__(
        self, person: User, recording: str, segment: str, item: str, reason: str, words: str | None
    ) -> Flag: ...


class Cover(Protocol):
    """Cover a place in the picture, for a span or the whole recording; `moves` say where it is later."""

    def __call__(
        self, person: User, recording: str, span: Span | None, region: str, reason: str, note: str,
        moves: Sequence[str] = (),
    ) -> Decision: ...  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlanWish:
    """What an editor asked for on a page; None leaves a thing as it is, or as it usually is."""

    kept: tuple[Kept, ...] = ()
    title: str | None = None
    context: str | None = None
    aspects: tuple[Aspect, ...] | None = None
    burn: tuple[str, ...] | None = None
    picture: Picture | None = None
    faces: Faces | None = None
    shown_faces: tuple[str, ...] | None = None
    voice: Voice | None = None
    lower_thirds: tuple[str, ...] | None = None
    """As they are typed."""
    middles: tuple[str, ...] | None = None
    """Where square and tall shapes have their middle; empty: on the face."""
    sdh: bool | None = None
    """Subtitles for the deaf and hard of hearing beside the clip."""
    sounds: tuple[str, ...] | None = None
    """What they tell besides speech, as it is typed."""
    content_note: str | None = None
    translators_note: str | None = None
    sources: str | None = None


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the pages may call. The pages decide who may; these decide what happens."""

    workspace: Workspace
    store: Store
    checklist: Checklist
    decide: Decide
    flag: RaiseFlag
    cover: Cover
    recheck: Callable[[str], None]
    """Raise the flags of one recording again, after its words were corrected."""
    make_plan: Callable[[User, PlanWish], CutPlan]
    change_plan: Callable[[User, CutPlan, PlanWish], CutPlan]
    preview_file: Callable[[CutPlan], Path]
    """Where the preview of this version of a plan lies once it is made."""
    make_preview: Callable[[CutPlan], None]
    """Returns when it is there."""
    collect: Callable[[], Collection]
    """What the report is made of, as it is now."""
    secure: bool = False
    """The server speaks TLS: cookies are bound to it."""
    hosts: frozenset[str] = frozenset({"127.0.0.1", "localhost", "[::1]"})
    """Names this server answers to; any other is refused, so that no web page can reach it by its own name."""
