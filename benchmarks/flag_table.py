"""What every part of `flags.py` needs: its lines, and interviews and sentences as transcripts."""

import json
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.canonical import Json
from pipeline.domain import Flag, Segment, Speaker, Tier, Transcript
from review.checklist import Checklist
from review.flags import raise_flags

HERE = Path(__file__).resolve().parent
EXTERNAL = HERE.parents[1] / "shared" / "corpus" / "external"
REMOVED = ("identity.person", "identity.location", "identity.affiliation", "identity.contact", "identity.date")
Mask = set[int]
"""Characters of a text that are covered."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the command line says."""

    checklist: Checklist
    corpus: Path
    peers: Path | None
    """The Python of an environment with Presidio."""
    heard: Path | None
    """A folder of synthetic interviews made by `interviews.py`."""


def line(measure: str, figure: float | None, goal: str = "") -> None:
    """Print one row of the table."""
    print(f"{measure:78}{shown(figure):>8}{goal:>9}", flush=True)


def shown(figure: float | None) -> str:
    return "-" if figure is None else f"{figure:.2f}"


def transcript(interview: Json) -> Transcript:
    """A labelled interview as a transcript."""
    segments = tuple(Segment(t["id"], t["text"], None, speaker=Speaker(t["speaker"])) for t in interview["turns"])
    return Transcript("en", 0, "", "", segments)


def sentence(text: str) -> Transcript:
    """One answer without its question."""
    return Transcript("en", 0, "", "", (Segment("s1", text, None, speaker=Speaker.INTERVIEWEE),))


def red(said: Transcript, checklist: Checklist) -> list[Flag]:
    """The red flags that stand."""
    return [f for f in raise_flags(said, checklist) if f.suppressed is None and f.tier is Tier.RED]


def removed(text: str, checklist: Checklist) -> Mask:
    """Characters that red identity flags cover; a document's line breaks count as blanks."""
    only = replace(checklist, items=tuple(i for i in checklist.items if i.id in REMOVED))
    flags = red(sentence(text.replace("\n", " ")), only)
    return {c for f in flags if f.match for c in range(f.match.start, f.match.end)}


def presidio(texts: list[str], python: Path | None) -> list[Mask] | None:
    """What Presidio covers in each text; None, with a line, where it is not installed."""
    if python is None:
        print("   Presidio: passed over; see `presidio_peer.py` for its environment, and give it as --peers PYTHON")
        return None
    peer = str(HERE / "presidio_peer.py")
    ran = subprocess.run([str(python), peer], input=json.dumps(texts), capture_output=True, text=True, check=True)
    return [{c for a, b in spans for c in range(a, b)} for spans in json.loads(ran.stdout)]
