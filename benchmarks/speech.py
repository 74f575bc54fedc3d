"""Recognition: errors in words, and what it costs. What is flagged is in `speech_safety.py`, the edges of words in
`speech_edges.py`, long recordings in `speech_long.py`, who speaks in `speakers.py`.

    python benchmarks/speech.py wer MEDIA        # engines side by side on the files that have a transcript
    python benchmarks/speech.py cpu FILE         # CPU of a whole ingest beside bare faster-whisper, beam 5
    python benchmarks/speech.py openai FILE      # the same beside the `whisper` command, beam 5
    python benchmarks/speech.py wall FILE        # recognition on all processors beside bare faster-whisper's threads

MEDIA is a folder with `MANIFEST.tsv` (path, source, licence, seconds, kind, transcript). CPU is seconds of all
processes together, so that a busy machine changes little.
"""

import argparse
import csv
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from pipeline.domain import Transcript
from pipeline.engines.faster_whisper import FasterWhisper
from pipeline.ffmpeg import decode_sound, probe, write_speech_sound
from pipeline.transcribe import Engine, transcribe_recording
from pipeline.weights import find_weights

RATE = 16_000
Samples = NDArray[np.float32]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    tables = parser.add_subparsers(required=True)
    for name, run in (("wer", wer), ("cpu", cpu), ("openai", beside_openai), ("wall", wall)):
        table = tables.add_parser(name)
        table.set_defaults(run=run)
        table.add_argument("paths", type=Path, nargs="+")
    given = parser.parse_args()
    given.run(given.paths)


def hear(engine: Engine, original: Path, language: str | None = "en") -> Transcript:
    with tempfile.TemporaryDirectory() as temp:
        sound = Path(temp) / "speech.wav"
        write_speech_sound(original, probe(original).sound.index, sound)
        return transcribe_recording(
            engine, sound, language=language, translate=False, chunk_ms=300_000, saved=Path(temp) / "chunks"
        )


@dataclass(frozen=True, slots=True)
class Spoken:
    """A recording, what is said in it, and in which language."""

    path: Path
    text: str
    language: str


def wer(paths: list[Path]) -> None:
    """Word errors of each engine over all files together, with OpenAI's own normalisers; English, then the others."""
    files = list(with_transcripts(paths[0]))
    english = [f for f in files if f.language == "en"]
    others = [f for f in files if f.language != "en"]
    print(
        f"{len(english)} English files, {sum(len(words_of(f.text, 'en')) for f in english)} words; {len(others)} others"
    )
    print(f"{'engine':34} English  others   CPU s")
    weights = find_weights("base")
    ours = {p: FasterWhisper(weights, p) for p in ("int8", "float32")}
    ways: dict[str, Callable[[Path, str], str]] = {
        "openai-whisper, beam 5, bare": bare_openai(),
        "faster-whisper int8, beam 5, bare": bare_faster(),
        "counterclip, int8": lambda p, code: said_in(hear(ours["int8"], p, code)),
        "counterclip, float32": lambda p, code: said_in(hear(ours["float32"], p, code)),
    }
    for name, listen in ways.items():
        started = time.process_time()
        rates = [errors(listen, group) for group in (english, others)]
        print(f"{name:34} {rates[0]:7.1%} {rates[1]:7.1%} {time.process_time() - started:7.1f}", flush=True)


def errors(listen: Callable[[Path, str], str], files: list[Spoken]) -> float:
    wrong = total = 0
    for file in files:
        said, true = words_of(listen(file.path, file.language), file.language), words_of(file.text, file.language)
        wrong, total = wrong + Levenshtein.distance(said, true), total + len(true)
    return wrong / max(1, total)


def with_transcripts(media: Path) -> Iterator[Spoken]:
    """Files whose transcript stands in the manifest itself, or in `text/`."""
    with (media / "MANIFEST.tsv").open(encoding="utf-8") as lines:
        for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            text = row[5] if len(row) > 5 else ""
            if own := re.search(rf"{Path(row[0]).stem.removeprefix('sb_')}: ([^;]+);", text):
                text = own[1]
            elif len(text.split()) <= 4 or re.match(r"\S+:", text) or "/" in text or text.endswith(" beside it"):
                continue
            if row[0].startswith(("audio/", "video/")) and (media / row[0]).is_file():
                yield Spoken(media / row[0], text, "en")
    for line in (media / "text" / "sense_transcription.txt").read_text(encoding="utf-8").splitlines():
        number = line.rstrip(")")[-4:]
        yield Spoken(media / "audio" / f"sense_{number}.wav", re.sub(r"<.?s>|\(.*\)", "", line), "en")
    for code in ("en", "de"):
        lines_ = (media / "text" / f"aeneas_{code}.txt").read_text(encoding="utf-8").splitlines()
        text = " ".join(line.partition("|")[2] for line in lines_)
        yield Spoken(media / "multilingual" / f"aeneas_{code}.mp3", text, code)


def bare_faster() -> Callable[[Path, str], str]:
    from faster_whisper import WhisperModel

    model = WhisperModel(str(find_weights("base").folder), device="cpu", compute_type="int8", cpu_threads=1)
    return lambda p, code: " ".join(s.text for s in model.transcribe(sound_of(p), beam_size=5, language=code)[0])


def bare_openai() -> Callable[[Path, str], str]:
    """As the command does it: beam 5, warmer when a window fails."""
    import whisper

    model = whisper.load_model(str(find_weights("base").folder / "openai.pt"), device="cpu")
    warmer = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    return lambda p, code: str(
        model.transcribe(sound_of(p), language=code, fp16=False, beam_size=5, best_of=5, temperature=warmer)["text"]
    )


def sound_of(path: Path) -> Samples:
    return np.ascontiguousarray(decode_sound(path, probe(path).sound.index)[:, 0])


def said_in(transcript: Transcript) -> str:
    return " ".join(s.text for s in transcript.segments)


def words_of(text: str, language: str) -> list[str]:
    from whisper.normalizers import BasicTextNormalizer, EnglishTextNormalizer

    return str((EnglishTextNormalizer() if language == "en" else BasicTextNormalizer())(text)).split()


BARE = """
import sys
from faster_whisper import WhisperModel
model = WhisperModel(sys.argv[1], device="cpu", compute_type="int8", cpu_threads=int(sys.argv[3]))
print(sum(1 for _ in model.transcribe(sys.argv[2], beam_size=5, word_timestamps=True)[0]))
"""


def cpu(paths: list[Path]) -> None:
    """A whole `counterclip ingest` in a new workspace, flags included, and bare faster-whisper with word times."""
    for path in paths:
        compare(path, "bare faster-whisper", bare_argv(path, threads=1))


def beside_openai(paths: list[Path]) -> None:
    """The same beside openai-whisper's own command with the same weights, word times too."""
    whisper = str(Path(sys.executable).with_name("whisper"))
    weights = str(find_weights("base").folder / "openai.pt")
    for path in paths:
        with tempfile.TemporaryDirectory() as out:
            options = ["--beam_size", "5", "--fp16", "False", "--threads", "1", "--word_timestamps", "True"]
            compare(path, "openai-whisper", [whisper, str(path), "--model", weights, "--output_dir", out, *options])


def bare_argv(path: Path, threads: int) -> list[str]:
    return [sys.executable, "-c", BARE, str(find_weights("base").folder), str(path), str(threads)]


def compare(path: Path, name: str, argv: list[str]) -> None:
    theirs_s = spent(argv)
    counterclip = Path(sys.executable).with_name("counterclip")
    with tempfile.TemporaryDirectory() as temp:
        home = Path(temp) / "w"
        subprocess.run(
            [counterclip, "init", home, "--name", "Ana", "--password-fd", "0"], input=b"a long password for this",
            check=True, capture_output=True,
        )  # fmt: skip
        whole_s = spent([str(counterclip), "-w", str(home), "ingest", str(path)])
    length = probe(path).duration_ms / 1000
    print(
        f"{path.name}: {length:.0f} s; {name} {theirs_s:.1f} s CPU, ingest {whole_s:.1f} s: {whole_s / theirs_s:.2f}x"
    )


def spent(argv: list[str]) -> float:
    """CPU seconds of a command and everything it started."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(argv, check=True, capture_output=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


OURS = """
import sys, tempfile
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from speech import hear
from pipeline.transcribe import load_engine
print(len(hear(load_engine("faster-whisper", "base"), Path(sys.argv[1]), None).segments))
"""


def wall(paths: list[Path]) -> None:
    """Seconds from start to end, loading included; give it a machine that does nothing else."""
    for path in paths:
        ours = [sys.executable, "-c", OURS, str(path), str(Path(__file__).parent)]
        theirs_s, ours_s = (lasted(argv) for argv in (bare_argv(path, threads=0), ours))
        print(f"{path.name}: bare faster-whisper {theirs_s:.1f} s, ours {ours_s:.1f} s: {ours_s / theirs_s:.2f}x")


def lasted(argv: list[str]) -> float:
    started = time.monotonic()
    subprocess.run(argv, check=True, capture_output=True)
    return time.monotonic() - started


def write(path: Path, samples: Samples) -> Path:
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path


if __name__ == "__main__":
    main()
