"""A paper edit on paper: headings, time codes, who speaks by code, what is said; as HTML or Markdown (pure)."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.domain import Span
from pipeline.times import clock


@dataclass(frozen=True, slots=True)
class Turn:
    """What one person says in a row; removed words are their tokens already."""

    speaker: str
    """A code, never a name."""
    text: str


@dataclass(frozen=True, slots=True)
class SheetPassage:
    """One passage as it is printed."""

    number: str
    """`2.3`."""
    code: str
    recording: str
    span: Span | None
    """None: nobody knows where it is."""
    turns: tuple[Turn, ...]
    remarks: tuple[str, ...]
    problems: tuple[str, ...]
    """Why it cannot go into a plan as it is."""


@dataclass(frozen=True, slots=True)
class SheetHeading:
    title: str
    passages: tuple[SheetPassage, ...]
    remarks: tuple[str, ...]

    @property
    def duration_ms(self) -> int:
        return sum(p.span.duration_ms for p in self.passages if p.span)


_STYLE = """
body { font: 11pt/1.4 sans-serif; margin: 2em; max-width: 60em }
h1 { font-size: 16pt }
h2 { font-size: 13pt; margin: 1.6em 0 .3em }
table { border-collapse: collapse; width: 100% }
td, th { border-top: 1px solid #999; padding: .35em .6em .35em 0; text-align: start; vertical-align: top }
tr { break-inside: avoid }
.t { white-space: nowrap; font-variant-numeric: tabular-nums }
.p { font-weight: bold }
.r { font-style: italic }
p { margin: 0 0 .3em }
"""

NOTICE = "Internal. Shows testimony that nobody may have approved: do not pass it on."


def write_html(name: str, headings: Sequence[SheetHeading]) -> str:
    """One page that needs nothing else, to be printed from any browser."""
    body = "".join(_html_heading(number, heading) for number, heading in enumerate(headings, 1))
    total = clock(sum(h.duration_ms for h in headings))
    return (
        '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">'
        f"<title>Paper edit {html.escape(name)}</title>\n<style>{_STYLE}</style></head>\n<body>\n"
        f'<h1>Paper edit {html.escape(name)}, {total}</h1>\n<p class="p">{NOTICE}</p>\n{body}</body>\n</html>\n'
    )


def _html_heading(number: int, heading: SheetHeading) -> str:
    rows = "".join(_html_row(passage) for passage in heading.passages)
    remarks = "".join(f'<p class="r" dir="auto">{html.escape(r)}</p>\n' for r in heading.remarks)
    head = "<tr><th>No.</th><th>Who</th><th>Where</th><th>What is said</th></tr>\n"
    title = f'<h2 dir="auto">{number}. {html.escape(heading.title)} ({clock(heading.duration_ms)})</h2>\n'
    return f"{title}<table>\n{head}{rows}</table>\n{remarks}"


def _html_row(passage: SheetPassage) -> str:
    said = "".join(f'<p dir="auto">{html.escape(f"{t.speaker}: {t.text}")}</p>' for t in passage.turns)
    said += "".join(f'<p class="r" dir="auto">{html.escape(r)}</p>' for r in passage.remarks)
    said += "".join(f'<p class="p">{html.escape(p)}</p>' for p in passage.problems)
    where = "<br>".join(html.escape(part) for part in _where(passage))
    code = html.escape(passage.code)
    return f'<tr><td>{passage.number}</td><td>{code}</td><td class="t">{where}</td><td>{said}</td></tr>\n'


def write_markdown(name: str, headings: Sequence[SheetHeading]) -> str:
    """The same as plain text."""
    lines = [f"# Paper edit {_escaped(name)}, {clock(sum(h.duration_ms for h in headings))}", "", f"**{NOTICE}**", ""]
    for number, heading in enumerate(headings, 1):
        lines += [f"## {number}. {_escaped(heading.title)} ({clock(heading.duration_ms)})", ""]
        for passage in heading.passages:
            lines += [*_markdown_passage(passage), ""]
        lines += [f"*{_escaped(remark)}*\n" for remark in heading.remarks]
    return "\n".join(lines).rstrip() + "\n"


def _markdown_passage(passage: SheetPassage) -> Iterator[str]:
    yield f"**{passage.number}** {_escaped(passage.code)}, {', '.join(_where(passage))}"
    for turn in passage.turns:
        yield f"\n> {_escaped(turn.speaker)}: {_escaped(turn.text)}"
    yield from (f"\n*{_escaped(remark)}*" for remark in passage.remarks)
    yield from (f"\n**{_escaped(problem)}**" for problem in passage.problems)


def _where(passage: SheetPassage) -> tuple[str, ...]:
    if passage.span is None:
        return (passage.recording,)
    span = passage.span
    return (passage.recording, f"{clock(span.start_ms)}-{clock(span.end_ms)}", f"{span.duration_ms / 1000:.1f} s")


def _escaped(text: str) -> str:
    """Nothing of it is read as Markdown or HTML (CommonMark, backslash escapes)."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~&])", r"\\\1", text)
