"""Clips leave the building as a bundle: asked at the gate once more, copied from an allow-list, recorded."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from clips.bundle import BundledClip, write_bundle
from clips.credentials import Sign, load_credentials
from clips.delivery import misfits
from clips.platforms import PRESETS, find_preset
from pipeline.canonical import Json, from_json, to_json
from pipeline.domain import Bundle, Clip, CutPlan, Permit, Role, User, new_id, utc_now
from pipeline.errors import PipelineError, RefusedError, system_refused
from pipeline.jobs.asked import Asked, Ended, problem_of
from pipeline.jobs.cut import make_manifest, sidecar_texts, signed_cues
from pipeline.jobs.gate import fresh_facts, read_originals
from pipeline.jobs.recognise import fingerprints
from pipeline.jobs.settling import settle
from pipeline.jobs.showing import look_of, naming_reasons, texts_of
from pipeline.sealing import SEALED, require_recipients, seal
from pipeline.store import Job, Store
from pipeline.workspace import (
    PRIVATE,
    Workspace,
    announce,
    give_name,
    gone_on_failure,
    keep_on_disk,
    partial_folder,
    require_space,
)
from review.checkpoints import bundle_signature, read_public_key
from review.ledger import record, write_checkpoint
from review.policy import GateFacts, Refusal, decide, export_reasons

CAMPAIGN_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
"""Plain, because it becomes part of a bundle: a free text could name someone."""

CLIP_ID = re.compile(r"c-[0-9a-f]{10}")

PLATFORMS = tuple(PRESETS)


@dataclass(frozen=True, slots=True)
class Wish:
    """One bundle, by whom, and for whom."""

    bundle: str
    """Its id, so that a job that died after its last word is not done again."""
    exporter: str
    campaign: str
    clips: tuple[str, ...]
    platforms: tuple[str, ...]
    recipient: str
    sealed_for: tuple[str, ...]
    with_credentials: bool


def wish(
    exporter: User, campaign: str, clips: tuple[str, ...], platforms: tuple[str, ...], recipient: str = "",
    sealed_for: tuple[str, ...] = (), *, with_credentials: bool = False,
) -> Asked:  # fmt: skip
    """The job of one bundle: a new one each time, as each is handed over by itself.

    Raises PipelineError for a bad name, id or key: it may be anything, and what a job is to do is stored.
    """
    _check_names(campaign, clips, platforms, recipient)
    require_recipients(sealed_for)
    wanted = Wish(new_id("b"), exporter.id, campaign, clips, platforms, recipient, sealed_for, with_credentials)
    return Asked("export", to_json(wanted), wanted.bundle)


def carry_out(workspace: Workspace, store: Store, payload: Json, show: Callable[[str, int, int], None]) -> Ended:
    """Make the bundle of a job. Raises as `export_campaign` does, RefusedError for who may not export any more."""
    wanted = from_json(Wish, payload)
    show("making the bundle", 0, 1)
    exporter = _require_exporter(store, wanted.exporter)
    remark = ""
    try:
        export_campaign(
            workspace, store, exporter, wanted.campaign, wanted.clips, wanted.platforms, wanted.recipient,
            wanted.sealed_for, with_credentials=wanted.with_credentials, bundle_id=wanted.bundle,
        )  # fmt: skip
    except (PipelineError, OSError) as error:
        if _known(store, wanted.bundle) is None:
            raise
        problem = system_refused(error) if isinstance(error, OSError) else error
        # it has left: whoever is told that nothing was made hands it over twice
        remark = f"the bundle is made, but {problem.message}: counterclip audit verify looks at the ledger"
    return Ended({"bundle": wanted.bundle, "remark": remark}, wanted.bundle)


def _known(store: Store, bundle_id: str | None) -> Bundle | None:
    return next((b for b in store.bundles() if b.id == bundle_id), None)


def _require_exporter(store: Store, user_id: str) -> User:
    """Whoever this is, if he may export now. Raises RefusedError when he may not."""
    user = store.user_by_id(user_id)
    if user is None or Role.EXPORTER not in user.roles:
        raise RefusedError("whoever asked for it may not export any more", hint="ask somebody who may")
    return user


def outcome_of(workspace: Workspace, store: Store, job: Job) -> tuple[Bundle, Path, str]:
    """What a job made, where it lies, and what went wrong after it was made. Raises what made it fail."""
    problem = problem_of(job)
    if problem is not None:
        raise problem
    bundle = next(b for b in store.bundles() if b.id == job.result["bundle"])
    return bundle, workspace.bundles / bundle.id, job.result["remark"]


@dataclass(frozen=True, slots=True)
class Leaving:
    """A clip on its way out, its plan, and everything that speaks for or against it now."""

    clip: Clip
    plan: CutPlan
    facts: GateFacts


def export_campaign(
    workspace: Workspace,
    store: Store,
    exporter: User,
    campaign: str,
    clips: tuple[str, ...],
    platforms: tuple[str, ...],
    recipient: str = "",
    sealed_for: Sequence[str] = (),
    *,
    with_credentials: bool = False,
    bundle_id: str | None = None,
) -> tuple[Bundle, Path]:
    """A bundle in the workspace's `bundles/`, and where it lies; the one of this id when it is there already.

    With age public keys in `sealed_for`, `<id>.tar.age` beside it holds the same for them alone.
    With `with_credentials` every video gets the organisation's C2PA manifest beside it.
    Raises RefusedError with every reason of every clip at once, PipelineError for a bad name.
    """
    known = _known(store, bundle_id)
    if known is not None:
        write_checkpoint(store, workspace)
        return known, workspace.bundles / known.id
    _check_names(campaign, clips, platforms, recipient)
    require_recipients(sealed_for)
    credentials = load_credentials(workspace.keys) if with_credentials else None
    leaving = _admitted(workspace, store, clips, platforms, _originals(workspace, store, clips))
    copies = 2 + len(platforms)
    require_space(workspace.bundles, copies * sum(r.size_bytes for one in leaving for r in one.clip.renditions))
    settle(workspace, store)
    to_be = Bundle(bundle_id or new_id("b"), campaign, clips, platforms, utc_now(), "", recipient)
    with partial_folder(workspace.bundles) as part:
        bundle = _write(workspace, store, part, leaving, to_be, credentials)
        made = [part / bundle.id]
        if sealed_for:
            made.append(part / f"{bundle.id}{SEALED}")
            seal([(made[0], bundle.id)], made[1], sealed_for)
        originals = _originals(workspace, store, clips)
        finals = {path: workspace.bundles / path.name for path in made}
        prints = [seen for one in leaving for seen in fingerprints(workspace, store, one.plan, one.clip)]
        announce(part, [path.name for path in made])
        for path in made:
            keep_on_disk(path)
        with gone_on_failure(finals), store.alone():  # whoever withdraws now waits, or was before us
            _require_exporter(store, exporter.id)
            _admitted(workspace, store, clips, platforms, originals)  # a withdrawal that came meanwhile closes the gate
            record(store, "bundle.exported", exporter.id, bundle.id, bundle.manifest_sha256)
            store.save_bundle(bundle)
            for seen in prints:
                store.add_fingerprint(seen)
            for path, final in finals.items():
                give_name(path, final)
    write_checkpoint(store, workspace)
    return bundle, workspace.bundles / bundle.id


def _write(
    workspace: Workspace, store: Store, part: Path, leaving: Sequence[Leaving], bundle: Bundle,
    credentials: Sign | None,
) -> Bundle:  # fmt: skip
    """The bundle's folder, under its id in `part`; the bundle with what is in it."""
    folder = part / bundle.id
    folder.mkdir(mode=PRIVATE)
    packed = [_packed(workspace, store, one) for one in leaving]
    made = write_bundle(
        folder, bundle.campaign, packed, bundle.platforms, bundle.made_at, bundle_id=bundle.id,
        ledger_key=read_public_key(workspace.keys), sign=partial(bundle_signature, keys=workspace.keys),
        credentials=credentials,
    )  # fmt: skip
    return replace(bundle, manifest_sha256=made.manifest_sha256, deliveries=made.deliveries)


def _packed(workspace: Workspace, store: Store, one: Leaving) -> BundledClip:
    """Raises RefusedError when the gate closed since it was asked."""
    manifest = make_manifest(workspace, store, one.plan, one.clip)
    permit = decide(one.facts)
    if isinstance(permit, Refusal):
        raise RefusedError(f"{one.clip.id} may not leave", tuple(r.sentence for r in permit.reasons), "export again")
    look = look_of(store, one.facts, permit)
    return BundledClip(one.clip, workspace.clips / one.clip.id, manifest, texts_of(one.plan), look)


def _check_names(campaign: str, clips: tuple[str, ...], platforms: tuple[str, ...], recipient: str) -> None:
    if not CAMPAIGN_NAME.fullmatch(campaign):
        raise PipelineError("a campaign is named in small letters, digits and hyphens", "for example spring-2027")
    if not all(CLIP_ID.fullmatch(clip) for clip in clips):
        raise PipelineError("a clip goes by its id, c-…", "counterclip status lists the clips")
    for platform in platforms:
        find_preset(platform)
    if recipient and (not recipient[0].isalnum() or not recipient.isprintable()):
        raise PipelineError("a recipient begins with a letter or a digit", "it goes into tables that programs read")


def _originals(workspace: Workspace, store: Store, clips: tuple[str, ...]) -> dict[str, str]:
    plans = {store.clip(clip_id).plan for clip_id in clips}
    return {name: sha for plan in plans for name, sha in read_originals(workspace, store.plan(plan)).items()}


def _admitted(
    workspace: Workspace,
    store: Store,
    clips: tuple[str, ...],
    platforms: tuple[str, ...],
    originals: Mapping[str, str],
) -> list[Leaving]:
    leaving = [_facts(workspace, store, clip_id, originals) for clip_id in clips]
    reasons = [
        reason
        for one in leaving
        for reason in (
            *_recalled(store, one.clip),
            *reasons_against(one, platforms),
            *_misfits(one.clip, platforms),
            *_stale_subtitles(workspace, store, one),
            *(f"{one.clip.id}: {why}" for why in naming_reasons(store, one.plan)),
        )
    ]
    if reasons:
        raise RefusedError(
            "nothing was exported", tuple(dict.fromkeys(reasons)), "clear every reason, then export again"
        )
    return leaving


def _facts(workspace: Workspace, store: Store, clip_id: str, originals: Mapping[str, str]) -> Leaving:
    clip = store.clip(clip_id)
    plan = store.plan(clip.plan)
    return Leaving(clip, plan, fresh_facts(workspace, store, plan, originals))


def _recalled(store: Store, clip: Clip) -> list[str]:
    return [f"{clip.id}: it was recalled on {r.at[:10]}" for r in store.recalls(clip.id)]


def _misfits(clip: Clip, platforms: tuple[str, ...]) -> list[str]:
    return [f"{clip.id}: {why}" for name in platforms for why in misfits(find_preset(name), clip.renditions)]


def reasons_against(one: Leaving, platforms: tuple[str, ...]) -> list[str]:
    """Every reason why this clip may not go to these platforms: the gate's, and what its people agreed to."""
    verdict = decide(one.facts)
    found = [r.sentence for r in verdict.reasons] if isinstance(verdict, Refusal) else []
    found += [r.sentence for r in export_reasons(one.facts)]
    if one.clip.core_sha256 != one.facts.core_sha256:
        found.append("what was approved has changed since this clip was cut: cut it again")
    for profile in one.facts.profiles:
        allowed = profile.consent.platforms if profile.consent else ()
        if "*" not in allowed:
            found += [f"{profile.code} did not agree to {p}" for p in platforms if p not in allowed]
    return [f"{one.clip.id}: {text}" for text in found]


def _stale_subtitles(workspace: Workspace, store: Store, one: Leaving) -> list[str]:
    """Subtitle files that are not, to the letter, what is signed now: edited, swapped, or of an older version."""
    verdict = decide(one.facts)
    if isinstance(verdict, Refusal):
        return []  # refused already, and nothing is signed to compare with
    aspects = [r.aspect for r in one.clip.renditions]
    signed = sidecar_texts(one.plan, aspects, signed_cues(store, one.plan, verdict))
    home = workspace.clips / one.clip.id
    wrong = [name for name in one.clip.sidecars if not _holds(home / name, signed.get(name))]
    wrong += [r.file_name for r in one.clip.renditions if r.burn and not _is_signed(r.burn, verdict)]
    return [f"{one.clip.id}: {name} is not what is signed now: make and cut a new version" for name in wrong]


def _holds(file: Path, text: str | None) -> bool:
    return text is not None and file.is_file() and file.read_bytes() == text.encode()


def _is_signed(language: str, permit: Permit) -> bool:
    return language in dict(permit.cues_sha256)
