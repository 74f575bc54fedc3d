"""Nothing unheard, nothing invented: recognition of sounds that were made to mislead it.

    python benchmarks/speech_safety.py invented         # 30 sounds without speech: words that are not flagged
    python benchmarks/speech_safety.py between FILE...  # 30 pauses between sentences, filled with noise, hum or music
    python benchmarks/speech_safety.py quiet FILE...    # speech from afar, from another room, over another
    python benchmarks/speech_safety.py alarms FILE...   # ordinary speech: how much of it is flagged as unheard

FILE is a recording of speech. Everything runs as in `ingest`, with the default engine.
"""

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from speech import RATE, Samples, hear, sound_of, write

import pipeline.voice
from pipeline.domain import Span, Transcript
from pipeline.transcribe import Engine, load_engine
from pipeline.voice import find_voice
from review.conditions import LONGEST_SILENCE_MS, find_conditions
from review.flags import LOW_PROBABILITY


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    tables = parser.add_subparsers(required=True)
    for name, run in (("invented", invented), ("between", between), ("quiet", quiet), ("alarms", alarms)):
        table = tables.add_parser(name)
        table.set_defaults(run=run)
        if name != "invented":
            table.add_argument("paths", type=Path, nargs="+")
    given = parser.parse_args()
    given.run(getattr(given, "paths", []))


def invented(_: list[Path]) -> None:
    """Silence, noise and music hold no word: what is written there all the same has to be flagged."""
    engine = load_engine("auto", "base")
    written = unflagged = 0
    for name, samples in speechless():
        words = planted_words(heard(engine, samples), Span(0, len(samples) // 16))
        written, unflagged = written + len(words), unflagged + words.count(False)
        print(f"{name:16} {len(words)} words, {words.count(False)} of them not flagged", flush=True)
    print(f"all: {written} invented words, {unflagged} not flagged")


def heard(engine: Engine, samples: Samples) -> Transcript:
    with tempfile.TemporaryDirectory() as temp:
        return hear(engine, write(Path(temp) / "sound.wav", samples))


def planted_words(transcript: Transcript, planted: Span) -> list[bool]:
    """For each word most of which lies in the planted sound: is it flagged as unreliable?"""
    flagged = [c.span for c in find_conditions(transcript, LOW_PROBABILITY) if c.item == "process.unreliable_words"]
    words = [w.span for s in transcript.segments for w in s.words]
    inside = [w for w in words if (x := w.intersection(planted)) and x.duration_ms > w.duration_ms / 2]
    return [any(f and f.overlaps(word) for f in flagged) for word in inside]


def between(paths: list[Path]) -> None:
    """A sentence, then 8 to 27 s of the sounds of `speechless`, then another sentence, 30 times."""
    engine = load_engine("auto", "base")
    near = [sound_of(p)[: 8 * RATE] for p in paths]
    written = unflagged = lost = 0
    for n, (name, plant) in enumerate(speechless()):
        before, after = near[n % len(near)], near[(n + 1) % len(near)]
        plant = plant[: (8 + 2 * (n // 3)) * RATE]
        transcript = heard(engine, np.concatenate((before, plant, after)).astype(np.float32))
        start, length = len(before) // 16, len(plant) // 16
        words = planted_words(transcript, Span(start, start + length))
        beside = [w for s in transcript.segments for w in s.words if not w.span.overlaps(Span(start, start + length))]
        written, unflagged, lost = written + len(words), unflagged + words.count(False), lost + (len(beside) < 4)
        print(f"{name:16} {len(words)} words in it, {words.count(False)} not flagged; {len(beside)} beside", flush=True)
    print(f"all: {written} invented words, {unflagged} not flagged; {lost} of 30 lost the speech beside it")


def speechless() -> Iterator[tuple[str, Samples]]:
    """Ten each, 20 to 40 s long, from fixed seeds."""
    for n in range(10):
        chance = np.random.default_rng(n)
        at = np.arange((20 + 2 * n) * RATE) / RATE
        yield f"silence {n}", (chance.normal(0, 1e-4 * n, len(at))).astype(np.float32)
        hiss = np.cumsum(chance.normal(0, 1, len(at))) if n % 3 == 0 else chance.normal(0, 1, len(at))
        hum = np.sin(2 * np.pi * 50 * at) * (n % 2)
        noise = hiss - np.convolve(hiss, np.ones(800) / 800, "same") + hum
        yield f"noise {n}", (0.003 * (n + 1) * noise / np.std(noise)).astype(np.float32)
        yield f"music {n}", music(at, chance)


def music(at: NDArray[np.float64], chance: np.random.Generator) -> Samples:
    """Chords that change every second, struck and fading."""
    total = np.zeros(len(at))
    for second in range(int(at[-1])):
        here = at - second
        ring = np.where(here >= 0, np.exp(-2 * np.maximum(here, 0)), 0)
        for note in chance.choice([0, 3, 4, 7, 9, 12, 16], 3):
            pitch = 220 * 2 ** (note / 12)
            total += ring * sum(np.sin(2 * np.pi * pitch * h * at) / h for h in (1, 2, 3, 4))
    return np.asarray(0.15 * total / np.max(np.abs(total)), np.float32)


def quiet(paths: list[Path]) -> None:
    """Each file near, and then the same words again as they are heard from afar: nothing voiced may go unseen."""
    engine, missed, planted = load_engine("auto", "base"), 0, 0
    for path in paths:
        near = sound_of(path)[: 60 * RATE]
        true = voice_as_it_is(near)
        for how, far in from_afar(near):
            both = np.concatenate((near, far))
            both = both + np.random.default_rng(1).normal(0, 2e-5, len(both)).astype(np.float32)
            shift = len(near) * 1000 // RATE
            voiced = [Span(s.start_ms + shift, s.end_ms + shift) for s in true]
            lost = [g for g in unseen(voiced, heard(engine, both)) if g.duration_ms > LONGEST_SILENCE_MS]
            missed, planted = missed + len(lost), planted + len(voiced)
            gone = ", ".join(f"{g.duration_ms} ms" for g in lost)
            print(f"{path.name} {how}: {len(voiced)} stretches, {len(lost)} without words or flag {gone}", flush=True)
    print(f"all: {missed} of {planted} stretches went unseen")


def voice_as_it_is(near: Samples) -> list[Span]:
    """What is voiced at its own loudness: made louder, the breath and the room between words would count as well."""
    gains, pipeline.voice.GAINS = pipeline.voice.GAINS, (1.0,)  # type: ignore[assignment]
    with tempfile.TemporaryDirectory() as temp:
        true = find_voice(write(Path(temp) / "near.wav", near))
    pipeline.voice.GAINS = gains
    return list(true)


def from_afar(near: Samples) -> Iterator[tuple[str, Samples]]:
    """The same speech far away, in another room, and under somebody else's."""
    for below in (30, 40):
        yield f"{below} dB below", near * np.float32(10 ** (-below / 20))
    chance, length = np.random.default_rng(2), RATE * 6 // 10
    room = chance.normal(0, 1, length) * 10 ** (-3 * np.arange(length) / length)
    size = 1 << (len(near) + length).bit_length()
    echo = np.fft.irfft(np.fft.rfft(near, size) * np.fft.rfft(room / np.sqrt(np.sum(room**2)), size), size)
    muffled = np.convolve(near + echo[: len(near)], np.ones(8) / 8, "same")
    yield "another room, 25 dB below", (muffled * 10 ** (-25 / 20)).astype(np.float32)
    other = np.roll(near, len(near) // 2)
    yield "under another, 12 dB below", (other + near * np.float32(10 ** (-12 / 20))).astype(np.float32) / 2


def alarms(paths: list[Path]) -> None:
    """Ordinary speech: stretches flagged as voice without words, and words flagged as unreliable."""
    engine, minutes, stretches, doubted, words = load_engine("auto", "base"), 0.0, 0, 0, 0
    for path in paths:
        transcript = hear(engine, path, None)
        found = list(find_conditions(transcript, LOW_PROBABILITY))
        loose = [c.span.duration_ms for c in found if c.item == "process.untranscribed_speech" and c.span]
        spans = [c.span for c in found if c.item == "process.unreliable_words" and c.span]
        said = [w for s in transcript.segments for w in s.words]
        unsure = sum(any(f.overlaps(w.span) for f in spans) for w in said)
        minutes, words = minutes + transcript.duration_ms / 60_000, words + len(said)
        stretches, doubted = stretches + len(loose), doubted + unsure
        print(f"{path.name}: {len(loose)} stretches {loose}, {unsure} of {len(said)} words doubted", flush=True)
    print(f"all: {minutes:.1f} min, {stretches} stretches without words, {doubted} of {words} words doubted")


def unseen(voiced: list[Span], transcript: Transcript) -> Iterator[Span]:
    """What is voiced in truth and has neither a word nor a flag."""
    seen = [w.span for s in transcript.segments for w in s.words]
    seen += [c.span for c in find_conditions(transcript, LOW_PROBABILITY) if c.span and not c.segment]
    for span in voiced:
        at = span.start_ms
        for covered in sorted(s for s in seen if s.overlaps(span)):
            if covered.start_ms > at:
                yield Span(at, covered.start_ms)
            at = max(at, covered.end_ms)
        if at < span.end_ms:
            yield Span(at, span.end_ms)


if __name__ == "__main__":
    main()
