"""The same jobs on more machines, through Dask: mutual TLS or nothing, and only a job's id on the wire.

Dask carries; the store's table of jobs decides. A worker that gets a job runs it as this machine would, in a process of
its own, in the shared workspace. What Dask runs twice, because a worker died after it had finished, is found done.
"""

import contextlib
import logging
import os
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, InvalidStateError
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pipeline.certificates import CA, CERTIFICATE, KEY, require_certificates
from pipeline.errors import PipelineError, RefusedError
from pipeline.jobs.addresses import is_local
from pipeline.jobs.asked import Asked
from pipeline.jobs.running import Carry, Processes, is_local_store
from pipeline.store import ATTEMPTS
from pipeline.workspace import Workspace, find_workspace

if TYPE_CHECKING:
    from distributed import Client

GPU = "GPU"
"""Workers that have one say so; transcription goes to them where there are any."""
CONNECT_SECONDS = 15
LOOK_SECONDS = 1.0
ANSWER_SECONDS = 10.0
"""How long a scheduler may take to say which workers it has: one that hangs says nothing for ever."""
WORKERLESS_SECONDS = 60.0
"""How long jobs wait for a worker that could carry them: a nanny needs a few seconds to start another one."""


Worker = Mapping[str, Any]
"""What a worker tells of itself, as Dask has it."""


def carry_here(job_id: str) -> None:
    """On a worker: the job, in the workspace that the worker was started in."""
    workspace = find_workspace(Path.cwd(), Path(os.environ["COUNTERCLIP_WORKSPACE"]))
    Processes(workspace).carry(job_id)


@contextmanager
def on_cluster(workspace: Workspace, address: str) -> Iterator[Carry]:
    """Jobs are carried by the workers of the scheduler at `address`.

    Raises RefusedError for a scheduler without TLS or a store that other machines cannot share, PipelineError when it
    cannot be reached, does not show our certificate, or has no workers.
    """
    _require_shared(workspace, address)
    with _connected(workspace, address) as client:
        try:
            workers = _workers(client)
        except OSError:
            raise _unreachable() from None
        if not workers:
            raise PipelineError(
                "the cluster has no workers", "counterclip cluster start worker ADDRESS, on each machine"
            )
        anywhere = client.get_executor(pure=False, retries=ATTEMPTS)
        hearing = client.get_executor(pure=False, retries=ATTEMPTS, resources={GPU: 1})
        has_gpu = _is_among(workers, GPU)

        def carry(asked: Asked) -> "Future[None]":
            to_gpu = has_gpu and asked.kind == "ingest"
            future = (hearing if to_gpu else anywhere).submit(carry_here, asked.id)
            return watch.over(future, GPU if to_gpu else None)

        with _Watch(client) as watch:
            yield carry


def _workers(client: "Client") -> list[Worker]:
    """What each worker says of itself. Raises OSError when the scheduler does not answer."""
    scheduler = client.scheduler
    if scheduler is None:
        raise ConnectionError  # lost this moment
    told = client.sync(scheduler.identity, n_workers=-1, callback_timeout=ANSWER_SECONDS)
    return list(told["workers"].values())


def _is_among(workers: Sequence[Worker], needs: str | None) -> bool:
    return any(needs is None or worker["resources"].get(needs) for worker in workers)


class NoWorkersError(PipelineError):
    """Nobody is left who could carry a job."""


class _Watch:
    """Dask waits for workers for ever; this gives up what none could carry for so long."""

    def __init__(self, client: "Client") -> None:
        self._client = client
        self._waiting: list[tuple[Future[None], str | None]] = []
        self._last_seen: dict[str | None, float] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "_Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(LOOK_SECONDS)  # it may be asking; it ends with the process

    def over(self, carried: "Future[None]", needs: str | None) -> "Future[None]":
        """What ends as `carried` does, or with NoWorkersError."""
        watched: Future[None] = Future()
        self._last_seen[needs] = time.monotonic()
        self._waiting.append((watched, needs))
        carried.add_done_callback(lambda ended: _end_alike(watched, ended))
        return watched

    def _look(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            if self._client.status != "running":
                continue  # without its scheduler: Dask ends what it carries
            for waiting in [*self._waiting]:
                if waiting[0].done():
                    self._waiting.remove(waiting)
            if self._waiting:
                self._judge(self._known())

    def _known(self) -> list[Worker]:
        try:
            return _workers(self._client)
        except OSError:
            return []  # a scheduler that hangs has nobody carry anything

    def _judge(self, workers: Sequence[Worker]) -> None:
        for watched, needs in [*self._waiting]:
            if _is_among(workers, needs):
                self._last_seen[needs] = time.monotonic()
            elif time.monotonic() - self._last_seen[needs] > WORKERLESS_SECONDS:
                with contextlib.suppress(InvalidStateError):  # it has just ended
                    watched.set_exception(NoWorkersError("for a minute the cluster had no worker for it"))


def _end_alike(watched: "Future[None]", ended: "Future[None]") -> None:
    with contextlib.suppress(InvalidStateError):  # given up a moment before
        if ended.cancelled():
            watched.cancel()
        elif trouble := ended.exception():
            watched.set_exception(trouble)
        else:
            watched.set_result(None)


def _require_shared(workspace: Workspace, address: str) -> None:
    require_tls(address)
    if is_local_store(workspace) and not is_local(urlsplit(address).hostname or ""):
        raise RefusedError(
            "machines cannot share a store that is a file",
            hint="move it to PostgreSQL (docs/cluster.md); on one machine a cluster at tls://127.0.0.1:8786 will do",
        )


def require_tls(address: str) -> None:
    """Raises RefusedError for an address that anyone could answer at."""
    parts = urlsplit(address)
    if parts.scheme != "tls" or not parts.hostname or not parts.port:
        raise RefusedError("a cluster is reached by mutual TLS only", hint="for example tls://10.0.0.5:8786")


@contextmanager
def _connected(workspace: Workspace, address: str) -> "Iterator[Client]":
    try:
        from distributed import Client, Security
    except ImportError:
        raise PipelineError("Dask is not installed", "install the extra: pip install 'counterclip[cluster]'") from None
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what they have to say is told in our words
    require_certificates(certificates(workspace))
    where = certificates(workspace)
    ours = {"tls_client_cert": str(where / CERTIFICATE), "tls_client_key": str(where / KEY)}
    security = Security(tls_ca_file=str(where / CA), require_encryption=True, **ours)
    try:
        client = Client(address, security=security, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, TimeoutError):
        raise _unreachable() from None
    with client:
        yield client


def _unreachable() -> PipelineError:
    return PipelineError(
        "the cluster's scheduler does not answer, or is not one of ours",
        "start it with counterclip cluster start scheduler, with the certificates of this workspace",
    )


def certificates(workspace: Workspace) -> Path:
    return workspace.keys / "cluster"


def scheduler_command(workspace: Workspace, host: str, port: int) -> tuple[list[str], Mapping[str, str]]:
    """What to run, and in which environment, for a scheduler. Raises PipelineError when certificates are missing."""
    argv = ["distributed.cli.dask_scheduler", "--protocol", "tls", "--host", host, "--port", str(port)]
    return _command(argv), _environment(workspace)


def worker_command(
    workspace: Workspace, address: str, at_once: int, *, gpu: bool
) -> tuple[list[str], Mapping[str, str]]:
    """What to run for a worker: under a nanny, which starts it again when it dies.

    Raises RefusedError for an address without TLS, PipelineError when certificates are missing.
    """
    require_tls(address)
    argv = ["distributed.cli.dask_worker", address, "--nanny", "--nthreads", str(at_once), "--memory-limit", "0"]
    if is_local(urlsplit(address).hostname or ""):
        argv += ["--host", "127.0.0.1"]  # nobody outside needs to reach it
    return _command([*argv, *(["--resources", f"{GPU}=1"] if gpu else [])]), _environment(workspace)


def _command(argv: list[str]) -> list[str]:
    return [sys.executable, "-P", "-m", *argv, "--no-dashboard", "--dashboard-address", "127.0.0.1:0"]


def _environment(workspace: Workspace) -> Mapping[str, str]:
    """Dask reads its settings from the environment: paths stay out of the list of processes."""
    where = certificates(workspace)
    require_certificates(where)
    ours = {
        "COUNTERCLIP_WORKSPACE": str(workspace.root),
        "DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "True",
        "DASK_DISTRIBUTED__COMM__TLS__CA_FILE": str(where / CA),
        "DASK_DISTRIBUTED__SCHEDULER__HTTP__ROUTES": "[]",
        "DASK_DISTRIBUTED__WORKER__HTTP__ROUTES": "[]",
    }
    for role in ("SCHEDULER", "WORKER", "CLIENT"):
        ours[f"DASK_DISTRIBUTED__COMM__TLS__{role}__CERT"] = str(where / CERTIFICATE)
        ours[f"DASK_DISTRIBUTED__COMM__TLS__{role}__KEY"] = str(where / KEY)
    return {**os.environ, **ours}
