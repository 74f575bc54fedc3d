"""What a job is to do and what became of it, as values that the store keeps between two processes."""

from dataclasses import dataclass

from pipeline.canonical import Json, document_sha256
from pipeline.errors import PipelineError, RefusedError
from pipeline.store import Job, JobState


@dataclass(frozen=True, slots=True)
class Asked:
    """One job that somebody wants done."""

    kind: str
    payload: Json
    subject: str = ""
    """Id of what it is about; empty until it is known."""

    @property
    def id(self) -> str:
        """The same wish always has the same id, so two people who have it get one result."""
        return "j-" + document_sha256("job", {"kind": self.kind, "payload": self.payload})[:10]


@dataclass(frozen=True, slots=True)
class Ended:
    """What a job made: the answer for the command that asked, and the id of what it was about."""

    result: Json
    subject: str


class BrokenJobError(PipelineError):
    """A job's process ended by a mistake of ours; its traceback stands on standard error."""

    exit_code = 1


def problem_json(problem: PipelineError) -> Json:
    reasons = list(problem.reasons) if isinstance(problem, RefusedError) else None
    return {"message": problem.message, "hint": problem.hint, "reasons": reasons,
            "broken": isinstance(problem, BrokenJobError)}  # fmt: skip


def problem_of(job: Job) -> PipelineError | None:
    """Why a job failed; None when it did not."""
    if job.state is not JobState.FAILED:
        return None
    told = job.result or {}
    if "message" not in told:
        return PipelineError(job.reason, "counterclip status tells more; run the same command again")
    if told["broken"]:
        return BrokenJobError(told["message"], told["hint"])
    if told["reasons"] is not None:
        return RefusedError(told["message"], tuple(told["reasons"]), told["hint"])
    return PipelineError(told["message"], told["hint"])
