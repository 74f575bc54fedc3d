"""The real engine listens to real clips: what was removed is gone, and a leak is heard."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import clips.render
from clips.expected import Expected
from clips.verify import verify_rendition
from pipeline.domain import Redaction, RedactionKind, Span, Verification
from pipeline.engines.engine import Engine
from pipeline.transcribe import load_engine

WORDS = (
    ("And", 320, 660), ("so", 660, 900), ("my", 900, 1_120), ("fellow", 1_120, 1_480), ("Americans", 1_480, 2_400),
    ("ask", 3_300, 3_800), ("not", 3_900, 4_300),
)  # fmt: skip
HIDDEN = Redaction("x-1", "r-0", RedactionKind.TONE, Span(1_330, 2_550))


@pytest.fixture(scope="module", name="engine")
def engine_(weights_base: Path) -> Engine:
    return load_engine("auto", weights_base.as_posix())


def test_whisper_hears_the_rest_and_not_the_name(
    make_recording: Callable[..., Path], studio: Callable[..., Any], spoken: Callable[..., Any], data: Path,
    engine: Engine, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The redacted clip passes; the same clip without its redaction is found out by listening alone."""
    source = make_recording("speech8.mkv", seconds=5, sound=data / "jfk.flac")
    where = studio(source, transcripts={"r-0": spoken(WORDS, 5_000)})
    compared: list[Expected] = []

    def noted(path: Path, expected: Expected, *rest: Any) -> Verification:
        compared.append(expected)
        return verify_rendition(path, expected, *rest)

    monkeypatch.setattr(clips.render, "verify_rendition", noted)
    (rendition,) = where.render(where.plan((0, 120, 4_520), redactions=[HIDDEN]), engine=engine)
    found = {c.name: c.detail for c in rendition.verification.checks}
    assert found["removed words"] == "1 words removed, 0 heard again"

    bare = where.plan((0, 120, 4_520))
    where.render(bare, engine=engine)
    meant = replace(compared[-1], plan=replace(bare, redactions=(HIDDEN,)), takes=compared[0].takes)
    leaky = verify_rendition(where.folder / "16x9.mp4", meant, engine)
    failed = {c.name for c in leaky.checks if not c.passed}
    assert failed == {"removed words", "redacted sound"}
