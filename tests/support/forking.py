"""Work done in forks of this process, which has loaded everything: so it can be stopped a thousand times."""

import ctypes
import json
import os
import re
import signal
import subprocess
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from pipeline.errors import PipelineError

REFUSED = 3
"""Exit code of work that ended in a sentence of ours, or in what the system said."""
_PR_SET_PTRACER, _ANYBODY = 0x59616D61, -1


def forked(work: Callable[[], object]) -> tuple[int, str]:
    """Do it in a fork of this process: how that ended (0: well) and what it said."""
    return _ended(*_begun(work))


def killed_after(seconds: float, work: Callable[[], object]) -> int:
    """Do it in a fork and kill that after a while; 0 when it was done before."""
    pid, reading = _begun(work)
    time.sleep(seconds)
    os.kill(pid, signal.SIGKILL)
    return _ended(pid, reading)[0]


def traced(strace: str, log: Path, options: list[str], work: Callable[[], object]) -> tuple[int, str]:
    """As `forked`, with strace on it and on all that it starts."""
    pid, reading = _begun(work, waits=True)
    os.waitpid(pid, os.WUNTRACED)
    with subprocess.Popen([strace, "-f", "-qq", "-o", log, *options, "-p", str(pid)]):
        while "TracerPid:\t0\n" in Path(f"/proc/{pid}/status").read_text(encoding="ascii"):
            time.sleep(0.001)
        os.kill(pid, signal.SIGCONT)
        return _ended(pid, reading)


def calls_in(log: Path) -> dict[str, int]:
    """How often a process called each, of all that strace saw the one that did it most."""
    seen = Counter(re.findall(r"^(\d+ +\w+)\(", log.read_text(errors="replace"), re.MULTILINE))
    most: dict[str, int] = {}
    for key, times in seen.items():
        call = key.split()[1]
        most[call] = max(most.get(call, 0), times)
    return most


def _begun(work: Callable[[], object], *, waits: bool = False) -> tuple[int, int]:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        try:
            if waits:
                ctypes.CDLL(None).prctl(_PR_SET_PTRACER, _ANYBODY)
                os.kill(os.getpid(), signal.SIGSTOP)
            said = json.dumps(work())
            os.write(writing, said.encode())
            os._exit(0)
        except (PipelineError, OSError) as error:
            os.write(writing, type(error).__name__.encode())
            os._exit(REFUSED)
        except BaseException as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            os.write(writing, f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}".encode())
        finally:
            os._exit(1)
    os.close(writing)
    return pid, reading


def _ended(pid: int, reading: int) -> tuple[int, str]:
    with os.fdopen(reading, "rb") as stream:
        said = stream.read().decode()
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), said
