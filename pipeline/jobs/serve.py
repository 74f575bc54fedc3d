"""The review pages put together: the jobs that decide and plan are handed to them as values."""

from functools import partial
from pathlib import Path

from pipeline.domain import Choice, CutPlan, Decision, Flag, RedactionKind, User
from pipeline.errors import RefusedError
from pipeline.jobs.addresses import is_local
from pipeline.jobs.cover import cover_picture
from pipeline.jobs.decide import decide_and_redact, flag_by_hand
from pipeline.jobs.ingest import check_recording, current_checklist
from pipeline.jobs.lower_thirds import parse_thirds
from pipeline.jobs.plan import Wish, change_plan, make_plan
from pipeline.jobs.preview import have_preview_made, preview_file
from pipeline.jobs.report import gather_collection
from pipeline.jobs.sounds import parse_sounds
from pipeline.store import Store
from pipeline.workspace import Workspace
from review.checklist import Checklist
from review.web.services import PlanWish, Services

LOCAL = frozenset({"127.0.0.1", "localhost", "[::1]"})


def make_services(
    workspace: Workspace, store: Store, *, secure: bool = False, hosts: frozenset[str] = LOCAL
) -> Services:
    """What the pages are given. Raises PipelineError when the checklist cannot be read."""
    checklist = current_checklist(workspace)
    return Services(
        workspace=workspace,
        store=store,
        checklist=checklist,
        decide=partial(_decide, workspace, store),
        flag=partial(_flag, workspace, store),
        cover=partial(cover_picture, store),
        recheck=partial(_recheck, store, checklist),
        make_plan=lambda person, wish: make_plan(workspace, store, person, _wish(wish)),
        change_plan=lambda person, plan, wish: _change(workspace, store, person, plan, wish),
        preview_file=partial(preview_file, workspace),
        make_preview=partial(have_preview_made, workspace, store),
        collect=lambda: gather_collection(workspace, store),
        secure=secure,
        hosts=hosts,
    )


def require_safe_address(host: str, certificate: Path | None, key: Path | None) -> None:
    """Testimony goes over a network only encrypted.

    Raises RefusedError for any address but this computer's own without a certificate.
    """
    if (certificate is None) != (key is None):
        raise RefusedError("a certificate and its key go together", hint="give --certificate and --key")
    if certificate is None and not is_local(host):
        raise RefusedError(
            f"{host} can be reached from outside and the pages would be sent in the clear",
            hint="serve on 127.0.0.1, or give --certificate and --key",
        )


def _decide(
    workspace: Workspace, store: Store, person: User, flag_id: str, choice: Choice, reason: str, note: str,
    sound: RedactionKind | None, words: str | None,
) -> Decision:  # fmt: skip
    return decide_and_redact(workspace, store, person, flag_id, choice, reason, note, sound, words)


def _flag(
    workspace: Workspace, store: Store, person: User, recording: str, segment: str, item: str, reason: str,
    words: str | None,
) -> Flag:  # fmt: skip
    return flag_by_hand(workspace, store, person, recording, segment, item, reason, words)


def _recheck(store: Store, checklist: Checklist, recording: str) -> None:
    transcript = store.transcript(recording)
    if transcript is not None:
        check_recording(store, store.recording(recording), transcript, checklist)


def _change(workspace: Workspace, store: Store, person: User, plan: CutPlan, wish: PlanWish) -> CutPlan:
    return change_plan(workspace, store, person, plan, _wish(wish))


def _wish(wish: PlanWish) -> Wish:
    return Wish(
        wish.kept,
        wish.title,
        wish.context,
        wish.aspects,
        wish.burn,
        wish.picture,
        wish.faces,
        wish.shown_faces,
        wish.voice,
        parse_thirds(wish.lower_thirds),
        wish.middles,
        sdh=wish.sdh,
        sounds=parse_sounds(wish.sounds),
        content_note=wish.content_note,
        translators_note=wish.translators_note,
        sources=wish.sources,
    )
