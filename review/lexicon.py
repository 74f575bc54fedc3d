"""The names that a team knows already: accomplices, relatives, places, with their spellings.

A text file beside the team's checklist files, one name a line, other spellings after commas:

    # who may never be named
    person: Samir Haddad, Semir Hadad, سمير حداد
    place: Gornja Reka
    group: Lions of the Valley
    facilitator: Abu Vans
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import TranscriptFormatError

KINDS = {
    "person": "identity.person",
    "place": "identity.location",
    "group": "identity.affiliation",
    "facilitator": "network.facilitator",
}
MAX_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class KnownName:
    """One name of the case with its spellings, and the checklist item that it raises."""

    item: str
    spellings: tuple[str, ...]


def read_lexicon(path: Path) -> tuple[tuple[KnownName, ...], bytes]:
    """The names of a file, and the digest of what stands in it.

    Raises TranscriptFormatError naming file, line and what is allowed there; never the name itself.
    """
    if path.stat().st_size > MAX_BYTES:
        raise TranscriptFormatError(f"{path.name} is larger than {MAX_BYTES} bytes", "keep one name a line")
    content = path.read_bytes()
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise TranscriptFormatError(f"{path.name} is no UTF-8 text", "save it as UTF-8") from None
    names = [_name(path, n, line) for n, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    return tuple(names), hashlib.sha256(content).digest()


def _name(path: Path, number: int, line: str) -> KnownName:
    kind, colon, written = line.partition(":")
    spellings = tuple(s.strip() for s in written.replace("،", ",").split(",") if s.strip())
    if not colon or kind.strip().lower() not in KINDS or not spellings:
        allowed = ", ".join(f"{k}: NAME" for k in KINDS)
        raise TranscriptFormatError(f"{path.name}, line {number}: this is no name of the case", f"allowed: {allowed}")
    return KnownName(KINDS[kind.strip().lower()], spellings)
