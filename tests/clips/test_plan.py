"""Plans: ends snapped to the quiet, removed spans never entered, redactions gathered."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clips.keeping import MAX_PADDING_MS, added, completed, snap
from clips.plan import edit_plan, new_plan
from pipeline.domain import (
    Action,
    Agent,
    Aspect,
    Card,
    Choice,
    CutPlan,
    Decision,
    Flag,
    Kept,
    Modality,
    PictureStream,
    Probe,
    Recording,
    Redaction,
    RedactionKind,
    Segment,
    SoundStream,
    Span,
    Tier,
    Transcript,
    Word,
)
from pipeline.errors import PipelineError, RefusedError

WORDS = (
    ("I", 1_000, 1_100),
    ("left", 1_150, 1_500),
    ("home", 1_520, 2_000),
    ("He", 3_000, 3_200),
    ("shot", 3_210, 3_600),
)


def words(*spans: tuple[str, int, int]) -> tuple[Word, ...]:
    return tuple(Word(text, Span(start, end)) for text, start, end in spans)


def recording(rate: str | None = "25", duration_ms: int = 10_000) -> Recording:
    picture = PictureStream(0, "h264", 640, 360, Fraction(rate), 0, Fraction(1)) if rate else None
    return Recording("r-1", "0" * 64, 1, Probe("mov", 0, duration_ms, SoundStream(1, "aac", 48_000, 2), picture), "C1")


def flag(name: str, start: int, end: int | None) -> Flag:
    span = None if end is None else Span(start, end)
    return Flag(
        name, "identity.person", "s1", None, span, Agent.OTHER, Modality.ASSERTED, Tier.RED, 1.0, "", "",
        Action.REDACT,
    )  # fmt: skip


def decision(flag_id: str, choice: Choice, redaction: Redaction | None = None) -> Decision:
    return Decision(f"d-{flag_id}", "r-1", flag_id, choice, "", "", "u-2", "", redaction)


def plan(*keeps: tuple[int, int], rate: str | None = "25", **more: object) -> CutPlan:
    timed = words(*WORDS)
    segment = Segment("s1", "I left home He shot", Span(1_000, 3_600), timed)
    return new_plan(
        title="", keeps=[Kept("r-1", Span(*k)) for k in keeps], recordings={"r-1": recording(rate)}, made_by="u-1",
        transcripts={"r-1": Transcript("en", 10_000, "", "", (segment,))}, **more,  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given_span", "snapped"),
    [
        ((1_000, 2_000), (800, 2_200)),  # at the words: padded into the quiet
        ((1_300, 1_900), (1_125, 2_200)),  # inside words: the middle decides, the gap before is 50 ms
        ((400, 2_400), (400, 2_400)),  # in the quiet already: left where the editor put it
        ((400, 2_900), (400, 2_500)),  # too near the next word: the middle of the gap
        ((1_000, 3_150), (800, 3_205)),  # half of a word and more is all of it
        ((1_000, 3_050), (800, 2_500)),  # less than half of a word is none of it
    ],
)
def test_ends_move_into_the_quiet(given_span: tuple[int, int], snapped: tuple[int, int]) -> None:
    """A kept word is whole, a neighbour stays out whole, padding never passes the middle of the gap."""
    assert snap(Span(*given_span), words(*WORDS)) == Span(*snapped)


def test_barriers_are_never_entered() -> None:
    """Padding stops half way before what was removed."""
    assert snap(Span(1_000, 2_000), words(*WORDS), [Span(2_100, 2_900)]).end_ms == 2_050


def test_padding_ends_with_the_recording() -> None:
    """Nothing is kept after the last sample."""
    assert snap(Span(3_000, 3_600), words(*WORDS), (), 3_650).end_ms == 3_650


def test_a_span_inside_a_word_is_refused() -> None:
    """There is nothing whole to keep."""
    with pytest.raises(PipelineError, match="no whole word"):
        snap(Span(1_600, 1_700), words(*WORDS))


times = st.lists(st.integers(0, 400), min_size=2, max_size=24, unique=True).map(sorted)


@given(times, st.integers(0, 4_000), st.integers(1, 3_000))
def test_snapping_cuts_no_word_and_pulls_in_none(edges: list[int], start: int, length: int) -> None:
    """For any words and any span: each word lies wholly inside or wholly outside."""
    timed = words(*(("w", a * 10, b * 10) for a, b in zip(edges[::2], edges[1::2], strict=False)))
    chosen = Span(start, start + length)
    held = [w for w in timed if chosen.start_ms <= (w.span.start_ms + w.span.end_ms) // 2 < chosen.end_ms]
    try:
        span = snap(chosen, timed)
    except PipelineError:
        assert not held
        return
    assert [w for w in timed if span.overlaps(w.span)] == held
    if held:
        assert span.start_ms >= min(chosen.start_ms, held[0].span.start_ms - MAX_PADDING_MS)


def test_neighbours_become_one_passage() -> None:
    """Two keeps that touch in the recording are one; order is otherwise the editor's."""
    made = plan((3_000, 3_600), (1_000, 1_500), (1_500, 2_000))
    assert [k.span for k in made.kept] == [Span(2_800, 3_800), Span(800, 2_200)]


@pytest.mark.parametrize("choice", [Choice.CUT, Choice.BLOCK])
def test_what_was_decided_to_go_is_refused(choice: Choice) -> None:
    """Every reason is listed, by flag and place, without words."""
    with pytest.raises(RefusedError) as caught:
        plan((1_000, 3_600), decisions=[decision("f-1", choice)], flags=[flag("f-1", 3_210, 3_600)])
    assert caught.value.reasons == (f"flag f-1 at 3210-3600 ms of r-1 was decided: {choice.value}",)


def test_a_blocked_flag_without_a_time_stands_for_its_segment() -> None:
    """Found in the translation only: nothing of that segment is kept."""
    with pytest.raises(RefusedError) as caught:
        plan((1_000, 1_500), decisions=[decision("f-1", Choice.BLOCK)], flags=[flag("f-1", 0, None)])
    assert "1000-3600 ms" in caught.value.reasons[0]


def test_what_was_decided_to_go_can_be_left_out() -> None:
    """The rest of the keep stays, and its padding keeps away from what went."""
    made = plan(
        (1_000, 3_600), decisions=[decision("f-1", Choice.CUT)], flags=[flag("f-1", 1_150, 1_500)], exclude=True
    )
    assert [k.span for k in made.kept] == [Span(800, 1_125), Span(1_510, 3_800)]


def test_nothing_left_is_refused() -> None:
    """A keep that is all blocked makes no plan."""
    with pytest.raises(RefusedError, match="nothing is left"):
        plan((3_000, 3_600), decisions=[decision("f-1", Choice.BLOCK)], flags=[flag("f-1", 2_990, 3_700)], exclude=True)


def test_redactions_come_from_decisions() -> None:
    """Those that touch a kept span, in time order, once each."""
    near = Redaction("x-2", "r-1", RedactionKind.TONE, Span(1_400, 2_100))
    far = Redaction("x-1", "r-1", RedactionKind.TONE, Span(8_000, 8_400))
    made = plan((1_000, 2_000), decisions=[decision("a", Choice.REDACT, near), decision("b", Choice.REDACT, far)])
    assert made.redactions == (near,)


def test_a_redaction_outside_the_recording_is_refused() -> None:
    """Nobody knows what it was meant to hide."""
    lost = Redaction("x-1", "r-1", RedactionKind.TONE, Span(10_000, 10_500))
    with pytest.raises(PipelineError, match="x-1 lies outside"):
        new_plan(
            title="", keeps=[Kept("r-1", Span(9_000, 10_000))], recordings={"r-1": recording()}, made_by="u-1",
            transcripts={}, decisions=[decision("a", Choice.REDACT, lost)],
        )  # fmt: skip


@pytest.mark.parametrize("keep", [(9_000, 10_001), (10_000, 10_400), (500, 500)])
def test_keeps_outside_the_recording_are_refused(keep: tuple[int, int]) -> None:
    """Neither moved nor cut short in silence."""
    with pytest.raises(PipelineError, match="r-1"):
        plan(keep)


@pytest.mark.parametrize(
    ("source", "chosen"),
    [
        ("25", Fraction(25)), ("30000/1001", Fraction(30_000, 1_001)), ("2997/100", Fraction(30_000, 1_001)),
        ("50", Fraction(25)), ("60", Fraction(30)), ("29833/1000", Fraction(30_000, 1_001)),
        ("10", Fraction(24_000, 1_001)), ("24000/1001", Fraction(24_000, 1_001)), (None, Fraction(25)),
    ],
)  # fmt: skip
def test_the_clips_rate_follows_the_recording(source: str | None, chosen: Fraction) -> None:
    """The nearest usual rate, fast ones halved."""
    assert plan((1_000, 2_000), rate=source).frame_rate == chosen


def test_an_edit_makes_a_new_version_that_its_author_may_not_sign() -> None:
    """Version, authors and salt change; the rest only where asked."""
    first = plan((1_000, 2_000))
    second = edit_plan(first, "u-9", aspects=(Aspect.TALL,))
    assert (second.id, second.version, second.edited_by) == (first.id, 2, ("u-1", "u-9"))
    assert second.aspects == (Aspect.TALL,)
    assert second.kept == first.kept
    assert second.salt != first.salt


@pytest.mark.parametrize("change", [{"made_by": "u-2"}, {"edited_by": ()}, {"speed": 2}])
def test_authors_cannot_be_edited(change: dict[str, object]) -> None:
    """Who made a plan is not for its editor to say."""
    with pytest.raises(PipelineError, match="no editable"):
        edit_plan(plan((1_000, 2_000)), "u-9", **change)


def test_an_unknown_render_profile_is_refused() -> None:
    """With the names that exist."""
    with pytest.raises(PipelineError) as caught:
        plan((1_000, 2_000), render_profile="cinema")
    assert "standard" in caught.value.hint


def test_empty_cards_are_no_cards() -> None:
    """A card without text takes no time."""
    assert plan((1_000, 2_000), opening=Card("", "", 2_000)).opening is None


@pytest.mark.parametrize(
    ("span", "removed", "whole"),
    [
        ((3_100, 4_500), (), (3_000, 6_400)),
        ((1_900, 3_500), (), (1_000, 6_400)),
        ((3_100, 4_500), ((5_000, 5_300),), (3_100, 4_500)),
        ((2_900, 6_500), (), (2_900, 6_500)),
    ],
    ids=["inside one", "the end of one, the beginning of the next", "something was removed", "whole already"],
)
def test_sentences_are_completed(
    span: tuple[int, int], removed: tuple[tuple[int, int], ...], whole: tuple[int, int]
) -> None:
    """Neither half a sentence nor one in which something was decided to go."""
    said = ["I", "left.", "They", "never", "let", "go.", "Ask", "him?"]
    words = tuple(Word(text, Span(n * 1000, n * 1000 + 400), 0.9) for n, text in enumerate(said, 1))
    segment = Segment("s1", "", Span(1_000, 8_400), words)
    assert completed(Span(*span), [segment], [Span(*gone) for gone in removed]) == Span(*whole)


SAID = ("My", "cousin", "Karim", "of", "Oak", "Road", "left.", "They", "“never", "let", "go.”", "Ask", "him?")


def whole_sentences(*keeps: tuple[int, int]) -> list[Span]:
    """What a plan of whole sentences keeps of these spans; a word begins every second."""
    timed = tuple(Word(text, Span(n * 1000, n * 1000 + 400), 0.9) for n, text in enumerate(SAID, 1))
    transcript = Transcript("en", 14_000, "", "", (Segment("s1", "", Span(1_000, 13_400), timed),))
    made = new_plan(
        title="", keeps=[Kept("r-1", Span(*k)) for k in keeps], recordings={"r-1": recording(duration_ms=14_000)},
        made_by="u-1", transcripts={"r-1": transcript}, complete=True,
    )  # fmt: skip
    return [k.span for k in made.kept]


def test_what_is_left_out_of_a_sentence_between_two_spans_stays_out() -> None:
    """Nobody puts a name back that the editor cut around, also where another passage stands between."""
    around, after = Span(800, 2_600), Span(5_800, 7_600)
    assert whole_sentences((900, 2_500), (5_900, 7_500)) == [around, after]
    assert whole_sentences((900, 2_500), (8_900, 9_500), (5_900, 7_500)) == [around, Span(7_800, 11_600), after]


def test_a_sentence_ends_inside_its_quotation_marks() -> None:
    """“go.” ends what was said, and the question after it is another sentence."""
    assert whole_sentences((8_900, 9_500)) == [Span(7_800, 11_600)]


def test_what_is_kept_beyond_the_wish_is_told() -> None:
    """The rest of sentences, and not the quiet at their ends."""
    wished = [Kept("r-1", Span(3_000, 5_000)), Kept("r-2", Span(3_000, 5_000))]
    kept = [Kept("r-1", Span(900, 5_150)), Kept("r-2", Span(2_850, 5_150))]
    assert added(wished, kept) == (Kept("r-1", Span(900, 3_000)),)


def test_a_sentence_without_end_is_left_as_it_was_cut() -> None:
    """A transcript without marks is one long sentence."""
    words = tuple(Word("on", Span(n * 1000, n * 1000 + 400), 0.9) for n in range(60))
    segment = Segment("s1", "", Span(0, 60_000), words)
    assert completed(Span(30_000, 32_000), [segment]) == Span(30_000, 32_000)
