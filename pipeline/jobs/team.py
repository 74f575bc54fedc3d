"""Sample people for the demo and for benchmarks: six people, six passwords, no one with two hats."""

import secrets
from dataclasses import dataclass

from pipeline.domain import Role, User
from pipeline.jobs.found import found_workspace
from pipeline.store import Store, open_store
from pipeline.workspace import Workspace
from review.accounts import add_user

PEOPLE = (
    ("ana", Role.ADMIN),
    ("edo", Role.EDITOR),
    ("bea", Role.REVIEWER),
    ("cem", Role.REVIEWER),
    ("lea", Role.COUNSEL),
    ("xen", Role.EXPORTER),
)


@dataclass(frozen=True, slots=True)
class Team:
    """Who acts, and the passwords they were given."""

    ana: User
    """Admin: adds people, approves nothing."""
    edo: User
    """Editor: makes plans, signs none of them."""
    bea: User
    """Reviewer."""
    cem: User
    """Reviewer."""
    lea: User
    """Counsel."""
    xen: User
    """Exporter."""
    passwords: tuple[tuple[str, str], ...]


def found_team(workspace: Workspace) -> Team:
    """Found a new workspace with the sample people in it; each gets a random password."""
    passwords = {name: secrets.token_urlsafe(12) for name, _ in PEOPLE}
    found_workspace(workspace, "ana", (Role.ADMIN,), passwords["ana"])
    store = open_store(workspace.store_url)
    try:
        users = {"ana": _known(store, "ana")}
        for name, role in PEOPLE[1:]:
            users[name] = add_user(store, name, (role,), passwords[name], by=users["ana"].id)
    finally:
        store.close()
    return Team(**users, passwords=tuple(passwords.items()))


def _known(store: Store, name: str) -> User:
    user = store.user_by_name(name)
    if user is None:
        raise LookupError(name)  # found_workspace has just added this person
    return user
