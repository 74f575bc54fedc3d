"""The letters we draw with: bundled, so that the same text looks the same everywhere."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from fontTools.ttLib import TTFont

from pipeline.errors import PipelineError

FONT_FAMILY = "DejaVu Sans"
"""Covers Latin, Greek, Cyrillic, Hebrew, Arabic, Persian, Kurdish, Armenian, Georgian (licence in the folder)."""

NASKH_FAMILY = "Counterclip Naskh"
"""Covers every language written in Arabic letters, Urdu and Pashto too (licence in the folder)."""

_FILES = {FONT_FAMILY: "DejaVuSans.ttf", NASKH_FAMILY: "CounterclipNaskh.ttf"}

_NO_GLYPH_NEEDED = frozenset({"Cf", "Cc", "Zs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class _Font:
    glyphs: dict[int, str]
    """Character to glyph name."""
    metrics: dict[str, tuple[int, int]]
    """Glyph to (advance, bearing) in font units."""
    line: int
    """Font units from one line to the next, as libass counts."""


def fonts_folder() -> Path:
    """Folder with the bundled fonts: libass's `fontsdir`."""
    return Path(__file__).parent / "fonts"


@lru_cache
def _font(family: str) -> _Font:
    with TTFont(fonts_folder() / _FILES[family], lazy=True) as font:
        os2 = font["OS/2"]
        line = os2.usWinAscent + os2.usWinDescent
        return _Font(dict(font.getBestCmap()), dict(font["hmtx"].metrics), line)


def missing_glyphs(text: str) -> tuple[str, ...]:
    """Code points (`U+4E2D`) that no bundled font can draw, in order, each once."""
    missing = dict.fromkeys(c for c in text if not any(_draws(family, c) for family in _FILES))
    return tuple(f"U+{ord(c):04X}" for c in missing)


def require_glyphs(texts: Iterable[str]) -> None:
    """Raises PipelineError naming the code points that would be drawn as boxes."""
    missing = tuple(dict.fromkeys(point for text in texts for point in missing_glyphs(text)))
    if missing:
        raise PipelineError(
            f"the bundled fonts cannot draw {', '.join(missing[:8])}",
            "deliver this language as a sidecar (SRT, VTT) instead of burning it in",
        )


def needs_naskh(texts: Iterable[str]) -> bool:
    """True when the main font lacks an Arabic letter: then all of them come from the other one, to look alike."""
    return any(not _draws(FONT_FAMILY, c) for text in texts for c in text)


def font_runs(text: str, *, naskh: bool) -> Iterator[tuple[str, str]]:
    """(family, stretch of text) in order; with `naskh` Arabic letters and what joins them come from that font."""
    if not naskh:
        yield FONT_FAMILY, text
        return
    for family, run in groupby(text, key=lambda c: NASKH_FAMILY if _is_arabic(c) else FONT_FAMILY):
        yield family, "".join(run)


def line_width(text: str, line_height: float, *, naskh: bool = False) -> float:
    """Pixels a line takes at this line height, unshaped: what joined Arabic letters take at most."""
    return sum(_width(family, run, line_height) for family, run in font_runs(text, naskh=naskh))


def _width(family: str, text: str, line_height: float) -> float:
    font = _font(family)
    widths = (font.metrics[font.glyphs[ord(c)]][0] for c in text if ord(c) in font.glyphs and not _is_mark(c))
    return sum(widths) * line_height / font.line


@lru_cache(maxsize=4096)
def _draws(family: str, character: str) -> bool:
    return unicodedata.category(character) in _NO_GLYPH_NEEDED or ord(character) in _font(family).glyphs


@lru_cache(maxsize=4096)
def _is_arabic(character: str) -> bool:
    """Letters, their marks and joiners, and the script's own signs: a word is never shaped in two fonts."""
    joins = unicodedata.bidirectional(character) == "AL" or unicodedata.name(character, "").startswith("ARABIC")
    return (joins or character in "\u200c\u200d") and _draws(NASKH_FAMILY, character)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Me", "Cf")
