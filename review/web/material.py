"""Transcripts as the pages need them, made once for each state of a recording."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

from pipeline.domain import Transcript
from pipeline.errors import NotFoundError
from pipeline.store import Store
from review.approval import reading_sha256

MOST_KEPT = 6
"""Transcripts kept in memory: about 30 MB for an hour of words each is too much to keep them all."""


@dataclass(frozen=True, slots=True)
class Material:
    """A transcript with everything worked out that depends on nothing else."""

    transcript: Transcript
    digests: Mapping[str, str]
    """Segment id → digest of what a reader reads of it."""


Key = tuple[int, str, int, int]

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
    made = Material(transcript, {s.id: reading_sha256(s) for s in transcript.segments})
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
    """Changes whenever the words do."""
    return id(store), recording, store.transcript_version(recording), len(store.corrections(recording))


@lru_cache(maxsize=64)
def is_right_to_left(language: str) -> bool:
    """Scripts written from right to left, by language."""
    return language.split("-")[0].lower() in {"ar", "he", "fa", "ur", "ps", "ku", "dv", "yi", "ug", "sd", "ckb", "arc"}
