"""Proposals are whole sentences that stand alone, never over what is blocked, each with its reasons."""

import itertools
from collections.abc import Sequence

import pytest

from pipeline.domain import (
    Action,
    Agent,
    Choice,
    Decision,
    Flag,
    Kept,
    LegalStatus,
    Modality,
    Profile,
    Segment,
    Span,
    Speaker,
    Standing,
    Tier,
    Transcript,
    Word,
)
from review.sentences import find_runs
from review.suggest import Material, Suggestion, leans, suggest_passages

WORD_MS = 400
TEN_SECONDS = 10_000
PROFILE = Profile("K-1", None, LegalStatus.RELEASED, Standing.FIRM, "KG", None, withdrawn=False)
EMIR = "The emir kept the money for himself while we had no bread and no electricity for weeks."
THEN = "And he laughed when we asked for our share of what they had promised to all of us."
WINTER = "My brother died in the winter because nobody would take him to a doctor in the city."


def spoken(*said: str, speaker: Speaker | None = Speaker.INTERVIEWEE, probability: float = 0.95) -> list[Segment]:
    """One segment for each text, a word every 400 ms, without pauses between them."""
    segments, at = [], 0
    for n, text in enumerate(said):
        who = Speaker.INTERVIEWER if text.startswith("Q: ") else speaker
        words = []
        for word in text.removeprefix("Q: ").split():
            words.append(Word(word, Span(at, at + WORD_MS), probability))
            at += WORD_MS
        span = Span(words[0].span.start_ms, words[-1].span.end_ms)
        segments.append(Segment(f"s{n + 1}", text.removeprefix("Q: "), span, tuple(words), who))
    return segments


def material(
    segments: Sequence[Segment], *flags: Flag, decisions: Sequence[Decision] = (), profile: Profile | None = PROFILE
) -> Material:
    transcript = Transcript("en", 600_000, "", "", tuple(segments))
    return Material("r-1", "K-1", transcript, flags, tuple(decisions), profile)


def flag(item: str, segment: str, action: Action = Action.TAG, name: str = "f-1", span: Span | None = None) -> Flag:
    return Flag(name, item, segment, None, span, Agent.SELF, Modality.ASSERTED, Tier.RED, 0.9, "r", "Why.", action)


def decided(choice: Choice, name: str = "f-1") -> Decision:
    return Decision(f"d-{name}", "r-1", name, choice, "a reason", "", "u-1", "2026")


def part(one: Suggestion, name: str) -> float:
    return dict(one.parts)[name]


def test_a_proposal_is_whole_sentences_of_about_the_length() -> None:
    """It begins with the first word of one sentence and ends with the last of another, also across segments."""
    half = EMIR.split(" while ")
    segments = spoken(WINTER, half[0], "while " + half[1], THEN)
    for one in suggest_passages(material(segments), TEN_SECONDS):
        assert one.text in (WINTER, EMIR, THEN, f"{WINTER} {EMIR}", f"{EMIR} {THEN}")
        assert 5_000 <= one.span.duration_ms <= 12_500


def test_a_question_between_two_answers_is_never_inside() -> None:
    """The interviewer's voice ends a passage."""
    segments = spoken("We had no bread.", "Q: For how long?", "For weeks we had none.")
    runs = find_runs(Transcript("en", 600_000, "", "", tuple(segments)))
    assert [[s.text for s in run] for run in runs] == [["We had no bread."], ["For weeks we had none."]]


@pytest.mark.parametrize("choice", [None, Choice.KEEP, Choice.CUT, Choice.BLOCK, Choice.COUNSEL])
def test_nothing_is_proposed_over_a_blocked_admission(choice: Choice | None) -> None:
    """Undecided, kept (an override is another matter), left out or with counsel: neither alone nor in the middle."""
    segments = spoken(WINTER, EMIR, THEN)
    blocked = flag("incrimination.violence", "s2", Action.BLOCK)
    decisions = [decided(choice)] if choice else []
    found = suggest_passages(material(segments, blocked, decisions=decisions), 20_000)
    assert all(not one.span.overlaps(segments[1].span or Span(0, 0)) for one in found)
    assert suggest_passages(material(segments), 20_000), "without the flag there is something to propose"


def test_before_a_verdict_membership_bars_and_afterwards_it_is_a_cost() -> None:
    """The gate blocks it by the legal status, so nobody is sent there."""
    member = flag("incrimination.membership", "s1", Action.REVIEW)
    on_trial = Profile("K-1", None, LegalStatus.ON_TRIAL, Standing.FIRM, "KG", None, withdrawn=False)
    assert suggest_passages(material(spoken(EMIR), member, profile=on_trial), TEN_SECONDS) == ()
    assert suggest_passages(material(spoken(EMIR), member, profile=None), TEN_SECONDS) == ()
    (one,) = suggest_passages(material(spoken(EMIR), member), TEN_SECONDS)
    assert "1 undecided" in one.reasons


def test_a_blocked_place_nobody_knows_bars_the_whole_interview() -> None:
    """It could be anywhere."""
    lost = flag("process.duress", "", Action.BLOCK)
    assert suggest_passages(material(spoken(EMIR), lost), TEN_SECONDS) == ()


def test_a_passage_that_leans_on_what_came_before_is_ranked_lower_and_says_so() -> None:
    """The same length, the same words to clean: only the beginning differs."""
    segments = spoken(EMIR, "Q: Go on.", THEN)
    best, other = suggest_passages(material(segments), TEN_SECONDS)
    assert (best.text, other.text) == (EMIR, THEN)
    assert "begins by itself" in best.reasons
    assert "begins with a word that leans on what came before" in other.reasons


@pytest.mark.parametrize(
    ("text", "language"),
    [("Дa а потом", "xx"), ("«Но он ушёл", "ru"), ("ولكن", "ar"), ("ÇÜNKÜ biz", "tr"), ("Bu yüzden gittim", "tr")],
)
def test_leaning_words_are_known_in_the_languages_of_the_interviews(text: str, language: str) -> None:
    """However they are written; in a language without a list nothing leans."""
    assert leans(text, language) == (language != "xx")


def test_only_passages_that_tell_of_the_narrative_are_proposed() -> None:
    """And a passage that tells of it is better than one that tells of nothing."""
    segments = spoken(WINTER, "Q: Go on.", EMIR)
    told = flag("narrative.corruption", "s3")
    (only,) = suggest_passages(material(segments, told), TEN_SECONDS, "narrative.corruption")
    assert (only.text, only.narratives) == (EMIR, ("narrative.corruption",))
    first, _ = suggest_passages(material(segments, told), TEN_SECONDS)
    assert first.text == EMIR
    assert "tells of corruption" in first.reasons


def test_what_has_to_be_cleaned_lowers_the_score_and_is_counted() -> None:
    """A name to redact and a passage nobody has decided about; what was decided to stay costs nothing."""
    name = flag("identity.person", "s1", Action.REDACT)
    graphic = flag("safety.graphic", "s1", Action.REVIEW, "f-2")
    (clean,) = suggest_passages(material(spoken(EMIR)), TEN_SECONDS)
    (dirty,) = suggest_passages(material(spoken(EMIR), name, graphic), TEN_SECONDS)
    (kept,) = suggest_passages(
        material(spoken(EMIR), name, graphic, decisions=[decided(Choice.KEEP), decided(Choice.KEEP, "f-2")]),
        TEN_SECONDS,
    )
    assert "1 to redact, 2 undecided" in dirty.reasons
    assert part(dirty, "cleaning") < part(clean, "cleaning") == part(kept, "cleaning")


def test_badly_heard_and_hurried_speech_is_ranked_lower() -> None:
    """By what the engine was sure of, and by words a minute."""
    (clear,) = suggest_passages(material(spoken(EMIR)), TEN_SECONDS)
    (doubtful,) = suggest_passages(material(spoken(EMIR, probability=0.6)), TEN_SECONDS)
    assert part(doubtful, "clarity") < part(clear, "clarity")
    assert any("badly heard" in reason for reason in doubtful.reasons)
    assert any("calm pace (150 words a minute)" in reason for reason in clear.reasons)


def test_proposals_never_lie_over_each_other() -> None:
    """Of two that share a word the better one is kept."""
    found = suggest_passages(material(spoken(*[EMIR, WINTER] * 6)), 20_000)
    spans = sorted(one.span for one in found)
    assert len(spans) > 2
    assert all(first.end_ms <= second.start_ms for first, second in itertools.pairwise(spans))


def test_what_a_plan_keeps_already_is_said_and_ranked_lower() -> None:
    """So that the editor looks at new material first."""
    plain = material(spoken(EMIR))
    planned = Material("r-1", "K-1", plain.transcript, (), (), PROFILE, (("p-1", Kept("r-1", Span(0, 1000))),))
    (new,), (old,) = suggest_passages(plain, TEN_SECONDS), suggest_passages(planned, TEN_SECONDS)
    assert old.score < new.score
    assert "p-1 keeps some of it already" in old.reasons


def test_initials_and_small_letters_do_not_end_a_sentence() -> None:
    """Only a full stop that a sentence ends with counts; without any punctuation a pause does."""
    (run,) = find_runs(
        Transcript("en", 600_000, "", "", tuple(spoken("Mr. J. Smith came at 5 p.m. with bread. He left.")))
    )
    assert [s.text for s in run] == ["Mr. J. Smith came at 5 p.m. with bread.", "He left."]
    first = spoken("we had no bread")[0]
    later = Segment(
        "s2", "he left", Span(3_000, 3_800), (Word("he", Span(3_000, 3_400)), Word("left", Span(3_400, 3_800)))
    )
    (run,) = find_runs(Transcript("en", 600_000, "", "", (first, later)))
    assert [s.text for s in run] == ["we had no bread", "he left"]
