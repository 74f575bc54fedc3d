"""Which process holds something: a lease, a folder of work in progress. Told so that others see when it is gone."""

import hashlib
import os
import socket
from functools import lru_cache
from pathlib import Path

MACHINE_FILE = Path("/etc/machine-id")
BOOT_FILE = Path("/proc/sys/kernel/random/boot_id")


def this_process() -> str:
    """`MACHINE-BOOT-PID-BEGUN`, the first two as digests: no host's name stands in a shared folder."""
    return f"{_machine()}-{_boot()}-{os.getpid()}-{_begun(os.getpid())}"


def is_holder(name: str) -> bool:
    """True for what `this_process` writes."""
    parts = name.split("-")
    return len(parts) == 4 and len(parts[0]) == len(parts[1]) == 8 and parts[2].isdigit() and parts[3].isdigit()


def is_gone(holder: str) -> bool:
    """True only when the process is known to have ended: one on another machine may be at work."""
    if not is_holder(holder):
        return False
    machine, boot, pid, begun = holder.split("-")
    if machine != _machine():
        return False
    return boot != _boot() or not _runs(int(pid), int(begun))


def _runs(pid: int, begun: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # somebody else's
    return _begun(pid) == begun and not _is_dead(pid)


def _begun(pid: int) -> int:
    """When it was started, in ticks since the machine was: a number that comes again is another process."""
    fields = _stat(pid)
    return int(fields[19]) if fields else 0


def _is_dead(pid: int) -> bool:
    """Killed, and nobody has asked for its exit code yet."""
    fields = _stat(pid)
    return bool(fields) and fields[0] in ("Z", "X")


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rsplit(")", 1)[1].split()
    except OSError:
        return []  # no /proc on this system, or gone this moment


@lru_cache
def _machine() -> str:
    told = MACHINE_FILE.read_text(encoding="ascii").strip() if MACHINE_FILE.is_file() else ""
    return _short(f"{told} {socket.gethostname()}")


@lru_cache
def _boot() -> str:
    """This start of the machine, or of the container on it."""
    boot = BOOT_FILE.read_text(encoding="ascii").strip() if BOOT_FILE.is_file() else ""
    return _short(f"{boot} {_pid_space()}")


def _pid_space() -> str:
    try:
        return str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return ""


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
