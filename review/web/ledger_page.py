"""The audit ledger as a page, whether it is whole, and the signed receipt that a reviewer can keep."""

from starlette.responses import PlainTextResponse, Response

from pipeline.errors import NotFoundError
from review.checkpoints import read_public_key
from review.ledger import verify
from review.web.pages import show
from review.web.visit import Visit

LAST = 200


def ledger(visit: Visit) -> Response:
    entries = visit.store.entries()
    keys = visit.services.workspace.keys
    verdict = verify(entries, _checkpoints(visit), read_public_key(keys))
    names = {u.id: u.name for u in visit.store.users()}
    return show(visit, "ledger.html", entries=entries[-LAST:][::-1], total=len(entries), verdict=verdict, names=names)


def receipt(visit: Visit) -> Response:
    """The newest signed head of the ledger. Raises NotFoundError before there is one."""
    found = _checkpoints(visit)
    if not found:
        raise NotFoundError("there is no receipt yet", "one is made at every signature")
    answer = PlainTextResponse(found[-1])
    answer.headers["content-disposition"] = 'attachment; filename="counterclip-receipt.txt"'
    return answer


def _checkpoints(visit: Visit) -> list[str]:
    folder = visit.services.workspace.checkpoints
    return [
        p.read_text(encoding="utf-8") for p in sorted(folder.iterdir()) if p.is_file() and not p.name.startswith(".")
    ]
