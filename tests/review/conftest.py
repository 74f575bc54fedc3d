"""One interview that may be cut, in every part; each test spoils one thing about it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from stores import new_workspace

from pipeline.domain import (
    Action,
    Agent,
    Aspect,
    Choice,
    Consent,
    CutPlan,
    Decision,
    Flag,
    Kept,
    LegalStatus,
    Modality,
    Override,
    Picture,
    PictureStream,
    Probe,
    Profile,
    Reading,
    Recording,
    Redaction,
    RedactionKind,
    Role,
    Segment,
    SignOff,
    SoundStream,
    Span,
    Speaker,
    Standing,
    Tier,
    Transcript,
    User,
    Word,
)
from pipeline.settings import Settings
from pipeline.store import Store, open_store
from pipeline.workspace import Workspace
from review.approval import CORE, Source, core_document, core_sha256, reading_sha256
from review.gate import GateFacts, LanguageVersion
from review.ledger import make_key

NOW = "2026-11-22T10:00:00.000Z"
TODAY = date(2026, 11, 22)
CHECKLIST = "c" * 64

PEOPLE = {
    "ed": User("u-ed", "Editor", (Role.EDITOR, Role.REVIEWER)),
    "bea": User("u-bea", "Bea", (Role.REVIEWER,)),
    "carl": User("u-carl", "Carl", (Role.REVIEWER,)),
    "dora": User("u-dora", "Dora", (Role.REVIEWER,)),
    "law": User("u-law", "Law", (Role.COUNSEL,)),
    "root": User("u-root", "Root", (Role.ADMIN,)),
}


def spoken(segment: str, start_ms: int, text: str, speaker: Speaker = Speaker.INTERVIEWEE) -> Segment:
    """A segment whose words sound for 400 ms and pause for 100."""
    words = tuple(
        Word(w, Span(start_ms + 500 * n, start_ms + 500 * n + 400), 0.9, speaker) for n, w in enumerate(text.split())
    )
    return Segment(segment, text, Span(words[0].span.start_ms, words[-1].span.end_ms), words, speaker)


SEGMENTS = (
    spoken("s1", 1_000, "They told us there were doctors and schools waiting for everyone."),
    spoken("s2", 7_000, "When we arrived the hospital had no power and nobody came."),
    spoken("s3", 20_000, "My cousin drove us over the border in the night."),
)


RECORDING = Recording(
    "r-1",
    "a" * 64,
    1_000,
    Probe(
        "mov",
        0,
        60_000,
        SoundStream(1, "aac", 48_000, 2),
        PictureStream(0, "h264", 640, 360, Fraction(25), 0, Fraction(1)),
    ),
    "K-17",
    500,
)
TRANSCRIPT = Transcript("en", 60_000, "engine", "model", SEGMENTS, (Span(900, 13_000),))
PLAN = CutPlan(
    "p-1", 1, "One", (Kept("r-1", Span(800, 13_000)),), (), (Aspect.WIDE, Aspect.TALL), ("en",), Fraction(25),
    Picture.SOURCE, None, None, "standard", "u-ed", ("u-ed",), "ab" * 16,
)  # fmt: skip
PROFILE = Profile(
    "K-17",
    Consent(True, True, False, ("*",), ("en", "fr"), date(2027, 6, 1)),
    LegalStatus.RELEASED,
    Standing.FIRM,
    "KG",
    None,
    False,
)


@dataclass
class Case:
    """The parts of GateFacts, in order as they are; `facts()` puts them together and signs them."""

    recording: Recording = RECORDING
    transcript: Transcript = TRANSCRIPT
    plan: CutPlan = PLAN
    profile: Profile = PROFILE
    flags: tuple[Flag, ...] = ()
    decisions: tuple[Decision, ...] = ()
    overrides: tuple[Override, ...] = ()
    read: tuple[str, ...] = ("s1", "s2")
    readings: tuple[Reading, ...] | None = None
    signers: tuple[str, ...] = ("bea", "carl")
    languages: tuple[LanguageVersion, ...] = (LanguageVersion("en", "e" * 64),)
    changes: dict[str, object] = field(default_factory=dict)
    """Fields of GateFacts to replace at the end."""

    def edit_plan(self, **changes: object) -> None:
        self.plan = replace(self.plan, **changes)  # type: ignore[arg-type]

    def edit_profile(self, **changes: object) -> None:
        self.profile = replace(self.profile, **changes)  # type: ignore[arg-type]

    def edit_consent(self, **changes: object) -> None:
        assert self.profile.consent is not None
        self.edit_profile(consent=replace(self.profile.consent, **changes))  # type: ignore[arg-type]

    def flag(self, action: Action, span: Span | None = Span(2_000, 3_000), **changes: object) -> Flag:
        """Raise a red flag on s1; give it an id with `id=`."""
        made = Flag("f-1", "identity.person", "s1", None, span, Agent.OTHER, Modality.ASSERTED, Tier.RED, 0.9,
                    "names", "A private person is named.", action)  # fmt: skip
        made = replace(made, **changes)  # type: ignore[arg-type]
        self.flags += (made,)
        return made

    def decide(
        self, choice: Choice, by: str = "bea", reason: str = "because", redaction: Redaction | None = None
    ) -> None:
        """Decide the flag raised last."""
        made = Decision(f"d-{len(self.decisions)}", "r-1", self.flags[-1].id, choice, reason, "", PEOPLE[by].id, NOW,
                        redaction)  # fmt: skip
        self.decisions += (made,)

    def redact(self, start_ms: int, end_ms: int, kind: RedactionKind = RedactionKind.TONE) -> Redaction:
        """Put a redaction into the plan."""
        made = Redaction(f"x-{len(self.plan.redactions)}", "r-1", kind, Span(start_ms, end_ms))
        self.edit_plan(redactions=(*self.plan.redactions, made))
        return made

    def override(self, *people: str) -> None:
        made = (Override(self.flags[-1].id, "p-1", "acquitted", PEOPLE[name].id, NOW) for name in people)
        self.overrides += tuple(made)

    def all_readings(self) -> tuple[Reading, ...]:
        if self.readings is not None:
            return self.readings
        chosen = [s for s in self.transcript.segments if s.id in self.read]
        return tuple(Reading("r-1", s.id, reading_sha256(s), "u-bea", NOW) for s in chosen)

    def source(self) -> Source:
        return Source(self.recording, self.transcript, self.flags, self.decisions, self.all_readings(), CHECKLIST)

    def core(self) -> str:
        profiles = (self.profile,) if self.profile.code == self.recording.interviewee else ()
        return core_sha256(core_document(self.plan, (self.source(),), profiles, self.overrides))

    def signatures(self, core: str) -> tuple[SignOff, ...]:
        subjects = [(CORE, core), *((v.language, v.sha256) for v in self.languages if v.sha256)]
        return tuple(
            SignOff("p-1", subject, digest, PEOPLE[who].id, PEOPLE[who].roles[-1], NOW)
            for who in self.signers
            for subject, digest in subjects
        )

    def facts(self) -> GateFacts:
        core = self.core()
        made = GateFacts(
            plan=self.plan,
            latest_version=self.plan.version,
            sources=(self.source(),),
            profiles=(self.profile,) if self.profile.code == self.recording.interviewee else (),
            overrides=self.overrides,
            sign_offs=self.signatures(core),
            users={user.id: user for user in PEOPLE.values()},
            core_sha256=core,
            languages=self.languages,
            checklist_sha256=CHECKLIST,
            stale=frozenset(),
            originals_sha256={"r-1": self.recording.sha256},
            today=TODAY,
        )
        return replace(made, **self.changes)  # type: ignore[arg-type]


@pytest.fixture
def case() -> Case:
    """An interview that may be cut, until a test changes something."""
    return Case()


@pytest.fixture
def people() -> dict[str, User]:
    """The people by first name; `ed` made the plan."""
    return PEOPLE


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace with its ledger key."""
    made = new_workspace(tmp_path / "w", Settings())
    make_key(made.keys)
    return made


@pytest.fixture
def store(workspace: Workspace) -> Iterator[Store]:
    """The workspace's empty store."""
    opened = open_store(workspace.store_url)
    yield opened
    opened.close()


@pytest.fixture
def filled(store: Store, case: Case) -> Store:
    """A store that holds the case, checked, with its people; nothing read or signed."""
    for user in PEOPLE.values():
        store.add_user(user, "no hash")
    for name in ("consent", "legal_status", "standing", "jurisdiction"):
        store.add_statement("K-17", name, getattr(case.profile, name), "u-law", NOW)
    store.add_recording(case.recording, "a.mp4")
    store.save_transcript("r-1", case.transcript)
    case.flag(Action.REDACT)
    store.replace_flags("r-1", case.flags, CHECKLIST)
    store.save_plan(case.plan)
    return store
