"""counterclip review, without a subcommand: the pages."""

from pathlib import Path

from pipeline.commands.console import note, say
from pipeline.commands.context import Context


def serve(context: Context, host: str, port: int, certificate: Path | None, key: Path | None) -> None:
    """Serve the review pages until stopped.

    Raises RefusedError for an address that others can reach without a certificate.
    """
    import uvicorn

    from pipeline.jobs.serve import LOCAL, make_services, require_safe_address
    from review.web.app import create_app

    require_safe_address(host, certificate, key)
    secure = certificate is not None
    with context.open() as (workspace, store):
        hosts = LOCAL if host in ("0.0.0.0", "::") else LOCAL | {host.lower()}  # noqa: S104 - refused without TLS
        app = create_app(make_services(workspace, store, secure=secure, hosts=hosts))
        say(f"{'https' if secure else 'http'}://{host}:{port}/")
        note("press Ctrl-C to stop; people sign in with the names and passwords of this workspace")
        uvicorn.run(
            app,
            host=host,
            port=port,
            log_level="warning",
            access_log=False,  # addresses hold ids only, but who looked at what when is the ledger's business
            server_header=False,
            ssl_certfile=certificate,
            ssl_keyfile=key,
        )
