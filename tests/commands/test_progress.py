"""The bar that is shown while work goes on."""

import io

import pytest
from rich.console import Console

from pipeline.commands import console


@pytest.mark.parametrize("name", ["spring [/draft]", "[red]interview.mp4", "[/]"])
def test_a_name_with_brackets_is_shown_as_it_is(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """People name campaigns and files as they like."""
    shown = io.StringIO()
    monkeypatch.setattr(console, "err", Console(file=shown, force_terminal=True, highlight=False, width=120))
    with console.progress_bar() as bar:
        bar.add_task(name, total=1.0)
        bar.refresh()
    assert name in shown.getvalue()
