"""counterclip user"""

from typing import Annotated

import typer

from pipeline.commands.console import As, AsJson, PasswordFd, print_json, print_table, say
from pipeline.commands.context import Context, acting, read_password
from pipeline.domain import Role

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
