"""A workspace with people in it, made the way the product makes them; for the tests of the jobs."""

from dataclasses import dataclass
from pathlib import Path

from pipeline.canonical import to_json
from pipeline.domain import Choice, Consent, CutPlan, Kept, LegalStatus, Picture, Span, Standing, Tier
from pipeline.ingest import Request
from pipeline.jobs.decide import decide_and_redact
from pipeline.jobs.gate import seen_now, sign_plan
from pipeline.jobs.ingest import current_checklist, ingest_file
from pipeline.jobs.plan import Wish, make_plan
from pipeline.jobs.team import Team
from pipeline.store import Store
from pipeline.workspace import Workspace
from review.decisions import read_segments
from review.interviewees import state
from subtitles.transcripts import read_transcript

DATA = Path(__file__).parents[1] / "data"
CODE = "T-1"
KENNEDY = Span(0, 2_700)
"""And so my fellow Americans."""


@dataclass(frozen=True)
class Office:
    """A workspace, its store, and its people."""

    workspace: Workspace
    store: Store
    team: Team

    def state_everything(self, **other: object) -> None:
        """Consent and all that the gate wants; `other` says something else."""
        consent = Consent(face=True, voice=True, name=False, platforms=("*",), languages=("*",), expires=None)
        said = {
            "consent": to_json(consent), "legal_status": LegalStatus.RELEASED.value, "standing": Standing.FIRM.value,
            "jurisdiction": "US", "warning_override": "a historic speech", **other,
        }  # fmt: skip
        state(self.store, self.team.bea, CODE, {k: v for k, v in said.items() if v is not None})

    def ingest(self, path: Path = DATA / "jfk.flac", transcript: Path = DATA / "jfk.json") -> str:
        """Take a recording in with a ready transcript; no recognition."""
        request = Request(path, CODE, imported=read_transcript(transcript))
        return ingest_file(
            self.workspace, current_checklist(self.workspace), None, None, lambda *_: None, request
        ).recording

    def read_and_keep(self, recording: str) -> None:
        """Bea reads all of it and keeps every red flag."""
        transcript = self.store.transcript(recording)
        read_segments(self.store, self.team.bea, recording, [s.id for s in transcript.segments] if transcript else [])
        for flag in self.store.flags(recording):
            if flag.suppressed is None and flag.tier is Tier.RED:
                decide_and_redact(self.workspace, self.store, self.team.bea, flag.id, Choice.KEEP, "read and heard")

    def plan(self, recording: str, span: Span = KENNEDY) -> CutPlan:
        wish = Wish((Kept(recording, span),), "A speech", "1961", None, ("en",), Picture.OFF)
        return make_plan(self.workspace, self.store, self.team.edo, wish)

    def sign(self, plan: CutPlan) -> None:
        seen = seen_now(self.workspace, self.store, plan.id)
        for person in (self.team.bea, self.team.cem):
            sign_plan(self.workspace, self.store, person, plan.id, seen)

    def ready_plan(self) -> CutPlan:
        """A short plan that only signatures are missing from."""
        self.state_everything()
        recording = self.ingest()
        self.read_and_keep(recording)
        return self.plan(recording)

    def signed_plan(self) -> CutPlan:
        """A short plan that everyone who has to has signed."""
        plan = self.ready_plan()
        self.sign(plan)
        return plan
