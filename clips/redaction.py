"""What is removed, to the millisecond and the pixel: spans grown to the quiet, filter fragments (pure)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from clips.profiles import SAMPLE_RATE
from pipeline.domain import CutPlan, Faces, Passage, Picture, Redaction, RedactionKind, Region, Span
from pipeline.errors import PipelineError
from pipeline.ffmpeg import SPEECH_RATE
from pipeline.sound import Samples

MIN_PAD_MS = 150
"""Least padding of redacted words: engines' word times are this uncertain (`safety.md`, C2)."""

MAX_GROW_MS = 450
"""How far beyond the padding the next quiet is looked for."""

BLOCK_MS = 10
QUIET_BLOCKS = 3
"""Three quiet blocks in a row are a gap; one may be the closure inside a `t` or `k`."""

QUIET_DB = 22.0
"""A block this far under the loud parts around it is quiet."""

BOX_FRAMES = 2
"""Frames that a box stands before and after its span (`safety.md`, C4)."""

TONE_HZ = 1000
"""A whole number of periods in each millisecond: the tone starts and ends at zero, without a click."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """One sound redaction inside one passage, in samples from the passage's first."""

    kind: RedactionKind
    first: int
    last: int
    """Exclusive."""
    redaction: str


def grow(span: Span, samples: Samples, duration_ms: int, pad_ms: int, at_ms: int = 0) -> Span:
    """The span with at least `pad_ms` on both sides, out to the next quiet.

    `samples` are the recording's 16 kHz mono sound from recording time `at_ms` on; only a second or
    two around the span is looked at. Where no quiet is near, the quietest place within reach.
    Raises PipelineError when the span lies outside the recording or the padding is too short.
    """
    if pad_ms < MIN_PAD_MS:
        raise PipelineError(f"a padding of {pad_ms} ms may leave part of a word", f"use {MIN_PAD_MS} or more")
    if span.start_ms >= duration_ms:
        raise PipelineError(
            f"nothing to redact at {span.start_ms} ms: the recording ends at {duration_ms} ms",
            "check which recording the span belongs to",
        )
    low, high = span.start_ms - pad_ms, span.end_ms + pad_ms
    reach = MAX_GROW_MS + QUIET_BLOCKS * BLOCK_MS
    level = _levels(samples, low - reach - at_ms, high + reach - at_ms)
    quiet = float(np.percentile(level, 90)) - QUIET_DB
    blocks = reach // BLOCK_MS
    before = _steps_to_quiet(level[:blocks][::-1], quiet) * BLOCK_MS
    after = _steps_to_quiet(level[-blocks:], quiet) * BLOCK_MS
    return Span(max(0, low - before), max(1, min(duration_ms, high + after)))


def of_fixed_length(span: Span, length_ms: int, duration_ms: int) -> Span:
    """The span widened on both sides to `length_ms`, or the next multiple: how long it is tells nothing of the word.

    At an edge of the recording it widens to the other side; what it meets is removed as well.
    """
    wanted = min(duration_ms, -(-span.duration_ms // length_ms) * length_ms)
    start = min(max(0, span.start_ms - (wanted - span.duration_ms) // 2), duration_ms - wanted)
    return Span(start, start + wanted)


def find_room(span: Span, taken: Sequence[Span], samples: Samples) -> Span | None:
    """The quietest stretch of a kept span, to be laid over removed speech; None when it is never quiet.

    Taken from the kept span itself, because what is heard there was approved; `taken` are its
    redactions. `samples` are the span's own 16 kHz mono sound.
    """
    level = _levels(samples, 0, span.duration_ms)
    free = np.ones(len(level), bool)
    for other in taken:
        first = max(0, other.start_ms - span.start_ms) // BLOCK_MS
        free[first : -(-max(0, other.end_ms - span.start_ms) // BLOCK_MS)] = False
    limit = float(np.percentile(level, 90)) - QUIET_DB
    best = _longest_run(free & (level <= limit))
    if best is None or (best[1] - best[0]) * BLOCK_MS < 120:
        return None
    first, last = best
    margin = 2 if last - first > 16 else 0  # the edges of a pause still ring
    return Span(span.start_ms + (first + margin) * BLOCK_MS, span.start_ms + (last - margin) * BLOCK_MS)


def require_supported(redactions: Sequence[Redaction]) -> None:
    """Raises PipelineError for what cannot be removed yet, or is not said precisely enough."""
    for redaction in redactions:
        places = [redaction.region, *(k.region for k in redaction.track)]
        if not redaction.kind.is_sound and any(region is None or _is_empty(region) for region in places):
            raise PipelineError(f"redaction {redaction.id}: a cover needs a region", "draw it again")
        moments = [k.at_ms for k in redaction.track]
        if moments != sorted(set(moments)):
            raise PipelineError(f"redaction {redaction.id}: its keyframes are not in time order", "draw it again")


def require_searched(plan: CutPlan, pictured: Collection[str]) -> None:
    """Raises PipelineError when faces are to be covered and nobody looked for them in a kept span that is shown.

    Also when one was found that is neither covered nor shown on purpose. `pictured` are recordings with a picture.
    """
    if plan.faces is Faces.SHOW or plan.picture is Picture.OFF:
        return
    answered = {r.id for r in (*plan.redactions, *plan.shown_faces)}
    again = f"look again: counterclip plan edit {plan.id}"
    for kept in plan.kept:
        looked = [s for s in plan.searches if s.recording == kept.recording and s.span.contains(kept.span)]
        if kept.recording in pictured and not looked:
            raise PipelineError(f"nobody has looked for faces in a kept span of {kept.recording}", again)
        if any(not answered.issuperset(s.found) for s in looked):
            raise PipelineError(f"a face found in {kept.recording} has no cover", again)


def hidden_in(passage: Passage, redactions: Sequence[Redaction]) -> tuple[Hidden, ...]:
    """The sound redactions of a passage in its own samples, merged where they overlap.

    Where two kinds overlap the first one in time goes on until its end, then the other.
    """
    found: list[Hidden] = []
    for redaction in sorted(redactions, key=lambda r: (r.span, r.id)):
        if not redaction.kind.is_sound or redaction.recording != passage.recording:
            continue
        shared = redaction.span.intersection(passage.span)
        if shared is None:
            continue
        first, last = (_samples(ms - passage.span.start_ms) for ms in (shared.start_ms, shared.end_ms))
        first = max(first, found[-1].last if found else 0)
        if last > first:
            found.append(Hidden(redaction.kind, first, last, redaction.id))
    return tuple(found)


def gate(spans: Sequence[tuple[int, int]]) -> str:
    """ffmpeg expression that is not zero inside the spans (samples), for blocks of one millisecond.

    Half a millisecond of slack on both sides makes the comparison safe from rounding; a block starts
    on the millisecond, so that exactly the blocks of the span are met.
    """
    half = Fraction(SAMPLE_RATE, 2000)
    return "+".join(
        f"between(t,{float((first - half) / SAMPLE_RATE):.4f},{float((last - half) / SAMPLE_RATE):.4f})"
        for first, last in spans
    )


def covered_frames(passage: Passage, redaction: Redaction, frame_rate: Fraction) -> tuple[int, int] | None:
    """First and last frame (inclusive, from the passage's first) on which a box stands."""
    if redaction.recording != passage.recording or not redaction.span.overlaps(passage.span):
        return None
    start, end = (
        (ms - passage.span.start_ms) * frame_rate / 1000 for ms in (redaction.span.start_ms, redaction.span.end_ms)
    )
    return max(0, int(start // 1) - BOX_FRAMES), min(passage.frames - 1, -int(-end // 1) + BOX_FRAMES - 1)


def grown_to_even(region: Region, width: int, height: int) -> Region:
    """The region grown by a pixel to even edges, inside the picture: 4:2:0 shares colour between two.

    Raises PipelineError when it lies outside the picture.
    """
    x, y = max(0, (region.x - 1) // 2 * 2), max(0, (region.y - 1) // 2 * 2)
    right = min(width, -(-(region.x + region.width + 1) // 2) * 2)
    bottom = min(height, -(-(region.y + region.height + 1) // 2) * 2)
    if right <= x or bottom <= y:
        raise PipelineError("a box lies outside the picture", "draw it again on the upright picture")
    return Region(x, y, right - x, bottom - y)


def _samples(ms: int) -> int:
    return ms * SAMPLE_RATE // 1000


def _is_empty(region: Region) -> bool:
    return region.width <= 0 or region.height <= 0


def _levels(samples: Samples, start_ms: int, end_ms: int) -> NDArray[np.float64]:
    """Loudness in dB per block; silence where there are no samples."""
    size = BLOCK_MS * SPEECH_RATE // 1000
    count = (end_ms - start_ms) // BLOCK_MS
    wanted = np.zeros(count * size)
    offset = start_ms * SPEECH_RATE // 1000
    first, last = max(0, offset), min(len(samples), offset + len(wanted))
    if last > first:
        wanted[first - offset : last - offset] = samples[first:last]
    power: NDArray[np.float64] = np.mean(wanted.reshape(count, size) ** 2, axis=1)
    return np.asarray(10 * np.log10(power + 1e-9))


def _steps_to_quiet(level: NDArray[np.float64], quiet: float) -> int:
    """Blocks outward until after the first gap; the quietest place where there is none."""
    runs = np.convolve(level <= quiet, np.ones(QUIET_BLOCKS), "valid")
    gaps = np.flatnonzero(runs >= QUIET_BLOCKS)
    first = int(gaps[0]) if len(gaps) else int(np.argmin(level[: len(runs)]))
    return first + QUIET_BLOCKS - 1


def _longest_run(true: NDArray[np.bool_]) -> tuple[int, int] | None:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], true.astype(int), [0]))))
    runs = [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    return max(runs, key=lambda run: run[1] - run[0], default=None)
