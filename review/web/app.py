"""The review pages as one Starlette application, made from values; it starts nothing by itself."""

from functools import partial
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.errors import PipelineError
from review.web import sessions
from review.web.faults import access_refused, answer_fault, not_here
from review.web.guard import HEADERS, STRICT_TRANSPORT, is_known_host, is_same_site
from review.web.pages import cookie_name
from review.web.routes import ROUTES, Entry
from review.web.services import Services
from review.web.visit import Form, Visit, now

MOST_BYTES = 256 * 1024
"""Of a posted form; the longest is a selection of words with a note."""

MOST_FIELDS = 10_000


def create_app(services: Services) -> Starlette:
    """The application for these services. Every route of it stands in the literal table of `routes.py`."""
    routes = [Route(e.path, partial(_answer, services, e), methods=[e.method], name=e.page.__name__) for e in ROUTES]
    app = Starlette(routes=routes, exception_handlers={HTTPException: partial(_http_fault, services)})
    app.add_middleware(Guarded, services=services)
    return app


class Guarded:
    """Refuses strange hosts and requests sent by other sites; puts the headers on every answer."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if self._services.secure:
                    headers["strict-transport-security"] = STRICT_TRANSPORT
            await send(message)

        await self._judged(Request(scope))(scope, receive, send_guarded)

    def _judged(self, request: Request) -> ASGIApp:
        if not is_known_host(request.headers.get("host", ""), self._services.hosts):
            return PlainTextResponse("this server does not answer to that name", 421)
        if not is_same_site(request.method, request.headers):
            return PlainTextResponse("sent from another site: nothing was done", 403)
        return self._app


async def _answer(services: Services, entry: Entry, request: Request) -> Response:
    try:
        form = await _form(request)
    except PipelineError as error:
        return PlainTextResponse(error.message, 413)
    return await run_in_threadpool(_answer_now, services, entry, request, form)


def _answer_now(services: Services, entry: Entry, request: Request, form: Form) -> Response:
    found = sessions.find(services.store, request.cookies.get(cookie_name(services.secure)), now())
    visit = Visit(
        services=services,
        person=found[0] if found else None,
        session=found[1] if found else None,
        params=request.path_params,
        query=request.query_params,
        form=form,
        cookies=request.cookies,
        wants_json="application/json" in request.headers.get("accept", ""),
        method=request.method,
    )
    if not entry.access.admits(visit.person):
        return access_refused(visit, entry.access)
    try:
        return entry.page(visit)
    except PipelineError as error:
        return answer_fault(visit, error)


async def _form(request: Request) -> Form:
    if request.method in ("GET", "HEAD"):
        return Form({})
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise PipelineError("the form is too long", "send less")
    try:
        fields = parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except (UnicodeDecodeError, ValueError):
        raise PipelineError("the form cannot be read", "send it from the page") from None
    return Form(fields)


async def _http_fault(services: Services, _request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return await run_in_threadpool(not_here, services, status)
