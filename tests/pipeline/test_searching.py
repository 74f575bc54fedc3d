"""Words are found in any script and spelling, with times, on SQLite and on PostgreSQL alike."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.domain import (
    Action,
    Agent,
    Correction,
    Flag,
    Kept,
    Modality,
    Probe,
    Recording,
    Segment,
    SoundStream,
    Span,
    TextMatch,
    Tier,
    Transcript,
    Word,
)
from pipeline.errors import NotFoundError, PipelineError
from pipeline.store import Found, Store, Wanted, open_store
from pipeline.store.fulltext import MOST_JUDGED

SAID = {
    "r-1": (
        ("s1", "They promised us a car and a house.", None),
        ("s2", "We waited. Nobody promised anything, and the house burned. A car came.", None),
        ("s3", "The emir kept the money for himself.", None),
    ),
    "r-2": (
        ("s1", "وعدونا بسيارة ولم نحصل على شيء", "They promised us a car and we got nothing."),
        ("s2", "Ljudi su bili gladni, Đulić nije.", None),
        ("s3", "我们没有电。", None),
    ),
}
WHOSE = {"r-1": "K-1", "r-2": "K-2"}


def transcript(recording: str) -> Transcript:
    """Each segment lasts a second and begins with one timed word."""
    segments = []
    for n, (name, text, translation) in enumerate(SAID[recording]):
        span, first = Span(1000 * n, 1000 * n + 1000), text.split()[0]
        word = Word(first, Span(span.start_ms, span.start_ms + 300), 0.9)
        segments.append(Segment(name, text, span, (word,), None, None, translation))
    return Transcript("und", 3000, "by hand", "none", tuple(segments))


NewStore = Callable[[], Store]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def new_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewStore]:
    """Makes a store with two interviews in it."""
    opened: list[Store] = []

    def make() -> Store:
        folder = tmp_path_factory.mktemp("store")
        sqlite = request.param == "sqlite"
        url = f"sqlite:///{folder / 'store.sqlite3'}" if sqlite else request.getfixturevalue("new_postgresql")()
        opened.append(filled(open_store(url)))
        return opened[-1]

    yield make
    for store in opened:
        store.close()


@pytest.fixture(scope="module")
def read_only(new_store: NewStore) -> Store:
    """For tests that only look for words."""
    return new_store()


@pytest.fixture
def store(new_store: NewStore) -> Store:
    """For tests that change something first."""
    return new_store()


def filled(store: Store) -> Store:
    for n, (recording, code) in enumerate(WHOSE.items()):
        probe = Probe("mov", 0, 3000, SoundStream(0, "aac", 48_000, 1), None)
        store.add_recording(Recording(recording, str(n) * 64, 1, probe, code), "a.mp4")
        store.save_transcript(recording, transcript(recording))
    return store


def places(found: Found) -> list[tuple[str, str]]:
    return [(hit.recording, hit.segment) for hit in found.hits]


def test_passages_with_all_words_are_found_the_nearest_words_first(read_only: Store) -> None:
    """What was said in this order comes before the same words far apart; what lacks one is not there."""
    found = read_only.search(Wanted("promised car"))
    assert places(found) == [("r-1", "s1"), ("r-2", "s1"), ("r-1", "s2")]
    assert found.total == 3
    assert not found.more


def test_a_hit_has_its_time_and_the_places_of_the_words(read_only: Store) -> None:
    """So that a reader sees at once why it was found and where to listen."""
    (hit,) = read_only.search(Wanted("EMIR money")).hits
    assert (hit.interviewee, hit.span) == ("K-1", Span(2000, 3000))
    assert [hit.said[m.start : m.end] for m in hit.matches] == ["emir", "money"]


def test_translations_are_searched_too(read_only: Store) -> None:
    """An Arabic passage is found by its English draft, and says where."""
    (hit,) = read_only.search(Wanted('"got nothing"')).hits
    assert (hit.recording, hit.matches) == ("r-2", ())
    (match,) = hit.translation_matches
    assert (hit.translation or "")[match.start : match.end] == "got nothing"


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("وَعَدُونا", ("r-2", "s1")),
        ("شئ", None),
        ("gladni đulić", ("r-2", "s2")),
        ("Dulic", ("r-2", "s2")),
        ("没有电", ("r-2", "s3")),
        ("有没", None),
    ],
)
def test_other_scripts_are_found_however_they_are_typed(
    read_only: Store, query: str, place: tuple[str, str] | None
) -> None:
    """Vowel signs, accents and case do not count; Chinese is found without spaces, but not out of order."""
    assert places(read_only.search(Wanted(query))) == ([place] if place else [])


def test_words_in_quotes_follow_each_other_and_a_star_goes_on(read_only: Store) -> None:
    """The two things that people type besides words."""
    assert places(read_only.search(Wanted('"house burned"'))) == [("r-1", "s2")]
    assert places(read_only.search(Wanted('"car house"'))) == []
    assert places(read_only.search(Wanted("promis* nobod*"))) == [("r-1", "s2")]


@pytest.mark.parametrize(
    "query",
    ['"', "promised AND", "car OR house", "NOT car", "emir*)", "said:car", "^emir", "a' ; DROP TABLE passages --",
     "NEAR(car house)", "car & !house", "<-> '", "place : r1", "%_", "\\", "car\x00house"],
)  # fmt: skip
def test_nothing_that_is_typed_is_syntax(read_only: Store, query: str) -> None:
    """Operators of either database are words like others, or nothing at all."""
    if not any(c.isalnum() for c in query):
        with pytest.raises(PipelineError, match="no word"):
            read_only.search(Wanted(query))
        return
    for hit in read_only.search(Wanted(query)).hits:
        assert hit.matches or hit.translation_matches


def test_a_person_who_withdrew_is_never_found(store: Store) -> None:
    """From that moment, also by the translation, and also when asked for by code; and back when it was a mistake."""
    store.add_statement("K-2", "withdrawn", True, "u-1", "2026-11-22T10:00:00Z")
    assert places(store.search(Wanted("promised car"))) == [("r-1", "s1"), ("r-1", "s2")]
    assert store.search(Wanted("car", interviewee="K-2")).total == 0
    store.add_statement("K-2", "withdrawn", False, "u-1", "2026-11-22T10:01:00Z")
    assert store.search(Wanted("car", interviewee="K-2")).total == 1


def test_one_interviewee_can_be_asked_for(read_only: Store) -> None:
    """And one that nobody recorded is an error, not an empty answer."""
    assert places(read_only.search(Wanted("car", interviewee="K-2"))) == [("r-2", "s1")]
    with pytest.raises(NotFoundError):
        read_only.search(Wanted("car", interviewee="K-9"))


def test_only_passages_flagged_with_the_narrative_are_found(store: Store) -> None:
    """A candidate that the checklist suppressed does not count."""
    raised = Flag("f-1", "narrative.corruption", "s3", TextMatch(0, 3), None, Agent.OTHER, Modality.ASSERTED,
                  Tier.RED, 0.9, "r", "Why.", Action.TAG)  # fmt: skip
    store.replace_flags("r-1", [raised, replace(raised, id="f-2", segment="s1", suppressed="denied")], "c" * 64)
    assert places(store.search(Wanted("the", narrative="narrative.corruption"))) == [("r-1", "s3")]
    assert store.search(Wanted("car", narrative="narrative.corruption")).total == 0


def test_only_what_sounds_in_the_given_spans_is_found(read_only: Store) -> None:
    """Half-open: a passage that begins where the span ends is not in it."""
    assert places(read_only.search(Wanted("car", kept=(Kept("r-1", Span(0, 1000)),)))) == [("r-1", "s1")]


def test_a_corrected_word_is_found_and_the_misheard_one_is_not(store: Store) -> None:
    """The index follows corrections made in any process."""
    store.add_correction(Correction("r-1", "s3", Span(2000, 2300), "The", "Our", None, "u-1", "2026"))
    assert places(store.search(Wanted("our emir"))) == [("r-1", "s3")]
    assert store.search(Wanted('"the emir"')).total == 0


def test_a_new_transcript_takes_the_place_of_the_old_one(store: Store) -> None:
    """What is not said any more is not found any more, and what stayed is found once."""
    changed = transcript("r-1")
    store.save_transcript("r-1", replace(changed, segments=changed.segments[1:]))
    assert places(store.search(Wanted("house"))) == [("r-1", "s2")]


def test_a_store_from_before_there_was_an_index_gets_one(tmp_path: Path) -> None:
    """Its tables when it is opened, its words when someone looks for some."""
    path = tmp_path / "store.sqlite3"
    filled(open_store(f"sqlite:///{path}")).close()
    with sqlite3.connect(path) as database:
        for table in ("passages", "indexed", "folding", "passage_words"):
            database.execute(f"DROP TABLE {table}")
    database.close()
    again = open_store(f"sqlite:///{path}")
    assert places(again.search(Wanted("emir"))) == [("r-1", "s3")]
    again.close()


def test_an_index_that_an_older_program_made_is_made_again(tmp_path: Path) -> None:
    """Its words may have been folded otherwise."""
    path = tmp_path / "store.sqlite3"
    filled(open_store(f"sqlite:///{path}")).close()
    with sqlite3.connect(path) as database:
        database.execute("UPDATE folding SET version = 0")
        database.execute("UPDATE passages SET said = 'otherwise'")
    database.close()
    again = open_store(f"sqlite:///{path}")
    assert places(again.search(Wanted("emir"))) == [("r-1", "s3")]
    assert again.search(Wanted("emir")).hits[0].said == SAID["r-1"][2][1]
    again.close()


def test_no_more_than_the_limit_are_given_and_the_rest_is_counted(read_only: Store) -> None:
    """A long list helps nobody, but that it is long does."""
    found = read_only.search(Wanted("car", limit=1))
    assert (len(found.hits), found.total) == (1, 3)


def with_passages(store: Store, texts: Sequence[str]) -> Store:
    """A third interview in which this is said, in order."""
    probe = Probe("mov", 0, 1000 * len(texts), SoundStream(0, "aac", 48_000, 1), None)
    store.add_recording(Recording("r-3", "3" * 64, 1, probe, "K-3"), "c.mp4")
    segments = tuple(Segment(f"s{n}", text, Span(1000 * n, 1000 * n + 1000)) for n, text in enumerate(texts, 1))
    store.save_transcript("r-3", Transcript("en", 1000 * len(texts), "by hand", "none", segments))
    return store


@pytest.fixture(scope="module")
def common(new_store: NewStore) -> Store:
    """Passages of common words."""
    return with_passages(
        new_store(), ["I was a guard", "I was gone, it was a pity", "a guard. There I was, guard there I"]
    )


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ('"i was a"', {"s1"}),
        ('"was a"', {"s1", "s2"}),
        ('"a guard"', {"s1", "s3"}),
        ('"was a guard"', {"s1"}),
        ('"guard there i"', {"s3"}),
        ('"i was" guard', {"s1", "s3"}),
        ('"there i was"', {"s3"}),
        ('"i a"', set()),
    ],
)
def test_words_in_quotes_are_exact_also_when_all_of_them_are_common(
    common: Store, query: str, wanted: set[str]
) -> None:
    """Pairs of short words are in PostgreSQL's index; two pairs in one passage are not three words in a row."""
    assert {hit.segment for hit in common.search(Wanted(query)).hits if hit.recording == "r-3"} == wanted


def test_of_a_common_question_those_in_order_come_first(new_store: NewStore) -> None:
    """Though more passages have the words in another order than are compared word by word, and earlier."""
    store = with_passages(new_store(), [*["to me he came, back"] * 200, "he came back to me"])
    found = store.search(Wanted("came back to me"))
    assert found.total > MOST_JUDGED or found.more
    assert places(found)[0] == ("r-3", "s201")
