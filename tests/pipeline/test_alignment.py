"""Text from elsewhere gets the times of what was heard, or is refused."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.alignment import align_text, check_belongs
from pipeline.domain import Doubt, Segment, Span, Speaker, Transcript, Word
from pipeline.errors import TranscriptFormatError
from pipeline.transcribe import Engine, transcribe_recording

TEXT = "we left in the night and we never told them where the others were"


def heard(text: str = TEXT) -> Transcript:
    """A transcript with one word every 300 ms, each 250 ms long, from 1 s on."""
    words = tuple(Word(t, Span(1000 + n * 300, 1250 + n * 300), 0.9) for n, t in enumerate(text.split()))
    segment = Segment("s1", text, Span(words[0].span.start_ms, words[-1].span.end_ms), words)
    return Transcript("en", 20_000, "fake", "none", (segment,), (Span(900, 6000),))


def plain(*texts: str) -> tuple[Segment, ...]:
    """Segments of text without times, as from a .txt file."""
    return tuple(Segment(f"s{n}", text, None) for n, text in enumerate(texts, 1))


def test_text_gets_the_times_of_the_words() -> None:
    """Case and punctuation do not matter; text, ids and speakers stay."""
    given = (
        Segment("a", "We left in the night,", None, speaker=Speaker.INTERVIEWEE),
        Segment("b", "and we never told them where the others were.", None),
    )
    aligned = align_text(given, heard())
    assert [s.id for s in aligned.segments] == ["a", "b"]
    assert aligned.segments[0].speaker is Speaker.INTERVIEWEE
    assert aligned.segments[0].words[0] == Word("We", Span(1000, 1250), 0.9)
    assert aligned.segments[1].words[-1] == Word("were.", Span(4900, 5150), 0.9)
    assert aligned.segments[0].span == Span(1000, 2450)
    assert aligned.voiced == heard().voiced


def test_misheard_word_takes_the_place_of_what_was_heard() -> None:
    """A word that the engine got wrong lies where the wrong one was."""
    aligned = align_text(plain(TEXT.replace("night", "fight")), heard())
    assert aligned.segments[0].words[4].span == Span(2200, 2450)
    assert aligned.segments[0].words[4].probability is None


def test_unheard_words_lie_in_the_gap_inside_their_own_segment() -> None:
    """Words that nothing was heard for stay within the times that came with them."""
    given = (
        Segment("a", TEXT, Span(1000, 5200)),
        Segment("b", "thank you", Span(8000, 9000)),
    )
    aligned = align_text(given, heard())
    assert aligned.segments[1].span == Span(8000, 9000)


def test_other_recording_is_refused_with_the_first_mismatch() -> None:
    """Text of which less than half is heard is refused, with the time of the place."""
    other = Segment("b", "completely different things are said here by somebody else entirely", Span(2200, 4000))
    with pytest.raises(TranscriptFormatError, match=r"not heard in the recording, first at 0:00:02\.200"):
        align_text((Segment("a", "we left in the", Span(1000, 2200)), other), heard())


def test_text_for_a_silent_recording_is_refused() -> None:
    """Nothing heard means that nothing can be placed."""
    silent = Transcript("und", 20_000, "fake", "none", (), ())
    with pytest.raises(TranscriptFormatError, match="14 of the text's 14 words"):
        align_text(plain(TEXT), silent)


def test_times_beyond_the_end_are_refused() -> None:
    """A subtitle file of a longer recording does not fit."""
    with pytest.raises(TranscriptFormatError, match=r"segment 1 ends at 0:00:30\.000, the recording at 0:00:20"):
        align_text((Segment("a", TEXT, Span(1000, 30_000)),), heard())


def test_words_where_nobody_speaks_are_refused() -> None:
    """A transcript of another recording is recognised by where its words lie."""
    transcript = heard()
    check_belongs(transcript, 20_000, (Span(900, 6000),))
    with pytest.raises(TranscriptFormatError, match=r"where nobody speaks, first at 0:00:01\.000"):
        check_belongs(transcript, 20_000, (Span(9000, 16_000),))


def test_words_beyond_the_end_are_refused() -> None:
    """Word times past the end are another recording's."""
    with pytest.raises(TranscriptFormatError, match="the recording at 0:00:02"):
        check_belongs(heard(), 2000, (Span(0, 2000),))


def test_real_text_is_aligned_to_real_sound(fast_engine: Engine, jfk: Path, tmp_path: Path) -> None:
    """The official text of a speech gets times from the recording."""
    listened = transcribe_recording(fast_engine, jfk, language="en", translate=False, chunk_ms=60_000, saved=tmp_path)
    text = (
        "And so, my fellow Americans: ask not what your country can do for you -- ask what you can do for your country!"
    )
    aligned = align_text(plain(text), listened)
    words = aligned.segments[0].words
    assert [w.text for w in words] == text.split()
    assert 9500 < words[-1].span.end_ms < 10_700
    assert (words[6].text, words[6].span.start_ms // 1000) == ("not", 3)


def test_doubts_about_other_words_than_the_texts_are_dropped() -> None:
    """The engine misheard `night` and was not sure of `others`; the text has its own word for the first."""
    misheard = heard(TEXT.replace("night", "fight"))
    first = Doubt(Span(2200, 2450), "fight", "light")
    second = Doubt(Span(4300, 4550), "the", "others")
    gap = Doubt(Span(5200, 5900), "", "thank you")
    aligned = align_text(plain(TEXT), replace(misheard, doubts=(first, second, gap)))
    assert aligned.doubts == (second, gap)
