"""How many spoiled files each reader refuses, and whether one of them ends in anything but a sentence.

    python benchmarks/fuzz.py [--inputs 100000] [--only NAME] [--seed 1]

The readers and the way files are spoiled are those of tests/hostile/test_fuzz.py.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from fuzzing import EXPECTED, READERS, spoiled


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--only", nargs="+", choices=READERS)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    crashes = 0
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own in it
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        for name in chosen.only or READERS:
            started, (told, crashed) = time.monotonic(), spoil(name, chosen.inputs, chosen.seed, Path(folder))
            crashes += sum(crashed.values())
            print(f"{name:16} {chosen.inputs} inputs, {told} refused, {sum(crashed.values())} crashes,"
                  f" {time.monotonic() - started:.0f} s {dict(crashed) or ''}", flush=True)  # fmt: skip
    return 1 if crashes else 0


def spoil(name: str, inputs: int, seed: int, folder: Path) -> tuple[int, Counter[str]]:
    """How many were refused, and the kinds of what was raised besides, with the number of one that did it."""
    reader, refused, crashed = READERS[name], 0, Counter[str]()
    for number in range(inputs):
        try:
            reader.read(spoiled(random.Random(f"{seed} {number}"), reader.seeds), folder)  # noqa: S311
        except EXPECTED:
            refused += 1
        except Exception as error:
            crashed[f"{type(error).__name__} ({seed} {number})"[:60] if len(crashed) < 5 else type(error).__name__] += 1
    return refused, crashed


if __name__ == "__main__":
    raise SystemExit(main())
