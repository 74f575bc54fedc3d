"""Finished clips, for those who may see them; blocked at once when anyone in them took consent back."""

from starlette.responses import FileResponse, Response

from pipeline.domain import Clip
from pipeline.errors import NotFoundError
from review.web.pages import show
from review.web.plan_facts import quick_facts
from review.web.visit import Visit
from review.withdrawn import WithdrawnError, require_nobody_withdrawn


def clips(visit: Visit) -> Response:
    """Every clip; those that relied on something that has changed since are to be looked at again."""
    rows = []
    for clip in visit.store.clips():
        try:
            _require_visible(visit, clip)
        except WithdrawnError:
            rows.append((clip, "", True, False))
        else:
            plan = visit.store.plan(clip.plan, clip.plan_version)
            relied_on = quick_facts(visit.services, plan).facts.core_sha256
            rows.append((clip, plan.title, False, relied_on != clip.core_sha256))
    return show(visit, "clips.html", rows=rows)


def rendition(visit: Visit) -> Response:
    """One file of a clip. Raises NotFoundError when there is none, WithdrawnError when it may not be seen."""
    clip = visit.store.clip(visit.params["clip"])
    _require_visible(visit, clip)
    wanted = visit.params["file"]
    if wanted not in {r.file_name for r in clip.renditions}:
        raise NotFoundError("this clip has no such file", "look at the list of clips")
    path = visit.services.workspace.clips / clip.id / wanted
    if not path.is_file():
        raise NotFoundError("the file is not where it was", "cut the plan again")
    return FileResponse(path, media_type="video/mp4")


def _require_visible(visit: Visit, clip: Clip) -> None:
    if visit.store.recalls(clip.id):
        raise WithdrawnError(f"{clip.id} was recalled", hint="nobody shows or hands it over any more")
    plan = visit.store.plan(clip.plan, clip.plan_version)
    require_nobody_withdrawn(visit.store, plan)
