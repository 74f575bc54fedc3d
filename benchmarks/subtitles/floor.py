"""The fewest soft faults that cues of these words can have, verbatim and without a hard fault: how far a goal is off.

The cutter's own search, which is exact for cues on whole frames that do not go over a long pause, with nothing
left in it but the count of faults: no taste, and the end of one sentence may share a cue with the next one's
beginning as if that were a fault like any other.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from fractions import Fraction
from unittest.mock import patch

from pipeline.domain import Aspect
from subtitles import cues, layout, optimiser, timing
from subtitles.breaks import Edge
from subtitles.clipwords import ClipWord
from subtitles.quality import check_cues

LOUD = 10
"""Times as much as usual weighs a fault, so that taste decides only between cues with as many of them."""

FAULT = LOUD * layout.SOFT


def fewest_soft_faults(
    words: Sequence[ClipWord], language: str, aspect: Aspect, frame_rate: Fraction, end_ms: int
) -> int:
    """Soft faults of the cues that have the fewest."""
    with _only_faults_count():
        made = cues.make_cues(words, language=language, aspect=aspect, frame_rate=frame_rate, clip_end_ms=end_ms)
    found = check_cues(made, language=language, aspect=aspect, frame_rate=frame_rate, words=words)
    return sum(not fault.hard for fault in found)


@contextmanager
def _only_faults_count() -> Iterator[None]:
    weights = [(module, "SOFT", FAULT) for module in (cues, layout, timing)]
    weights += [(module, "HARD", LOUD**2 * layout.HARD) for module in (layout, timing)]
    weights += [(timing, "NEVER", LOUD**2 * timing.NEVER), (timing, "LATE", 1.0), (optimiser, "SPILLED", FAULT)]
    with ExitStack() as patched:
        for module, name, weight in weights:
            patched.enter_context(patch.object(module, name, weight))
        patched.enter_context(patch.object(cues, "_end_cost", lambda edge, _: _parting(edge)))
        patched.enter_context(patch.object(layout, "line_break_cost", _parting))
        yield


def _parting(edge: Edge) -> float:
    return FAULT * (edge.clings + edge.splits) - edge.sentence
