"""A signature is bound to everything that is heard, seen and read; one changed leaf voids it."""

import copy
import random
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import date, timedelta
from enum import Enum
from fractions import Fraction
from typing import Any

import pytest

from pipeline.canonical import Json
from pipeline.domain import (
    Action,
    Aspect,
    Card,
    Choice,
    Consent,
    Cue,
    CutPlan,
    Decision,
    Faces,
    FaceSearch,
    Flag,
    Framing,
    HeardSound,
    Kept,
    Keyframe,
    LowerThird,
    Middle,
    Note,
    NoteKind,
    Override,
    Profile,
    ReadCue,
    Reading,
    Recording,
    Redaction,
    RedactionKind,
    Region,
    Revoicing,
    Role,
    Sdh,
    SignOff,
    Span,
    Speaker,
    TextMatch,
    User,
    Voice,
    Word,
)
from review.approval import (
    CORE,
    approval,
    core_document,
    core_sha256,
    reading_sha256,
)
from subtitles.plan_cues import language_document, language_sha256

Case = Any
"""The builder of conftest.py."""

CUES = {
    Aspect.WIDE: (Cue(0, 1_500, ("They told us", "there were doctors"), Speaker.INTERVIEWEE),),
    Aspect.TALL: (Cue(0, 900, ("They told us",)), Cue(900, 1_500, ("[name removed]",), None, True)),
}

Place = tuple[str | int, ...]


@pytest.fixture
def full(case: Case) -> Case:
    """A case with something in every field."""
    case.flag(Action.REVIEW, match=TextMatch(0, 4), suppressed="a figure of speech")
    track = (Keyframe(2_000, Region(1, 2, 3, 4)), Keyframe(3_000, Region(5, 6, 7, 8)))
    box = Redaction("x-1", "r-1", RedactionKind.BOX, Span(2_000, 3_000), Region(1, 2, 3, 4), "[removed]", "f-1", track)
    case.decide(Choice.REDACT, redaction=box)
    case.override("bea")
    opening, closing = Card("One", "context", 2_000), Card("Centre", "help", 2_500)
    search = FaceSearch("r-1", Span(800, 13_000), "detector", ("x-2",))
    shown = Redaction("x-2", "r-1", RedactionKind.FACE, Span(0, 9_000), Region(9, 9, 9, 9), track=track)
    faces = {"faces": Faces.COVER, "searches": (search,), "shown_faces": (shown,)}
    case.edit_plan(redactions=(box,), opening=opening, closing=closing, **faces)
    case.edit_plan(framings=(Framing("r-1", Span(1_000, 9_000), (Middle(1_000, 300), Middle(2_000, 340))),))
    read = Revoicing("v-1", "d" * 64, "en", "e" * 64, (ReadCue(1, 900, Span(100, 2_000)),), (2,), 3)
    third = LowerThird("A former recruiter", Span(1_000, 4_000), "en")
    case.edit_plan(voice=Voice.REVOICED, revoicing=read, lower_thirds=(third,))
    note = Note(NoteKind.CONTENT, Card("", "Violence is told", 2_000))
    case.edit_plan(notes=(note,), sources="a report", sdh=Sdh((HeardSound("r-1", Span(2_000, 3_000), "laughs"),)))
    case.edit_profile(embargo_until=date(2026, 11, 1), warning_override="in writing")
    return case


def document(case: Case) -> Json:
    return core_document(case.plan, (case.source(),), (case.profile,), case.overrides)


def digest(case: Case) -> str:
    return core_sha256(document(case))


def leaves(value: Json, place: Place = ()) -> Iterator[tuple[Place, Json]]:
    """Every leaf of a document and the way to it; an empty list or object is a leaf, too."""
    parts: list[tuple[str | int, Json]] = []
    if isinstance(value, dict):
        parts = list(value.items())
    elif isinstance(value, list):
        parts = list(enumerate(value))
    if not parts:
        yield place, value
    for key, part in parts:
        yield from leaves(part, (*place, key))


def with_leaf(value: Json, place: Place, leaf: Json) -> Json:
    """The document with one leaf changed; everything beside the way to it is shared."""
    if not place:
        return leaf
    made = value.copy()
    made[place[0]] = with_leaf(value[place[0]], place[1:], leaf)
    return made


def is_same(one: Json, other: Json) -> bool:
    """Equal as JSON: true is not 1, and two forms of the same letters are one text."""
    if isinstance(one, str) and isinstance(other, str):
        return unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)
    return type(one) is type(other) and bool(one == other)


LETTERS = 'abz 019.:-_éßжلم中\u0301\u200f😀"\\\n'


def new_leaf(draw: random.Random) -> Json:
    """Anything that may stand in a document."""
    match draw.randrange(6):
        case 0:
            return None
        case 1:
            return draw.random() < 0.5
        case 2:
            return draw.choice([draw.randrange(-3, 4), draw.randrange(-(2**53) + 1, 2**53)])
        case 3:
            return draw.choice([[], {}])
    return "".join(draw.choices(LETTERS, k=draw.randrange(30)))


class TestDigest:
    def test_every_changed_leaf_changes_the_digest(self, full: Case) -> None:
        """10,000 generated changes of one leaf each, in the core and in a language version."""
        full.edit_plan(kept=(Kept("r-1", Span(800, 3_200)),))
        core, language = document(full), language_document(full.plan, "en", CUES)
        places = [(core, core_sha256, p, v) for p, v in leaves(core)]
        places += [(language, language_sha256, p, v) for p, v in leaves(language)]
        before = {core_sha256: core_sha256(core), language_sha256: language_sha256(language)}
        draw, missed, tried = random.Random(7), [], 0  # noqa: S311 (the same changes on every run)
        while tried < 10_000:
            whole, digest_of, where, old = draw.choice(places)
            new = new_leaf(draw)
            if not is_same(new, old):
                tried += 1
                missed += [(where, new)] if digest_of(with_leaf(whole, where, new)) == before[digest_of] else []
        assert missed == []

    def test_every_leaf_of_the_example_is_tried_once(self, full: Case) -> None:
        """No leaf escapes by chance, and the example has leaves in all its parts."""
        core = document(full)
        found = list(leaves(core))
        missed = [p for p, v in found if core_sha256(with_leaf(core, p, "changed")) == core_sha256(core)]
        assert missed == []
        assert len(found) > 150

    def test_an_order_that_matters_matters(self, full: Case) -> None:
        """The same kept spans the other way round are another clip."""
        full.edit_plan(kept=(Kept("r-1", Span(800, 5_000)), Kept("r-1", Span(7_000, 13_000))))
        before = digest(full)
        full.edit_plan(kept=full.plan.kept[::-1])
        assert digest(full) != before

    def test_one_kind_of_document_never_passes_for_another(self, full: Case) -> None:
        """The same JSON signed as core is not signed as language."""
        assert core_sha256({}) != language_sha256({})

    def test_a_text_in_another_form_is_the_same_text(self, full: Case) -> None:
        """Composed and decomposed letters look the same to the viewer."""
        full.edit_plan(title="Zo\u00eb")
        before = digest(full)
        full.edit_plan(title="Zoe\u0308")
        assert digest(full) == before


def other(value: Any) -> Any:
    """Another value of the same type."""
    match value:
        case bool():
            return not value
        case Enum():
            return next(member for member in type(value) if member is not value)
        case int() | Fraction():
            return value + 1
        case str():
            return value + "x"
        case date():
            return value + timedelta(days=1)
        case Span():
            return Span(value.start_ms, value.end_ms + 1)
        case tuple():
            return value[:-1] if value else ("x",)
        case Sdh():
            return replace(value, sounds=())
        case None:
            return Speaker.INTERVIEWER  # the only thing that is missing in the full case
    return None


def variants(noun: Any, kind: type, left_out: tuple[str, ...] = ()) -> list[tuple[str, Any]]:
    """The noun with each of its fields changed, one at a time."""
    assert isinstance(noun, kind)
    names = [f.name for f in fields(noun) if f.name not in left_out]
    return [(name, replace(noun, **{name: other(getattr(noun, name))})) for name in names]


def first(value: tuple[Any, ...], new: Any) -> tuple[Any, ...]:
    return (new, *value[1:])


def with_word(case: Case, word: Word) -> None:
    segment = case.transcript.segments[0]
    segment = replace(segment, words=first(segment.words, word))
    case.transcript = replace(case.transcript, segments=first(case.transcript.segments, segment))


def with_consent(case: Case, consent: Consent) -> None:
    case.edit_profile(consent=consent)


def with_reading(case: Case, reading: Reading) -> None:
    case.readings = first(case.all_readings(), reading)


WAYS: dict[str, tuple[Callable[[Case], Any], type, tuple[str, ...], Callable[[Case, Any], None]]] = {
    "plan": (lambda c: c.plan, CutPlan, (), lambda c, v: setattr(c, "plan", v)),
    "kept": (lambda c: c.plan.kept[0], Kept, ("recording",), lambda c, v: c.edit_plan(kept=(v,))),
    "redaction": (lambda c: c.plan.redactions[0], Redaction, (), lambda c, v: c.edit_plan(redactions=(v,))),
    "region": (
        lambda c: c.plan.redactions[0].region, Region, (),
        lambda c, v: c.edit_plan(redactions=(replace(c.plan.redactions[0], region=v),)),
    ),
    "keyframe": (
        lambda c: c.plan.redactions[0].track[0], Keyframe, (),
        lambda c, v: c.edit_plan(redactions=(replace(c.plan.redactions[0], track=(v,)),)),
    ),
    "search": (lambda c: c.plan.searches[0], FaceSearch, (), lambda c, v: c.edit_plan(searches=(v,))),
    "shown face": (lambda c: c.plan.shown_faces[0], Redaction, ("flag",), lambda c, v: c.edit_plan(shown_faces=(v,))),
    "opening": (lambda c: c.plan.opening, Card, (), lambda c, v: c.edit_plan(opening=v)),
    "closing": (lambda c: c.plan.closing, Card, (), lambda c, v: c.edit_plan(closing=v)),
    "framing": (lambda c: c.plan.framings[0], Framing, (), lambda c, v: c.edit_plan(framings=(v,))),
    "lower third": (lambda c: c.plan.lower_thirds[0], LowerThird, (), lambda c, v: c.edit_plan(lower_thirds=(v,))),
    "revoicing": (lambda c: c.plan.revoicing, Revoicing, (), lambda c, v: c.edit_plan(revoicing=v)),
    "read cue": (
        lambda c: c.plan.revoicing.cues[0], ReadCue, (),
        lambda c, v: c.edit_plan(revoicing=replace(c.plan.revoicing, cues=(v,))),
    ),
    "recording": (lambda c: c.recording, Recording, ("id", "probe"), lambda c, v: setattr(c, "recording", v)),
    "word": (lambda c: c.transcript.segments[0].words[0], Word, ("probability",), with_word),
    "profile": (lambda c: c.profile, Profile, (), lambda c, v: setattr(c, "profile", v)),
    "consent": (lambda c: c.profile.consent, Consent, (), with_consent),
    "flag": (lambda c: c.flags[0], Flag, ("id", "score", "rule"), lambda c, v: setattr(c, "flags", (v,))),
    "decision": (lambda c: c.decisions[0], Decision, (), lambda c, v: setattr(c, "decisions", (v,))),
    "reading": (lambda c: c.all_readings()[0], Reading, ("recording",), with_reading),
    "override": (lambda c: c.overrides[0], Override, (), lambda c, v: setattr(c, "overrides", (v,))),
}  # fmt: skip
"""Noun, what of it the viewer cannot perceive or that names it only, and how it is put back."""


class TestWhatIsSigned:
    @pytest.mark.parametrize("way", WAYS)
    def test_every_field_of_every_noun_is_signed(self, full: Case, way: str) -> None:
        """Change any field of anything that is heard, seen, read or judged: the digest changes."""
        noun_of, kind, left_out, put = WAYS[way]
        before, noun = digest(full), noun_of(full)
        untouched = copy.copy(full)
        same = []
        for name, variant in variants(noun, kind, left_out):
            case = copy.copy(untouched)
            put(case, variant)
            if digest(case) == before:
                same.append(name)
        assert same == []

    @pytest.mark.parametrize("name", [f.name for f in fields(Cue)])
    def test_every_field_of_a_cue_is_signed(self, full: Case, name: str) -> None:
        """Times, lines, speaker and whether it stands for removed speech; in every shape."""
        before = language_sha256(language_document(full.plan, "en", CUES))
        for aspect, shown in CUES.items():
            cue = replace(shown[0], **{name: other(getattr(shown[0], name))})
            made = language_document(full.plan, "en", {**CUES, aspect: first(shown, cue)})
            assert language_sha256(made) != before

    def test_words_outside_the_kept_spans_are_not_signed(self, full: Case) -> None:
        """Work elsewhere in a three-hour interview re-opens nothing."""
        before = digest(full)
        last = full.transcript.segments[-1]
        words = tuple(replace(w, text=w.text + "x") for w in last.words)
        full.transcript = replace(
            full.transcript, segments=(*full.transcript.segments[:-1], replace(last, words=words))
        )
        full.flag(Action.REVIEW, Span(20_000, 21_000), id="f-9", segment="s3")
        full.decide(Choice.CUT)
        assert digest(full) == before

    def test_a_second_reader_changes_nothing(self, full: Case) -> None:
        """Reading a segment that was read is no reason to sign again."""
        before = digest(full)
        again = tuple(replace(r, by="u-carl") for r in full.all_readings())
        full.readings = (*full.all_readings(), *again)
        assert digest(full) == before

    def test_a_word_that_is_only_half_inside_is_signed(self, full: Case) -> None:
        """It is heard, so it counts."""
        before = document(full)["sources"][0]["spans"][0]["words"]
        full.edit_plan(kept=(Kept("r-1", Span(1_399, 13_000)),))
        assert document(full)["sources"][0]["spans"][0]["words"] == before

    def test_what_was_read_is_text_and_words(self, case: Case) -> None:
        """A correction of either has to be read again."""
        segment = case.transcript.segments[0]
        spoken = replace(segment.words[0], text="Who")
        digests = {
            reading_sha256(segment),
            reading_sha256(replace(segment, text="Who told us.")),
            reading_sha256(replace(segment, words=first(segment.words, spoken))),
        }
        assert len(digests) == 3


USERS = {
    name: User(name, name, roles)
    for name, roles in {
        "ed": (Role.EDITOR, Role.REVIEWER),
        "bea": (Role.REVIEWER,),
        "carl": (Role.REVIEWER,),
        "law": (Role.COUNSEL,),
        "both": (Role.REVIEWER, Role.COUNSEL),
        "boss": (Role.ADMIN,),
    }.items()
}


def signed(*who: tuple[str, Role], subject: str = CORE, sha256: str = "1" * 64, plan: str = "p-1") -> list[SignOff]:
    return [SignOff(plan, subject, sha256, by, role, "2026-11-22T10:00:00.000Z") for by, role in who]


class TestApproval:
    def ask(self, case: Case, sign_offs: list[SignOff], **needs: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
        case.edit_plan(made_by="ed", edited_by=("ed",))
        answer = approval(case.plan, "1" * 64, needs.pop("languages", {}), sign_offs, USERS, **needs)
        assert answer.is_complete is not answer.missing
        return answer.signed_by, answer.missing

    def test_two_different_people_are_enough(self, case: Case) -> None:
        """Four eyes."""
        both = signed(("bea", Role.REVIEWER), ("carl", Role.REVIEWER))
        assert self.ask(case, both) == (("bea", "carl"), ())

    def test_the_answer_says_what_is_missing(self, case: Case) -> None:
        """Before anyone signed: everything that is required, in words."""
        answer = approval(case.plan, "1" * 64, {"en": "2" * 64}, [], USERS, counsel=True, more_people=1)
        assert answer.required == ("3 people who did not make it", "counsel", "2 people for the subtitles in en")
        assert answer.missing == (
            "3 of 3 people who did not make it",
            "counsel",
            "2 of 2 people for the subtitles in en",
        )

    @pytest.mark.parametrize(
        ("second", "why"),
        [
            (signed(("bea", Role.REVIEWER)), "the same person twice"),
            (signed(("both", Role.COUNSEL), subject="en"), "another subject"),
            (signed(("carl", Role.REVIEWER), sha256="2" * 64), "another digest"),
            (signed(("carl", Role.REVIEWER), plan="p-2"), "another plan"),
            (signed(("ed", Role.REVIEWER)), "who made it"),
            (signed(("ed", Role.EDITOR)), "an editor"),
            (signed(("boss", Role.ADMIN)), "an admin"),
            (signed(("boss", Role.REVIEWER)), "a role never held"),
            (signed(("ghost", Role.REVIEWER)), "nobody we know"),
        ],
    )
    def test_what_does_not_count_as_the_second(self, case: Case, second: list[SignOff], why: str) -> None:
        """One of two people is still missing."""
        assert self.ask(case, signed(("bea", Role.REVIEWER)) + second) == (
            ("bea",),
            ("1 of 2 people who did not make it",),
        ), why

    @pytest.mark.parametrize(
        ("who", "missing"),
        [
            ([("bea", Role.REVIEWER), ("carl", Role.REVIEWER)], ("counsel",)),
            ([("bea", Role.REVIEWER), ("law", Role.COUNSEL)], ("1 of 2 people who did not make it",)),
            ([("bea", Role.REVIEWER), ("both", Role.COUNSEL), ("law", Role.COUNSEL)], ()),
            ([("bea", Role.REVIEWER), ("both", Role.REVIEWER), ("law", Role.COUNSEL)], ()),
            (
                [("bea", Role.REVIEWER), ("both", Role.REVIEWER), ("both", Role.COUNSEL)],
                ("1 of 2 people who did not make it",),
            ),
        ],
    )
    def test_counsel_signs_besides_the_two(
        self, case: Case, who: list[tuple[str, Role]], missing: tuple[str, ...]
    ) -> None:
        """One person signing as both is one person."""
        assert self.ask(case, signed(*who), counsel=True)[1] == missing

    def test_a_language_needs_two_people_of_its_own(self, case: Case) -> None:
        """The core alone does not cover what is read."""
        core = signed(("bea", Role.REVIEWER), ("carl", Role.REVIEWER))
        english = signed(("bea", Role.REVIEWER), subject="en", sha256="2" * 64)
        languages = {"en": "2" * 64}
        assert self.ask(case, core + english, languages=languages)[1] == ("1 of 2 people for the subtitles in en",)
        english += signed(("law", Role.COUNSEL), subject="en", sha256="2" * 64)
        assert self.ask(case, core + english, languages=languages)[1] == ()
