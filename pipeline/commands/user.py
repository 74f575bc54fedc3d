"""counterclip user"""

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.console import As, AsJson, PasswordFd, print_json, print_table, say
from pipeline.commands.context import Context, acting, read_password
from pipeline.domain import Role, User
from pipeline.errors import NotFoundError

if TYPE_CHECKING:
    from pipeline.store import Store

app = typer.Typer(help="The people of this workspace and what they may do.", no_args_is_help=True)


@app.command("add")
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="How this person signs in.")],
    role: Annotated[list[Role], typer.Option("--role", help="May be given several times.")],
    as_: As = None,
    password_fd: PasswordFd = None,
) -> None:
    """Add a person. An admin does it; the new person types his own password.

    Example: [bold]counterclip user add Bea --role reviewer --as Ana[/bold]
    """
    from review.accounts import add_user, require_role

    context: Context = ctx.obj
    with context.open() as (_, store):
        admin = acting(store, as_, password_fd)
        require_role(admin, Role.ADMIN)
        password = read_password(f"New password for {name} (12 characters or more)", password_fd, confirm=True)
        user = add_user(store, name, tuple(role), password, by=admin.id)
    say(f"{user.id} {', '.join(user.roles)}")


@app.command("roles")
def roles(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="Whose.")],
    role: Annotated[list[Role] | None, typer.Option("--role", help="All he has from now on; none: shut out.")] = None,
    as_: As = None,
    password_fd: PasswordFd = None,
) -> None:
    """Give a person other roles. Sign-offs in a role he lost do not count any more; his sessions end.

    Example: [bold]counterclip user roles Bea --role reviewer --role counsel --as Ana[/bold]
    """
    from review.accounts import change_roles

    context: Context = ctx.obj
    with context.open() as (_, store):
        admin = acting(store, as_, password_fd)
        changed = change_roles(store, admin, _known(store, name), tuple(role or ()))
    say(f"{changed.id} {', '.join(changed.roles) or 'shut out'}")


@app.command("password")
def password(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="Whose; an admin sets a new one for who forgot it.")],
    as_: As = None,
    password_fd: PasswordFd = None,
) -> None:
    """Change a password: your own, or as an admin anybody's, who types it himself. All sessions end.

    Example: [bold]counterclip user password Bea --as Bea[/bold]
    """
    from review.accounts import change_password, require_role

    context: Context = ctx.obj
    with context.open() as (_, store):
        person, by = _known(store, name), acting(store, as_, password_fd)
        if by.id != person.id:
            require_role(by, Role.ADMIN)
        typed = read_password(f"New password for {name} (12 characters or more)", password_fd, confirm=True)
        change_password(store, person, typed, by=by)
    say("changed")


@app.command("assign")
def assign(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="Whom.")],
    recording: Annotated[list[str], typer.Argument(metavar="RECORDING...", help="r-…")],
    part: Annotated[
        Role | None, typer.Option("--part", help="editor, reviewer or counsel; needed by who has several roles.")
    ] = None,
    as_: As = None,
    password_fd: PasswordFd = None,
) -> None:
    """Give a person a part in interviews. From the first on, only those assigned act on it, and see it on the pages.

    Until then it is open to the team. Example: [bold]counterclip user assign Bea r-1a2b3c4d5e --as Ana[/bold]
    """
    from review.assignments import assign as assign_to

    context: Context = ctx.obj
    with context.open() as (_, store):
        given = assign_to(store, acting(store, as_, password_fd), _known(store, name), recording, part)
    say(f"{given} of {', '.join(recording)}")


@app.command("unassign")
def unassign(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="Whom.")],
    recording: Annotated[list[str], typer.Argument(metavar="RECORDING...", help="r-…")],
    as_: As = None,
    password_fd: PasswordFd = None,
) -> None:
    """Take a person's part in interviews away. They stay closed to everyone who is not assigned.

    Example: [bold]counterclip user unassign Bea r-1a2b3c4d5e --as Ana[/bold]
    """
    from review.assignments import unassign as take_away

    context: Context = ctx.obj
    with context.open() as (_, store):
        take_away(store, acting(store, as_, password_fd), _known(store, name), recording)
    say(f"no part in {', '.join(recording)} any more")


def _known(store: "Store", name: str) -> User:
    person = store.user_by_name(name)
    if person is None:
        raise NotFoundError("there is nobody of that name", "counterclip user list shows who is known")
    return person


@app.command("list")
def list_(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the people and their roles.

    Example: [bold]counterclip user list[/bold]
    """
    context: Context = ctx.obj
    with context.open() as (_, store):
        users = store.users()
    if as_json:
        for user in users:
            print_json({"id": user.id, "name": user.name, "roles": list(user.roles)})
    else:
        print_table("", ("id", "name", "roles"), [(u.id, u.name, ", ".join(u.roles)) for u in users])
