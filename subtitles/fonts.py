"""The letters we draw with: bundled, so that the same text looks the same everywhere."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

from pipeline.errors import PipelineError

FONT_FAMILY = "DejaVu Sans"
"""Covers Latin, Greek, Cyrillic, Hebrew, Arabic, Armenian, Georgian (licence in the folder)."""

_FILE = "DejaVuSans.ttf"

_NO_GLYPH_NEEDED = frozenset({"Cf", "Cc", "Zs", "Zl", "Zp"})


def fonts_folder() -> Path:
    """Folder with the bundled fonts: libass's `fontsdir`."""
    return Path(__file__).parent / "fonts"


@lru_cache
def _font() -> "tuple[dict[int, str], dict[str, tuple[int, int]], int, int]":
    """Character to glyph name, glyph to (advance, bearing), units per em, units per line."""
    with TTFont(fonts_folder() / _FILE, lazy=True) as font:
        os2 = font["OS/2"]
        line = os2.usWinAscent + os2.usWinDescent
        return dict(font.getBestCmap()), dict(font["hmtx"].metrics), font["head"].unitsPerEm, line


def missing_glyphs(text: str) -> tuple[str, ...]:
    """Code points (`U+4E2D`) that the font cannot draw, in order, each once."""
    known = _font()[0]
    missing = dict.fromkeys(c for c in text if ord(c) not in known and unicodedata.category(c) not in _NO_GLYPH_NEEDED)
    return tuple(f"U+{ord(c):04X}" for c in missing)


def require_glyphs(texts: Iterable[str]) -> None:
    """Raises PipelineError naming the code points that would be drawn as boxes."""
    missing = tuple(dict.fromkeys(point for text in texts for point in missing_glyphs(text)))
    if missing:
        raise PipelineError(
            f"the font {FONT_FAMILY} cannot draw {', '.join(missing[:8])}",
            "deliver this language as a sidecar (SRT, VTT) instead of burning it in",
        )


def line_width(text: str, line_height: float) -> float:
    """Pixels a line takes at this line height, unshaped: what joined Arabic letters take at most."""
    glyphs, metrics, _, line = _font()
    widths = (metrics[glyphs[ord(c)]][0] for c in text if ord(c) in glyphs and not _is_mark(c))
    return sum(widths) * line_height / line


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Me", "Cf")
