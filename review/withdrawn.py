"""Who took consent back: nothing of the person is shown to anyone, on the pages or at the terminal."""

from pipeline.domain import CutPlan, Recording
from pipeline.errors import RefusedError
from pipeline.store import Store


class WithdrawnError(RefusedError):
    """The interviewee took consent back: nothing of the recording is shown to anyone."""


def is_withdrawn(store: Store, recording: Recording) -> bool:
    """Whether the interviewee took consent back; of an unknown one nothing was said yet."""
    code = recording.interviewee
    return bool(code) and code in store.interviewees() and store.profile(code or "").withdrawn


def require_not_withdrawn(store: Store, recording: Recording) -> None:
    """Raises WithdrawnError when the interviewee took consent back."""
    if is_withdrawn(store, recording):
        raise WithdrawnError(
            f"{recording.id} is withdrawn", hint="the interviewee took consent back; nothing of it is shown or made"
        )


def require_nobody_withdrawn(store: Store, plan: CutPlan) -> None:
    """Raises WithdrawnError when anyone in a plan took consent back."""
    for recording in dict.fromkeys(k.recording for k in plan.kept):
        require_not_withdrawn(store, store.recording(recording))
