"""How cards and lower thirds look: the figures in `templates/`, which a designer may change."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from pipeline.canonical import document_sha256
from pipeline.domain import Aspect
from pipeline.errors import PipelineError

TEMPLATES = Path(__file__).parent / "templates"
CARD = TEMPLATES / "card.toml"
LOWER_THIRD = TEMPLATES / "lower_third.toml"

Channel = Annotated[int, Field(ge=0, le=255)]
Colour = tuple[Channel, Channel, Channel]
"""Red, green, blue."""

BRIGHTEST_BEHIND = 80
"""Luma of 16 to 235 behind white text; where only the voice is heard 90 is taken for somebody's picture."""


def luma(colour: Sequence[int]) -> float:
    """BT.709, limited range."""
    red, green, blue = colour
    return 16 + 219 / 255 * (0.2126 * red + 0.7152 * green + 0.0722 * blue)


def _dark(colour: Colour) -> Colour:
    if luma(colour) > BRIGHTEST_BEHIND:
        raise ValueError("too bright behind white text")
    return colour


Dark = Annotated[Colour, AfterValidator(_dark)]
Share = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]
Duration = Annotated[int, Field(gt=0, le=5_000)]
"""Milliseconds."""

SHIPPED = "32bc4bd7aee6bf4001065b9e7bed204718559a172325c84ec5acf55d74fcae63"
"""Digest of the files that came along."""

Template = TypeVar("Template")


@dataclass(frozen=True, slots=True)
class CardLook:
    """What `card.toml` says; its comments say what each means."""

    background: Dark
    glow: Dark
    accent: Colour
    line_wide: Share
    line_square: Share
    line_tall: Share
    line_height: Share
    line_grows_ms: Duration

    def line_width(self, aspect: Aspect) -> float:
        """Share of the picture's width."""
        return {Aspect.WIDE: self.line_wide, Aspect.SQUARE: self.line_square, Aspect.TALL: self.line_tall}[aspect]


@cache
def card_look() -> CardLook:
    """Raises PipelineError naming what is wrong with the file."""
    return read_template(CARD, CardLook)


@cache
def changed_looks() -> str:
    """Digest of what a designer changed, which is signed with every plan; empty for the files that came along.

    Comments and order do not count. Raises PipelineError when a file cannot be read.
    """
    found = document_sha256("looks", [_figures(path) for path in (CARD, LOWER_THIRD)])
    return "" if found == SHIPPED else found


def _figures(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise PipelineError(f"{path.name} cannot be read: {error}", "correct it") from None


def read_template(path: Path, kind: type[Template]) -> Template:
    """The figures of a file as `kind`, a dataclass with a field for each.

    Raises PipelineError naming what is missing, unknown, no such figure or out of its range.
    """
    said = _figures(path)
    wanted = {f.name for f in fields(kind)}  # type: ignore[arg-type]
    if said.keys() != wanted:
        odd = sorted(said.keys() ^ wanted)[0]
        raise PipelineError(f"{path.name}: {odd} is missing or unknown", "take the file that came along")
    try:
        return TypeAdapter(kind).validate_python(said)
    except ValidationError as error:
        odd = str(error.errors()[0]["loc"][0])
        raise PipelineError(f"{path.name}: {odd} is no such figure, or out of range", "see its comments") from None
