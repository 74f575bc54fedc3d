"""Which words a clip has, when, and what stands for removed ones."""

from dataclasses import replace

import pytest

from pipeline.domain import RedactionKind, Segment, Span, Speaker
from pipeline.errors import PipelineError
from subtitles.clipwords import clip_words


def texts(words):
    return [word.text for word in words]


def test_words_come_in_clip_time_after_the_opening_card(plan, transcript, segment) -> None:
    """A word's clip time counts from its kept span, the card before it included."""
    said = {"r-1": transcript(segment("s1", "one two three four", 10_000))}
    words = clip_words(plan((10_500, 11_500), opening_ms=2000), said)
    assert [(w.text, w.clip_start_ms, w.clip_end_ms) for w in words] == [("two", 2000, 2400), ("three", 2500, 2900)]


def test_no_word_from_outside_the_kept_spans_appears(plan, transcript, segment) -> None:
    """Words between and around the kept spans are not in the clip."""
    said = {"r-1": transcript(segment("s1", "zero one two three four five", 0))}
    assert texts(clip_words(plan((500, 1500), (2500, 3000)), said)) == ["one", "two", "five"]


def test_a_word_that_a_span_cuts_belongs_where_its_middle_is(plan, transcript, segment) -> None:
    """Of a word at the edge, the side with the larger part keeps it."""
    said = {"r-1": transcript(segment("s1", "one two", 0))}
    assert texts(clip_words(plan((250, 900)), said)) == ["two"]
    assert texts(clip_words(plan((150, 650)), said)) == ["one"]


def test_every_word_that_a_redaction_touches_becomes_one_token(plan, transcript, segment, removal) -> None:
    """One millisecond is enough, and three removed words look like one."""
    said = {"r-1": transcript(segment("s1", "we met Abu Khalid today in town", 0))}
    words = clip_words(plan((0, 5000), redactions=[removal(899, 2001, "[name removed]")]), said)
    assert texts(words) == ["we", "[name removed]", "in", "town"]
    assert [(w.redacted, w.replacement) for w in words][:2] == [(False, None), (True, "[name removed]")]
    assert (words[1].clip_start_ms, words[1].clip_end_ms) == (500, 2400)


def test_the_sentence_keeps_its_full_stop_when_its_last_word_goes(plan, transcript, segment, removal) -> None:
    """Punctuation belongs to the sentence and tells nothing about the word."""
    said = {"r-1": transcript(segment("s1", "we met Abu Khalid. Then we left", 0))}
    words = clip_words(plan((0, 5000), redactions=[removal(1000, 1900)]), said)
    assert texts(words) == ["we", "met", "[removed].", "Then", "we", "left"]


def test_removing_the_picture_leaves_the_words(plan, transcript, segment, removal) -> None:
    """A box on a face is no reason to hide what is said."""
    said = {"r-1": transcript(segment("s1", "one two", 0))}
    hidden = replace(removal(0, 1000), kind=RedactionKind.FACE)
    assert texts(clip_words(plan((0, 1000), redactions=[hidden]), said)) == ["one", "two"]


def test_a_redaction_of_another_recording_hides_nothing(plan, transcript, segment, removal) -> None:
    """Times of one recording mean nothing in another."""
    said = {"r-1": transcript(segment("s1", "one two", 0))}
    other = replace(removal(0, 1000), recording="r-2")
    assert texts(clip_words(plan((0, 1000), redactions=[other]), said)) == ["one", "two"]


def test_removed_sound_that_nobody_transcribed_shows_its_token(plan, transcript, segment, removal) -> None:
    """The viewer hears a tone and reads why."""
    said = {"r-1": transcript(segment("s1", "one", 0), segment("s2", "two", 5000))}
    words = clip_words(plan((0, 6000), redactions=[removal(2000, 3000)]), said)
    assert texts(words) == ["one", "[removed]", "two"]


def test_a_word_of_no_length_inside_a_redaction_is_removed(plan, transcript, segment, removal) -> None:
    """An engine's empty span must not slip through."""
    spoken = segment("s1", "one two", 0)
    empty = replace(spoken.words[1], span=Span(500, 500))
    said = {"r-1": transcript(replace(spoken, words=(spoken.words[0], empty)))}
    assert texts(clip_words(plan((0, 1000), redactions=[removal(500, 900)]), said)) == ["one", "[removed]"]


def test_kept_speech_without_word_times_is_refused(plan, transcript, segment) -> None:
    """Nobody could say where its words are, so nobody could remove them."""
    said = {"r-1": transcript(Segment("s7", "no times here", Span(0, 1000)))}
    with pytest.raises(PipelineError, match="s7"):
        clip_words(plan((0, 1000)), said)
    with pytest.raises(PipelineError, match="s7"):
        clip_words(plan((5000, 6000)), {"r-1": transcript(Segment("s7", "anywhere", None))})
    assert clip_words(plan((5000, 6000)), said) == ()


def test_a_missing_transcript_is_refused(plan) -> None:
    """A clip without its words cannot be subtitled in silence."""
    with pytest.raises(PipelineError, match="r-1"):
        clip_words(plan((0, 1000)), {})


def test_a_replacement_that_is_no_short_line_is_refused(plan, transcript, segment, removal) -> None:
    """A token is a fixed form, not a place to write what was said."""
    said = {"r-1": transcript(segment("s1", "one", 0))}
    for bad in ("", "  ", "two\nlines", "x" * 31):
        with pytest.raises(PipelineError, match="x-0"):
            clip_words(plan((0, 1000), redactions=[removal(0, 1000, bad)]), said)


def test_the_word_s_own_speaker_goes_before_the_segment_s(plan, transcript, segment) -> None:
    """A question inside an answer keeps its asker."""
    spoken = segment("s1", "one two", 0, speaker=Speaker.INTERVIEWEE)
    asked = replace(spoken.words[1], speaker=Speaker.INTERVIEWER)
    said = {"r-1": transcript(replace(spoken, words=(spoken.words[0], asked)))}
    assert [w.speaker for w in clip_words(plan((0, 1000)), said)] == [Speaker.INTERVIEWEE, Speaker.INTERVIEWER]
