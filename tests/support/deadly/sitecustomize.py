"""On a job's path: its process is killed as soon as it wants to write something durably; once, if DEADLY_ONCE names a
file that is not there yet."""

import os
import signal
import sys
from pathlib import Path

fsync = os.fsync


def deadly(handle: int) -> None:
    once = os.environ.get("DEADLY_ONCE")
    if once and Path(once).exists():
        return fsync(handle)
    if once:
        Path(once).touch()
    return os.kill(os.getpid(), signal.SIGKILL)


if "pipeline.job" in sys.orig_argv:
    os.fsync = deadly
