"""The gate: a permit only when nothing is against it, and otherwise every reason, in one order."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from pipeline.canonical import plan_sha256
from pipeline.domain import (
    Action,
    Card,
    Choice,
    Kept,
    LegalStatus,
    Note,
    NoteKind,
    Permit,
    Picture,
    Redaction,
    RedactionKind,
    Region,
    Segment,
    Span,
    Standing,
    Tier,
)
from review.gate import BEFORE_VERDICT_ITEMS, LanguageVersion
from review.policy import Refusal, approval_of, content_reasons, decide, export_reasons

Case = Any
"""The builder of conftest.py."""

UNTRANSCRIBED = "process.untranscribed_speech"


def codes(case: Case) -> list[str]:
    """The codes of all reasons against."""
    verdict = decide(case.facts())
    return [r.code for r in verdict.reasons] if isinstance(verdict, Refusal) else []


class TestPermit:
    def test_nothing_against_gives_a_permit_bound_to_the_digests(self, case: Case) -> None:
        """The permit names plan, core and language digests, and nothing else is needed."""
        facts = case.facts()
        assert decide(facts) == Permit("p-1", plan_sha256(case.plan), facts.core_sha256, (("en", "e" * 64),))

    def test_a_language_nobody_needs_is_left_out_when_unsigned(self, case: Case) -> None:
        """The spoken language may go along as a sidecar only when agreed to and signed."""
        case.languages += (
            LanguageVersion("fr", "f" * 64, required=False),
            LanguageVersion("ar", "9" * 64, required=False),
        )
        facts = case.facts()
        unsigned = replace(facts, sign_offs=tuple(s for s in facts.sign_offs if s.subject != "fr"))
        permits = decide(facts), decide(unsigned)
        assert [p.cues_sha256 for p in permits if isinstance(p, Permit)] == [
            (("en", "e" * 64), ("fr", "f" * 64)),
            (("en", "e" * 64),),
        ]


class TestPeople:
    def test_a_recording_without_interviewee(self, case: Case) -> None:
        """Nobody said whose interview it is."""
        case.recording = replace(case.recording, interviewee=None)
        assert codes(case) == ["interviewee.missing"]

    def test_an_interviewee_without_profile(self, case: Case) -> None:
        """A code the store does not know."""
        case.recording = replace(case.recording, interviewee="K-99")
        assert codes(case) == ["profile.missing"]

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"consent": None}, ["consent.missing"]),
            ({"withdrawn": True}, ["withdrawn"]),
            ({"standing": Standing.SUPPORTER}, ["standing.supporter"]),
            ({"standing": Standing.UNKNOWN}, ["standing.unknown"]),
            ({"legal_status": None}, ["legal.missing"]),
            ({"embargo_until": date(2026, 11, 23)}, ["embargo"]),
            ({"embargo_until": date(2026, 11, 22)}, []),
        ],
    )
    def test_what_was_said_about_him(self, case: Case, changes: dict[str, object], expected: list[str]) -> None:
        """Each statement that stands against a clip."""
        case.edit_profile(**changes)
        assert codes(case) == expected

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"voice": False}, ["consent.no_voice"]),
            ({"face": False}, ["consent.no_face"]),
            ({"expires": date(2026, 11, 22)}, ["consent.expired"]),
            ({"expires": date(2026, 11, 23)}, []),
            ({"expires": None}, []),
            ({"languages": ("fr",)}, ["consent.language"]),
            ({"languages": ("en-GB",)}, ["consent.language"]),
            ({"languages": ("EN",)}, []),
            ({"languages": ("*",)}, []),
            ({"languages": ()}, ["consent.language"]),
            (
                {"voice": False, "face": False, "languages": ()},
                ["consent.no_voice", "consent.no_face", "consent.language"],
            ),
        ],
    )
    def test_what_he_agreed_to(self, case: Case, changes: dict[str, object], expected: list[str]) -> None:
        """The narrowest reading of each part of a consent."""
        case.edit_consent(**changes)
        assert codes(case) == expected

    def test_a_face_that_is_not_shown_needs_no_consent(self, case: Case) -> None:
        """With the picture off only the voice is used; a recording without a picture shows none."""
        case.edit_consent(face=False)
        case.edit_plan(picture=Picture.OFF)
        assert codes(case) == []
        case.edit_plan(picture=Picture.SOURCE)
        case.recording = replace(case.recording, probe=replace(case.recording.probe, picture=None))
        assert codes(case) == []

    def test_consent_for_a_language_covers_its_regions(self, case: Case) -> None:
        """`en` agrees to `en-GB`."""
        case.languages = (LanguageVersion("en-GB", "e" * 64),)
        assert codes(case) == []

    def test_a_missing_warning_needs_an_override(self, case: Case) -> None:
        """No warning on tape is refused until someone gives a reason."""
        case.recording = replace(case.recording, warning_at_ms=None)
        assert codes(case) == ["warning.missing"]
        case.edit_profile(warning_override="warned in writing")
        assert codes(case) == []

    def test_who_wavers_needs_a_third_person(self, case: Case) -> None:
        """Two signatures are then one too few."""
        case.edit_profile(standing=Standing.WAVERING)
        assert codes(case) == ["sign_off.missing"]
        case.signers = ("bea", "carl", "dora")
        assert codes(case) == []


class TestRecordings:
    def test_an_older_version_is_refused(self, case: Case) -> None:
        """Only the newest version of a plan is cut."""
        case.changes = {"latest_version": 2}
        assert codes(case) == ["plan.superseded"]

    @pytest.mark.parametrize(
        ("originals", "expected"), [({}, "original.missing"), ({"r-1": "b" * 64}, "original.changed")]
    )
    def test_the_original_must_be_there_unchanged(self, case: Case, originals: dict[str, str], expected: str) -> None:
        """Its digest on the disk equals that of the ingest."""
        case.changes = {"originals_sha256": originals}
        assert codes(case) == [expected]

    @pytest.mark.parametrize("span", [Span(59_000, 60_001), Span(5_000, 5_000)])
    def test_a_kept_span_lies_inside_its_recording(self, case: Case, span: Span) -> None:
        """Past the end, or without length."""
        case.edit_plan(kept=(Kept("r-1", Span(800, 13_000)), Kept("r-1", span)))
        assert codes(case) == ["kept.outside"]

    def test_a_plan_keeps_something(self, case: Case) -> None:
        """Nothing kept is nothing to cut."""
        case.edit_plan(kept=())
        assert "plan.empty" in codes(case)

    def test_without_a_transcript_nothing_is_cut(self, case: Case) -> None:
        """Nobody could have read it."""
        facts = case.facts()
        bare = replace(facts, sources=(replace(facts.sources[0], transcript=None),))
        verdict = decide(bare)
        assert isinstance(verdict, Refusal)
        assert "transcript.missing" in [r.code for r in verdict.reasons]

    def test_speech_without_words_must_have_been_listened_for(self, case: Case) -> None:
        """A transcript that was never held against the sound may leave speech out."""
        case.transcript = replace(case.transcript, voiced=None)
        assert codes(case) == ["voice.unknown"]

    @pytest.mark.parametrize("span", [Span(8_000, 9_000), None])
    def test_every_word_kept_has_a_time(self, case: Case, span: Span | None) -> None:
        """Text without word times is refused where it is kept, and where nobody knows whether it is."""
        untimed = Segment("s9", "Nobody knows when.", span)
        case.transcript = replace(case.transcript, segments=(*case.transcript.segments, untimed))
        case.read = ("s1", "s2", "s9")
        assert codes(case) == ["words.untimed"]

    def test_every_segment_kept_was_read(self, case: Case) -> None:
        """All that nobody read are named in one sentence."""
        case.read = ()
        verdict = decide(case.facts())
        assert isinstance(verdict, Refusal)
        assert [r.code for r in verdict.reasons] == ["segment.unread"]
        assert "s1, s2 of r-1" in verdict.reasons[0].sentence

    def test_a_reading_of_an_earlier_text_does_not_count(self, case: Case) -> None:
        """A corrected word opens the segment again."""
        case.readings = case.all_readings()
        first = case.transcript.segments[0]
        words = (replace(first.words[0], text="Who"), *first.words[1:])
        changed = replace(first, words=words)
        case.transcript = replace(case.transcript, segments=(changed, *case.transcript.segments[1:]))
        assert codes(case) == ["segment.unread"]

    def test_a_segment_that_is_only_touched_counts(self, case: Case) -> None:
        """One millisecond of s3 kept makes it one that has to be read."""
        case.edit_plan(kept=(Kept("r-1", Span(800, 20_001)),))
        assert codes(case) == ["segment.unread"]
        case.edit_plan(kept=(Kept("r-1", Span(800, 20_000)),))
        assert codes(case) == []

    @pytest.mark.parametrize(
        ("redaction", "expected"),
        [
            (Redaction("x-1", "r-1", RedactionKind.TONE, Span(59_000, 60_001)), "redaction.outside"),
            (Redaction("x-1", "r-1", RedactionKind.TONE, Span(3_000, 3_000)), "redaction.empty"),
            (Redaction("x-1", "r-2", RedactionKind.TONE, Span(0, 100)), "redaction.elsewhere"),
        ],
    )
    def test_a_redaction_lies_somewhere(self, case: Case, redaction: Redaction, expected: str) -> None:
        """One that hides nothing would look as if it did."""
        case.edit_plan(redactions=(redaction,))
        assert codes(case) == [expected]

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [({"checklist_sha256": "d" * 64}, "checklist.stale"), ({"stale": frozenset({"r-1"})}, "checklist.stale")],
    )
    def test_an_old_check_does_not_count(self, case: Case, changes: dict[str, object], expected: str) -> None:
        """Another checklist, or another text, since the flags were raised."""
        case.changes = changes
        assert codes(case) == [expected]

    def test_a_recording_that_was_never_checked(self, case: Case) -> None:
        """No flags are not the same as no check."""
        facts = case.facts()
        verdict = decide(replace(facts, sources=(replace(facts.sources[0], checklist_sha256=None),)))
        assert isinstance(verdict, Refusal)
        assert "checklist.missing" in [r.code for r in verdict.reasons]


class TestFlags:
    @pytest.mark.parametrize(
        ("action", "expected"),
        [
            (Action.BLOCK, ["flag.block"]),
            (Action.REDACT, ["flag.redact"]),
            (Action.REVIEW, ["flag.review"]),
            (Action.TAG, []),
        ],
    )
    def test_what_each_action_asks_for(self, case: Case, action: Action, expected: list[str]) -> None:
        """An undecided flag inside a kept span."""
        case.flag(action)
        assert codes(case) == expected

    @pytest.mark.parametrize("changes", [{"tier": Tier.AMBER}, {"suppressed": "a figure of speech"}])
    @pytest.mark.parametrize("action", list(Action))
    def test_amber_and_suppressed_ask_for_nothing(self, case: Case, action: Action, changes: dict[str, object]) -> None:
        """Only the reading is needed."""
        case.flag(action, **changes)
        assert codes(case) == []

    @pytest.mark.parametrize("action", list(Action))
    @pytest.mark.parametrize("span", [Span(0, 800), Span(13_000, 14_000)])
    def test_outside_the_kept_spans_nothing_counts(self, case: Case, action: Action, span: Span) -> None:
        """Spans are half-open: touching is not overlapping."""
        case.flag(action, span)
        assert codes(case) == []

    def test_a_flag_without_times_counts_where_its_segment_is(self, case: Case) -> None:
        """And everywhere when nobody knows where that is."""
        case.flag(Action.REVIEW, None, segment="s3")
        assert codes(case) == []
        case.flag(Action.REVIEW, None, segment="s2", id="f-2")
        case.flag(Action.REVIEW, None, segment="s99", id="f-3")
        assert codes(case) == ["flag.review", "flag.review"]

    def test_two_people_override_a_block(self, case: Case) -> None:
        """Two different people who did not make the plan; the same one twice counts once."""
        case.flag(Action.BLOCK)
        for people in (("bea",), ("bea", "bea"), ("bea", "ed"), ("bea", "root")):
            case.overrides = ()
            case.override(*people)
            assert codes(case) == ["flag.block"], people
        case.overrides = ()
        case.override("bea", "law")
        assert codes(case) == []

    def test_an_override_belongs_to_its_plan_and_flag(self, case: Case) -> None:
        """One for another plan or flag, or without a reason, does not count."""
        case.flag(Action.BLOCK)
        case.override("bea", "carl")
        for change in ({"plan": "p-2"}, {"flag": "f-2"}, {"reason": " "}):
            case.overrides = (case.overrides[0], replace(case.overrides[1], plan="p-1", flag="f-1", reason="x"))
            case.overrides = (case.overrides[0], replace(case.overrides[1], **change))
            assert codes(case) == ["flag.block"], change

    def test_no_decision_lets_a_block_pass(self, case: Case) -> None:
        """Keeping is not enough."""
        case.flag(Action.BLOCK)
        case.decide(Choice.KEEP)
        assert codes(case) == ["flag.block"]

    @pytest.mark.parametrize("action", [Action.BLOCK, Action.REDACT])
    @pytest.mark.parametrize(
        ("covers", "is_covered"),
        [
            ([(2_000, 3_000)], True),
            ([(1_500, 2_500), (2_500, 3_500)], True),
            ([(2_001, 3_000)], False),
            ([(2_000, 2_999)], False),
            ([(2_000, 2_400), (2_500, 3_000)], False),
        ],
    )
    def test_a_wholly_silenced_flag_may_stay(
        self, case: Case, action: Action, covers: list[tuple[int, int]], is_covered: bool
    ) -> None:
        """Sound redactions, together, cover every millisecond of it."""
        case.flag(action)
        for start_ms, end_ms in covers:
            case.redact(start_ms, end_ms)
        assert (codes(case) == []) is is_covered

    def test_hiding_the_picture_silences_nothing(self, case: Case) -> None:
        """A box over the face leaves the words."""
        case.flag(Action.BLOCK)
        case.redact(0, 13_000, RedactionKind.BOX)
        assert codes(case) == ["flag.block"]

    def test_only_what_is_kept_of_a_flag_has_to_be_silenced(self, case: Case) -> None:
        """What lies outside the kept span is not heard anyway."""
        case.flag(Action.BLOCK, Span(12_000, 20_000))
        case.redact(12_000, 13_000)
        assert codes(case) == []

    @pytest.mark.parametrize(
        ("by", "reason", "expected"),
        [("bea", "public figure", []), ("ed", "public figure", ["flag.redact"]), ("bea", " ", ["flag.redact"])],
    )
    def test_who_may_keep_what_should_be_redacted(self, case: Case, by: str, reason: str, expected: list[str]) -> None:
        """A person who did not make the plan, with a reason."""
        case.flag(Action.REDACT)
        case.decide(Choice.KEEP, by, reason)
        assert codes(case) == expected

    def test_a_reviewer_may_redact_less_than_was_flagged(self, case: Case) -> None:
        """The flag marks a sentence, she takes out the name; the plan's maker may not."""
        case.flag(Action.REDACT)
        redaction = case.redact(2_000, 2_400)
        case.decide(Choice.REDACT, "bea", "only the name", redaction)
        assert codes(case) == []
        case.decisions = ()
        case.decide(Choice.REDACT, "ed", "only the name", redaction)
        assert codes(case) == ["flag.redact"]

    @pytest.mark.parametrize("distance", [-1, 0, 499, 500])
    def test_untranscribed_speech_counts_from_half_a_second_away(self, case: Case, distance: int) -> None:
        """Where a voice begins is known only roughly."""
        case.flag(Action.BLOCK, Span(13_000 + distance, 14_000), item=UNTRANSCRIBED, segment="")
        assert codes(case) == (["flag.block"] if distance < 500 else [])

    def test_before_a_verdict_some_items_block_and_counsel_signs(self, case: Case) -> None:
        """Whatever their action is otherwise; two overrides and counsel's signature let one pass."""
        case.edit_profile(legal_status=LegalStatus.ON_TRIAL)
        case.flag(Action.REVIEW, item="incrimination.membership")
        case.decide(Choice.KEEP)
        assert codes(case) == ["flag.block", "sign_off.missing"]
        case.override("bea", "carl")
        case.signers = ("bea", "carl", "law")
        assert codes(case) == []

    @pytest.mark.parametrize("item", sorted(BEFORE_VERDICT_ITEMS))
    @pytest.mark.parametrize("status", list(LegalStatus))
    def test_which_items_and_until_when(self, case: Case, item: str, status: LegalStatus) -> None:
        """Uncharged, charged and on trial are before a verdict, the rest is after."""
        case.edit_profile(legal_status=status)
        case.flag(Action.REVIEW, item=item)
        case.decide(Choice.KEEP)
        assert ("flag.block" in codes(case)) is (status in ("uncharged", "charged", "on_trial"))


class TestDecisions:
    @pytest.mark.parametrize(
        "changes", [{}, {"tier": Tier.AMBER}, {"suppressed": "not raised"}, {"item": "message.fact_check"}]
    )
    @pytest.mark.parametrize("choice", [Choice.CUT, Choice.BLOCK])
    def test_what_a_person_took_out_is_out(self, case: Case, choice: Choice, changes: dict[str, object]) -> None:
        """Also for flags that by themselves ask for nothing."""
        case.flag(Action.REVIEW, **changes)
        case.decide(choice)
        assert codes(case) == [f"decision.{choice}"]

    def test_what_was_taken_out_elsewhere_does_not_matter(self, case: Case) -> None:
        """A cut beside the kept span, even speech half a second away."""
        case.flag(Action.REVIEW, Span(14_000, 15_000))
        case.decide(Choice.CUT)
        case.flag(Action.REVIEW, Span(13_100, 13_200), id="f-2", item=UNTRANSCRIBED)
        case.decide(Choice.CUT)
        assert codes(case) == []

    def test_counsel_is_asked_besides_the_others(self, case: Case) -> None:
        """Two people and counsel: counsel and one other are not enough."""
        case.flag(Action.REVIEW)
        case.decide(Choice.COUNSEL)
        assert codes(case) == ["sign_off.missing"]
        case.signers = ("bea", "law")
        assert codes(case) == ["sign_off.missing"]
        case.signers = ("bea", "carl", "law")
        assert codes(case) == []

    def test_a_decided_redaction_must_be_in_the_plan(self, case: Case) -> None:
        """Wholly, where it is kept."""
        case.flag(Action.REVIEW)
        wanted = Redaction("x-9", "r-1", RedactionKind.SILENCE, Span(500, 3_000))
        case.decide(Choice.REDACT, redaction=wanted)
        assert codes(case) == ["decision.redact"]
        case.redact(900, 3_000)
        assert codes(case) == ["decision.redact"]
        case.redact(800, 900)
        assert codes(case) == []

    def test_a_redaction_counts_where_it_is_though_its_flag_is_elsewhere(self, case: Case) -> None:
        """The padding that a reviewer chose reaches into the kept span."""
        case.flag(Action.REVIEW, Span(13_000, 14_000))
        case.decide(Choice.REDACT, redaction=Redaction("x-9", "r-1", RedactionKind.TONE, Span(12_800, 14_000)))
        assert codes(case) == ["decision.redact"]

    def test_a_decided_box_must_be_that_box(self, case: Case) -> None:
        """Same kind, same region; with the picture off none is needed."""
        case.flag(Action.REVIEW, item="identity.visible")
        wanted = Redaction("x-9", "r-1", RedactionKind.BOX, Span(2_000, 3_000), Region(0, 0, 10, 10))
        case.decide(Choice.REDACT, redaction=wanted)
        case.edit_plan(redactions=(replace(wanted, region=Region(5, 0, 10, 10)),))
        assert codes(case) == ["decision.redact"]
        case.edit_plan(redactions=(replace(wanted, id="x-1", span=Span(1_000, 4_000)),))
        assert codes(case) == []
        case.edit_plan(redactions=(), picture=Picture.OFF)
        assert codes(case) == []


class TestSignOffs:
    @pytest.mark.parametrize(
        ("signers", "is_enough"),
        [
            ((), False),
            (("bea",), False),
            (("bea", "bea"), False),
            (("bea", "ed"), False),
            (("bea", "root"), False),
            (("bea", "carl"), True),
            (("bea", "law"), True),
        ],
    )
    def test_two_different_people_who_did_not_make_it(
        self, case: Case, signers: tuple[str, ...], is_enough: bool
    ) -> None:
        """Reviewers or counsel; the maker and an admin do not count, the same person counts once."""
        case.signers = signers
        assert (codes(case) == []) is is_enough

    def test_an_editor_of_an_earlier_version_does_not_count(self, case: Case) -> None:
        """Whoever worked on it."""
        case.edit_plan(edited_by=("u-ed", "u-bea"))
        assert approval_of(case.facts()).signed_by == ("u-carl",)
        assert set(codes(case)) == {"sign_off.missing"}

    def test_a_role_lost_since_does_not_count(self, case: Case) -> None:
        """Nor does one gained since, nor a person nobody knows."""
        users = case.facts().users
        for changed in (
            {**users, "u-bea": replace(users["u-bea"], roles=())},
            {k: v for k, v in users.items() if k != "u-bea"},
        ):
            case.changes = {"users": changed}
            assert "sign_off.missing" in codes(case)

    def test_every_change_of_the_plan_voids(self, case: Case) -> None:
        """Signatures of yesterday's digest are none, and the reason says so."""
        facts = case.facts()
        verdict = decide(replace(facts, core_sha256="0" * 64))
        assert isinstance(verdict, Refusal)
        assert [r.code for r in verdict.reasons] == ["sign_off.missing"]
        assert "changed since" in verdict.reasons[0].sentence

    def test_a_new_translation_re_opens_only_itself(self, case: Case) -> None:
        """The core stays signed; the language is named."""
        case.changes = {"languages": (LanguageVersion("en", "1" * 64),)}
        answer = approval_of(case.facts())
        assert answer.missing == ("2 of 2 people for the subtitles in en",)
        assert answer.signed_by == ("u-bea", "u-carl")
        assert codes(case) == ["sign_off.missing"]

    def test_subtitles_that_cannot_be_made_are_refused(self, case: Case) -> None:
        """With the reason and the hint of who could not make them."""
        case.languages = (LanguageVersion("en", None, "segment s3 needs a person", "translate it"),)
        verdict = decide(case.facts())
        assert isinstance(verdict, Refusal)
        assert [(r.code, r.hint) for r in verdict.reasons] == [("language.unavailable", "translate it")]


class TestReasons:
    def spoil_everything(self, case: Case) -> None:
        case.edit_profile(withdrawn=True, consent=None, legal_status=None, standing=Standing.UNKNOWN)
        case.edit_profile(embargo_until=date(2030, 1, 1))
        case.recording = replace(case.recording, warning_at_ms=None)
        case.edit_plan(kept=(Kept("r-1", Span(800, 60_100)),))
        case.flag(Action.BLOCK)
        case.flag(Action.REDACT, id="f-2")
        case.flag(Action.REVIEW, id="f-3")
        case.decide(Choice.CUT)
        case.read, case.signers = (), ()
        case.redact(70_000, 80_000)
        case.changes = {"checklist_sha256": "d" * 64, "latest_version": 9, "originals_sha256": {}}

    def test_every_reason_is_listed_in_one_order(self, case: Case) -> None:
        """None hides behind another; asked again, the answer is the same."""
        self.spoil_everything(case)
        expected = [
            "plan.superseded", "withdrawn", "consent.missing", "standing.unknown", "legal.missing", "warning.missing",
            "kept.outside", "segment.unread", "flag.block", "flag.redact", "decision.cut", "redaction.outside",
            "checklist.stale", "embargo", "original.missing", "sign_off.missing", "sign_off.missing",
        ]  # fmt: skip
        assert codes(case) == codes(case) == expected

    def test_reasons_name_no_words_and_no_people(self, case: Case) -> None:
        """They end up in logs: ids, codes and times only, and each says what to do."""
        self.spoil_everything(case)
        verdict = decide(case.facts())
        assert isinstance(verdict, Refusal)
        said = " ".join(f"{r.sentence} {r.hint}" for r in verdict.reasons).lower()
        names = {user.name.lower() for user in case.facts().users.values()} - {"editor", "root", "law"}
        words = {"hospital", "cousin", "border", "doctors"}
        assert [w for w in names | words if w in said] == []
        assert all(r.hint for r in verdict.reasons)

    def test_what_comes_before_signing_leaves_time_and_disk_out(self, case: Case) -> None:
        """A plan under embargo, its disk unplugged, may be signed; nothing else may be open."""
        case.signers = ()
        case.edit_profile(embargo_until=date(2026, 11, 22) + timedelta(days=3))
        case.changes = {"originals_sha256": {}}
        assert codes(case) == ["embargo", "original.missing", "sign_off.missing", "sign_off.missing"]
        assert content_reasons(case.facts()) == ()
        case.read = ()
        assert [r.code for r in content_reasons(case.facts())] == ["segment.unread"]

    def test_an_unverified_claim_is_cut_but_not_exported(self, case: Case) -> None:
        """A claim of innocence, decided and signed."""
        assert export_reasons(case.facts()) == ()
        case.flag(Action.REVIEW, item="incrimination.innocence_claim")
        case.decide(Choice.KEEP)
        assert codes(case) == []
        assert [r.code for r in export_reasons(case.facts())] == ["claim.unverified"]


class TestMessage:
    def test_going_unharmed_needs_what_it_cost(self, case: Case) -> None:
        """Alone it is refused; beside a passage about the cost it may stand."""
        case.flag(Action.TAG, item="message.no_consequence")
        assert codes(case) == ["message.counterweight"]
        case.flag(Action.TAG, Span(7_000, 8_000), item="narrative.corruption", id="f-2")
        assert codes(case) == []

    @pytest.mark.parametrize(
        "changes",
        [
            {"tier": Tier.AMBER},
            {"suppressed": "a joke"},
            {"span": Span(20_000, 21_000)},
            {"item": "narrative.recruitment"},
        ],
    )
    def test_only_what_viewers_hear_weighs(self, case: Case, changes: dict[str, object]) -> None:
        """An amber or suppressed tag, one outside the clip, or one that tells no cost does not."""
        case.flag(Action.TAG, item="message.no_consequence")
        given = {"span": Span(7_000, 8_000), "item": "narrative.corruption", "id": "f-2", **changes}
        case.flag(Action.TAG, **given)
        assert codes(case) == ["message.counterweight"]

    def test_graphic_detail_needs_a_content_note(self, case: Case) -> None:
        """Refused without one; with one, or where nothing of it is heard, it may stand."""
        case.flag(Action.TAG, item="safety.graphic")
        assert codes(case) == ["message.content_note"]
        note = Note(NoteKind.CONTENT, Card("Content note", "He speaks of an execution.", 3_000))
        case.plan = replace(case.plan, notes=(note,))
        assert "message.content_note" not in codes(case)

    def test_a_content_note_is_in_letters_that_each_burned_languages_readers_know(self, case: Case) -> None:
        """An English note says nothing to who reads the Arabic subtitles; both in one text do."""
        case.flag(Action.TAG, item="safety.graphic")
        english, both = "He speaks of an execution.", "He speaks of an execution. يتحدث عن إعدام."
        notes = [Note(NoteKind.CONTENT, Card("Content note", text, 3_000)) for text in (english, both)]
        for burn, note, is_missing in ((("en",), 0, False), (("en", "ar"), 0, True), (("en", "ar"), 1, False)):
            case.plan = replace(case.plan, burn=burn, notes=(notes[note],))
            assert ("message.content_note" in codes(case)) is is_missing

    def test_two_people_may_say_that_it_stands_alone(self, case: Case) -> None:
        """The rule cannot know that the flag is wrong; people can."""
        case.flag(Action.TAG, item="message.no_consequence")
        case.override("bea")
        assert codes(case) == ["message.counterweight"]
        case.override("carl")
        assert codes(case) == []
