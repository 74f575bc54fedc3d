"""Our WebVTT before other people's parsers: Chromium's own, and the W3C's validator from npm."""

import json
import os
import random
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from pipeline.domain import Aspect, Cue
from subtitles.vtt import write_vtt

WEBVTT = Path(__file__).parents[1] / "webvtt"

PIECES = (
    "-->", "00:00:01.000 --> 00:00:02.000", "&", "&amp;", "&lt", "<", ">", "<b>", "</c>", "<v Bob>", "<00:01.000>",
    "{\\an8}", "NOTE", "STYLE", "REGION", "WEBVTT", "1", "\u200f", "\u200e", "\u202b", "مرحبا", "שלום", "привет",
    "👩‍👩‍👧", "🏴", "é", "e\u0301", "\u00a0", "\u2028", "\x85", "\x0b", "\t", "\r", "\n", "a\n\nb", "…",
    "line:0", "x" * 60,
)  # fmt: skip
"""Everything that has broken somebody's parser."""


def documents(count: int) -> Iterator[tuple[str, list[Cue]]]:
    """Generated files with the cues they hold, the same ones every time."""
    dice = random.Random(7)  # noqa: S311
    for _ in range(count):
        cues, clock = [], 0
        for _ in range(dice.randint(1, 6)):
            start = clock + dice.randint(0, 4000)
            clock = start + dice.randint(1, 7000)
            lines = tuple("".join(dice.choices((*PIECES, " ", "word"), k=dice.randint(1, 6))) for _ in range(2))
            cues.append(Cue(start, clock, lines))
        aspect = dice.choice(tuple(Aspect))
        yield write_vtt(cues, dice.choice(("en", "ar")), aspect), [c for c in cues if shown(c)]


def shown(cue: Cue) -> str:
    """The text a viewer must see: what is no control character, in single spaces."""
    lines = ("".join(" " if ord(c) < 32 or c in "\x7f\x85\u2028\u2029" else c for c in line) for line in cue.lines)
    return "\n".join(line for text in lines if (line := re.sub(" +", " ", text).strip(" ")).strip())


def unmarked(text: str) -> str:
    """Without the direction marks that lines begin with."""
    return re.sub("^\u200f+", "", text, flags=re.MULTILINE)


def absent(what: str, how: str) -> None:
    """Skip, but never where it is promised that nothing is skipped."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing on CI: {how}")
    pytest.skip(f"{what} is missing: {how}")


def test_the_w3c_validator_finds_no_error_in_a_thousand_files(tmp_path: Path) -> None:
    """webvtt-parser reports nothing and sees every cue, whatever the text is."""
    if shutil.which("node") is None or not (WEBVTT / "node_modules" / "webvtt-parser").is_dir():
        absent("npm's webvtt-parser", "npm ci --prefix tests/webvtt")
    made = list(documents(1000))
    (tmp_path / "files.json").write_text(json.dumps([text for text, _ in made]))
    ran = subprocess.run(
        ["node", "validate.js", str(tmp_path / "files.json")], cwd=WEBVTT, capture_output=True, text=True, check=True
    )
    judged = json.loads(ran.stdout)
    assert [errors for errors, _ in judged if errors] == []
    assert [count for _, count in judged] == [len(cues) for _, cues in made]


PARSE_IN_BROWSER = """
async (texts) => {
  const video = document.createElement("video");
  document.body.append(video);
  const read = (text) => new Promise((done) => {
    const track = document.createElement("track");
    track.addEventListener("load", () => {
      done([...track.track.cues].map((cue) => [
        Math.round(cue.startTime * 1000), Math.round(cue.endTime * 1000), cue.getCueAsHTML().textContent]));
      track.remove();
    });
    track.addEventListener("error", () => done(null));
    video.append(track);
    track.src = URL.createObjectURL(new Blob([text], {type: "text/vtt"}));
    track.track.mode = "hidden";
  });
  const answers = [];
  for (const text of texts) answers.push(await read(text));
  return answers;
}
"""


def test_chromium_shows_every_cue_of_a_thousand_files_as_it_was_meant(chromium: Browser) -> None:
    """Chromium's parser gives back each cue's times and text, character for character."""
    made = list(documents(1000))
    page = chromium.new_page()
    answers = page.evaluate(PARSE_IN_BROWSER, [text for text, _ in made])
    page.close()
    # an Arabic line that opens in Latin has gained a mark
    seen = [[[start, end, unmarked(text)] for start, end, text in cues] for cues in answers]
    meant = [[[c.clip_start_ms, c.clip_end_ms, unmarked(shown(c))] for c in cues] for _, cues in made]
    assert seen == meant
