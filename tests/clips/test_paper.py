"""Paper edits as files: what people write by hand is read, or refused with its line; nothing is lost on the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clips.paper import (
    Entry,
    Heading,
    Paper,
    Place,
    add_entries,
    entry_of,
    move,
    move_heading,
    parse_paper,
    take_out,
    write_paper,
)
from clips.papersheet import SheetHeading, SheetPassage, Turn, write_html, write_markdown
from pipeline.domain import Kept, Span
from pipeline.errors import PipelineError
from pipeline.times import parse_span

A, B, C = (Entry(f"r-000000000{n}", place) for n, place in ((1, "1:15-1:48.5"), (2, "s12-s14"), (3, "s3")))
PAPER: Paper = (Heading("Why he joined", (A, B)), Heading("How it ended", (C,)))

BY_HAND = """
# Why   he joined

> ask Mira
r-0000000001   1:15-1:48.5
\tr-0000000002 s12-s14

#How it ended
r-0000000003 s3
> no good ending yet
"""


def test_a_file_written_by_hand_is_read() -> None:
    """Blank lines, spaces and tabs do not count; remarks stay where they were."""
    first, second = parse_paper(BY_HAND)
    assert first.title == "Why he joined"
    assert [e.line for e in first.entries] == [A.line, B.line]
    assert first.entries[0].remarks == ("ask Mira",)
    assert (second.title, second.entries, second.remarks) == ("How it ended", (C,), ("no good ending yet",))


entries = st.builds(
    Entry,
    st.integers(0, 16**10 - 1).map(lambda n: f"r-{n:010x}"),
    st.sampled_from(["s1", "s2-s9", "0:00.000-0:01.000", "75-1:30:00.5"]),
    st.lists(st.text("abc #>-", min_size=1).map(str.strip), max_size=2).map(tuple),
)
headings = st.builds(
    Heading,
    st.text("abc دé-1>", min_size=1).map(lambda t: " ".join(t.split())).filter(bool),
    st.lists(entries, max_size=3).map(tuple),
    st.lists(st.text("abc #", min_size=1).map(str.strip), max_size=2).map(tuple),
)


@given(st.lists(headings, max_size=4).map(tuple))
def test_what_is_written_is_read_back(paper: Paper) -> None:
    """Titles in any script, remarks that look like headings, all of it."""
    assert parse_paper(write_paper(paper)) == paper


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("r-0000000001 s1", 1),
        ("# A\nr-1 s1", 2),
        ("# A\n\nsomething was said", 3),
        ("# A\nr-0000000001", 2),
        ("# A\nr-0000000001 1:15", 2),
        ("# A\nr-0000000001 0:20-0:10", 2),
        ("# A\nr-0000000001 s1 s2", 2),
        ("# A\n#", 2),
        ("# A\nr-0000000001 s1\n# \u202eB", 3),
    ],
)
def test_what_cannot_be_read_is_named_by_its_line(text: str, line: int) -> None:
    """Never by its words: they may be testimony."""
    with pytest.raises(PipelineError) as caught:
        parse_paper(text)
    assert f"line {line}" in caught.value.message
    assert "something was said" not in caught.value.message


def test_passages_go_under_a_heading_that_is_made_when_it_is_not_there() -> None:
    """At its end; titles are the same whatever the spaces."""
    more = add_entries(add_entries(PAPER, "Why he  joined", (C,)), "New", (A,))
    assert [h.title for h in more] == ["Why he joined", "How it ended", "New"]
    assert more[0].entries == (A, B, C)
    assert more[2].entries == (A,)


def test_passages_and_headings_move() -> None:
    """Into another heading, to its end, and within one."""
    assert [h.entries for h in move(PAPER, Place(1, 1), Place(2, 0))] == [(B,), (C, A)]
    assert [h.entries for h in move(PAPER, Place(2, 1), Place(1, 2))] == [(A, C, B), ()]
    assert [h.entries for h in move(PAPER, Place(1, 1), Place(1, 2))] == [(B, A), (C,)]
    assert [h.title for h in move_heading(PAPER, 2, 1)] == ["How it ended", "Why he joined"]
    assert take_out(PAPER, Place(1, 2)) == ((Heading("Why he joined", (A,)), PAPER[1]), B)


@pytest.mark.parametrize(("source", "target"), [("1.3", "1.1"), ("3.1", "1.1"), ("1.1", "3.1"), ("1.1", "2.4")])
def test_what_is_not_there_does_not_move(source: str, target: str) -> None:
    """And the paper stays as it is."""
    with pytest.raises(PipelineError):
        move(PAPER, Place.parse(source), Place.parse(target))


@pytest.mark.parametrize("text", ["", "x", "1.x", "-1.2", ".1"])
def test_no_place_is_refused(text: str) -> None:
    """With an example of one."""
    with pytest.raises(PipelineError, match="not a place"):
        Place.parse(text)


@given(start=st.integers(0, 20_000_000), length=st.integers(1, 600_000))
def test_a_span_is_the_same_when_read_back(start: int, length: int) -> None:
    """To the millisecond, also after the first hour."""
    kept = Kept("r-0000000001", Span(start, start + length))
    assert parse_span(entry_of(kept).place) == kept.span


def test_sheets_escape_what_people_said() -> None:
    """A sheet is opened in a browser."""
    turn = Turn("K-17", "<script>alert(1)</script> *no*")
    passage = SheetPassage("1.1", "K-17", "r-0000000001", Span(0, 1500), (turn,), ("<b>",), ("flag f-1 <i>",))
    heading = SheetHeading("Why & how <h1>", (passage,), ())
    page = write_html("why", [heading])
    assert "&lt;script&gt;" in page
    assert not any(tag in page for tag in ("<script", "<b>", "<i>", "<h1>Why", "how <h1>"))
    text = write_markdown("why", [heading])
    assert r"\<script\>" in text
    assert r"\*no\*" in text
