"""Scripts and styles of the pages: exactly the files that lie in `static/`, by name."""

from functools import lru_cache
from pathlib import Path

from starlette.responses import Response

from pipeline.errors import NotFoundError
from review.web.visit import Visit

FOLDER = Path(__file__).parent / "static"
KINDS = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}


def static(visit: Visit) -> Response:
    name = visit.params["file"]
    if name not in names():
        raise NotFoundError("there is no such file", "go back to the queue")
    path = FOLDER / name
    return Response(path.read_bytes(), media_type=KINDS[path.suffix], headers={"cache-control": "no-cache"})


@lru_cache
def names() -> frozenset[str]:
    return frozenset(p.name for p in FOLDER.iterdir() if p.suffix in KINDS)
