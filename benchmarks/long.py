"""Memory and time of `ingest` for ten minutes, an hour and six hours: memory stays, time grows with the length.

    python benchmarks/long.py MEDIA [--minutes 10 60 360] [--recognised 10]

Ten minutes are put together from the recordings of real speech in MEDIA (WAV) and recognised once; longer recordings
are those ten minutes again and again, with that transcript repeated at its times (`--transcript`), because recognising
six hours takes hours. So those rows are all of ingest but recognition: reading, decoding, voices, flags, the store.
`--recognised` gives the rows with recognition. Memory is the most that any one process had (ru_maxrss).
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import wave
from contextlib import closing
from pathlib import Path

import numpy as np

from pipeline.domain import Transcript
from pipeline.ffmpeg import decode_sound, probe
from pipeline.jobs.team import found_team
from pipeline.settings import Settings
from pipeline.store import open_store
from pipeline.workspace import Workspace, create_workspace

COUNTERCLIP = Path(sys.executable).with_name("counterclip")
RATE = 16_000
UNIT_MINUTES = 10
MEGABYTE = 1024


def unit_of(media: Path) -> bytes:
    """Ten minutes of real speech: every recording of the folder, then from the first again."""
    parts = [decode_sound(file, probe(file).sound.index)[:, 0] for file in sorted(media.glob("*.wav"))]
    once = np.concatenate(parts)
    samples = np.resize(once, UNIT_MINUTES * 60 * RATE)
    return (samples * 32767).astype("<i2").tobytes()


def write_sound(path: Path, unit: bytes, times: int) -> None:
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        for _ in range(times):
            sound.writeframes(unit)


def write_transcript(path: Path, once: Transcript, times: int) -> None:
    segments = []
    for number in range(times):
        later = number * UNIT_MINUTES * 60_000
        for segment in once.segments:
            words = [
                {"text": w.text, "start_ms": w.span.start_ms + later, "end_ms": w.span.end_ms + later,
                 "probability": w.probability} for w in segment.words
            ]  # fmt: skip
            segments.append({"id": f"s{len(segments) + 1}", "text": segment.text, "words": words,
                             "start_ms": words[0]["start_ms"], "end_ms": words[-1]["end_ms"]})  # fmt: skip
    document = {"version": 1, "language": "en", "duration_ms": times * UNIT_MINUTES * 60_000, "engine": "tiled",
                "model": "base", "segments": segments}  # fmt: skip
    path.write_text(json.dumps(document), encoding="utf-8")


def ingest(workspace: Workspace, sound: Path, *options: object) -> tuple[float, float]:
    """Seconds, and megabytes of the largest process."""
    argv = [COUNTERCLIP, "-w", workspace.root, "ingest", sound, "--language", "en", *options]
    began = time.monotonic()
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return time.monotonic() - began, used.ru_maxrss / MEGABYTE


def new_workspace(root: Path) -> Workspace:
    workspace = create_workspace(root, Settings(job_niceness=0))
    found_team(workspace)
    return workspace


def row(minutes: int, how: str, seconds: float, megabytes: float, first: tuple[float, float]) -> None:
    print(f"| {minutes} min | {how} | {seconds:.0f} | {seconds / minutes * 60:.0f} | {megabytes:.0f} |"
          f" {megabytes / first[1]:.2f} |", flush=True)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("media", type=Path)
    parser.add_argument("--minutes", type=int, nargs="+", default=[10, 60, 360])
    parser.add_argument("--recognised", type=int, nargs="*", default=[10])
    given = parser.parse_args()
    print("| recording | transcript | s | s for an hour of it | most memory MB | of the first |\n" + "|---" * 6 + "|")
    with tempfile.TemporaryDirectory() as folder:
        home, unit = Path(folder), unit_of(given.media)
        once = None
        first: tuple[float, float] | None = None
        for minutes in sorted({UNIT_MINUTES, *given.recognised}):
            sound, workspace = home / "sound.wav", new_workspace(home / f"recognised{minutes}")
            write_sound(sound, unit, minutes // UNIT_MINUTES)
            found = ingest(workspace, sound)
            first = first or found
            row(minutes, "recognised", *found, first)
            if once is None:
                with closing(open_store(workspace.store_url)) as store:
                    once = store.transcript(store.recordings()[0].id)
        assert once
        first = None
        for minutes in given.minutes:
            sound, transcript = home / "sound.wav", home / "transcript.json"
            write_sound(sound, unit, minutes // UNIT_MINUTES)
            write_transcript(transcript, once, minutes // UNIT_MINUTES)
            found = ingest(new_workspace(home / f"given{minutes}"), sound, "--transcript", transcript)
            first = first or found
            row(minutes, f"given, {len(once.segments) * minutes // UNIT_MINUTES} segments", *found, first)


if __name__ == "__main__":
    main()
