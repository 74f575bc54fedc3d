"""Who speaks: diarisation error and roles, on conversations with known truth.

    python benchmarks/speakers.py FOLDER [--speakers 2] [--guess]

FOLDER holds sounds with their truth beside them: NAME.json of `benchmarks/interviews.py` (also for NAME-2.wav), or
NAME.rttm. Everything runs as in `ingest`: transcribed with the default engine, then told apart. What was
recognised stays in FOLDER/.heard, so that a second run takes seconds.

Diarisation error is missed + false + confused speech over all speech, with 250 ms around true changes left out, as
is usual; overlap counts. Roles: share of the time with one speaker in which the proposed role is the true one.
"""

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.domain import Recording, Span, Transcript, Voices
from pipeline.ffmpeg import probe, write_speech_sound
from pipeline.speakers.separation import tell_voices_apart
from pipeline.transcribe import load_engine, transcribe_recording

CELL_MS = 10
COLLAR_MS = 250
PAUSE_MS = 600
Truth = list[tuple[int, int, str]]
Active = NDArray[np.bool_]


@dataclass(frozen=True)
class Result:
    """One recording."""

    name: str
    speech_s: float
    missed: float
    false: float
    confused: float
    roles: float | None
    cpu_s: float
    how: str

    @property
    def der(self) -> float:
        return self.missed + self.false + self.confused


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--speakers", type=int, default=2)
    parser.add_argument("--guess", action="store_true", help="do not say how many speak")
    given = parser.parse_args()
    results = [measure(sound, truth, None if given.guess else given.speakers) for sound, truth in pairs(given.folder)]
    for kind in ("one microphone", "two microphones"):
        show(kind, [r for r in results if r.name.endswith("-2") == (kind != "one microphone")])


def pairs(folder: Path) -> list[tuple[Path, Truth]]:
    found = []
    for sound in sorted(folder.glob("*.wav")):
        stem = sound.stem.removesuffix("-2")
        turns, rttm = folder / f"{stem}.json", folder / f"{stem}.rttm"
        if turns.is_file():
            said = json.loads(turns.read_text(encoding="utf-8"))["turns"]
            found.append((sound, [(round(t["start"] * 1000), round(t["end"] * 1000), t["speaker"]) for t in said]))
        elif rttm.is_file():
            rows = [line.split() for line in rttm.read_text().splitlines() if line.startswith("SPEAKER")]
            times = [(float(r[3]) * 1000, float(r[4]) * 1000, r[7]) for r in rows]
            found.append((sound, [(round(s), round(s + d), who) for s, d, who in times]))
    return found


def measure(original: Path, truth: Truth, count: int | None) -> Result:
    kept = original.parent / ".heard" / original.stem
    kept.mkdir(parents=True, exist_ok=True)
    sound = kept / "speech.wav"
    facts = probe(original)
    write_speech_sound(original, facts.sound.index, sound)
    heard = transcribe_recording(
        load_engine("auto", "base"), sound, language="en", translate=False, chunk_ms=300_000, saved=kept / "chunks"
    )
    started = time.process_time()
    recording = Recording("r-0", "0", 0, facts, None)
    transcript, voices = tell_voices_apart(heard, recording, original, sound, count)
    cpu = time.process_time() - started
    return scored(original.stem, truth, transcript, voices, cpu)


def scored(name: str, truth: Truth, transcript: Transcript, voices: Voices | None, cpu: float) -> Result:
    cells = max(transcript.duration_ms, max(t[1] for t in truth)) // CELL_MS + 1
    who = sorted({t[2] for t in truth})
    real, counted = np.zeros((cells, len(who)), bool), np.ones(cells, bool)
    for start, end, name_ in truth:
        real[start // CELL_MS : end // CELL_MS, who.index(name_)] = True
        for edge in (start, end):
            counted[max(0, edge - COLLAR_MS) // CELL_MS : (edge + COLLAR_MS) // CELL_MS] = False
    found = as_cells(transcript, voices, cells)
    missed, false, confused = errors(real[counted], found[counted])
    how = "two microphones" if voices and voices.two_microphones else f"{found.shape[1]} voices"
    return Result(
        name,
        real[counted].sum() * CELL_MS / 1000,
        missed,
        false,
        confused,
        roles_right(real, found, who, voices),
        cpu,
        how,
    )


def as_cells(transcript: Transcript, voices: Voices | None, cells: int) -> Active:
    """Who speaks in each cell: in voiced sound the voice of the turn there, or of the nearest one.

    Short pauses inside a turn belong to it, as in the truth.
    """
    found = np.zeros((cells, len(voices.proposed) if voices else 1), bool)
    for voiced in bridged(transcript.voiced or ()):
        for cell in range(voiced.start_ms // CELL_MS, min(cells, voiced.end_ms // CELL_MS)):
            found[cell, nearest(voices, cell * CELL_MS) - 1 if voices else 0] = True
    return found


def bridged(voiced: Sequence[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in voiced:
        if joined and span.start_ms - joined[-1].end_ms <= PAUSE_MS:
            joined[-1] = Span(joined[-1].start_ms, span.end_ms)
        else:
            joined.append(span)
    return joined


def nearest(voices: Voices, at_ms: int) -> int:
    def distance(span: Span) -> int:
        return max(span.start_ms - at_ms, at_ms - span.end_ms, 0)

    return min(voices.turns, key=lambda t: distance(t.span)).voice


def errors(real: Active, found: Active) -> tuple[float, float, float]:
    """Missed, false and confused speech over all speech, for the best matching of voices to speakers."""
    size = max(real.shape[1], found.shape[1])
    both = np.zeros((size, size))
    for i in range(real.shape[1]):
        for j in range(found.shape[1]):
            both[i, j] = (real[:, i] & found[:, j]).sum()
    best = max(sum(both[i, p[i]] for i in range(size)) for p in permutations(range(size)))
    speaking, heard, total = real.sum(1), found.sum(1), max(1, real.sum())
    missed, false = np.maximum(speaking - heard, 0).sum(), np.maximum(heard - speaking, 0).sum()
    return missed / total, false / total, (np.minimum(speaking, heard).sum() - best) / total


def roles_right(real: Active, found: Active, who: list[str], voices: Voices | None) -> float | None:
    """None where the truth knows no roles; without a proposal nothing is right."""
    if "interviewee" not in who:
        return None
    alone = (real.sum(1) == 1) & (found.sum(1) == 1)
    proposed = [p.value if p else "" for p in voices.proposed] if voices else [""]
    right = sum(
        (real[alone, who.index(role)] & found[alone, n]).sum() for n, role in enumerate(proposed) if role in who
    )
    return float(right / max(1, alone.sum()))


def show(kind: str, results: list[Result]) -> None:
    if not results:
        return
    print(f"\n{kind}\n{'name':24} speech  missed  false  confused   DER  roles  CPU s  told apart by")
    for r in results:
        roles = "    -" if r.roles is None else f"{r.roles:5.0%}"
        print(
            f"{r.name:24} {r.speech_s:5.1f}s {r.missed:6.1%} {r.false:6.1%} {r.confused:8.1%} {r.der:6.1%} "
            f"{roles} {r.cpu_s:6.1f}  {r.how}"
        )
    speech = sum(r.speech_s for r in results)
    der = sum(r.der * r.speech_s for r in results) / speech
    known = [r for r in results if r.roles is not None]
    roles_all = sum((r.roles or 0) * r.speech_s for r in known) / max(1e-9, sum(r.speech_s for r in known))
    print(f"all {len(results)}: DER {der:.1%}, roles right {roles_all:.1%} of the time" if known else f"DER {der:.1%}")


if __name__ == "__main__":
    main()
