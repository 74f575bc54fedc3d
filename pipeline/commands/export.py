"""counterclip export"""

from typing import Annotated

import typer

from pipeline.commands.batch import run_shown
from pipeline.commands.console import As, AsJson, PasswordFd, note, print_json, say
from pipeline.commands.context import Context, acting
from pipeline.domain import Role


def export(
    ctx: typer.Context,
    campaign: Annotated[str, typer.Argument(metavar="CAMPAIGN", help="A name for the effort.")],
    clip: Annotated[list[str], typer.Option("--clip", help="c-… of cut; repeat it.")],
    platform: Annotated[
        list[str],
        typer.Option(
            "--platform", help="youtube, shorts, facebook, instagram, tiktok, x, telegram or website; repeat it."
        ),
    ],
    recipient: Annotated[str, typer.Option("--to", help="Who gets it, for the takedown sheet.")] = "",
    seal: Annotated[
        list[str] | None,
        typer.Option("--seal", help="Also an archive that only this public key (age1…) opens; repeat it."),
    ] = None,
    c2pa: Annotated[
        bool, typer.Option("--c2pa", help="Content Credentials beside each video, by keys/c2pa.crt and keys/c2pa.key.")
    ] = False,
    as_: As = None,
    password_fd: PasswordFd = None,
    as_json: AsJson = False,
) -> None:
    """Write a campaign bundle: each platform's files, subtitle files, posters, a manifest, and a verifier for partners.

    Every platform gets the verified clip in the size, rates and loudness that it takes, read back before it is handed
    over; where the clip fits as it is, it is that very file. `website` gets all of it as it was verified.

    With --c2pa strangers can prove that your organisation signed exactly these files, and so can those who look for
    whoever made them: certificates name their owner for good. Nothing about the recording is in them. Leave it
    off where the tie to your organisation is a danger to anyone; docs/settings.md weighs it.

    Example: [bold]counterclip export spring --clip c-1a2b3c4d5e --platform youtube --platform x --as Xenia[/bold]
    """
    from pipeline.jobs.export import outcome_of, wish
    from review.accounts import require_role

    context: Context = ctx.obj
    with context.open() as (workspace, store):
        exporter = acting(store, as_, password_fd)
        require_role(exporter, Role.EXPORTER)
        asked = wish(exporter, campaign, tuple(clip), tuple(platform), recipient, tuple(seal or ()),
                     with_credentials=c2pa)  # fmt: skip
        (job,) = run_shown(workspace, store, [asked], [campaign], 1, None)
        bundle, folder, remark = outcome_of(workspace, store, job)
    if remark:
        note(remark)
    if as_json:
        print_json({"bundle": bundle.id, "folder": str(folder), "manifest_sha256": bundle.manifest_sha256})
    else:
        say(f"{bundle.id} {folder}")
        if seal:
            say(f"{folder}.tar.age")
        note(f"check it anywhere: python3 {folder}/verify.py")
