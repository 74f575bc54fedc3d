"""How a job's process is held: it dies with who started it, stands back, and reaches no network."""

import ctypes
import os
import resource
import signal
import subprocess
import sys
from functools import lru_cache

_PR_SET_PDEATHSIG = 1

LONGEST_PROCESSOR_SECONDS = 7 * 24 * 3600
LARGEST_FILE = 512 * 2**30
"""Bytes of one file: more than any of ours, less than a disk that a loop could fill."""

MEMORIES = 2
"""Times the machine's memory that a job may ask for, before it is told no instead of stopping everything else."""


def die_with(parent: int) -> None:
    """End this process when the thread that started it ends; at once when `parent` is gone already."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def restrain(niceness: int) -> None:
    """Low priority and limits for this process and what it starts; no memory image of it is ever written."""
    os.nice(niceness)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * MEMORIES
    wanted = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: LONGEST_PROCESSOR_SECONDS,
        resource.RLIMIT_FSIZE: LARGEST_FILE,
        resource.RLIMIT_DATA: memory,
    }
    for kind, limit in wanted.items():
        _, most = resource.getrlimit(kind)
        allowed = limit if most == resource.RLIM_INFINITY else min(limit, most)
        resource.setrlimit(kind, (allowed, allowed))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a write past the limit is an error that is told


@lru_cache
def without_network() -> tuple[str, ...]:
    """What to put before a command so that it has no network; nothing where the system does not allow it."""
    as_root = () if hasattr(os, "geteuid") and os.geteuid() == 0 else ("--map-root-user",)
    words = ("unshare", *as_root, "--net", "--")
    try:
        done = subprocess.run([*words, "true"], capture_output=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return words if done.returncode == 0 else ()
