"""Transcripts as the pages need them, made once for each state of a recording."""

from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

from pipeline.domain import Span, Transcript
from pipeline.errors import NotFoundError
from pipeline.store import Store
from review.approval import reading_sha256

MOST_KEPT = 6
"""Transcripts kept in memory: about 30 MB for an hour of words each is too much to keep them all."""

NEAR_WORDS = 8
"""A word that still sounds began at most this many words before."""


@dataclass(frozen=True, slots=True)
class Material:
    """A transcript with everything worked out that depends on nothing else."""

    transcript: Transcript
    digests: Mapping[str, str]
    """Segment id → digest of what a reader reads of it."""
    spans: tuple[Span, ...]
    """Of every word, by start."""

    def touched(self, span: Span) -> tuple[int, int]:
        """Starts of the first and the last word that sounds inside the span; its own start where none does."""
        after = bisect_left(self.spans, Span(span.end_ms, span.end_ms))
        near = self.spans[max(0, bisect_left(self.spans, Span(span.start_ms, span.start_ms)) - NEAR_WORDS) : after]
        inside = [s.start_ms for s in near if s.overlaps(span)]
        return (inside[0], inside[-1]) if inside else (span.start_ms, span.start_ms)


Key = tuple[int, str, int, int, str]

_kept: OrderedDict[Key, Material] = OrderedDict()
_digests: dict[Key, Mapping[str, str]] = {}
_lock = Lock()


def material(store: Store, recording: str) -> Material:
    """The transcript as it is now, corrections included.

    Raises NotFoundError while there is none.
    """
    key = state_of(store, recording)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    transcript = store.transcript(recording)
    if transcript is None:
        raise NotFoundError(f"{recording} has no transcript yet", "ingest it again: it goes on where it stopped")
    spans = sorted(w.span for s in transcript.segments for w in s.words)
    made = Material(transcript, {s.id: reading_sha256(s) for s in transcript.segments}, tuple(spans))
    with _lock:
        _kept[key] = made
        _digests[key] = made.digests
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return made


def segment_digests(store: Store, recording: str) -> Mapping[str, str]:
    """Only the digests, without keeping the words in memory; empty while there is no transcript."""
    key = state_of(store, recording)
    with _lock:
        known = _digests.get(key)
    if known is not None:
        return known
    return material(store, recording).digests if key[2] else {}


def state_of(store: Store, recording: str) -> Key:
    """Changes whenever the words do, or who says them: voices told apart anew leave the transcript as it was."""
    said = len(store.corrections(recording)) + len(store.namings(recording))
    return id(store), recording, store.transcript_version(recording), said, store.voices_version(recording)


@lru_cache(maxsize=64)
def is_right_to_left(language: str) -> bool:
    """Scripts written from right to left, by language."""
    return language.split("-")[0].lower() in {"ar", "he", "fa", "ur", "ps", "ku", "dv", "yi", "ug", "sd", "ckb", "arc"}
