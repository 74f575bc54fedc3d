"""A plan goes to an editor outside: redacted media with handles, edit lists, and the mark where nobody approved."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from clips.editlist import as_text, handoff_document, write_edl, write_otio
from clips.fcpxml import write_fcpxml
from clips.geometry import choose_shape
from clips.handoff import MEDIA, Reel, plan_reels, render_reels
from clips.profiles import find_profile
from clips.render import Order
from pipeline.canonical import file_sha256, plan_sha256
from pipeline.domain import CutPlan, Permit, Picture, Role, Span, User, Voice
from pipeline.errors import PipelineError, RefusedError
from pipeline.jobs.cut import BYTES_PER_SECOND, SignedCues, signed_cues
from pipeline.jobs.gate import fresh_facts, read_originals
from pipeline.jobs.withdraw import HANDED_OVER
from pipeline.store import Store
from pipeline.transcribe import load_engine
from pipeline.workspace import PRIVATE, Workspace, gone_on_failure, publish, require_outside, require_space, work_in
from review.accounts import require_role
from review.facts import stored_languages
from review.handles import handle_barriers
from review.ledger import record, write_checkpoint
from review.policy import Refusal, decide, export_reasons, outside_reasons, reader_reasons
from review.withdrawn import require_nobody_withdrawn

FORMATS = ("otio", "edl", "fcpxml")
DOCUMENT = "handoff.json"
README = "README.txt"
MOST_HANDLES_MS = 10_000

_TEXT = """Plan {plan}, version {version}{mark}

The edit lists in this folder name the files in {media}/ with relative paths: keep them together. Final Cut Pro may
ask for the files once; point it at {media}/. One file for each passage, with handles where nothing was
removed beside it. A marker says where something was removed from sound or picture; it cannot be brought back.
{warning}
Do not re-voice, and do not join passages so that they say something else. What you make is a proposal: the
clip that is published is cut again from the signed plan. A person who speaks here may withdraw at any time: we then
ask you to destroy this folder and everything made from it.
"""

_WARNING = """
NOT FOR RELEASE: not everyone who has to has approved this. It may not be published, shown or passed on.
"""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What was written, and why it carries the mark if it does."""

    plan: str
    folder: Path
    is_marked: bool
    reels: tuple[Reel, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Ready:
    """A plan at the door: the permit if there is nothing against it, and what handles stay away from."""

    plan: CutPlan
    permit: Permit | None
    reasons: tuple[str, ...]
    barriers: Mapping[str, Sequence[Span]]
    is_read_aloud: bool
    """The reader is heard: what he read is agreed to and is what stands in the picture now."""


def hand_over(
    workspace: Workspace,
    store: Store,
    person: User,
    plan_id: str,
    folder: Path,
    formats: Sequence[str],
    handles_ms: int,
    say: Say = lambda _: None,
) -> HandedOver:
    """Write the new `folder`; without approval every frame in it is marked NOT FOR RELEASE.

    Raises RefusedError with every reason when not even marked media may leave, PipelineError for a folder that is
    there already, AuthenticationError for who may not let things out.
    """
    require_role(person, Role.EXPORTER)
    _check_wish(workspace, folder, formats, handles_ms)
    plan = store.plan(plan_id)
    require_nobody_withdrawn(store, plan)
    ready = _ask(workspace, store, plan, read_originals(workspace, plan))
    with work_in(folder.absolute().parent) as part:
        made, final = part / folder.name, folder.absolute()
        for new in (made, made / MEDIA):
            new.mkdir(mode=PRIVATE)
        reels = _write(workspace, store, ready, made, formats, handles_ms, say)
        digest = file_sha256(made / DOCUMENT)
        originals = read_originals(workspace, plan)
        # whoever withdraws or edits waits until this is recorded, or was before us
        with gone_on_failure({made: final}), store.transaction():
            now = _ask(workspace, store, store.plan(plan.id), originals)
            if replace(now, reasons=ready.reasons) != ready:
                raise RefusedError(f"{plan.id} changed while it was rendered", (), "hand it over again")
            record(store, HANDED_OVER, person.id, plan.id, digest)
            publish(made, final)
    write_checkpoint(store, workspace)
    return HandedOver(plan.id, folder, ready.permit is None, reels, ready.reasons)


def _check_wish(workspace: Workspace, folder: Path, formats: Sequence[str], handles_ms: int) -> None:
    if not formats or not set(formats) <= set(FORMATS):
        raise PipelineError("that is no list of formats", f"choose among {','.join(FORMATS)}")
    if not 0 <= handles_ms <= MOST_HANDLES_MS:
        raise PipelineError("handles are at most 10 seconds", "for example --handles 1")
    if folder.exists():
        raise PipelineError("that folder is there already", "name a new one: a hand-off is never mixed with another")
    if not folder.absolute().parent.is_dir():
        raise PipelineError("there is no folder to put that in", "make it, or choose another place")
    require_outside(workspace, folder)


def _ask(workspace: Workspace, store: Store, plan: CutPlan, originals: Mapping[str, str]) -> _Ready:
    """The gate's answer. What may be cut but not exported, or was recalled, is marked as well as what is unsigned."""
    facts = fresh_facts(workspace, store, plan, originals)
    against = [r.sentence for r in outside_reasons(facts)]
    against += [
        f"{c.id} of it was recalled"
        for c in store.clips(plan.id)
        if (c.core_sha256 == facts.core_sha256 or c.plan_version == plan.version) and store.recalls(c.id)
    ]
    if against:
        raise RefusedError(f"{plan.id} may not leave the house", tuple(against), f"counterclip plan show {plan.id}")
    verdict = decide(facts)
    reasons = verdict.reasons if isinstance(verdict, Refusal) else export_reasons(facts)
    permit = verdict if isinstance(verdict, Permit) and not reasons else None
    barriers = handle_barriers(facts, is_cleared=permit is not None)
    is_read_aloud = permit is not None or not reader_reasons(facts)
    return _Ready(plan, permit, tuple(r.sentence for r in reasons), barriers, is_read_aloud)


def _write(
    workspace: Workspace, store: Store, ready: _Ready, folder: Path, formats: Sequence[str], handles_ms: int, say: Say
) -> tuple[Reel, ...]:
    plan, is_marked = ready.plan, ready.permit is None
    order = _order(workspace, store, plan, ready.permit)
    durations = {name: r.probe.duration_ms for name, r in order.recordings.items()}
    reels = plan_reels(_heard(ready), ready.barriers, durations, handles_ms)
    seconds = sum(reel.plan.clip_ms(reel.media_frames) for reel in reels) // 1000 + len(reels)
    require_space(folder, 64 * 2**20 + seconds * BYTES_PER_SECOND)
    render_reels(plan, ready.permit, reels, order, folder / MEDIA, say)
    for form, text in _lists(plan, reels, order, is_marked=is_marked).items():
        if form in formats:
            (folder / f"{plan.id}.{form}").write_text(text, encoding="utf-8")
    mark, warning = (", NOT FOR RELEASE", _WARNING) if is_marked else ("", "")
    readme = _TEXT.format(plan=plan.id, version=plan.version, mark=mark, media=MEDIA, warning=warning)
    (folder / README).write_text(readme, encoding="utf-8")
    document = handoff_document(plan, plan_sha256(plan), reels, is_marked=is_marked)
    document["files"] = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    (folder / DOCUMENT).write_text(as_text(document), encoding="utf-8")
    return reels


def _lists(plan: CutPlan, reels: Sequence[Reel], order: Order, *, is_marked: bool) -> dict[str, str]:
    shown = [order.recordings[k.recording].probe.picture for k in plan.kept] if plan.picture is Picture.SOURCE else []
    shape = choose_shape(plan.aspects[0], [p for p in shown if p], find_profile(plan.render_profile))
    return {
        "otio": write_otio(plan, reels, is_marked=is_marked),
        "edl": write_edl(plan, reels, is_marked=is_marked),
        "fcpxml": write_fcpxml(plan, reels, shape, is_marked=is_marked),
    }


def _order(workspace: Workspace, store: Store, plan: CutPlan, permit: Permit | None) -> Order:
    names = tuple(dict.fromkeys(kept.recording for kept in plan.kept))
    return Order(
        sources={name: workspace.original(name) for name in names},
        recordings={name: store.recording(name) for name in names},
        transcripts={name: t for name in names if (t := store.transcript(name))},
        cues=signed_cues(store, plan, permit) if permit else _unsigned_cues(store, plan),
        engine=load_engine(workspace.settings.engine, workspace.settings.model),
        canaries=tuple(store.recording_name(name) for name in names),
        reading=workspace.reading(plan.revoicing.id) if plan.revoicing else None,
    )


def _unsigned_cues(store: Store, plan: CutPlan) -> SignedCues:
    return {v.language: v.cues for v in stored_languages(store, plan) if v.cues}


def _heard(ready: _Ready) -> CutPlan:
    """Without the reader where something is against him: then nothing is heard."""
    if ready.plan.voice is Voice.REVOICED and not ready.is_read_aloud:
        return replace(ready.plan, voice=Voice.REMOVED, revoicing=None)
    return ready.plan
