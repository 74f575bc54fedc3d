"""oTranscribe's own files (`.otr`): one JSON object whose `text` is HTML with a time here and there."""

import json
from html.parser import HTMLParser
from itertools import pairwise

from pipeline.domain import Span

BREAKS = frozenset({"p", "div", "br", "li"})
LATEST_S = 360_000.0
"""A hundred hours: later is a mistake."""


class Typed(HTMLParser):
    """Lines of text, each with the time that was set in it, if any."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[tuple[int | None, str]] = [(None, "")]
        self._in_time = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag in BREAKS:
            self.lines.append((None, ""))
        elif tag == "span" and "timestamp" in (known.get("class") or ""):
            self._in_time = True
            self._time(known.get("data-timestamp") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "span":
            self._in_time = False
        elif tag in BREAKS:
            self.lines.append((None, ""))

    def handle_data(self, data: str) -> None:
        if not self._in_time:  # what stands in it is the time again, for people
            start, text = self.lines[-1]
            self.lines[-1] = (start, text + data)

    def _time(self, stated: str) -> None:
        """A time in the middle of a line begins a new one."""
        try:
            seconds = float(stated)
        except ValueError:
            return
        if not 0 <= seconds <= LATEST_S:
            return
        if self.lines[-1][1].strip():
            self.lines.append((None, ""))
        self.lines[-1] = (round(seconds * 1000), self.lines[-1][1])


def read_otr(text: str) -> list[tuple[Span | None, str]]:
    """The lines of an `.otr` file, with a span where a time is set in the line and in the next one.

    Raises ValueError when it is not such a file.
    """
    document = json.loads(text)
    if not isinstance(document, dict) or not isinstance(document.get("text"), str):
        raise ValueError("no text")
    typed = Typed()
    typed.feed(document["text"])
    typed.close()
    lines = [(start, " ".join(said.split())) for start, said in typed.lines if said.strip()]
    spans = [
        Span(start, end) if start is not None and end is not None and start < end else None
        for (start, _), (end, _) in pairwise([*lines, (None, "")])
    ]
    return [(span, said) for span, (_, said) in zip(spans, lines, strict=True)]
