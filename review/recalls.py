"""Clips that must not be shown or handed over any more, and those that somebody has to look at again."""

from pipeline.canonical import document_sha256, to_json
from pipeline.domain import Clip, Flag, Recall, User, utc_now
from pipeline.store import Store
from review.ledger import record
from review.places import heard_of, is_silenced


def recall(store: Store, person: User, clip_id: str, reason: str) -> None:
    """Block a clip on every surface from now on; recalling it again changes nothing.

    Raises NotFoundError for an unknown clip.
    """
    with store.transaction():
        if not store.recalls(store.clip(clip_id).id):
            made = Recall(clip_id, reason, person.id, utc_now())
            store.add_recall(made)
            record(store, "clip.recalled", person.id, clip_id, document_sha256("recall", to_json(made)))


def clips_that_hold(store: Store, recording: str, flag: Flag) -> tuple[Clip, ...]:
    """Every clip in which something of the flagged words is heard."""
    return tuple(clip for clip in store.clips() if _holds(store, clip, recording, flag))


def _holds(store: Store, clip: Clip, recording: str, flag: Flag) -> bool:
    plan = store.plan(clip.plan, clip.plan_version)
    heard = heard_of(plan, recording, flag, store.transcript(recording))
    return bool(heard) and not is_silenced(plan, recording, heard)


def out_of_use(store: Store) -> dict[str, str]:
    """Every clip that nobody may show or hand over any more, and why: `recalled` or `withdrawn`."""
    gone = {code for code in store.interviewees() if store.profile(code).withdrawn}
    theirs = {r.id for r in store.recordings() if r.interviewee in gone}
    found = {
        clip.id: "withdrawn"
        for clip in store.clips()
        if any(k.recording in theirs for k in store.plan(clip.plan, clip.plan_version).kept)
    }
    return found | {r.clip: "recalled" for r in store.recalls()}


def clips_out_of(store: Store, code: str) -> tuple[Clip, ...]:
    """Clips of a person's interviews that were handed over or are online, and not recalled.

    What was stated about the person anew may forbid them now (`domain.md`, rule 4).
    """
    mine = {r.id for r in store.recordings() if r.interviewee == code}
    gone, recalled = {r.publication for r in store.removals()}, {r.clip for r in store.recalls()}
    handed = {clip for bundle in store.bundles() for clip in bundle.clips}
    online = {p.clip for p in store.publications() if p.id not in gone}
    return tuple(
        clip
        for clip in store.clips()
        if clip.id in (handed | online) - recalled
        and any(k.recording in mine for k in store.plan(clip.plan, clip.plan_version).kept)
    )
