"""The finished clip, listened to again: removed words are not heard, the others are."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher

import numpy as np

from clips.expected import FUZZY_LETTERS, Expected, SaidWord, is_same_word, normalised, normalised_words, said_words
from clips.profiles import SAMPLE_RATE
from clips.samples import Sound, power_db
from pipeline.domain import Check, Passage, Span, Voice
from pipeline.engines.engine import Engine, Heard, whisper_code
from pipeline.ffmpeg import SPEECH_RATE
from pipeline.sound import Samples
from subtitles.alike import is_heard_as

LEAST_FOUND = 0.4
"""Share of the kept words that has to be heard again, in order. Small models miss many in a language
they know little of; a clip with the wrong sound gives under a fifth."""

NEAR_MS = 700
"""A word heard this close to where it was removed is that word: engines' times are this loose."""

SHORT_LETTERS = 3
CLOSE_MS = 150
"""A word this short counts only at the very place: engines put `the` and `and` into any gap."""

SURE_LETTERS = 5
"""A removed word of this length that nobody says elsewhere may be heard nowhere in the clip."""

CANCELLED_DB = 20.0
"""So much quieter than each alone are channels together that cancel each other; one silent channel takes 6."""

QUIET_S = 0.3
"""Silence added before and after a passage: engines cut off words that touch the edge."""


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A word of the finished passage, normalised, on the passage's clock."""

    text: str
    span: Span
    written: str
    """As the engine wrote it, with its capitals."""
    language: str = ""
    """Whisper's code of the language that it was listened to in."""


def listen(sound: Sound, expected: Expected, engine: Engine) -> dict[int, tuple[HeardWord, ...]]:
    """What an engine hears in each passage of the finished clip; the key is the passage's number.

    Where several languages are spoken, once in each: a name is heard in the letters of the language that is asked for.
    """
    heard = {}
    for number, take in enumerate(expected.takes):
        passage = take.passage
        first, last = (expected.clock.samples(f) for f in (passage.first_frame, passage.first_frame + passage.frames))
        samples = speech_samples(sound[first:last])
        words: list[HeardWord] = []
        for spoken in _languages(expected, passage):
            language = engine.detect_language(samples)[0] if spoken == "und" else spoken
            found = engine.transcribe(samples, language)
            words += _words(found, len(samples) * 1000 // SPEECH_RATE, language)
        heard[number] = tuple(words)
    return heard


def _languages(expected: Expected, passage: Passage) -> tuple[str, ...]:
    """Whisper's codes of what is spoken in a passage, `und` where nobody knows."""
    transcript = expected.transcripts.get(passage.recording)
    if expected.plan.revoicing:
        return (whisper_code(expected.plan.revoicing.language),)
    if transcript is None:
        return ("und",)
    inside = [s for s in transcript.segments if s.span and s.span.overlaps(passage.span)]
    said = [s.language or transcript.language for s in inside] or [transcript.language]
    return tuple(dict.fromkeys(map(whisper_code, said)))


def check_words(expected: Expected, heard: Mapping[int, Sequence[HeardWord]]) -> tuple[Check, ...]:
    """Removed words not heard again; enough of the kept ones heard."""
    wanted = found = removed = leaks = 0
    everywhere = {w.text for take in expected.takes for w in said_words(expected, take) if not w.is_redacted}
    for number, take in enumerate(expected.takes):
        said, again = said_words(expected, take), heard.get(number, ())
        kept = [w.text for w in said if not w.is_redacted]
        wanted += len(kept)
        found += _found(kept, again)
        gone = [w for w in said if w.must_vanish]
        removed += len(gone)
        leaks += sum(1 for word in again if _is_leak(word, said, everywhere))
    checks = [Check("removed words", leaks == 0, f"{removed} words removed, {leaks} heard again")]
    least = max(1, round(LEAST_FOUND * wanted)) if wanted else 0
    detail = f"{found} of {wanted} kept words heard again, {least} needed"
    if expected.plan.voice is Voice.DISGUISED:
        detail += "; the voice is disguised: another cut draws another disguise"
    return (*checks, Check("kept words", found >= least, detail))


def _found(kept: Sequence[str], heard: Sequence[HeardWord]) -> int:
    """How many of the kept words are heard in order in any of the languages."""
    places: set[int] = set()
    for language in {word.language for word in heard}:
        blocks = _blocks(kept, [w.text for w in heard if w.language == language])
        places.update(n for block in blocks for n in range(block.a, block.a + block.size))
    return len(places)


def speech_samples(sound: Sound, quiet_s: float = QUIET_S) -> Samples:
    """48 kHz channels → 16 kHz mono between two silences."""
    mono = _heard_by_both_ears(sound)
    step = SAMPLE_RATE // SPEECH_RATE
    taps = np.sinc((np.arange(-48, 49)) / step * 0.94) * np.hanning(97)
    smooth = np.convolve(mono, taps / taps.sum(), "same")[::step]
    quiet = np.zeros(int(quiet_s * SPEECH_RATE), np.float32)
    return np.concatenate([quiet, smooth.astype(np.float32), quiet])


def _heard_by_both_ears(sound: Sound) -> Sound:
    """All channels together; the loudest alone where they cancel each other out, as one that was plugged in wrongly.

    Looked at moment by moment: a tone over what was removed is the same on all channels.
    """
    mono, loudest = sound.mean(axis=1), max(sound.T, key=power_db)
    moments = range(0, len(mono), SAMPLE_RATE // 10)
    levels = [(power_db(mono[n:][: moments.step]), power_db(loudest[n:][: moments.step])) for n in moments]
    sounding = [(together, alone) for together, alone in levels if alone > -60]
    cancelled = sum(1 for together, alone in sounding if together < alone - CANCELLED_DB)
    return np.asarray(loudest if 2 * cancelled > len(sounding) else mono)


def _words(heard: Iterable[Heard], duration_ms: int, language: str) -> Iterable[HeardWord]:
    """Words with times; where an engine gave only a text, all of it counts for its whole span."""
    lead = int(QUIET_S * 1000)
    for stretch in heard:
        timed = [(w.text, w.span) for w in stretch.words]
        if len(normalised_words(" ".join(text for text, _ in timed))) < len(normalised_words(stretch.text)):
            timed = [(stretch.text, stretch.span or Span(0, duration_ms))]
        for text, span in timed:
            start = max(0, span.start_ms - lead)
            for word, written in ((normalised(part), part) for part in text.split() if normalised(part)):
                yield HeardWord(word, Span(start, max(start, span.end_ms - lead)), written, language)


def _is_leak(heard: HeardWord, said: Sequence[SaidWord], everywhere: set[str]) -> bool:
    """A removed word near its place, unless the same word is kept there; a rare one anywhere."""
    same = [w for w in said if is_same_word(heard.text, w.text)]
    near = [w for w in same if _distance(w.span, heard.span) <= NEAR_MS]
    if any(not w.must_vanish for w in near):
        return False
    reach = NEAR_MS if len(heard.text) > SHORT_LETTERS else CLOSE_MS
    if any(_distance(w.span, heard.span) <= reach for w in near) or _is_heard_by_ear(heard, said):
        return True
    if len(heard.text) < SURE_LETTERS or any(is_same_word(heard.text, kept) for kept in everywhere):
        return False
    return any(w.must_vanish and len(w.text) >= SURE_LETTERS for w in same)


def _is_heard_by_ear(heard: HeardWord, said: Sequence[SaidWord]) -> bool:
    """A word that sounds like a removed one near its place, and like none that is kept nearer to it.

    Engines spell a name as they hear it. Words of a few letters are alike by chance, and small words of any length:
    in scripts with capitals only capitalised words count.
    """
    alike = [w for w in said if _distance(w.span, heard.span) <= NEAR_MS and _is_alike(heard, w)]
    return bool(alike) and min(alike, key=lambda w: abs(w.span.start_ms - heard.span.start_ms)).must_vanish


def _is_alike(heard: HeardWord, said: SaidWord) -> bool:
    letter = next((c for c in heard.written if c.isalpha()), "")
    is_name = letter.lower() == letter.upper() or letter.isupper()
    is_long = min(len(heard.text), len(said.text)) >= FUZZY_LETTERS
    return is_name and is_long and is_heard_as(heard.written, said.text)


def _distance(a: Span, b: Span) -> int:
    return max(0, a.start_ms - b.end_ms, b.start_ms - a.end_ms)


def in_order(wanted: Sequence[str], heard: Sequence[str]) -> int:
    """How many of the wanted words are heard, one after another."""
    return sum(block.size for block in _blocks(wanted, heard))


def _blocks(wanted: Sequence[str], heard: Sequence[str]) -> list[Match]:
    return SequenceMatcher(None, wanted, heard, autojunk=False).get_matching_blocks()


class HeardOnce:
    """Listens once to each different sound: all shapes of a clip carry the same one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: dict[str, Mapping[int, Sequence[HeardWord]]] = {}

    def __call__(self, sound: Sound, expected: Expected) -> Mapping[int, Sequence[HeardWord]]:
        key = hashlib.sha256(sound.tobytes()).hexdigest()
        if key not in self._known:
            self._known[key] = listen(sound, expected, self._engine)
        return self._known[key]
