"""Whether this machine has what the work needs."""

import importlib.metadata
import importlib.util
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.domain import Check
from pipeline.errors import PipelineError
from pipeline.fence import without_network
from pipeline.ffmpeg import binary, capabilities, version
from pipeline.machine import clock, encryption, free_space, playlists, privacy
from pipeline.sealing import SEALED
from pipeline.store import Store, open_store
from pipeline.weights import find_weights
from pipeline.workspace import Workspace

OURS = ("pipeline", "clips", "subtitles", "review")
FILTERS = (
    "adelay", "afade", "aformat", "alimiter", "aloop", "anullsrc", "apad", "aresample", "areverse", "asetnsamples",
    "asetpts", "ass", "atrim", "bwdif", "color", "concat", "crop", "delogo", "drawbox", "ebur128", "fade", "format",
    "fps", "loop", "overlay", "pad", "scale", "scdet", "sendcmd", "setpts", "setsar", "sine", "tonemap", "tpad",
    "trim", "volume", "zscale",
)  # fmt: skip
"""Every filter that a clip, a bundle or a review copy may need."""
ENCODERS = ("libx264", "aac", "ffv1", "mjpeg", "pcm_s16le")
LETTERS: Mapping[str, str] = {
    "Latin": "ÀßæčćđëğıłñőœşţžẾ", "Greek": "ΑΩάϊώ", "Cyrillic": "АЯёђіјљњћџғқңөүҳ", "Hebrew": "אבגדת",
    "Arabic": "ءآأابتثجحخدذرزسشصضطظعغفقكلمنهوىي", "Persian": "پچژگ", "Kurdish": "ڕڵێۆەڤ", "Urdu": "ٹڈڑںےۓھ",
    "Pashto": "ټډړږښڼې", "Armenian": "ԱՖաև", "Georgian": "აჰ",
}  # fmt: skip
"""Some of the letters of every script that is burned in: those that fonts lack first."""
STRAYS = "every clip and bundle is in the store"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `doctor`."""

    name: str
    passed: bool
    detail: str
    needed: bool = True
    """False: the work can be done without it, with one wall less against harm."""


def diagnose(workspace: Workspace | None, model: str) -> tuple[Finding, ...]:
    """Every check, passed or not, in the order in which to mend things."""
    home = workspace.root if workspace else Path.cwd()
    checks = (_python(), _packages(), _ffmpeg(), _weights(model), _language(), _names(), _voices(), _font(), _letters(),
              _faces())  # fmt: skip
    return (
        *(Finding(c.name, c.passed, c.detail) for c in checks),
        Finding("playlists that call themselves films", *playlists()),
        _fence(),
        Finding("disk space", *free_space(home)),
        Finding("disk space for temporary files", *free_space(Path(tempfile.gettempdir()))),
        Finding("disk is encrypted", *encryption(home), needed=False),
        *(_workspace(workspace) if workspace else ()),
    )


def _python() -> Check:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Check("Python 3.11 or newer", sys.version_info >= (3, 11), version)


def _packages() -> Check:
    """Our four import names are common words: another package may have taken one (`style.md` 3.4)."""
    owners = importlib.metadata.packages_distributions()
    strangers = sorted({owner for name in OURS for owner in owners.get(name, []) if owner != "counterclip"})
    places = {Path(spec.origin).parents[1] for name in OURS if (spec := importlib.util.find_spec(name)) and spec.origin}
    passed = not strangers and len(places) == 1
    detail = f"shadowed by {', '.join(strangers)}: use an environment of its own" if strangers else str(*places)
    return Check("its own environment", passed, detail)


def _ffmpeg() -> Check:
    try:
        filters, encoders = capabilities("filters"), capabilities("encoders")
    except PipelineError as error:
        return Check("ffmpeg", passed=False, detail=f"{error.message}: {error.hint}")
    missing = [n for n in FILTERS if n not in filters] + [n for n in ENCODERS if n not in encoders]
    return Check("ffmpeg", not missing, f"lacks {', '.join(missing)}" if missing else f"{version()} at {binary()}")


def _weights(model: str) -> Check:
    try:
        weights = find_weights(model)
    except PipelineError as error:
        return Check(f"weights {model}", passed=False, detail=f"{error.message}: {error.hint}")
    return Check(f"weights {model}", passed=True, detail=str(weights.folder))


def _faces() -> Check:
    from clips.faces.detector import NAME, count_faces
    from clips.faces.second import find_faces_again

    black = np.zeros((64, 64, 3), np.uint8)
    try:
        count_faces(black)
        find_faces_again(black, 0.0)
    except PipelineError as error:
        return Check("face detectors", passed=False, detail=f"{error.message}: {error.hint}")
    return Check("face detectors", passed=True, detail=f"{NAME} finds them, MTCNN looks again at finished clips")


def _language() -> Check:
    from review.language.parsing import PACKAGES

    found = next((name for name in PACKAGES if importlib.util.find_spec(name)), None)
    hint = "pip install --no-deps --require-hashes -r requirements-nodeps.txt"
    return Check("English pipeline for the checklist", found is not None, found or hint)


def _names() -> Check:
    from review.language.second_names import PACKAGE

    found = importlib.util.find_spec(PACKAGE) is not None
    hint = "pip install --no-deps --require-hashes -r requirements-nodeps.txt"
    return Check("second name finder for the checklist", found, PACKAGE if found else hint)


def _voices() -> Check:
    from pipeline.speakers.embedding import PACKAGE, load_voice_encoder

    try:
        load_voice_encoder()
    except PipelineError as error:
        return Check("weights that tell voices apart", passed=False, detail=f"{error.message}: {error.hint}")
    return Check("weights that tell voices apart", passed=True, detail=PACKAGE)


def _font() -> Check:
    from subtitles.fonts import fonts_folder

    fonts = sorted(p.name for p in fonts_folder().glob("*.ttf"))
    return Check("bundled fonts", bool(fonts), ", ".join(fonts))


def _letters() -> Check:
    from subtitles.fonts import missing_glyphs

    try:
        missing = {script: points for script, text in LETTERS.items() if (points := missing_glyphs(text))}
    except OSError as error:
        return Check("letters for burned-in text", passed=False, detail=f"no font: {error.strerror}")
    said = "; ".join(f"{script} lacks {', '.join(points)}" for script, points in missing.items())
    return Check("letters for burned-in text", not missing, said or ", ".join(LETTERS))


def _fence() -> Finding:
    """A machine that cannot do it still works, with one wall less."""
    fenced = bool(without_network())
    said = "cut off from it" if fenced else "not cut off from it: this system does not let us (unshare)"
    return Finding("jobs and the network", fenced, said, needed=False)


def _workspace(workspace: Workspace) -> Iterator[Finding]:
    mode = workspace.keys.stat().st_mode & 0o077
    yield Finding("workspace is private", *privacy(workspace))
    yield Finding("keys are private", mode == 0, "yes" if mode == 0 else f"chmod 700 {workspace.keys}")
    try:
        with closing(open_store(workspace.store_url)) as store:
            head, strays = store.head(), find_strays(workspace, store)
            yield Finding("store", True, f"{store.kind}, {head.seq if head else 0} entries in the ledger")
            yield Finding("clock", *clock(head.at if head else None, store.moment()))
            yield Finding(strays.name, strays.passed, strays.detail)
    except PipelineError as error:
        yield Finding("store", False, f"{error.message}: {error.hint}")


def find_strays(workspace: Workspace, store: Store) -> Check:
    """A run that was killed between a folder's name and the store's word leaves a folder that was never published."""
    known = {c.id for c in store.clips()} | {b.id for b in store.bundles()}
    there = [file.name for home in (workspace.clips, workspace.bundles) if home.is_dir() for file in home.iterdir()]
    strays = sorted(n for n in there if n.startswith(("c-", "b-")) and n.removesuffix(SEALED) not in known)
    return Check(STRAYS, not strays, f"never hand over, make again: {', '.join(strays)}" if strays else "yes")
