"""Sound, picture and waveform of a recording, by id, judged at every request; seeking works (Range)."""

import logging
from mimetypes import guess_type
from threading import Lock, Thread

from starlette.responses import FileResponse, Response

from pipeline.domain import Recording
from pipeline.errors import NotFoundError, PipelineError
from pipeline.ingest import SOUND_FILE
from pipeline.media import make_peaks, make_proxy, proxy_file
from review.web.pages import tell
from review.web.plan_page import visible_plan
from review.web.services import Services
from review.web.visit import Visit

log = logging.getLogger(__name__)

_making: set[str] = set()
_failed: dict[str, str] = {}
_lock = Lock()


def media(visit: Visit) -> Response:
    """The small copy. Raises NotFoundError until it is made; `media_state` says how far it is."""
    found = visit.recording()
    if not is_ready(visit.services, found):
        _start(visit.services, found)
        raise NotFoundError(f"the review copy of {found.id} is being made", "the sound can be heard meanwhile")
    kind = "video/mp4" if found.probe.picture else "audio/mp4"
    return FileResponse(proxy_file(visit.services.workspace, found), media_type=kind)


def media_state(visit: Visit) -> Response:
    found = visit.recording()
    ready = is_ready(visit.services, found)
    if not ready:
        _start(visit.services, found)
    return tell({"ready": ready, "fault": _failed.get(found.id, "")})


def sound(visit: Visit) -> Response:
    """The 16 kHz sound that ingest made: there at once, while the small copy is still in the making."""
    path = visit.services.workspace.recording_folder(visit.recording().id) / SOUND_FILE
    if not path.is_file():
        raise NotFoundError("the sound is not there", "ingest the recording again")
    return FileResponse(path, media_type="audio/wav")


def reading(visit: Visit) -> Response:
    """Another reader's recording as he gave it, for who sees the plan; only ever as sound or picture."""
    plan = visible_plan(visit)
    if plan.revoicing is None:
        raise NotFoundError(f"nobody reads the words of {plan.id}", f"counterclip plan revoice {plan.id} FILE")
    path = visit.services.workspace.reading(plan.revoicing.id)
    kind = guess_type(path.name)[0] or ""
    is_media = kind.startswith(("audio/", "video/"))
    return FileResponse(path, media_type=kind if is_media else "application/octet-stream")


def peaks(visit: Visit) -> Response:
    found = visit.recording()
    path = make_peaks(visit.store, visit.services.workspace, found)
    return FileResponse(path, media_type="application/octet-stream")


def is_ready(services: Services, recording: Recording) -> bool:
    return proxy_file(services.workspace, recording).is_file() and bool(services.store.stage(recording.id, "proxy"))


def _start(services: Services, recording: Recording) -> None:
    with _lock:
        if recording.id in _making or recording.id in _failed:
            return
        _making.add(recording.id)
    Thread(target=_make, args=(services, recording), daemon=True, name=f"proxy-{recording.id}").start()


def _make(services: Services, recording: Recording) -> None:
    try:
        make_proxy(services.store, services.workspace, recording)
    except PipelineError as error:
        _failed[recording.id] = error.message
        log.warning("review copy of %s: %s", recording.id, error.message)
    finally:
        with _lock:
            _making.discard(recording.id)
