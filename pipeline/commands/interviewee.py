"""counterclip interviewee"""

from datetime import date
from typing import Annotated, Any

import typer

from pipeline.canonical import to_json
from pipeline.commands.console import As, AsJson, PasswordFd, note, print_json, print_table, say
from pipeline.commands.context import Context, acting
from pipeline.domain import Consent, LegalStatus, Role, Standing
from pipeline.errors import NotFoundError, PipelineError

app = typer.Typer(
    help="What people have said about an interviewee: consent, legal status, standing. Dated, with who says so.",
    no_args_is_help=True,
)

Code = Annotated[str, typer.Argument(help="A code such as K-17, never a name.")]
Scope = Annotated[
    str | None, typer.Option("--consent", help="What he agreed to, of: voice,face,name. Empty text: nothing.")
]
Languages = Annotated[
    str, typer.Option("--languages", help="Subtitle languages he agreed to, such as en,fr; * for any.")
]
Platforms = Annotated[
    str, typer.Option("--platforms", help="Platforms he agreed to, such as youtube,tiktok; * for any.")
]
Expires = Annotated[
    str | None, typer.Option("--consent-expires", help="YYYY-MM-DD: from this day on the consent does not count.")
]
Legal = Annotated[LegalStatus | None, typer.Option("--legal-status")]
Stands = Annotated[Standing | None, typer.Option("--standing", help="A human judgement; never computed.")]
Jurisdiction = Annotated[str | None, typer.Option("--jurisdiction", help="Country code of the courts that matter.")]
Embargo = Annotated[str | None, typer.Option("--embargo-until", help="Nothing is cut before this day, YYYY-MM-DD.")]
NoWarning = Annotated[
    str | None,
    typer.Option("--warning-override", help="Why it may go without a recorded warning not to incriminate himself."),
]
Describe = Annotated[
    list[str] | None,
    typer.Option(
        "--describe",
        help="For reports, in general words, one of region, gender, role, period, reason: --describe role=cook",
    ),
]


def statements(
    consent: str | None, languages: str, platforms: str, expires: str | None, legal: LegalStatus | None,
    standing: Standing | None, jurisdiction: str | None, embargo: str | None, warning: str | None,
    describe: list[str] | None,
) -> dict[str, Any]:  # fmt: skip
    """The fields of a profile that were given, as JSON values.

    Raises PipelineError for a scope or a day that does not exist.
    """
    given: dict[str, Any] = {
        "legal_status": legal, "standing": standing, "jurisdiction": jurisdiction,
        "embargo_until": _day(embargo).isoformat() if embargo else None, "warning_override": warning,
    }  # fmt: skip
    if consent is None and (languages or platforms or expires):
        raise PipelineError(
            "languages, platforms and the last day belong to a consent", "say the whole consent again with --consent"
        )
    if consent is not None:
        given["consent"] = to_json(_consent(consent, languages, platforms, expires))
    given |= dict(map(_described, describe or ()))
    return {field: value for field, value in given.items() if value is not None}


def _described(text: str) -> tuple[str, str]:
    from pipeline.store import DESCRIBED

    field, equals, value = text.partition("=")
    if field.strip() not in DESCRIBED or not equals or not value.strip():
        raise PipelineError("that describes nothing", f"write one of {', '.join(DESCRIBED)} as role=cook")
    return field.strip(), value.strip()


def _consent(scope: str, languages: str, platforms: str, expires: str | None) -> Consent:
    allowed = _names(scope)
    if unknown := [name for name in allowed if name not in ("voice", "face", "name")]:
        raise PipelineError(f"unknown consent {unknown[0]!r}", "use voice, face, name")
    return Consent(
        face="face" in allowed,
        voice="voice" in allowed,
        name="name" in allowed,
        platforms=_names(platforms),
        languages=_names(languages),
        expires=_day(expires) if expires else None,
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise PipelineError(f"not a day: {text!r}", "write YYYY-MM-DD") from None


@app.command("add")
def add(
    ctx: typer.Context, code: Code, consent: Scope = None, languages: Languages = "", platforms: Platforms = "",
    consent_expires: Expires = None, legal_status: Legal = None, standing: Stands = None,
    jurisdiction: Jurisdiction = None, embargo_until: Embargo = None, warning_override: NoWarning = None,
    describe: Describe = None,
    as_: As = None, password_fd: PasswordFd = None,
) -> None:  # fmt: skip
    """Add an interviewee. What is left unsaid stays unknown, and unknown is refused at the gate.

    Example: [bold]counterclip interviewee add K-17 --consent voice,face --languages '*' --legal-status released
    --standing firm --jurisdiction KG --as Ana[/bold]
    """
    given = statements(consent, languages, platforms, consent_expires, legal_status, standing, jurisdiction,
                       embargo_until, warning_override, describe)  # fmt: skip
    _state(ctx.obj, code, given, as_, password_fd, new=True)


@app.command("set")
def set_(
    ctx: typer.Context, code: Code, consent: Scope = None, languages: Languages = "", platforms: Platforms = "",
    consent_expires: Expires = None, legal_status: Legal = None, standing: Stands = None,
    jurisdiction: Jurisdiction = None, embargo_until: Embargo = None, warning_override: NoWarning = None,
    describe: Describe = None,
    as_: As = None, password_fd: PasswordFd = None,
) -> None:  # fmt: skip
    """State something new about an interviewee. What was said before is kept; the latest counts.

    Approvals that relied on the old statement are void from now on.

    Example: [bold]counterclip interviewee set K-17 --legal-status on_trial --embargo-until 2027-03-01 --as Ana[/bold]
    """
    given = statements(consent, languages, platforms, consent_expires, legal_status, standing, jurisdiction,
                       embargo_until, warning_override, describe)  # fmt: skip
    if not given:
        raise PipelineError("nothing to set", "counterclip interviewee set --help lists what can be said")
    _state(ctx.obj, code, given, as_, password_fd, new=False)


def _state(
    context: Context, code: str, given: dict[str, Any], as_: str | None, password_fd: int | None, *, new: bool
) -> None:
    from pipeline.store import DESCRIBED
    from review.accounts import require_role
    from review.interviewees import state
    from review.recalls import clips_out_of

    with context.open() as (_, store):
        user = acting(store, as_, password_fd)
        require_role(user, Role.EDITOR, Role.REVIEWER, Role.COUNSEL, Role.ADMIN)
        known = code in store.interviewees()
        if new and known:
            raise PipelineError(f"{code} is there already", f"use counterclip interviewee set {code}")
        if not new and not known:
            raise NotFoundError(f"no interviewee {code}", f"use counterclip interviewee add {code}")
        state(store, user, code, given)
        out = clips_out_of(store, code) if set(given) - set(DESCRIBED) else ()
    say(f"{code}: {', '.join(given) or 'added, nothing known yet'}")
    for clip in out:
        note(f"{clip.id} is out and relied on what was said before: look at it again, or counterclip recall {clip.id}")


@app.command("show")
def show(ctx: typer.Context, code: Code, as_json: AsJson = False) -> None:
    """Show what is known, since when, and who said so.

    Example: [bold]counterclip interviewee show K-17[/bold]
    """
    context: Context = ctx.obj
    with context.open() as (_, store):
        if code not in store.interviewees():
            raise NotFoundError(f"no interviewee {code}", "counterclip interviewee add adds one")
        profile, said = store.profile(code), store.statements(code)
    if as_json:
        print_json({"profile": to_json(profile), "statements": [to_json(s) for s in said]})
    else:
        print_table(code, ("what", "value", "said by", "when"), [(s.field, s.value, s.by, s.at) for s in said])
