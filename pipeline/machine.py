"""What the machine under a workspace is like: its disk, its clock, who may read, and what holds our processes."""

import ctypes
import os
import re
import shutil
import sys
import tempfile
import wave
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.errors import FfmpegError
from pipeline.ffmpeg import SAFE_INPUT, file_url, run
from pipeline.workspace import Workspace

LEAST_FREE_BYTES = 2 * 2**30
OTHERS = 0o007
BLOCK_DEVICES = Path("/sys/dev/block")
MOUNTS = Path("/proc/self/mountinfo")
_TIME_ERROR = 5
"""What adjtimex answers when nothing keeps the clock right."""
_TIMEX_BYTES = 256


def free_space(place: Path) -> tuple[bool, str]:
    """Whether there is room to work, and how much."""
    free = shutil.disk_usage(place).free
    return free >= LEAST_FREE_BYTES, f"{free / 2**30:.1f} GiB free at {place}"


def encryption(place: Path) -> tuple[bool, str]:
    """Whether who takes the machine finds noise instead of interviews."""
    device = _device(place) if sys.platform == "linux" else None
    if device is None:
        return False, f"this system does not tell: {place} should lie on LUKS, FileVault or BitLocker"
    if is_encrypted(device):
        return True, "yes"
    return False, f"no: whoever takes this machine reads everything at {place}; put it on LUKS, FileVault or BitLocker"


def is_encrypted(device: Path) -> bool:
    """Whether this block device, as /sys shows it, or everything that it lies on, is dm-crypt's."""
    uuid = device / "dm" / "uuid"
    if uuid.is_file() and uuid.read_text(encoding="ascii", errors="replace").startswith("CRYPT-"):
        return True
    slaves = device / "slaves"
    under = [*slaves.iterdir()] if slaves.is_dir() else []
    return bool(under) and all(is_encrypted(slave) for slave in under)


def _device(place: Path) -> Path | None:
    """The block device that a folder lies on; None for what has none that can be seen (overlays, network folders)."""
    number = place.stat().st_dev
    found = BLOCK_DEVICES / f"{os.major(number)}:{os.minor(number)}"
    if found.exists():
        return found
    wanted = f"{os.major(number)}:{os.minor(number)}"
    for line in MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines() if MOUNTS.is_file() else ():
        mounted, _, rest = line.partition(" - ")
        source = Path(rest.split()[1]) if len(rest.split()) > 1 else Path()
        if mounted.split()[2] == wanted and source.is_block_device():
            device = source.stat().st_rdev
            return BLOCK_DEVICES / f"{os.major(device)}:{os.minor(device)}"
    return None


def privacy(workspace: Workspace) -> tuple[bool, str]:
    """Whether other people of this machine can look into the workspace."""
    if workspace.root.stat().st_mode & OTHERS == 0:
        return True, "yes"
    return False, f"everybody on this machine may look into it: chmod o= {workspace.root}"


def clock(last_entry_at: str | None, server: datetime | None) -> tuple[bool, str]:
    """Whether this machine's clock can be right: not before the ledger's last entry, and as the store's server's."""
    now = datetime.now(UTC)
    if last_entry_at and datetime.fromisoformat(last_entry_at) > now + timedelta(minutes=1):
        return False, "behind the ledger's last entry: set it, or leases, embargoes and expiries are wrong"
    if server and abs(server - now) > timedelta(seconds=5):
        return False, f"{abs(server - now).total_seconds():.0f} s off the store's server: set both"
    return True, "kept right by the system" if _is_synchronised() else "plausible; nothing keeps it right (no NTP)"


def _is_synchronised() -> bool:
    if sys.platform != "linux":
        return False
    return int(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))) not in (-1, _TIME_ERROR)


def playlists() -> tuple[bool, str]:
    """Whether this ffmpeg refuses a text that calls itself a film and names another file (`safety.md`, finding 1)."""
    with tempfile.TemporaryDirectory() as folder:
        sound, evil = Path(folder) / "sound.wav", Path(folder) / "evil.mp4"
        with wave.open(str(sound), "wb") as made:
            made.setparams((1, 2, 16_000, 0, "NONE", ""))
            made.writeframes(bytes(32_000))
        evil.write_text(f"ffconcat version 1.0\nfile '{sound.name}'\n", encoding="utf-8")
        try:
            _decode(sound)
        except FfmpegError as error:
            return False, f"it decodes nothing: {re.sub(re.escape(folder), '', error.message)}"
        try:
            _decode(evil)
        except FfmpegError:
            return True, "refused"
    return False, "opened: this build ignores -format_whitelist; install the imageio-ffmpeg wheel"


def _decode(file: Path) -> None:
    run(["-v", "error", *SAFE_INPUT, "-i", file_url(file), "-f", "null", "-"], timeout_s=30)
