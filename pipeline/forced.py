"""English words laid on their sounds by PocketSphinx: known words are looked for, not guessed, to the hundredth second.

Its acoustic model and dictionary (CMU, BSD) come in the package. Where it finds no way through a group of words, or
one far from where Whisper heard them, the words stay where they are. Measured in `benchmarks/speech_edges.py`.
"""

import contextlib
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from pipeline.domain import Span, Word
from pipeline.engines.loops import later
from pipeline.sound import Samples
from pipeline.words import in_order

ALIGNED = "en"
"""The language whose sounds it knows."""
PAUSE_MS = 400
"""Groups end at such pauses, …"""
LEAST_WORDS, MOST_WORDS = 8, 25
"""… at the end of a sentence or clause from so many words on, and at the latest after so many."""
AROUND_MS = 350
"""Listened to on both sides of a group: Whisper's times are this far off."""
FARTHEST_MS = 600
"""An edge further from Whisper's is a mistake of the alignment's."""
BELIEVED_MS = 300
"""An edge that the sound's loudness puts further away than this is left where loudness puts it."""
LEAST_GAP_MS = 400
"""A voice that is longer than this without words is flagged: a word that was missed leaves such a gap, and …"""
OUTWARD_MS = 50
"""… the words beside it may reach so far into it, and never close it: alignment lays them over what was missed."""
RUNNING_MS = 40
"""Words that are nearer to each other are spoken without a pause."""
EVERY, DENSITIES = 2, 2
"""Every second frame and the two likeliest densities: half the work, and edges as good."""
SOUNDS = (
    ("tch", "CH"), ("sh", "SH"), ("ch", "CH"), ("th", "TH"), ("ph", "F"), ("kh", "K"), ("gh", "G"), ("ng", "NG"),
    ("qu", "K W"), ("ck", "K"), ("ee", "IY"), ("ea", "IY"), ("oo", "UW"), ("ou", "AW"), ("ow", "OW"), ("ai", "EY"),
    ("ay", "EY"), ("oa", "OW"), ("au", "AO"), ("aw", "AO"), ("er", "ER"), ("ir", "ER"), ("ur", "ER"), ("ar", "AA R"),
    ("or", "AO R"), ("a", "AE"), ("b", "B"), ("c", "K"), ("d", "D"), ("e", "EH"), ("f", "F"), ("g", "G"), ("h", "HH"),
    ("i", "IH"), ("j", "JH"), ("k", "K"), ("l", "L"), ("m", "M"), ("n", "N"), ("o", "AO"), ("p", "P"), ("q", "K"),
    ("r", "R"), ("s", "S"), ("t", "T"), ("u", "AH"), ("v", "V"), ("w", "W"), ("x", "K S"), ("y", "IY"), ("z", "Z"),
)  # fmt: skip
"""How letters sound, roughly, in words that no dictionary has: names, above all. Only their lengths matter."""

_own = threading.local()


def closer(heard: Sequence[Word], edges: Sequence[Word], samples: Samples) -> tuple[Word, ...]:
    """Edges that loudness put there, moved to where sounds are found, unless the two are far apart.

    `heard` are the same words at the engine's own times.
    """
    found = align_words(heard, samples)
    behind = [*(w.span.start_ms for w in found[1:]), BELIEVED_MS + (found[-1].span.end_ms if found else 0)]
    before = [0, *(w.span.end_ms for w in edges[:-1])]
    after = [*(w.span.start_ms for w in edges[1:]), len(samples) // 16]
    moved = []
    for word, loud, there, following, free, limit in zip(heard, edges, found, behind, before, after, strict=True):
        if there.span == word.span:
            moved.append(loud)
            continue
        start = _near(there.span.start_ms, loud.span.start_ms)
        end = _near(there.span.end_ms, loud.span.end_ms)
        if following - there.span.end_ms > RUNNING_MS:
            end = (end + loud.span.end_ms) // 2  # how long a word fades before a pause neither knows alone
        start = max(start, loud.span.start_ms - _outward(loud.span.start_ms - free))
        end = min(end, loud.span.end_ms + _outward(limit - loud.span.end_ms))
        moved.append(replace(loud, span=Span(start, end)) if start < end else loud)  # laid wholly over the gap
    return tuple(_apart(moved, edges, len(samples) // 16)) if moved else ()


def _apart(moved: Sequence[Word], edges: Sequence[Word], total: int) -> Iterator[Word]:
    """In order, without pushing each other into the gaps that loudness left."""
    spans = [Span(0, 0), *(w.span for w in edges), Span(total, total)]
    gaps = [max(0, b.start_ms - a.end_ms) for a, b in pairwise(spans)]
    runs = [0, *(n for n in range(1, len(moved)) if gaps[n] > LEAST_GAP_MS), len(moved)]
    for first, last in pairwise(runs):
        start = max(0, edges[first].span.start_ms - _outward(gaps[first]))
        end = min(total, edges[last - 1].span.end_ms + _outward(gaps[last]))
        yield from in_order(moved[first:last], Span(start, max(end, edges[last - 1].span.end_ms)))


def _outward(gap_ms: int) -> int:
    """How far a word may reach into the gap beside it."""
    return min(OUTWARD_MS, (gap_ms - LEAST_GAP_MS - 1) // 2) if gap_ms > LEAST_GAP_MS else BELIEVED_MS


def _near(sounding: int, loud: int) -> int:
    return sounding if abs(sounding - loud) <= BELIEVED_MS else loud


def align_words(words: Sequence[Word], samples: Samples) -> tuple[Word, ...]:
    """The same words, in order, at the times where their sounds are found in the 16 kHz samples.

    Words with digits are spoken in more ways than one and stay where they are.
    """
    aligned: list[Word] = []
    total = len(samples) // 16
    for group in _groups(words):
        found = _aligned(group, samples, total) if _is_spelt(group[0]) else None
        aligned += found or group
    return in_order(aligned, Span(0, max(total, len(words)))) if aligned else ()


def _groups(words: Sequence[Word]) -> Iterator[list[Word]]:
    group: list[Word] = []
    for word in words:
        if group and _ends(group, word):
            yield group
            group = []
        group.append(word)
    if group:
        yield group


def _ends(group: Sequence[Word], following: Word) -> bool:
    last = group[-1]
    return (
        following.span.start_ms - last.span.end_ms > PAUSE_MS
        or len(group) >= MOST_WORDS
        or (len(group) >= LEAST_WORDS and last.text[-1:] in ".,;:?!")
        or _is_spelt(last) != _is_spelt(following)
    )


def _is_spelt(word: Word) -> bool:
    return re.search(r"\d", word.text) is None and re.search(r"[a-z]", word.text.lower()) is not None


def _aligned(group: Sequence[Word], samples: Samples, total: int) -> list[Word] | None:
    """The group at its sounds; None where they are not found, or not near where they were heard."""
    decoder = _decoder()
    entries = [_entry(decoder, w.text) for w in group]
    start, end = max(0, group[0].span.start_ms - AROUND_MS), min(total, group[-1].span.end_ms + AROUND_MS)
    spans = _spans(decoder, entries, samples[start * 16 : end * 16])
    if spans is None or len(spans) != len(group):
        return None
    moved = [replace(w, span=later(s, start)) for w, s in zip(group, spans, strict=True)]
    far = max(abs(a.span.start_ms - b.span.start_ms) for a, b in zip(group, moved, strict=True))
    return moved if far <= FARTHEST_MS else None


def _spans(decoder: Any, entries: Sequence[str], samples: Samples) -> list[Span] | None:
    """Where each entry is heard; None where no way through them is found."""
    pcm = (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()
    try:
        decoder.reinit_feat()  # what it heard before must not change what it hears now
        decoder.set_align_text(" ".join(entries))
        decoder.start_utt()
        decoder.process_raw(pcm, False, True)
        decoder.end_utt()
    except RuntimeError:
        with contextlib.suppress(RuntimeError):
            decoder.end_utt()  # otherwise it refuses everything that comes after
        return None
    if decoder.hyp() is None:
        return None
    heard = [s for s in decoder.seg() if not s.word.startswith(("<", "[", "+", "("))]
    return [Span(s.start_frame * 10, (s.end_frame + 1) * 10) for s in heard]


def _entry(decoder: Any, text: str) -> str:
    """The dictionary's entry for a word, added when it is not known."""
    name = re.sub(r"[^a-z']", "", text.lower().replace("’", "'")).strip("'") or "uh"
    if decoder.lookup_word(name) is None:
        decoder.add_word(name, sounds_of(name), True)
    return name


def sounds_of(word: str) -> str:
    """A rough pronunciation in CMU's phones."""
    rest = word.replace("'", "")
    rest = rest[:-1] if len(rest) > 3 and rest.endswith("e") else rest
    said: list[str] = []
    while rest:
        letters, sound = next(((k, s) for k, s in SOUNDS if rest.startswith(k)), (rest[0], "AH"))
        if not said or said[-1] != sound:
            said.append(sound)
        rest = rest[len(letters) :]
    return " ".join(said) or "AH"


def _decoder() -> Any:
    """One for each thread: it keeps what it is at."""
    if not hasattr(_own, "decoder"):
        from pocketsphinx import Decoder

        _own.decoder = Decoder(lm=None, loglevel="FATAL", ds=EVERY, topn=DENSITIES)
    return _own.decoder
