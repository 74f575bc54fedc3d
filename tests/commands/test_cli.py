"""The command line as a whole: help, exit codes, and the one border for errors."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.commands.console import print_table
from pipeline.domain import Span
from pipeline.errors import PipelineError
from pipeline.times import parse_span, parse_time

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"


def every_command() -> list[tuple[str, ...]]:
    """The words of every command, groups left out."""
    found = []

    def walk(command: object, words: tuple[str, ...]) -> None:
        children = getattr(command, "commands", None)
        if children is None:
            found.append(words)
            return
        for name, child in children.items():
            walk(child, (*words, name))

    walk(get_command(app), ())
    return found


@pytest.mark.parametrize("words", every_command(), ids=" ".join)
def test_every_command_has_help_with_an_example(words: tuple[str, ...]) -> None:
    """`--help` says what a command does and shows one call."""
    shown = CliRunner().invoke(app, [*words, "--help"])
    assert shown.exit_code == 0
    assert f"Example: counterclip {' '.join(words)}" in shown.output


def test_help_is_fast_because_nothing_heavy_is_imported() -> None:
    """Asking for help loads neither torch nor spaCy nor Whisper."""
    script = (
        "import sys\nfrom typer.testing import CliRunner\nfrom pipeline.cli import app\n"
        "CliRunner().invoke(app, ['--help'])\n"
        "print([m for m in ('torch','spacy','whisper','faster_whisper','moviepy','sqlalchemy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_expected_failure_is_one_sentence_and_a_hint(tmp_path: Path) -> None:
    """Outside of a workspace: exit code 3, no traceback."""
    counterclip = Path(sys.executable).with_name("counterclip")
    done = subprocess.run([counterclip, "plan", "list"], cwd=tmp_path, capture_output=True, text=True,
                          env={**os.environ, "COUNTERCLIP_WORKSPACE": ""})  # fmt: skip
    assert done.returncode == 3
    assert done.stderr.splitlines() == ["error: no workspace here or above", "hint: make one: counterclip init DIR"]


def test_a_mistyped_option_is_a_usage_error() -> None:
    """Usage errors have their own exit code."""
    assert CliRunner().invoke(app, ["plan", "list", "--jsno"]).exit_code == 2


def test_the_readme_names_only_commands_that_exist() -> None:
    """Every `counterclip …` in the README is a command."""
    known = {" ".join(words) for words in every_command()} | {words[0] for words in every_command()}
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.DOTALL)
    used = re.findall(r"^counterclip ([a-z]+)(?: ([a-z]+))?", "\n".join(blocks), flags=re.MULTILINE)
    for first, second in used:
        assert first in known
        group = any(words[0] == first and len(words) > 1 for words in every_command())
        assert not group or f"{first} {second}" in known


@pytest.mark.parametrize(("text", "ms"), [("75", 75_000), ("1:15", 75_000), ("1:15.25", 75_250), ("0:01:15,5", 75_500)])
def test_times_are_read_as_people_write_them(text: str, ms: int) -> None:
    """Seconds, minutes and hours, with a point or a comma."""
    assert parse_time(text) == ms


@pytest.mark.parametrize("text", ["", "abc", "1:2:3:4", "-5", "1.2345"])
def test_what_is_no_time_is_refused(text: str) -> None:
    """A mistyped time is never guessed."""
    with pytest.raises(PipelineError, match="not a time"):
        parse_time(text)


def test_a_span_has_two_ends_in_order() -> None:
    """START-END, and the end comes after."""
    assert parse_span("1:15-1:48.5") == Span(75_000, 108_500)
    for wrong in ("1:15", "1:48-1:15", "5-5"):
        with pytest.raises(PipelineError):
            parse_span(wrong)


def test_a_pipe_gets_tables_whole(capsys: pytest.CaptureFixture[str]) -> None:
    """Ids and addresses are copied by programs too: each row is one line, however long."""
    address = "https://example.org/" + "a" * 300
    print_table("", ("id", "address", "words"), [("c-1a2b3c4d5e", address, "[b] two words")])
    (row,) = (line for line in capsys.readouterr().out.splitlines() if "c-1a2b3c4d5e" in line)
    assert address in row
    assert "[b] two words" in row


def test_a_narrow_terminal_folds_and_leaves_nothing_out(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The id stays in one piece, every character of the rest is somewhere below."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "40")
    print_table("", ("id", "digits"), [("c-1a2b3c4d5e", "0123456789" * 20)])
    shown = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)
    assert "c-1a2b3c4d5e" in shown
    assert "…" not in shown
    assert "".join(re.findall(r"\d", shown.replace("c-1a2b3c4d5e", ""))) == "0123456789" * 20


@pytest.mark.parametrize("option", [["--translate"], ["--speakers", "2"], ["--transcript", str(DATA / "jfk.json")]])
def test_what_is_for_a_whole_recording_is_refused_for_a_stretch(option: list[str]) -> None:
    """It would be ignored in silence."""
    ran = CliRunner().invoke(app, ["ingest", str(DATA / "jfk.flac"), "--from", "0:01", "--to", "0:02", *option])
    assert ran.exit_code == 2
