"""Voices of one microphone told apart by what they sound like: embeddings of short windows, clustered."""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage

from pipeline.domain import Span, Transcript
from pipeline.sound import read_sound
from pipeline.speakers.embedding import AT_ONCE, Embedding, VoiceEncoder, similarity, unit
from pipeline.speakers.evidence import CELL_MS, Evidence
from pipeline.words import ends_sentence

WINDOW_MS, HOP_MS = 1200, 400
"""Shorter windows know less of a voice, longer ones hold two of them."""
LEAST_MS = 300
"""A shorter sound tells nothing about whose it is."""
TELLING_MS = 1000
"""What a voice is like is learned from windows of at least this length."""
JOIN_MS = 150
"""Voiced spans that are nearer to each other are one."""
MOST_COMPARED = 1500
"""Windows that are compared with each other, spread over the recording; the others go to the nearest voice."""
ONE_VOICE, LEAST_GUESSED = 0.86, 40
"""Clusters whose middles are more alike are one voice that was cut in two, as far as anybody can say: halves of one
speaker measured .82 to .95, two women on a telephone .87. With fewer windows nothing is guessed at all."""
ROUNDS = 20
LOG_ODDS_PER_SECOND = 6.0
"""What a window says that is as much like one voice as that is like itself, and no more like the other than the
two voices are; chosen on conversations other than those of the benchmark."""
LEAST_APART = 0.1
"""Voices that differ by less than this are not made to seem further apart."""


def hear_voices(sound: Path, transcript: Transcript, count: int | None) -> Evidence | None:
    """Evidence for `count` voices; None when there is too little to tell apart, or only one voice.

    Without a count two are looked for, and one is found when both sound alike.
    Raises WeightsError when the voice encoder's weights are missing.
    """
    from pipeline.speakers.embedding import load_voice_encoder

    windows = list(_windows(_unbroken(transcript)))
    wanted = count or 2
    if len(windows) < 2 * wanted or wanted < 2:
        return None
    rows = _embedded(load_voice_encoder(), sound, windows)
    long = [n for n, w in enumerate(windows) if w.duration_ms >= TELLING_MS]
    if count is None and len(long) < LEAST_GUESSED:
        return None
    centres = _centres(rows[long] if len(long) >= 2 * wanted else rows, wanted)
    alike = max(similarity(one, other) for one, other in combinations(centres, 2))
    if count is None and alike > ONE_VOICE:
        return None
    return Evidence(_grid(rows @ centres.T / max(LEAST_APART, 1 - alike), windows, transcript.duration_ms))


def _unbroken(transcript: Transcript) -> list[Span]:
    """Speech without a pause or the end of a sentence in it: a window must not reach into somebody else's answer."""
    words = [w for s in transcript.segments for w in s.words]
    ends = [(a.span.end_ms + b.span.start_ms) // 2 for a, b in pairwise(words) if ends_sentence(a.text)]
    parts: list[Span] = []
    for span in _joined(transcript.voiced or ()):
        inside = [e for e in ends if span.start_ms < e < span.end_ms]
        edges = sorted({span.start_ms, *inside, span.end_ms})
        parts += [Span(a, b) for a, b in pairwise(edges)]
    return parts


def _windows(unbroken: Sequence[Span]) -> Iterator[Span]:
    for span in unbroken:
        if span.duration_ms < LEAST_MS:
            continue
        last = max(span.start_ms, span.end_ms - WINDOW_MS)
        for start in (*range(span.start_ms, last, HOP_MS), last):
            yield Span(start, min(start + WINDOW_MS, span.end_ms))


def _joined(voiced: Sequence[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in voiced:
        if joined and span.start_ms - joined[-1].end_ms < JOIN_MS:
            joined[-1] = Span(joined[-1].start_ms, span.end_ms)
        else:
            joined.append(span)
    return joined


def _embedded(encoder: VoiceEncoder, sound: Path, windows: Sequence[Span]) -> Embedding:
    rows = []
    for n in range(0, len(windows), AT_ONCE):
        rows.append(encoder.embed([read_sound(sound, w) for w in windows[n : n + AT_ONCE]]))
    return np.concatenate(rows)


def _centres(rows: Embedding, count: int) -> Embedding:
    """Middles of `count` clusters: k-means from both linkages, whichever middles are nearer to what was heard."""
    some = rows[:: -(-len(rows) // MOST_COMPARED)]
    average = fcluster(linkage(some, "average", metric="cosine"), count, "maxclust")
    ward = fcluster(linkage(some, "ward"), count, "maxclust")
    found = [_settled(rows, _middles(some, labels - 1, count)) for labels in (average, ward)]
    return max(found, key=lambda centres: float((rows @ centres.T).max(axis=1).sum()))


def _settled(rows: Embedding, centres: Embedding) -> Embedding:
    for _ in range(ROUNDS):
        moved = _middles(rows, (rows @ centres.T).argmax(axis=1), count=len(centres))
        if np.allclose(moved, centres):
            break
        centres = moved
    return centres


def _middles(rows: Embedding, labels: NDArray[np.int64], count: int) -> Embedding:
    return unit(np.stack([rows[labels == n].sum(axis=0) for n in range(count)]))


def _grid(likeness: NDArray[np.float32], windows: Sequence[Span], duration_ms: int) -> NDArray[np.float32]:
    """What the windows over each moment say on average; the middle of a window counts most."""
    cells = duration_ms // CELL_MS + 1
    total = np.zeros((cells, likeness.shape[1]))
    weight = np.zeros((cells, 1))
    said = likeness - likeness.mean(axis=1, keepdims=True)
    for row, window in zip(said, windows, strict=True):
        first, last = window.start_ms // CELL_MS, min(cells, -(-window.end_ms // CELL_MS))
        bump = np.bartlett(last - first + 2)[1:-1, None]
        total[first:last] += bump * row
        weight[first:last] += bump
    per_cell = LOG_ODDS_PER_SECOND * CELL_MS / 1000
    return np.asarray(total / np.maximum(weight, 1e-9) * per_cell, dtype=np.float32)
