"""Many clips on all cores: one at a time each with ffmpeg's own threads, and as many at once as there are cores.

    python benchmarks/cut_many.py [--clips 20] [--seconds 30]

The same 1080p25 clip as in `cut.py`, again and again. By hand: one ffmpeg line after another. Ours: a process for each
core, as `cut --jobs` starts them; verification is `cut.py`'s to measure and is left out. Printed: seconds, and clips an
hour. Exit code 1 where the goal is missed. Nothing else may run meanwhile.
"""

import argparse
import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from cut import FOOTAGE, by_hand, cues, make_plan, make_source, order_and_permit

import clips.render
from clips.render import render
from pipeline.domain import Aspect, Check, Verification

GOAL = 1.25


def ours(source: Path, seconds: int, folder: Path) -> None:
    """One clip, in a process of its own."""
    clips.render.verify_rendition = lambda *_: Verification((Check("left out", True, ""),))
    plan, made = make_plan(seconds, (Aspect.WIDE,)), folder / f"{os.getpid()}-{time.monotonic_ns()}"
    made.mkdir()
    order, permit = order_and_permit(source, plan, cues(seconds))
    render(plan, permit, order, made)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=30)
    wish = parser.parse_args()
    if not FOOTAGE.is_file():
        print(f"skipped: no footage at {FOOTAGE}")
        return 0
    cores = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = make_source(folder, wish.seconds)
        plan, shown = make_plan(wish.seconds, (Aspect.WIDE,)), cues(wish.seconds)
        begun = time.perf_counter()
        for _ in range(wish.clips):
            by_hand(source, plan, shown, folder)
        one_by_one = time.perf_counter() - begun
        with ProcessPoolExecutor(cores) as pool:
            list(pool.map(abs, range(cores)))  # started before the clock is
            begun = time.perf_counter()
            for done in [pool.submit(ours, source, wish.seconds, folder) for _ in range(wish.clips)]:
                done.result()
        at_once = time.perf_counter() - begun
    for told, taken in ((f"ffmpeg, one at a time on {cores} cores", one_by_one), (f"ours, {cores} at once", at_once)):
        print(f"{told:<40} {taken:7.1f} s for {wish.clips} clips of {wish.seconds} s: "
              f"{3600 * wish.clips / taken:5.0f} an hour")  # fmt: skip
    print(f"throughput {one_by_one / at_once:.2f} of that (goal: at least {GOAL})")
    return 0 if one_by_one >= GOAL * at_once else 1


if __name__ == "__main__":
    sys.exit(main())
