"""How much speaks for each voice at each moment, whatever it was learned from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.domain import Span

CELL_MS = 50
"""The grid of moments."""

Grid = NDArray[np.float32]
"""One row for each `CELL_MS`, one column a voice: natural logarithms of odds for this much time."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found out about a recording's voices; a row of zeros where nothing was."""

    grid: Grid
    two_microphones: bool = False

    @property
    def voices(self) -> int:
        return int(self.grid.shape[1])

    def of(self, span: Span) -> NDArray[np.float64]:
        """What speaks for each voice in a span, in all."""
        first = min(span.start_ms // CELL_MS, len(self.grid) - 1)
        last = max(first + 1, -(-span.end_ms // CELL_MS))
        cells = self.grid[first:last]
        return np.asarray(cells.mean(axis=0, dtype=np.float64) * (span.duration_ms / CELL_MS))
