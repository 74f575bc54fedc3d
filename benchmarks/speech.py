"""Recognition: errors in words, cost, invented words, lost speech. Who speaks is in `speakers.py`.

    python benchmarks/speech.py wer MEDIA        # engines side by side on the files that have a transcript
    python benchmarks/speech.py cpu FILE         # CPU of a whole ingest beside bare faster-whisper, beam 5
    python benchmarks/speech.py invented         # 30 sounds without speech: words that are not flagged
    python benchmarks/speech.py quiet FILE...    # speech far from the microphone: stretches without words or flag

MEDIA is a folder with `MANIFEST.tsv` (path, source, licence, seconds, kind, transcript). CPU is seconds of all
processes together, so that a busy machine changes little.
"""

import argparse
import csv
import os
import resource
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from pipeline.domain import Span, Transcript
from pipeline.ffmpeg import decode_sound, probe, write_speech_sound
from pipeline.transcribe import Engine, load_engine, transcribe_recording
from pipeline.voice import find_voice
from pipeline.weights import find_weights
from review.conditions import LONGEST_SILENCE_MS, find_conditions
from review.flags import LOW_PROBABILITY

RATE = 16_000
Samples = NDArray[np.float32]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    tables = parser.add_subparsers(required=True)
    for name, run in (("wer", wer), ("cpu", cpu), ("invented", invented), ("quiet", quiet)):
        table = tables.add_parser(name)
        table.set_defaults(run=run)
        if name != "invented":
            table.add_argument("paths", type=Path, nargs="+")
    given = parser.parse_args()
    given.run(getattr(given, "paths", []))


def hear(engine: Engine, original: Path, language: str | None = "en") -> Transcript:
    with tempfile.TemporaryDirectory() as temp:
        sound = Path(temp) / "speech.wav"
        write_speech_sound(original, probe(original).sound.index, sound)
        return transcribe_recording(
            engine, sound, language=language, translate=False, chunk_ms=300_000, saved=Path(temp) / "chunks"
        )


def wer(paths: list[Path]) -> None:
    """Word errors of each engine over all files together, with OpenAI's own normaliser."""
    files = list(with_transcripts(paths[0]))
    print(f"{len(files)} files, {sum(len(words_of(t)) for _, t in files)} words\n{'engine':34} WER    CPU s")
    bare_openai, bare_faster = bare("openai"), bare("faster")
    ours = {name: load_engine(name, "base") for name in ("faster-whisper", "openai-whisper")}
    ways: dict[str, Callable[[Path], str]] = {
        "faster-whisper int8, bare, beam 5": bare_faster,
        "openai-whisper, its own defaults": bare_openai,
        "counterclip, faster-whisper": lambda p: said_in(hear(ours["faster-whisper"], p)),
        "counterclip, openai-whisper": lambda p: said_in(hear(ours["openai-whisper"], p)),
    }
    for name, listen in ways.items():
        started, wrong, total = time.process_time(), 0, 0
        for path, text in files:
            said, true = words_of(listen(path)), words_of(text)
            wrong, total = wrong + Levenshtein.distance(said, true), total + len(true)
        print(f"{name:34} {wrong / total:5.1%} {time.process_time() - started:7.1f}", flush=True)


def with_transcripts(media: Path) -> Iterator[tuple[Path, str]]:
    """English files whose transcript stands in the manifest itself."""
    with (media / "MANIFEST.tsv").open(encoding="utf-8") as lines:
        for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            text = row[5] if len(row) > 5 else ""
            if row[0].startswith("audio/") and len(text.split()) > 4 and (media / row[0]).is_file():
                yield media / row[0], text


def bare(engine: str) -> Callable[[Path], str]:
    weights = find_weights("base")
    if engine == "faster":
        from faster_whisper import WhisperModel

        model = WhisperModel(str(weights.folder), device="cpu", compute_type="int8", cpu_threads=1)
        return lambda p: " ".join(s.text for s in model.transcribe(sound_of(p), beam_size=5, language="en")[0])
    import whisper

    openai = whisper.load_model(str(weights.folder / "openai.pt"), device="cpu")
    return lambda p: str(openai.transcribe(sound_of(p), language="en", fp16=False)["text"])


def sound_of(path: Path) -> Samples:
    return np.ascontiguousarray(decode_sound(path, probe(path).sound.index)[:, 0])


def said_in(transcript: Transcript) -> str:
    return " ".join(s.text for s in transcript.segments)


def words_of(text: str) -> list[str]:
    from whisper.normalizers import EnglishTextNormalizer

    return str(EnglishTextNormalizer()(text)).split()


BARE = """
import sys
from faster_whisper import WhisperModel
model = WhisperModel(sys.argv[1], device="cpu", compute_type="int8", cpu_threads=1)
print(sum(1 for _ in model.transcribe(sys.argv[2], beam_size=5, word_timestamps=True)[0]))
"""


def cpu(paths: list[Path]) -> None:
    """A whole `counterclip ingest` in a new workspace, flags included, and bare faster-whisper with word times."""
    counterclip = Path(sys.executable).with_name("counterclip")
    for path in paths:
        bare_s = spent([sys.executable, "-c", BARE, str(find_weights("base").folder), str(path)])
        with tempfile.TemporaryDirectory() as temp:
            home = Path(temp) / "w"
            subprocess.run(
                [counterclip, "init", home, "--name", "Ana", "--password-fd", "0"], input=b"a long password for this",
                check=True, capture_output=True,
            )  # fmt: skip
            whole_s = spent([str(counterclip), "-w", str(home), "ingest", str(path)])
        length = probe(path).duration_ms / 1000
        print(f"{path.name}: {length:.0f} s; bare {bare_s:.1f} s CPU, ingest {whole_s:.1f} s: {whole_s / bare_s:.2f}x")


def spent(argv: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(argv, check=True, capture_output=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def invented(_: list[Path]) -> None:
    """Silence, noise and music hold no word: what is written there all the same has to be flagged."""
    engine = load_engine("auto", "base")
    written = unflagged = 0
    for name, samples in speechless():
        with tempfile.TemporaryDirectory() as temp:
            path = write(Path(temp) / "sound.wav", samples)
            transcript = hear(engine, path)
        said = [w for s in transcript.segments for w in s.words]
        flagged = [c.span for c in find_conditions(transcript, LOW_PROBABILITY) if c.item == "process.unreliable_words"]
        bare_words = [w for w in said if not any(f and f.overlaps(w.span) for f in flagged)]
        written, unflagged = written + len(said), unflagged + len(bare_words)
        print(f"{name:16} {len(said)} words, {len(bare_words)} of them not flagged", flush=True)
    print(f"all: {written} invented words, {unflagged} not flagged")


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
    """Each file, and then the same words 30 and 40 dB below over a little noise: nothing voiced may go unseen."""
    engine, missed, planted = load_engine("auto", "base"), 0, 0
    for path in paths:
        near = sound_of(path)[: 60 * RATE]
        for below in (30, 40):
            far = near * np.float32(10 ** (-below / 20))
            both = np.concatenate((near, far))
            both = both + np.random.default_rng(1).normal(0, 2e-5, len(both)).astype(np.float32)
            with tempfile.TemporaryDirectory() as temp:
                true = find_voice(write(Path(temp) / "near.wav", near))
                transcript = hear(engine, write(Path(temp) / "both.wav", both))
            shift = len(near) * 1000 // RATE
            voiced = [Span(s.start_ms + shift, s.end_ms + shift) for s in true]
            lost = [g for g in unseen(voiced, transcript) if g.duration_ms > LONGEST_SILENCE_MS]
            missed, planted = missed + len(lost), planted + len(voiced)
            print(
                f"{path.name} {below} dB below: {len(voiced)} stretches, {len(lost)} without words or flag", flush=True
            )
    print(f"all: {missed} of {planted} stretches went unseen")


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


def write(path: Path, samples: Samples) -> Path:
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path


if __name__ == "__main__":
    main()
