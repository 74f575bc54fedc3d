"""Another reader's recording, cut into the plan's cues and laid where each of them stands (pure but for its sound)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np

from clips.expected import is_same_word, normalised, normalised_words
from clips.profiles import DECLICK_MS, SAMPLE_RATE
from clips.samples import Sound
from clips.soundgraph import Clock
from pipeline.domain import Cue, ReadCue, Revoicing, Span, Word
from pipeline.errors import PipelineError, RefusedError
from pipeline.ffmpeg import decode_sound, probe
from subtitles.alike import is_heard_as

LEAST_READ = 0.5
"""Share of a cue's words that has to be heard for it to count as read: engines mishear a word or two."""

SPARE_WORDS = 2
"""More words than a cue has, and this many, are a sentence of the reader's own."""

LEAD_MS, TRAIL_MS = 80, 120
"""Kept before and after what is read of a cue; engines' word times are this uncertain."""

MOST_LATE_MS = 1_500
"""A reader who needs longer than the cues stand is out of step with what viewers read."""

BESIDE_MS = 700
"""A word that is in no cue and this close to one with a token may have been said in the token's place."""

_TOKEN = re.compile(r"\[[^\[\]]+\]")
"""What cues show in place of removed words: nobody reads it."""


@dataclass(frozen=True, slots=True)
class Aligned:
    """What of a recording is which cue."""

    cues: tuple[ReadCue, ...]
    missing: tuple[int, ...]
    """Numbers of cues that nobody read, 1 first."""
    additional: int
    """Words that are in no cue, and are cut away."""


def align(cues: Sequence[Cue], words: Sequence[Word], speech_end_ms: int) -> Aligned:
    """Which words of the reader belong to which cue, and where each is laid on the clip's clock.

    Raises RefusedError for sentences of his own inside a cue and for any word that may stand for a removed one,
    PipelineError when he is too slow for the cues.
    """
    texts = [normalised_words(_TOKEN.sub(" ", " ".join(cue.lines))) for cue in cues]
    heard = [(text, word.span) for word in words if (text := normalised(word.text))]
    ranges = _ranges(texts, [text for text, _ in heard])
    read = {n: r for n, r in ranges.items() if r.stop > r.start}
    talks = [n for n, r in read.items() if len(r) > len(texts[n - 1]) * 1.3 + SPARE_WORDS]
    if talks:
        raise RefusedError(
            "the reader says more than the subtitles have",
            tuple(f"in cue {n}: {len(read[n])} words for {len(texts[n - 1])}" for n in talks),
            "record it again, word for word",
        )
    _require_nothing_for_tokens(cues, texts, heard, read)
    missing = tuple(n for n, text in enumerate(texts, 1) if text and n not in read)
    used = sum(len(r) for r in read.values())
    return Aligned(_placed(cues, read, [span for _, span in heard], speech_end_ms), missing, len(heard) - used)


def named_again(said: Iterable[str], removed: Iterable[str], kept: Iterable[str]) -> int:
    """How many words the reader says that were removed, in whatever spelling or script, and stand in no cue.

    `said` is as the engine wrote it: of scripts with capitals only capitalised words are names in other letters.
    """
    gone, allowed = tuple(removed), {normalised(word) for word in kept}
    strange = (word for word in said if normalised(word) not in allowed)
    return sum(1 for word in strange if any(_is_said_again(word, other) for other in gone))


def _is_said_again(word: str, removed: str) -> bool:
    return is_same_word(normalised(word), normalised(removed)) or is_heard_as(word, removed)


def reading_sound(revoicing: Revoicing, path: Path, clock: Clock) -> Sound:
    """The clip's sound made of the reader's recording alone: silence but where he reads a cue.

    Raises FfmpegError when the recording cannot be decoded.
    """
    theirs = decode_sound(path, probe(path).sound.index, rate=SAMPLE_RATE, channels=2)
    out = np.zeros((clock.samples(clock.total), 2), np.float32)
    edge = DECLICK_MS * SAMPLE_RATE // 1000
    for cue in revoicing.cues:
        first, last = (ms * SAMPLE_RATE // 1000 for ms in (cue.span.start_ms, cue.span.end_ms))
        at = cue.clip_start_ms * SAMPLE_RATE // 1000
        part = theirs[first:last][: max(0, len(out) - at)].copy()
        if len(part) > 2 * edge:
            part[:edge] *= np.linspace(0, 1, edge, dtype=np.float32)[:, None]
            part[-edge:] *= np.linspace(1, 0, edge, dtype=np.float32)[:, None]
        out[at : at + len(part)] = part
    return out


def _require_nothing_for_tokens(
    cues: Sequence[Cue], texts: Sequence[Sequence[str]], heard: Sequence[tuple[str, Span]], read: Mapping[int, range]
) -> None:
    """Where words were removed nothing is said in their place: no word that the cue does not have, in it or beside it.

    Raises RefusedError, without those words.
    """
    taken = {place for places in read.values() for place in places}
    spare = [span for place, (_, span) in enumerate(heard) if place not in taken]
    faults = []
    for number, places in sorted(read.items()):
        cue = cues[number - 1]
        if not (cue.redacted or _TOKEN.search(" ".join(cue.lines))):
            continue
        around = Span(max(0, heard[places.start][1].start_ms - BESIDE_MS), heard[places.stop - 1][1].end_ms + BESIDE_MS)
        strange = len(places) - _as_written(texts[number - 1], [heard[place][0] for place in places])
        strange += sum(1 for span in spare if span.overlaps(around))
        if strange:
            faults.append(f"in cue {number}: {strange} words that it does not have")
    if faults:
        raise RefusedError(
            "the reader says something where words were removed",
            tuple(faults),
            "let what stands in brackets be left out",
        )


def _as_written(text: Sequence[str], said: Sequence[str]) -> int:
    """How many of the words said are the text's, each once and in order; one letter may be misheard."""
    found, at = 0, 0
    for word in said:
        place = next((n for n in range(at, len(text)) if is_same_word(word, text[n])), None)
        if place is not None:
            found, at = found + 1, place + 1
    return found


def _ranges(texts: Sequence[Sequence[str]], heard: Sequence[str]) -> dict[int, range]:
    """Number of a cue → its words among those heard; without the cues that were not read."""
    owner = [n for n, text in enumerate(texts, 1) for _ in text]
    matcher = SequenceMatcher(None, [word for text in texts for word in text], heard, autojunk=False)
    found: dict[int, list[int]] = {}
    place: dict[int, list[int]] = {}
    starts = np.cumsum([0, *(len(text) for text in texts)])
    for block in matcher.get_matching_blocks():
        for step in range(block.size):
            number = owner[block.a + step]
            found.setdefault(number, []).append(block.b + step)
            place.setdefault(number, []).append(block.a + step - int(starts[number - 1]))
    known = {n: at for n, at in found.items() if len(at) >= LEAST_READ * len(texts[n - 1])}
    begins = {n: at[0] - place[n][0] for n, at in known.items()}
    ends = {n: at[-1] + len(texts[n - 1]) - place[n][-1] for n, at in known.items()}
    return {n: range(*_between(n, known, begins, ends, len(heard))) for n in sorted(known)}


def _between(
    number: int, known: Mapping[int, list[int]], begins: Mapping[int, int], ends: Mapping[int, int], count: int
) -> tuple[int, int]:
    """A cue's words grown over those that were misheard at its edges, never into a neighbour's."""
    before = max((at[-1] + 1 for n, at in known.items() if n < number), default=0)
    after = min((at[0] for n, at in known.items() if n > number), default=count)
    return max(begins[number], before), min(ends[number], after)


def _placed(
    cues: Sequence[Cue], read: Mapping[int, range], spans: Sequence[Span], speech_end_ms: int
) -> tuple[ReadCue, ...]:
    made: list[ReadCue] = []
    free = 0
    for number, words in sorted(read.items()):
        start, end = spans[words.start].start_ms, spans[words.stop - 1].end_ms
        before = spans[words.start - 1].end_ms if words.start else 0
        after = spans[words.stop].start_ms if words.stop < len(spans) else end + TRAIL_MS
        span = Span(max(start - LEAD_MS, min(before, start)), max(end, min(end + TRAIL_MS, after)))
        cue = cues[number - 1]
        at = max(cue.clip_start_ms, free)
        free = at + span.duration_ms
        if at > cue.clip_start_ms + MOST_LATE_MS or free > speech_end_ms + LEAD_MS:
            raise PipelineError(
                f"the reader is too slow: at cue {number} he is {(at - cue.clip_start_ms) / 1000:.1f} s behind",
                "let it be read faster, or keep longer passages",
            )
        made.append(ReadCue(number, at, span))
    return tuple(made)
