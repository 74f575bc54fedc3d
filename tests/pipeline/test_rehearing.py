"""A stretch heard again: what is outside stays, what comes out the same keeps its id."""

from dataclasses import replace

import pytest

from pipeline.domain import Doubt, Segment, Span, Transcript, Word
from pipeline.errors import PipelineError
from pipeline.rehearing import languages_in, replace_region, replace_unchanged, widen


def segment(name: str, start: int, text: str) -> Segment:
    """One word every second."""
    words = tuple(Word(w, Span(start + n * 1000, start + n * 1000 + 900), 0.9) for n, w in enumerate(text.split()))
    return Segment(name, text, Span(start, words[-1].span.end_ms), words)


def known() -> Transcript:
    segments = (
        segment("s1", 0, "we left early"),
        segment("s2", 5_000, "for Rocker"),
        segment("s3", 8_000, "all of us"),
    )
    doubts = (Doubt(Span(6_000, 6_900), "Rocker", "Raqqa"), Doubt(Span(9_000, 9_900), "of", "off"))
    return Transcript("en", 12_000, "fast", "base", segments, (Span(0, 11_000),), doubts)


def test_a_region_grows_to_whole_segments() -> None:
    """Half a sentence cannot be put into the middle of another one."""
    assert widen(known(), Span(6_200, 8_500)) == Span(5_000, 10_900)


def test_a_region_outside_the_recording_is_refused() -> None:
    """There is nothing to hear."""
    with pytest.raises(PipelineError, match="no sound"):
        widen(known(), Span(13_000, 14_000))


def test_only_the_region_changes() -> None:
    """New words get a new id, the same words keep theirs; doubts of the region go with it."""
    heard = (segment("", 5_000, "for Raqqa"), segment("", 8_000, "all of us"))
    new = replace_region(known(), Span(5_000, 10_900), Transcript("en", 12_000, "fast", "small", heard, (), ()))
    assert [(s.id, s.text) for s in new.segments] == [("s1", "we left early"), ("s4", "for Raqqa"), ("s3", "all of us")]
    assert new.doubts == ()
    assert new.voiced == known().voiced


def test_a_region_grows_until_nothing_it_touches_is_torn() -> None:
    """Segments may overlap: what the first one lies over is heard again with it."""
    segments = tuple(
        Segment(f"s{n}", "word", Span(start, end), (Word("word", Span(start, end)),))
        for n, (start, end) in enumerate([(0, 10_000), (8_000, 15_000), (14_000, 18_000), (18_000, 20_000)], 1)
    )
    assert widen(replace(known(), segments=segments, duration_ms=20_000), Span(1_000, 2_000)) == Span(0, 18_000)


def test_it_is_heard_in_the_languages_of_what_it_touches() -> None:
    """And in all of the recording's where nothing was heard before."""
    first, second, third = known().segments
    mixed = replace(known(), language="ar", segments=(replace(first, language="en"), second, third))
    assert languages_in(mixed, Span(0, 2_900)) == "en"
    assert languages_in(mixed, Span(5_000, 10_900)) == "ar"
    assert languages_in(mixed, Span(11_500, 12_000)) == "en,ar"


def test_what_others_changed_meanwhile_stays() -> None:
    """Two stretches heard side by side; the same stretch is refused."""
    first, second, third = known().segments
    heard = replace(known(), segments=(segment("", 5_000, "for Raqqa"),), doubts=())
    theirs = replace(known(), segments=(segment("s4", 0, "we fled early"), second, third))
    both = replace_unchanged(known(), theirs, Span(5_000, 6_900), heard)
    assert [s.text for s in both.segments] == ["we fled early", "for Raqqa", "all of us"]
    changed = replace(known(), segments=(first, segment("s4", 5_000, "for Rakka"), third))
    with pytest.raises(PipelineError, match="meanwhile"):
        replace_unchanged(known(), changed, Span(5_000, 6_900), heard)
