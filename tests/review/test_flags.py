"""Flags: recall first, testimony apart from admission, every flag with its reason."""

from pipeline.domain import (
    Action,
    Agent,
    Flag,
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
from review.checklist import load_checklist
from review.flags import raise_flags, uncovered_items

CHECKLIST = load_checklist()
ASKS, SAYS = Speaker.INTERVIEWER, Speaker.INTERVIEWEE


def spoken(*lines: tuple[Speaker | None, str], language: str = "en") -> Transcript:
    """One segment per line, a word every 300 ms."""
    segments, at = [], 0
    for n, (speaker, text) in enumerate(lines, 1):
        words = tuple(Word(w, Span(at + i * 300, at + i * 300 + 250), 0.9) for i, w in enumerate(text.split()))
        end = at + max(1, len(words)) * 300
        segments.append(Segment(f"s{n}", text, Span(at, end), words, speaker))
        at = end
    return Transcript(language, at, "test", "test", tuple(segments))


def raised(transcript: Transcript, item: str, **options: Profile) -> list[Flag]:
    """The standing flags of one item."""
    return [f for f in raise_flags(transcript, CHECKLIST, **options) if f.item == item and f.suppressed is None]


def profile(status: LegalStatus | None) -> Profile:
    """A profile with nothing but a legal status."""
    return Profile("c-1", None, status, Standing.UNKNOWN, None, None, False)


def test_an_admission_is_red_and_blocks() -> None:
    """A plain admission is flagged at its words, by himself, as said to have happened."""
    (flag,) = raised(spoken((SAYS, "It was night. I shot him in the head. Then we slept.")), "incrimination.violence")
    assert (flag.tier, flag.action, flag.agent, flag.modality) == (
        Tier.RED,
        Action.BLOCK,
        Agent.SELF,
        Modality.ASSERTED,
    )
    assert flag.span is not None
    assert flag.span.start_ms >= 900


def test_what_others_did_is_testimony() -> None:
    """Somebody else's violence is kept as a suppressed candidate with its reason, never as a red flag."""
    flags = raise_flags(spoken((SAYS, "The fighter next to me shot and killed an old man.")), CHECKLIST)
    violence = [f for f in flags if f.item == "incrimination.violence"]
    assert not [f for f in violence if f.suppressed is None and f.tier is Tier.RED]
    assert "testimony" in str([f.suppressed for f in violence])


def test_no_reason_is_given_twice() -> None:
    """Where words and second reader agree, what both say is said once."""
    transcript = spoken((SAYS, "They tortured and killed the prisoners, they beat them."))
    (flag,) = raised(transcript, "narrative.brutality")
    parts = flag.why.partition("Raised because: ")[2].removesuffix(".").split("; ")
    assert "somebody else did it" in parts
    assert len(parts) == len(set(parts))


def test_a_denial_is_not_an_admission() -> None:
    """A denied act is suppressed, and recorded as a claim to be checked."""
    transcript = spoken((SAYS, "I never killed anyone."))
    assert [f for f in raised(transcript, "incrimination.violence") if f.tier is Tier.RED] == []
    assert raised(transcript, "incrimination.innocence_claim")


def test_a_short_answer_takes_its_meaning_from_the_question() -> None:
    """A number alone is an admission after the question how many he killed."""
    flag = raised(
        spoken((ASKS, "How many people did you kill?"), (SAYS, "Three. Maybe four.")), "incrimination.violence"
    )[0]
    assert flag.segment == "s2"
    assert "question" in flag.why


def test_an_unknown_speaker_counts_as_the_interviewee() -> None:
    """Without speakers everything is read as his, and that is said."""
    transcript = spoken((None, "We killed two prisoners that night."))
    assert raised(transcript, "incrimination.violence")
    assert raised(transcript, "process.unclear_speaker")


def test_the_interviewers_words_admit_nothing() -> None:
    """A question that states the act is no admission."""
    assert raised(spoken((ASKS, "So you killed two prisoners that night?")), "incrimination.violence") == []


def test_the_warning_is_found_in_the_interviewers_speech() -> None:
    """The warning is tagged when the interviewer says it, not when the interviewee does."""
    words = "Please don't tell us anything that could be used against you."
    assert raised(spoken((ASKS, words)), "process.warning")
    assert raised(spoken((SAYS, words)), "process.warning") == []


def test_the_same_input_gives_the_same_flags() -> None:
    """Ids and order do not change from run to run."""
    transcript = spoken((ASKS, "And then?"), (SAYS, "I joined them and carried a rifle. My cousin Samir Haddad came."))
    assert raise_flags(transcript, CHECKLIST) == raise_flags(transcript, CHECKLIST)


def test_ids_differ_between_recordings() -> None:
    """The same segment id in another recording gives other flag ids."""
    one = raise_flags(spoken((SAYS, "I shot him.")), CHECKLIST)
    two = raise_flags(spoken((SAYS, "I shot him."), (SAYS, "Yes.")), CHECKLIST)
    assert not {f.id for f in one} & {f.id for f in two}


def test_legal_status_changes_the_action() -> None:
    """Membership blocks before a verdict or when nobody knows the status, and is reviewed after it."""
    transcript = spoken((SAYS, "I gave bayah to the emir and joined the Islamic State."))
    actions = {
        status: raised(transcript, "incrimination.membership", profile=profile(status))[0].action
        for status in (LegalStatus.CHARGED, None, LegalStatus.RELEASED)
    }
    assert actions == {LegalStatus.CHARGED: Action.BLOCK, None: Action.BLOCK, LegalStatus.RELEASED: Action.REVIEW}


def test_a_sentence_over_two_segments_is_flagged_in_both() -> None:
    """Recognition cuts anywhere; both halves of the admission are flagged."""
    segments = {
        f.segment
        for f in raised(spoken((SAYS, "and then I shot"), (SAYS, "him in the head")), "incrimination.violence")
    }
    assert segments == {"s1", "s2"}


def test_speech_without_case_and_punctuation() -> None:
    """The raw output of a recogniser is read as well."""
    transcript = spoken((SAYS, "so we went there and i shot him in the head and abu talha laughed"))
    assert raised(transcript, "incrimination.violence")
    assert raised(transcript, "identity.person")


def test_a_found_name_is_flagged_everywhere() -> None:
    """A name that one sentence gives away is flagged where it stands bare."""
    transcript = spoken((SAYS, "My cousin Tarikov came with me."), (ASKS, "And tarikov?"), (SAYS, "Tarikov stayed."))
    assert {f.segment for f in raised(transcript, "identity.person")} == {"s1", "s2", "s3"}


def test_why_never_repeats_what_was_said() -> None:
    """Reasons are in plain words; no name, place, weapon or number of the transcript stands in them."""
    transcript = spoken((SAYS, "I beheaded Zebulon Quartz in Plovnitsa with a Dragunov on 14 August 2014."))
    flags = raise_flags(transcript, CHECKLIST)
    assert flags
    for secret in ("Zebulon", "Quartz", "Plovnitsa", "Dragunov", "2014"):
        assert not [f for f in flags if secret.lower() in (f.why + f.rule).lower()]


def test_voice_without_words_is_flagged() -> None:
    """Voice that no word covers for longer than 400 ms is a flag of its own; shorter pauses are none."""
    base = spoken((SAYS, "one two three"))
    transcript = Transcript("en", 9000, "", "", base.segments, (Span(0, 1200), Span(3000, 3400), Span(5000, 6000)))
    assert [f.span for f in raised(transcript, "process.untranscribed_speech")] == [Span(5000, 6000)]


def test_a_recording_with_voice_and_no_words_at_all_is_flagged() -> None:
    """An empty transcript of a recording with voice is no pass."""
    transcript = Transcript("en", 9000, "", "", (), (Span(0, 8000),))
    assert [f.span for f in raised(transcript, "process.untranscribed_speech")] == [Span(0, 8000)]


def test_words_that_recognition_may_have_invented() -> None:
    """Low confidence, words where nobody speaks, impossible durations and loops are told apart."""
    words = (
        Word("he", Span(0, 200), 0.2),
        Word("ran", Span(200, 400), 0.3),
        Word("home", Span(400, 5000), 0.9),
        Word("killed", Span(8000, 8300), 0.9),
    )
    looped = Segment("s2", "thank you thank you thank you thank you thank you", Span(9000, 9900))
    segments = (Segment("s1", "he ran home killed", Span(0, 8300), words), looped)
    transcript = Transcript("en", 9900, "", "", segments, (Span(0, 5000),))
    rules = {f.rule.removeprefix("machine: ") for f in raised(transcript, "process.unreliable_words")}
    assert rules == {"low confidence", "duration", "no voice", "loop"}


def test_another_language_is_read_through_its_translation() -> None:
    """An admission in the translation flags the whole segment; what could not run without one is said."""
    told = Segment("s1", "Ubio sam ga u glavu.", Span(0, 2000), (), SAYS, "bs", "I shot him in the head.")
    bare = Segment("s2", "Zovi me na 0151 0000 1234.", Span(2000, 4000), (), SAYS, "bs")
    transcript = Transcript("bs", 4000, "", "", (told, bare))
    (violence,) = raised(transcript, "incrimination.violence")
    assert (violence.segment, violence.match, violence.span) == ("s1", None, Span(0, 2000))
    assert [f.segment for f in raised(transcript, "identity.contact")] == ["s2"]
    uncovered = uncovered_items(transcript, CHECKLIST)
    assert "incrimination.violence" in uncovered
    assert "process.untranscribed_speech" not in uncovered


def test_english_is_covered() -> None:
    """Nothing is uncovered in English, and in a language nobody named."""
    assert uncovered_items(spoken((SAYS, "Yes."), language="en-GB"), CHECKLIST) == ()
    assert uncovered_items(spoken((SAYS, "Yes."), language="und"), CHECKLIST) == ()


def test_nothing_said_raises_nothing() -> None:
    """Empty segments and an empty transcript are no error."""
    assert raise_flags(Transcript("en", 0, "", "", ()), CHECKLIST) == ()
    silent = Transcript(
        "en", 0, "", "", (Segment("s1", "", None, speaker=SAYS), Segment("s2", "  ", None, speaker=SAYS))
    )
    assert raise_flags(silent, CHECKLIST) == ()


def test_text_without_times_is_flagged_without_times() -> None:
    """Imported text can be checked; its flags have places but no times."""
    transcript = Transcript("en", 0, "", "", (Segment("s1", "I shot him in the head.", None, speaker=SAYS),))
    (flag,) = raised(transcript, "incrimination.violence")
    assert flag.span is None
    assert flag.match is not None


def test_an_enormous_segment_does_not_hide_anything() -> None:
    """An admission at the end of thousands of words without a full stop is found."""
    transcript = spoken((SAYS, "and the day was long " * 800 + "and i shot him in the head"))
    flag = raised(transcript, "incrimination.violence")[-1]
    assert flag.tier is Tier.RED
    assert flag.match is not None
    assert flag.match.end > 16800
