"""Long recordings: memory that does not grow, and work that is not lost.

    python benchmarks/speech_long.py memory FILE   # three hours beside ten minutes
    python benchmarks/speech_long.py kill FILE     # kill -9 at twenty random moments of twenty minutes, and again

FILE is speech; it is repeated until it is long enough. Three hours of recognition take half an hour: for `memory`
one stretch in six is really recognised and the others get its words, while everything else (voice, edges, voices
told apart, flags) hears all of it.
"""

import argparse
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from speech import RATE, sound_of, write

from pipeline.domain import Recording
from pipeline.engines.engine import Heard
from pipeline.ffmpeg import probe
from pipeline.sound import Samples
from pipeline.speakers.separation import tell_voices_apart
from pipeline.transcribe import load_engine, transcribe_recording

SHORT_S, LONG_S, KILLED_S = 600, 3 * 3600, 1200
REALLY = 6
KILLS = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("table", choices=("memory", "kill", "one"))
    parser.add_argument("path", type=Path)
    given = parser.parse_args()
    {"memory": memory, "kill": kill, "one": one}[given.table](given.path)


def repeated(path: Path, seconds: int, out: Path) -> Path:
    sound = sound_of(path)
    return write(out, np.resize(sound, seconds * RATE))


def memory(path: Path) -> None:
    """Each length in a process of its own."""
    peaks = {}
    with tempfile.TemporaryDirectory() as temp:
        for seconds in (SHORT_S, LONG_S):
            sound = repeated(path, seconds, Path(temp) / f"{seconds}.wav")
            done = subprocess.run(
                [sys.executable, __file__, "one", str(sound)], capture_output=True, text=True, check=True
            )
            peaks[seconds] = int(done.stdout.split()[-1])
            print(f"{seconds // 60} min: {peaks[seconds] / 1024:.0f} MB at most", flush=True)
    print(f"three hours beside ten minutes: {peaks[LONG_S] / peaks[SHORT_S]:.2f}x")


class Sometimes:
    """The real engine for one stretch in six; the others get the same words."""

    at_once = 1

    def __init__(self) -> None:
        self.real = load_engine("auto", "base")
        self.name, self.model = self.real.name, self.real.model
        self.calls = 0
        self.last: tuple[Heard, ...] = ()

    def transcribe(self, samples: Samples, language: str, *, translate: bool = False) -> tuple[Heard, ...]:
        """See the class."""
        if self.calls % REALLY == 0:
            self.last = self.real.transcribe(samples, language, translate=translate)
        self.calls += 1
        return self.last

    def detect_language(self, samples: Samples) -> tuple[str, float]:
        """The real engine's."""
        return self.real.detect_language(samples)


def one(path: Path) -> None:
    """Everything `ingest` does with a sound, then the most memory that was used (kB)."""
    from review.checklist import load_checklist
    from review.flags import raise_flags

    with tempfile.TemporaryDirectory() as temp:
        transcript = transcribe_recording(
            Sometimes(), path, language="en", translate=False, chunk_ms=300_000, saved=Path(temp)
        )
        recording = Recording("r-0", "0", 0, probe(path), None)
        split, _ = tell_voices_apart(transcript, recording, path, path, None)
        flags = raise_flags(split, load_checklist(()))
    print(len(split.segments), len(flags), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def kill(path: Path) -> None:
    """The command as people run it, in stretches of a minute; what was done must be there, untouched, the next time."""
    chance = random.Random(1)  # noqa: S311 - nothing secret
    with tempfile.TemporaryDirectory() as temp:
        sound, home = repeated(path, KILLED_S, Path(temp) / "long.wav"), Path(temp) / "w"
        run = [str(Path(sys.executable).with_name("counterclip")), "-w", str(home)]
        subprocess.run(
            [run[0], "init", home, "--name", "Ana", "--password-fd", "0"], input=b"a long password for this",
            check=True, capture_output=True,
        )  # fmt: skip
        settings = home / "counterclip.toml"
        settings.write_text(settings.read_text().replace("chunk_minutes = 5", "chunk_minutes = 1"))
        known: dict[str, int] = {}
        for n in range(KILLS):
            began = subprocess.Popen([*run, "ingest", str(sound)], start_new_session=True, stderr=subprocess.DEVNULL)
            time.sleep(chance.uniform(1, 25))
            os.killpg(began.pid, signal.SIGKILL)
            began.wait()
            time.sleep(0.5)  # the job's process dies with it
            known = compared(known, done_in(home), n + 1)
        subprocess.run([*run, "ingest", str(sound)], check=True, capture_output=True)
        done = compared(known, done_in(home), KILLS + 1)
    print(f"killed {KILLS} times, then completed: {len(done)} stretches, none of those that were done made again")


def done_in(home: Path) -> dict[str, int]:
    """Finished pieces of recognition, and when each was written."""
    return {p.name: p.stat().st_mtime_ns for p in home.glob("recordings/*/chunks/*.json")}


def compared(before: dict[str, int], now: dict[str, int], number: int) -> dict[str, int]:
    again = [name for name, at in before.items() if now.get(name) != at]
    print(f"run {number}: {len(now)} pieces done, {len(again)} lost or made again", flush=True)
    assert not again
    return now


if __name__ == "__main__":
    main()
