"""Word edges: how far off they are, and what stays audible of a word that was redacted.

    python benchmarks/speech_edges.py FOLDER... [--untouched]

FOLDER holds sounds with the true times of their words beside them: NAME.json of `benchmarks/spoken_words.py`, or
NAME.TextGrid of an aligner or of a person. Words are heard and timed as in `ingest`, and those that are the same
in truth are compared. Each is then redacted by itself, as `review decide` does it with the default padding: a word
is audible when more than 30 ms of it lie outside. `--untouched` measures the engine's own times beside it.
"""

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from speech import hear

import pipeline.transcribe
from clips.redaction import MIN_PAD_MS, grow
from pipeline.domain import Span, Word
from pipeline.ffmpeg import decode_sound, probe
from pipeline.sound import Samples
from pipeline.transcribe import Engine, load_engine
from pipeline.words import bare, match

AUDIBLE_MS = 30
TOKEN = re.compile(r'"((?:[^"]|"")*)"|(?<![\w\[])(-?\d+(?:\.\d+)?(?:e-?\d+)?)(?![\w\]])')
SOUNDS = (".wav", ".flac", ".mp3", ".mp4")


@dataclass(frozen=True, slots=True)
class Pair:
    """One word: where it is, where it was heard, and what its redaction covers."""

    true: Span
    heard: Span
    hidden: Span
    lost: tuple[float, ...]
    """Share of each neighbour that the redaction covers."""

    @property
    def left_ms(self) -> int:
        """What is still heard of it."""
        shared = self.true.intersection(self.hidden)
        return self.true.duration_ms - (shared.duration_ms if shared else 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--untouched", action="store_true", help="also the engine's times without our refinement")
    given = parser.parse_args()
    engine = load_engine("auto", "base")
    print(f"{'folder':18} words matched   start med/p95   end med/p95   audible  longer  neighbours lost")
    for folder in given.folders:
        measure(folder.name, engine, folder)
        if given.untouched:
            refine, pipeline.transcribe.with_edges = pipeline.transcribe.with_edges, lambda s, *_: list(s)  # type: ignore[assignment]
            measure(f"{folder.name}, raw", engine, folder)
            pipeline.transcribe.with_edges = refine


def measure(name: str, engine: Engine, folder: Path) -> None:
    total, pairs = 0, []
    for sound in sorted(p for p in folder.iterdir() if p.suffix in SOUNDS):
        truth, language = truth_of(sound)
        total += len(truth)
        pairs += compared(engine, sound, truth, language)
    if not pairs:
        print(f"{name}: no truth")
        return
    starts, ends = (np.abs([p.heard.start_ms - p.true.start_ms for p in pairs]),
                    np.abs([p.heard.end_ms - p.true.end_ms for p in pairs]))  # fmt: skip
    longer = np.median([p.hidden.duration_ms - p.true.duration_ms for p in pairs])
    audible = np.mean([p.left_ms > AUDIBLE_MS for p in pairs])
    lost = np.mean([share > 0.5 for p in pairs for share in p.lost])
    figures = " / ".join(f"{np.median(x):.0f} {np.percentile(x, 95):.0f}" for x in (starts, ends))
    print(f"{name:18} {total:5} {len(pairs):7}   {figures:24} {audible:7.1%} {longer:5.0f} ms  {lost:7.1%}", flush=True)


def compared(engine: Engine, sound: Path, truth: Sequence[tuple[str, Span]], language: str) -> Iterator[Pair]:
    heard = [w for s in hear(engine, sound, language).segments for w in s.words]
    samples = decode_sound(sound, probe(sound).sound.index)[:, 0]
    found = match([text for text, _ in truth], heard)
    for n, (_, span) in enumerate(truth):
        if isinstance(said := found[n], Word):
            beside = [s for _, s in (*truth[max(0, n - 1) : n], *truth[n + 1 : n + 2])]
            yield redacted(span, said.span, beside, samples)


def redacted(true: Span, heard: Span, beside: Sequence[Span], samples: Samples) -> Pair:
    hidden = grow(heard, samples, len(samples) // 16, MIN_PAD_MS)
    covers = [s.intersection(hidden) for s in beside]
    shares = [c.duration_ms / s.duration_ms if c else 0.0 for c, s in zip(covers, beside, strict=True)]
    return Pair(true, heard, hidden, tuple(shares))


def truth_of(sound: Path) -> tuple[list[tuple[str, Span]], str]:
    """Words with their true spans, and their language."""
    said, grid = sound.with_suffix(".json"), sound.with_suffix(".TextGrid")
    if said.is_file():
        known = json.loads(said.read_text(encoding="utf-8"))
        return [(w, Span(round(s * 1000), round(e * 1000))) for w, s, e in known["words"]], known["language"]
    if grid.is_file():
        return list(words_of_grid(grid.read_text(encoding="utf-8", errors="replace"))), "en"
    return [], "en"


def words_of_grid(text: str) -> Iterator[tuple[str, Span]]:
    """The tier of words of a TextGrid, long or short: both hold the same values in the same order."""
    tokens = [m.group(1) if m.group(1) is not None else float(m.group(2)) for m in TOKEN.finditer(text)]
    tier = next(n for n, t in enumerate(tokens) if t == "IntervalTier" and tokens[n + 1] in ("word", "words"))
    count = int(tokens[tier + 4])
    for n in range(tier + 5, tier + 5 + 3 * count, 3):
        start, end, word = tokens[n : n + 3]
        if bare(str(word)) and str(word) not in ("sp", "sil", "spn"):
            yield str(word), Span(round(float(start) * 1000), round(float(end) * 1000))


if __name__ == "__main__":
    main()
