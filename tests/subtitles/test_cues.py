"""Words become cues that meet the guidelines."""

import time
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain import Aspect, Speaker
from subtitles.clipwords import ClipWord
from subtitles.cues import make_cues
from subtitles.quality import check_cues

SPEECH = (
    "I was nineteen when they came to our village. My cousin had already gone with them, and he sent us "
    "pictures of a house with a garden. Nobody told me about the prison. When I asked where the others were, "
    "they said that I should not ask. After three months I knew that everything was a lie, but there was no "
    "way back. So I waited until the guards were asleep."
)


def cues_of(words, language="en", aspect=Aspect.WIDE, rate=Fraction(25), **more):
    end = more.pop("clip_end_ms", words[-1].clip_end_ms + 2000 if words else 0)
    return make_cues(words, language=language, aspect=aspect, frame_rate=rate, clip_end_ms=end, **more)


def hard(cues, words, aspect=Aspect.WIDE, rate=Fraction(25)):
    return [v for v in check_cues(cues, language="en", aspect=aspect, frame_rate=rate, words=words) if v.hard]


@pytest.mark.parametrize("aspect", list(Aspect))
@pytest.mark.parametrize("rate", [Fraction(24), Fraction(25), Fraction(30_000, 1001), Fraction(50), Fraction(60)])
def test_ordinary_speech_breaks_no_hard_rule_in_any_shape_at_any_frame_rate(say, aspect, rate) -> None:
    """Lengths, reading speed, durations, gaps and sync are all met where the speech allows it."""
    words = say(SPEECH)
    assert hard(cues_of(words, aspect=aspect, rate=rate), words, aspect, rate) == []


@pytest.mark.parametrize("aspect", list(Aspect))
def test_every_word_is_shown_once_in_order(say, aspect) -> None:
    """Nothing is dropped and nothing is said twice."""
    cues = cues_of(say(SPEECH), aspect=aspect)
    assert " ".join(line for cue in cues for line in cue.lines) == SPEECH


def test_the_same_words_give_the_same_cues(say) -> None:
    """A sign-off is bound to the cues, so making them again must not change them."""
    assert cues_of(say(SPEECH)) == cues_of(say(SPEECH))


def test_cues_break_where_sentences_do(say) -> None:
    """With time to read, every sentence begins a cue of its own."""
    cues = cues_of(say("They came at night. We left the house together. Nobody saw us on the road."))
    assert [" ".join(cue.lines) for cue in cues] == [
        "They came at night.",
        "We left the house together.",
        "Nobody saw us on the road.",
    ]


def test_no_line_ends_in_an_article_or_preposition(say) -> None:
    """Words that cling to the next one stay with it, in lines and between cues."""
    words = say(SPEECH)
    found = check_cues(cues_of(words), language="en", aspect=Aspect.WIDE, words=words)
    assert [v for v in found if v.rule == "break_after_function_word"] == []


def test_a_redaction_token_is_in_exactly_one_cue_that_says_so() -> None:
    """The token is never split, and its cue is marked."""
    token = ClipWord("[name removed]", 1600, 2600, None, True, "[name removed]", 0)
    words = (ClipWord("I", 0, 700, None, False, None, 0), ClipWord("met", 750, 1500, None, False, None, 0), token)
    cues = cues_of(words)
    assert [cue.redacted for cue in cues if "[name removed]" in cue.lines[-1]] == [True]


def test_a_silence_of_more_than_two_seconds_ends_a_cue(say) -> None:
    """Text does not hang over a long silence."""
    cues = cues_of((*say("and then we waited"), *say("for a very long time", start_ms=6000)))
    assert [" ".join(cue.lines) for cue in cues] == ["and then we waited", "for a very long time"]


def test_speakers_have_cues_of_their_own_when_there_is_time(say) -> None:
    """A question and its answer are two cues."""
    asked = say("Where did you meet these people?", speaker=Speaker.INTERVIEWER)
    told = say("It was in the town of my aunt.", start_ms=4000, speaker=Speaker.INTERVIEWEE)
    assert [cue.speaker for cue in cues_of((*asked, *told))] == [Speaker.INTERVIEWER, Speaker.INTERVIEWEE]


def test_two_quick_speakers_share_a_cue_with_a_dash_each(say) -> None:
    """Where neither turn can stand alone, each gets a line with a dash (Netflix, dual speakers)."""
    asked = say("All of them?", letter_ms=30, speaker=Speaker.INTERVIEWER)
    told = say("Yes, all of them.", start_ms=asked[-1].clip_end_ms + 20, letter_ms=30, speaker=Speaker.INTERVIEWEE)
    shared = cues_of((*asked, *told), clip_end_ms=told[-1].clip_end_ms + 200)
    assert [cue.lines for cue in shared] == [("-All of them?", "-Yes, all of them.")]


def test_no_cue_outlasts_the_clip(say) -> None:
    """The last cue ends with the speech part of the clip at the latest, however short it is."""
    words = say("That was all I have to say about it.", letter_ms=40)
    assert cues_of(words, clip_end_ms=words[-1].clip_end_ms)[-1].clip_end_ms <= words[-1].clip_end_ms


def test_numbers_are_spelled_shorter_only_where_speech_is_too_fast(say) -> None:
    """The same words in digits, when that makes them readable."""
    text = "About twenty-five percent of everyone left."
    fast = say(text, letter_ms=38)
    assert "25%" in " ".join(cues_of(fast, clip_end_ms=fast[-1].clip_end_ms)[0].lines)
    assert "twenty-five percent" in " ".join(line for cue in cues_of(say(text)) for line in cue.lines)


def test_speech_too_fast_to_read_is_a_listed_exception(say) -> None:
    """The text stays whole and the report says by how much it is too fast."""
    words = say("Everybody understood immediately everything happening.", letter_ms=25)
    cues = cues_of(words, clip_end_ms=words[-1].clip_end_ms)
    found = hard(cues, words)
    assert "reading_speed" in {v.rule for v in found}
    assert all(v.figure > v.limit for v in found if v.rule == "reading_speed")
    assert " ".join(line for cue in cues for line in cue.lines).count(" ") == len(words) - 1


def test_a_cue_comes_on_the_cut_that_is_near_it(say) -> None:
    """A start within a few frames of a shot change is moved onto it."""
    words = (*say("This is the first shot."), *say("And here begins the next one.", start_ms=2900))
    assert 2800 in [cue.clip_start_ms for cue in cues_of(words, shot_changes_ms=[2800])]
    assert 2800 not in [cue.clip_start_ms for cue in cues_of(words)]


def test_arabic_is_written_without_a_latin_space_before_its_own_punctuation() -> None:
    """A sign that the engine set apart goes with the word before it; Latin words get a direction mark."""
    words = tuple(
        ClipWord(text, 600 * n, 600 * n + 500, None, False, None, 0)
        for n, text in enumerate(["Telegram", "هو", "المكان", "الذي", "وجدوني", "فيه"])
    )
    cues = cues_of(words, language="ar")
    assert cues[0].lines[0].startswith("\u200fTelegram")


def test_japanese_is_joined_without_spaces() -> None:
    """Scripts without spaces get none."""
    words = tuple(
        ClipWord(c, 300 * n, 300 * n + 280, None, False, None, 0) for n, c in enumerate("私は学校に行きました")
    )
    assert "".join(line for cue in cues_of(words, language="ja") for line in cue.lines) == "私は学校に行きました"


def test_no_words_give_no_cues() -> None:
    """A clip in which nobody speaks has no subtitles."""
    assert cues_of(()) == ()


word_lists = st.lists(
    st.tuples(
        st.text("abcdefghij.,?'-", min_size=1, max_size=50),
        st.integers(0, 3000),
        st.integers(0, 2500),
        st.sampled_from([None, Speaker.INTERVIEWER, Speaker.INTERVIEWEE]),
        st.booleans(),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(word_lists, st.sampled_from(list(Aspect)), st.sampled_from([24, 25, 30, 60]))
def test_whatever_is_said_cues_follow_each_other_and_hold_all_words(spoken, aspect, rate) -> None:
    """Overlaps, empty words, endless words: cues stay in order, never overlap and lose no letter."""
    clock, words = 1000, []
    for text, pause, lasts, speaker, removed in spoken:
        words.append(ClipWord(text, clock, clock + lasts, speaker, removed, text if removed else None, 0))
        clock = max(0, clock + lasts + pause - 400)
    words.sort(key=lambda w: (w.clip_start_ms, w.clip_end_ms))
    end = max((w.clip_end_ms for w in words), default=0) + 5000
    cues = cues_of(tuple(words), aspect=aspect, rate=Fraction(rate), clip_end_ms=end)
    assert all(0 <= cue.clip_start_ms < cue.clip_end_ms <= end for cue in cues)
    assert all(a.clip_end_ms <= b.clip_start_ms for a, b in pairwise(cues))
    said = "".join(c for w in words for c in w.text if c.isalnum())
    assert "".join(c for cue in cues for line in cue.lines for c in line if c.isalnum()) == said


def test_time_grows_with_the_words_and_no_faster(say) -> None:
    """Four times the words take about four times as long; were it quadratic, it would be sixteen."""

    def seconds(times):
        words, best = say(" ".join([SPEECH] * times)), []
        for _ in range(2):
            begun = time.process_time()
            cues_of(words)
            best.append(time.process_time() - begun)
        return min(best)

    assert seconds(8) < 10 * seconds(2)
