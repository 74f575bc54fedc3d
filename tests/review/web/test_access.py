"""Who may use which route: every route × every role, generated from the literal table."""

import pytest
from starlette.routing import Route

from pipeline.domain import Kept, Role, Span
from review.assignments import assign
from review.web.access import ANYONE
from review.web.routes import ROUTES, Entry
from review.web.services import PlanWish

WHO = {
    None: None,
    "ana": Role.ADMIN,
    "edo": Role.EDITOR,
    "bea": Role.REVIEWER,
    "lea": Role.COUNSEL,
    "xen": Role.EXPORTER,
}
PASSWORD = "correct horse battery"
"""Of everyone in `conftest.py`."""
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE")


def address(entry: Entry, recording: str) -> str:
    """The route with ids that exist where that matters, and ids of nothing elsewhere."""
    known = {"recording": recording, "flag": "f-place", "plan": "p-0", "clip": "c-0", "file": "pages.css",
             "session": "v-0", "user": "u-0"}  # fmt: skip
    return entry.path.format(**known)


def test_every_route_of_the_application_stands_in_the_table(place) -> None:
    """A route that was added elsewhere would have no declared policy."""
    served = {
        (method, route.path) for route in place.app.routes if isinstance(route, Route) for method in route.methods
    }
    declared = {(e.method, e.path) for e in ROUTES} | {("HEAD", e.path) for e in ROUTES if e.method == "GET"}
    assert served == declared
    assert all(isinstance(route, Route) for route in place.app.routes)


def test_the_matrix_of_roles_routes_and_methods_is_as_declared(place) -> None:
    """Each of five roles and nobody, on each route, with each method: let in exactly where the table says."""
    wrong, asked = [], 0
    table = {(e.method, e.path): e for e in ROUTES}
    for name, role in WHO.items():
        client = place.client(name)
        for path in dict.fromkeys(e.path for e in ROUTES):
            for method in METHODS:
                entry = table.get(("GET" if method == "HEAD" else method, path))
                any_entry = entry or next(e for e in ROUTES if e.path == path)
                client = place.client(name)  # signing out ends a session: each request has one of its own
                answer = client.request(method, address(any_entry, place.recording))
                asked += 1
                if not matches(entry, role, answer):
                    wrong.append((name, method, path, answer.status_code))
    assert not wrong
    assert asked == len(WHO) * len({e.path for e in ROUTES}) * len(METHODS)


def test_an_interview_of_others_is_closed_on_every_route_to_it(place) -> None:
    """Generated from the table: whatever leads to a recording, a flag or a plan refuses who is not assigned."""
    plan = made_plan(place)
    assign(place.store, place.people["ana"], place.people["cem"], [place.recording])
    names = {"recording": place.recording, "flag": "f-place", "plan": plan}
    theirs = [e for e in ROUTES if any(f"{{{name}}}" in e.path for name in names)]
    open_, asked = [], 0
    for name in ("edo", "bea", "lea"):
        for entry in theirs:
            if WHO[name] in entry.access.roles:
                answer = place.client(name).request(entry.method, entry.path.format(**names))
                asked += 1
                if answer.status_code != 403 or "given to other people" not in answer.text:
                    open_.append((name, entry.method, entry.path, answer.status_code))
    assert not open_
    assert asked > len(theirs)


def test_an_interview_of_others_is_in_no_list(place) -> None:
    """Neither in the queue, nor among the plans, nor found by its words; who is assigned finds it."""
    plan = made_plan(place)
    assign(place.store, place.people["ana"], place.people["cem"], [place.recording])
    for name, sees in (("bea", False), ("cem", True)):
        client = place.client(name)
        assert (place.recording in client.get("/").text) is sees
        assert (plan in client.get("/plans").text) is sees
        assert ("<mark>country</mark>" in client.post("/search", data={"query": "country"}).text) is sees


def test_an_admin_assigns_on_the_page_with_his_password(place) -> None:
    """And sees the recording's id and code, never a word of it."""
    ana = place.client("ana")
    form = {"recording": place.recording, "user": place.people["bea"].id, "part": "reviewer"}
    assert ana.post("/assignments", data=form | {"password": "wrong password here"}).status_code == 403
    assert ana.post("/assignments", data=form | {"password": PASSWORD}).status_code == 303
    shown = ana.get("/people").text
    assert "<bdi>bea</bdi> as reviewer" in shown
    assert "Americans" not in shown
    assert place.client("cem").get(f"/recordings/{place.recording}").status_code == 403
    assert ana.post("/assignments", data=form | {"password": PASSWORD, "part": "none"}).status_code == 303
    assert place.client("bea").get(f"/recordings/{place.recording}").status_code == 403


def made_plan(place) -> str:
    wish = PlanWish(kept=(Kept(place.recording, Span(3_400, 8_000)),), title="A title")
    return str(place.services.make_plan(place.people["edo"], wish).id)


def matches(entry: Entry | None, role: Role | None, answer) -> bool:
    if entry is None:
        return answer.status_code == 405
    if entry.access is ANYONE or (role is not None and role in entry.access.roles):
        return not is_refused(answer)
    return is_refused(answer)


def is_refused(answer) -> bool:
    """Sent to sign in, told to sign in, or told which role it takes; answers to HEAD say nothing."""
    sent = answer.status_code == 303 and answer.headers["location"] == "/sign-in" and "set-cookie" not in answer.headers
    said = not answer.content or "takes the role" in answer.text or "you are not signed in" in answer.text
    return sent or (answer.status_code in (401, 403) and said)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.EXPORTER])
def test_admins_and_exporters_never_reach_unredacted_material(role: Role) -> None:
    """The role table of the threat model: no path under a recording, flag or plan is theirs."""
    theirs = [e.path for e in ROUTES if role in e.access.roles]
    assert not [p for p in theirs if p.startswith(("/recordings", "/flags", "/plans"))]


def test_editors_neither_decide_nor_sign() -> None:
    """Who composes a clip never approves it."""
    theirs = {(e.method, e.path) for e in ROUTES if Role.EDITOR in e.access.roles}
    assert not {p for _, p in theirs if p.endswith(("/decide", "/undo", "/sign", "/override", "/read"))}
