"""Making answers: templates filled with values, redirects, JSON, cookies."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from pipeline.canonical import Json, text_sha256
from pipeline.domain import Role
from review.checkpoints import read_public_key
from review.web.access import ADMINS, AUDITORS, DECIDERS, EDITORS, READERS, VIEWERS
from review.web.look import LOOKS, chosen_look
from review.web.visit import Visit
from subtitles.sdh import language_told

HERE = Path(__file__).parent
GROUPS = {"readers": READERS, "deciders": DECIDERS, "editors": EDITORS, "admins": ADMINS, "auditors": AUDITORS,
          "viewers": VIEWERS}  # fmt: skip


@lru_cache
def templates() -> Environment:
    """Every value is escaped; a name that is not given is an error, not an empty place."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["clock"] = clock
    made.filters["spoken"] = spoken
    made.filters["language_told"] = language_told
    return made


def show(visit: Visit, template: str, status: int = 200, **values: Any) -> Response:
    """A page for this visitor."""
    person = visit.person
    head = visit.store.head() if person else None
    filled = templates().get_template(template).render(
        me=person,
        may={name: group.admits(person) for name, group in GROUPS.items()},
        look=chosen_look(visit.cookies),
        looks=LOOKS,
        ledger_id=_ledger_id(visit.services.workspace.keys) if person else "",
        ledger_size=head.seq if head else 0,
        ledger_head=head.sha256 if head else "",
        roles=Role,
        **values,
    )  # fmt: skip
    return HTMLResponse(filled, status)


@lru_cache(maxsize=8)
def _ledger_id(keys: Path) -> str:
    """Tells one workspace's ledger from another's, for what a browser remembers of it."""
    return text_sha256(read_public_key(keys))[:16]


def see(address: str) -> Response:
    """Go and look there: the answer to a form that was done."""
    return RedirectResponse(address, 303)


def tell(value: Json, status: int = 200) -> Response:
    return JSONResponse(value, status)


def set_cookie(response: Response, name: str, value: str, *, secure: bool, hidden: bool, seconds: int) -> None:
    response.set_cookie(name, value, max_age=seconds, path="/", secure=secure, httponly=hidden, samesite="strict")


def cookie_name(secure: bool) -> str:
    """Over TLS the prefix binds it to this host; browsers refuse the prefix without TLS."""
    return "__Host-counterclip" if secure else "counterclip"


def clock(ms: int | None) -> str:
    """Milliseconds as people write times: 1:02:03 or 2:03."""
    if ms is None:
        return "–"
    seconds = ms // 1000
    hours, minutes = seconds // 3600, seconds // 60 % 60
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"


def spoken(name: str) -> str:
    """An enumeration's or item's name as words: `identity.person` → identity: person."""
    family, dot, item = str(name).partition(".")
    return f"{family}: {item}".replace("_", " ") if dot else family.replace("_", " ")


def for_script(value: Json) -> str:
    """JSON that may stand in an attribute."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def for_data_block(value: Json) -> Markup:
    """JSON that may stand in a `<script type="application/json">`: nothing in it ends the block."""
    return Markup(for_script(value).replace("<", "\\u003c"))  # noqa: S704 - without `<` there is no markup in it
