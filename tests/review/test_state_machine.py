"""Whatever people do, in any order, the gate opens only where a model of thirty lines says so."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from gate_model import CAN_SIGN, Model
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from stores import copy_workspace
from thoroughness import how_often

from clips.plan import edit_plan
from pipeline.domain import (
    Action,
    Aspect,
    Choice,
    Clip,
    CutPlan,
    Flag,
    Kept,
    LegalStatus,
    Permit,
    Role,
    Span,
    Standing,
    User,
)
from pipeline.errors import PipelineError
from pipeline.jobs.export import Leaving, reasons_against
from pipeline.jobs.withdraw import withdraw_person
from pipeline.store import Store, open_store
from pipeline.workspace import Workspace
from review.accounts import change_roles
from review.correcting import correct_words
from review.decisions import decide_flag, override, read_segments, sign, take_back_sign_off
from review.facts import gather_facts
from review.gate import GateFacts
from review.interviewees import state
from review.ledger import record, verify_workspace
from review.policy import decide
from review.signing import require_seen, seen_sha256, take_back

Case = Any
"""The builder of conftest.py."""

SEQUENCES, STEPS = how_often(at_a_desk=40, on_ci=40, in_full=300), 30
"""In CI all of them; two minutes and a half on one core."""
NAMES = st.sampled_from(["ed", "bea", "carl", "dora", "law"])
REVIEWERS = st.sampled_from(["bea", "carl", "dora", "law"])
CHOICES = st.sampled_from([Choice.KEEP, Choice.KEEP, Choice.COUNSEL, Choice.BLOCK])
OTHER_ROLES = st.sampled_from(
    [(Role.REVIEWER,), (Role.COUNSEL,), (Role.EDITOR,), (Role.EDITOR, Role.REVIEWER), (Role.EXPORTER,)]
)
STATEMENTS = st.sampled_from([
    ("legal_status", LegalStatus.RELEASED), ("legal_status", LegalStatus.ON_TRIAL), ("standing", Standing.FIRM),
    ("standing", Standing.WAVERING), ("standing", Standing.SUPPORTER),
])  # fmt: skip


class People(RuleBasedStateMachine):
    """Editors, reviewers and counsel at work on one plan; each rule is one act through the product's own functions."""

    folder: Path
    original: Workspace
    flags: tuple[Flag, ...]
    given: GateFacts
    """What the store does not know: today, the originals on the disk, the checklist in use."""
    people: dict[str, User]
    opened = 0
    """How often the gate was open, over all sequences."""

    def __init__(self) -> None:
        super().__init__()
        root = self.folder / "workspace"
        shutil.rmtree(root, ignore_errors=True)
        self.workspace = copy_workspace(self.original, root)
        self.store: Store = open_store(self.workspace.store_url)
        self.model = Model({name: set(user.roles) for name, user in self.people.items()})
        self.seen: dict[str, tuple[str, object]] = {}
        self.clips: list[tuple[str, object]] = []
        self.digests: dict[object, str] = {}
        self.number = 0
        self.head = self.store.head()
        self.now = self.facts()

    def teardown(self) -> None:
        assert verify_workspace(self.store, self.workspace)[0].ok
        self.store.close()

    @initialize(begun=st.sampled_from(["nothing", "judged", "signed"]))
    def begin(self, begun: str) -> None:
        """Some sequences begin where only signatures are missing, or not even those."""
        if begun != "nothing":
            self.read("bea")
            self.judge("carl", Choice.KEEP)
        if begun == "signed":
            self.approve_together("bea", "dora")

    @rule(name=NAMES, title=st.sampled_from(["One", "Two"]))
    def edit(self, name: str, title: str) -> None:
        if Role.EDITOR in self.model.roles[name]:
            plan = edit_plan(self.plan, self.person(name).id, title=title)
            with self.store.transaction():
                self.store.save_plan(plan)
                record(self.store, "plan.changed", self.person(name).id, plan.id)
            self.model.version += 1
            self.model.editors.add(name)

    @rule(name=NAMES, text=st.sampled_from(["They", "We"]))
    def correct(self, name: str, text: str) -> None:
        allowed = self.model.may_work(name, {*CAN_SIGN, Role.EDITOR})
        self.attempt(allowed, correct_words, self.store, self.person(name), "r-1", "s1", [0], text=text)
        if allowed:
            self.store.replace_flags("r-1", self.flags, self.given.checklist_sha256)
            self.model.text = text
            self.model.correctors.add(name)

    @rule(name=REVIEWERS)
    def read(self, name: str) -> None:
        allowed = self.model.may_work(name)
        self.attempt(allowed, read_segments, self.store, self.person(name), "r-1", ["s1", "s2"])
        if allowed:
            self.model.readers.setdefault(self.model.text, name)

    @rule(name=REVIEWERS, choice=CHOICES)
    def judge(self, name: str, choice: Choice) -> None:
        allowed = self.model.may_work(name)
        self.attempt(allowed, decide_flag, self.store, self.person(name), "f-1", choice, "because")
        if allowed:
            self.number += 1
            self.model.decisions.append((self.number, choice, name))

    @rule(name=REVIEWERS)
    def undo(self, name: str) -> None:
        mine = [by for _, _, by in self.model.decisions[-1:]] in ([], [name])
        allowed = self.model.may_work(name) and mine
        self.attempt(allowed, take_back, self.store, self.person(name), "f-1")
        if allowed and self.model.decisions:
            self.model.decisions.pop()

    @rule(name=REVIEWERS)
    def let_stay(self, name: str) -> None:
        allowed = self.model.may_work(name) and name not in {*self.model.editors, *self.model.overrode}
        self.attempt(allowed, override, self.store, self.person(name), self.plan, "f-1", "acquitted")
        if allowed:
            self.model.overrode.append(name)

    @rule(name=REVIEWERS)
    def look(self, name: str) -> None:
        """What he signs later is what he sees now."""
        self.seen[name] = (seen_sha256(self.now), self.model.content())

    @rule(name=REVIEWERS)
    def approve(self, name: str) -> None:
        facts, model = (self.facts() if self.store.head() != self.head else self.now), self.model
        seen, content = self.seen.get(name) or (seen_sha256(facts), model.content())
        allowed = content == model.content() and model.may_sign(name)
        self.attempt(allowed, self.sign_what_was_seen, name, facts, seen)
        self.seen.pop(name, None)
        if allowed:
            signs_as = Role.COUNSEL if Role.COUNSEL in model.roles[name] else Role.REVIEWER
            model.signed.append((name, signs_as, model.content()))

    @rule(first=REVIEWERS, second=REVIEWERS)
    def approve_together(self, first: str, second: str) -> None:
        self.seen.clear()
        self.approve(first)
        self.approve(second)

    @rule(name=REVIEWERS)
    def revoke(self, name: str) -> None:
        take_back_sign_off(self.store, self.workspace, self.person(name), self.plan)
        self.model.signed = [s for s in self.model.signed if s[0] != name]

    @rule(name=REVIEWERS, roles=OTHER_ROLES)
    def change_role(self, name: str, roles: tuple[Role, ...]) -> None:
        change_roles(self.store, self.person("root"), self.person(name), roles)
        self.model.roles[name] = set(roles)

    @rule(said=STATEMENTS)
    def say_of_him(self, said: tuple[str, str]) -> None:
        state(self.store, self.person("law"), "K-17", {said[0]: str(said[1])})
        self.model.said[said[0]] = str(said[1])

    @rule(name=REVIEWERS, again=st.booleans())
    def withdraw(self, name: str, again: bool) -> None:
        """He withdraws; or agrees again."""
        if again:
            state(self.store, self.person("law"), "K-17", {"withdrawn": False})
            self.model.withdrawn = False
            return
        allowed = bool(self.model.roles[name] & CAN_SIGN)
        self.attempt(allowed, withdraw_person, self.workspace, self.store, self.person(name), "K-17")
        self.model.withdrawn = self.model.withdrawn or allowed

    @rule()
    def cut(self) -> None:
        """The admission of a cut; the clip that would be made is remembered with what it holds."""
        verdict = decide(self.now)
        if isinstance(verdict, Permit):
            self.clips.append((verdict.core_sha256, self.model.content()))

    @rule()
    def export(self) -> None:
        """Only what was cut from what is approved now leaves."""
        for core, content in self.clips[-3:]:
            clip = Clip("c-1", "p-1", self.plan.version, core, "2026-11-22T10:00:00.000Z", (), ())
            reasons = reasons_against(Leaving(clip, self.plan, self.now), ("youtube",))
            assert (not reasons) is (self.model.may_cut() and content == self.model.content())

    @invariant()
    def the_gate_agrees_with_the_model(self) -> None:
        head, content = self.store.head(), self.model.content()
        if head != self.head:  # every act that changes anything is in the ledger
            self.head, self.now = head, self.facts()
        assert isinstance(decide(self.now), Permit) is self.model.may_cut()
        assert self.digests.setdefault(content, self.now.core_sha256) == self.now.core_sha256
        assert len(set(self.digests.values())) == len(self.digests)
        People.opened += self.model.may_cut()

    def sign_what_was_seen(self, name: str, facts: GateFacts, seen: str) -> None:
        require_seen(facts, seen)
        sign(self.store, self.workspace, self.person(name), facts)

    def attempt(self, allowed: bool, act: Callable[..., object], *given: Any, **more: Any) -> None:
        if allowed:
            act(*given, **more)
            return
        with pytest.raises(PipelineError):
            act(*given, **more)

    @property
    def plan(self) -> CutPlan:
        return self.store.plan("p-1")

    def person(self, name: str) -> User:
        found = self.store.user_by_id(self.people[name].id)
        assert found is not None
        return found

    def facts(self) -> GateFacts:
        return gather_facts(self.store, self.plan, today=self.given.today,
                            originals_sha256=self.given.originals_sha256,
                            checklist_sha256=self.given.checklist_sha256)  # fmt: skip


@pytest.fixture
def people_at_work(filled: Store, workspace: Workspace, case: Case, people: dict[str, User]) -> Iterator[type]:
    """The machine on copies of one workspace with a flag that blocks while the interviewee is on trial."""
    case.flags = ()
    case.flag(Action.REVIEW, item="incrimination.membership")
    filled.replace_flags("r-1", case.flags, case.source().checklist_sha256)
    filled.save_plan(replace(case.plan, version=2, kept=(Kept("r-1", Span(800, 6_700)),), aspects=(Aspect.WIDE,)))
    filled.close()
    People.original, People.people, People.opened = workspace, people, 0
    People.flags, People.given = case.flags, case.facts()
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        People.folder = Path(folder)
        yield People


def test_no_sequence_of_acts_opens_the_gate_where_the_model_keeps_it_shut(people_at_work: type) -> None:
    """Sequences of 30 acts: edit, correct, read, decide, approve, revoke, change roles, withdraw, cut, export."""
    asked = settings(
        max_examples=SEQUENCES,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),  # to shorten a failure would take minutes
    )
    run_state_machine_as_test(people_at_work, settings=asked)
    assert People.opened > SEQUENCES  # it was open often enough to have been tried
