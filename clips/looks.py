"""How cards and lower thirds look: the figures in `templates/`, which a designer may change."""

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from pipeline.domain import Aspect
from pipeline.errors import PipelineError

TEMPLATES = Path(__file__).parent / "templates"
CARD = TEMPLATES / "card.toml"

Colour = tuple[int, int, int]
"""Red, green, blue."""

Template = TypeVar("Template")


@dataclass(frozen=True, slots=True)
class CardLook:
    """What `card.toml` says; its comments say what each means."""

    background: Colour
    glow: Colour
    accent: Colour
    line_wide: float
    line_square: float
    line_tall: float
    line_height: float
    line_grows_ms: int

    def line_width(self, aspect: Aspect) -> float:
        """Share of the picture's width."""
        return {Aspect.WIDE: self.line_wide, Aspect.SQUARE: self.line_square, Aspect.TALL: self.line_tall}[aspect]


@cache
def card_look() -> CardLook:
    """Raises PipelineError naming what is wrong with the file."""
    return read_template(CARD, CardLook)


def read_template(path: Path, kind: type[Template]) -> Template:
    """The figures of a file as `kind`, a dataclass with a field for each.

    Raises PipelineError naming what is missing, unknown or no such figure.
    """
    try:
        said: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise PipelineError(f"{path.name} cannot be read: {error}", "correct it") from None
    wanted = {f.name for f in fields(kind)}  # type: ignore[arg-type]
    if said.keys() != wanted:
        odd = sorted(said.keys() ^ wanted)[0]
        raise PipelineError(f"{path.name}: {odd} is missing or unknown", "take the file that came along")
    try:
        return TypeAdapter(kind).validate_python(said)
    except ValidationError as error:
        odd = str(error.errors()[0]["loc"][0])
        raise PipelineError(f"{path.name}: {odd} is no such figure", "take the file that came along") from None
