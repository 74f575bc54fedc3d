"""Settings are read once, and a mistyped one is refused."""

from pathlib import Path

import pytest

from pipeline.domain import RedactionKind
from pipeline.errors import PipelineError
from pipeline.settings import Settings, read_settings, settings_text


def test_a_new_workspace_gets_settings_that_read_back_as_the_defaults(tmp_path: Path) -> None:
    """What init writes is what the program would do without a file."""
    file = tmp_path / "counterclip.toml"
    file.write_text(settings_text(Settings()))
    assert read_settings(file) == Settings()


def test_an_unknown_key_is_refused_by_name(tmp_path: Path) -> None:
    """A mistyped setting never silently does nothing."""
    file = tmp_path / "counterclip.toml"
    file.write_text('modle = "base"\n')
    with pytest.raises(PipelineError, match="'modle'"):
        read_settings(file)


@pytest.mark.parametrize(
    "line",
    [
        'redaction_sound = "box"',
        "redaction_pad_ms = 100",
        "redaction_length_ms = 200",
        "chunk_minutes = 0",
        "engine = 3",
        "not toml at all",
    ],
)
def test_a_value_that_does_not_fit_is_refused(tmp_path: Path, line: str) -> None:
    """Values that would weaken a redaction or mean nothing are refused."""
    file = tmp_path / "counterclip.toml"
    file.write_text(line)
    with pytest.raises(PipelineError, match=r"counterclip\.toml"):
        read_settings(file)


def test_a_sound_can_be_chosen(tmp_path: Path) -> None:
    """A known value is taken over."""
    file = tmp_path / "counterclip.toml"
    file.write_text('redaction_sound = "silence"')
    assert read_settings(file).redaction_sound is RedactionKind.SILENCE
