"""A second listening: asked where the first is in doubt, believed by nobody without a person."""

from pathlib import Path

from pipeline.domain import Doubt, Segment, Span, Word
from pipeline.engines.engine import Heard, Witness
from pipeline.sound import Samples, read_sound
from pipeline.transcribe import Engine
from pipeline.witness import choose_windows, compare, find_suspicions, listen_again
from pipeline.words import bare

SURE, UNSURE = 0.9, 0.3


def said(*words: tuple[str, float], start: int = 0) -> list[Word]:
    """A word every half second."""
    return [Word(text, Span(start + n * 500, start + n * 500 + 400), chance) for n, (text, chance) in enumerate(words)]


class Other:
    """Hears what it was told to hear, and remembers how long it was asked to listen."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.asked: list[int] = []

    def hear_again(self, samples: Samples, language: str) -> tuple[Heard, ...]:
        """The same words whatever the sound."""
        self.asked.append(len(samples) // 16)
        return (Heard(self.text, None, ()),)


def test_voice_without_words_words_without_voice_and_unsure_ones_are_suspicious() -> None:
    """One unsure word alone is not: every other sentence has one."""
    words = said(("we", SURE), ("met", UNSURE), ("there", SURE), ("thank", UNSURE), ("you", UNSURE))
    voiced = (Span(0, 1_900), Span(2_600, 3_400))
    found = {s.span for s in find_suspicions(words, voiced)}
    assert found == {Span(1_500, 2_400), Span(2_000, 2_400), Span(2_600, 3_400)}


def test_a_difference_is_kept_where_it_was_asked_about() -> None:
    """The sure word that came out otherwise is left alone: only the doubtful place was asked about."""
    words = said(("we", SURE), ("left", SURE), ("for", UNSURE), ("Rocker", UNSURE), ("then", SURE))
    texts = ["he", "left", "for", "Raqqa", "then"]
    assert list(compare(words, texts, [Span(1_000, 1_900)], Span(0, 3_000))) == [
        Doubt(Span(1_500, 1_900), "Rocker", "Raqqa")
    ]


def test_words_that_only_the_second_listening_hears() -> None:
    """They are said of the gap between the words around them."""
    words = [*said(("yes", SURE)), *said(("no", SURE), start=3_000)]
    doubts = list(compare(words, ["yes", "he", "went", "no"], [Span(500, 2_500)], Span(0, 4_000)))
    assert doubts == [Doubt(Span(400, 3_000), "", "he went")]


def test_the_worst_places_are_heard_and_no_more_than_may_be() -> None:
    """Sixty doubtful places in three and a half minutes: two windows, the first around voice without words."""
    words = [w for n in range(60) for w in said(("a", UNSURE), ("b", UNSURE), start=n * 3_600)]
    voiced = (*(Span(w.span.start_ms, w.span.end_ms) for w in words if w.span.start_ms != 90_000), Span(91_200, 92_800))
    found = sorted(find_suspicions(words, voiced), key=lambda s: s.trust)
    windows = choose_windows(found, Span(0, 216_000))
    assert len(windows) == 2
    assert all(w.duration_ms <= 28_000 for w in windows)
    assert any(w.contains(Span(91_200, 92_800)) for w in windows)


def test_sure_words_are_not_heard_again() -> None:
    """A witness costs as much as some seconds of recognition."""
    words, other = said(("all", SURE), ("clear", SURE)), Other("whatever")
    sound = read_sound(Path(__file__).parents[1] / "data" / "sense_0870.wav")
    segment = Segment("", "all clear", Span(0, 900), tuple(words))
    assert listen_again(other, sound, [segment], (Span(0, 950),), "en") == ()
    assert other.asked == []


def test_the_engine_hears_the_same_words_again(fast_engine: Engine, jfk: Path) -> None:
    """A clear recording: both ways of decoding agree on every word."""
    assert isinstance(fast_engine, Witness)
    again = fast_engine.hear_again(read_sound(jfk), "en")
    first = fast_engine.transcribe(read_sound(jfk), "en")
    texts = [[bare(t) for h in heard for t in h.text.split()] for heard in (first, again)]
    assert texts[0] == texts[1]
    assert all(h.words == () for h in again)
