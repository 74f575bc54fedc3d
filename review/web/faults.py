"""What went wrong, told in one sentence and a hint, with the status that fits. Never words of a transcript."""

from types import MappingProxyType

from starlette.responses import Response

from pipeline.errors import (
    AuthenticationError,
    MediaError,
    NotFoundError,
    PipelineError,
    RefusedError,
    StoreError,
)
from review.assignments import NotAssignedError
from review.signing import StaleError
from review.web.access import Access
from review.web.pages import see, show, tell
from review.web.services import Services
from review.web.visit import Form, Visit
from review.withdrawn import WithdrawnError

STATUS = (
    (StaleError, 409),
    (WithdrawnError, 410),
    (NotAssignedError, 403),
    (NotFoundError, 404),
    (AuthenticationError, 403),
    (RefusedError, 422),
    (MediaError, 422),
    (StoreError, 409),
    (PipelineError, 422),
)
"""The first kind that fits."""


def answer_fault(visit: Visit, error: PipelineError) -> Response:
    """The error as a page, or as JSON for a script."""
    status = next(status for kind, status in STATUS if isinstance(error, kind))
    reasons = error.reasons if isinstance(error, RefusedError) else ()
    if visit.wants_json:
        return tell({"error": error.message, "hint": error.hint, "reasons": list(reasons)}, status)
    return show(visit, "fault.html", status, message=error.message, hint=error.hint, reasons=reasons)


def access_refused(visit: Visit, access: Access) -> Response:
    """Nobody signed in: to the sign-in page. Signed in without the role: 403, and which role it takes."""
    if visit.person is None:
        if visit.wants_json or visit.method != "GET":
            return tell({"error": "you are not signed in", "hint": "sign in again", "reasons": []}, 401)
        return see("/sign-in")
    roles = " or ".join(sorted(access.roles))
    return answer_fault(visit, AuthenticationError(f"this takes the role {roles}", "ask someone who has it"))


def not_here(services: Services, status: int) -> Response:
    """A plain page for addresses that do not exist."""
    nobody = Visit(services, None, None, MappingProxyType({}), MappingProxyType({}), Form({}), {}, wants_json=False)
    message = "there is no such page" if status == 404 else "this cannot be done here"
    return show(nobody, "fault.html", status, message=message, hint="go back to the queue", reasons=())
