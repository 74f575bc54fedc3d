"""A plan as it will be seen and heard, made small and with the mark when somebody asks for it."""

import logging
from threading import Lock, Thread

from starlette.responses import FileResponse, Response

from pipeline.domain import CutPlan
from pipeline.errors import NotFoundError, PipelineError
from review.web.pages import tell
from review.web.plan_page import visible_plan
from review.web.services import Services
from review.web.visit import Visit

log = logging.getLogger(__name__)

_making: set[str] = set()
_failed: dict[str, str] = {}
"""File name → why it could not be made; forgotten when somebody asks again."""
_lock = Lock()


def preview(visit: Visit) -> Response:
    """The file. Raises NotFoundError until it is made; `preview_state` says how far it is."""
    path = visit.services.preview_file(visible_plan(visit))
    if not path.is_file():
        raise NotFoundError("there is no preview of this version yet", "let it be made on the plan's page")
    return FileResponse(path, media_type="video/mp4")


def preview_state(visit: Visit) -> Response:
    path = visit.services.preview_file(visible_plan(visit))
    return tell({"ready": path.is_file(), "making": path.name in _making, "fault": _failed.get(path.name, "")})


def make_preview(visit: Visit) -> Response:
    """Begin to make it, once."""
    plan = visible_plan(visit)
    name = visit.services.preview_file(plan).name
    with _lock:
        _failed.pop(name, None)
        is_new = name not in _making
        _making.add(name)
    if is_new:
        Thread(target=_make, args=(visit.services, plan, name), daemon=True, name=f"preview-{plan.id}").start()
    return preview_state(visit)


def _make(services: Services, plan: CutPlan, name: str) -> None:
    fault = "something unforeseen happened; whoever runs the server finds it in the log"
    try:
        services.make_preview(plan)
        fault = ""
    except PipelineError as error:
        fault = error.message
        log.warning("preview of %s: it was refused", plan.id)
    finally:
        with _lock:
            if fault:
                _failed[name] = fault
            _making.discard(name)
