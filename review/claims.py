"""The claims ledger: what is known about claims of innocence, from where, and who says so."""

from pipeline.canonical import document_sha256, to_json
from pipeline.domain import Claim, ClaimStatus, User, utc_now
from pipeline.errors import PipelineError
from pipeline.store import Store
from review.approval import SIGNERS
from review.assignments import require_part
from review.gate_flags import INNOCENCE_CLAIM
from review.ledger import record
from review.recalls import clips_that_hold, recall


def state_claim(store: Store, user: User, flag_id: str, status: ClaimStatus, source: str) -> Claim:
    """Keep what is known about a claim; the statements before stay as history.

    When it turns out to be false, every clip that holds it is recalled (`domain.md`, rule 6).
    Raises NotFoundError for an unknown flag, PipelineError when the flag is no claim of innocence or
    anything but `unverified` comes without a source, AuthenticationError for who may not judge.
    """
    recording, flag = store.flag(flag_id)
    require_part(store, user, [recording], *SIGNERS)
    if flag.item != INNOCENCE_CLAIM:
        raise PipelineError(f"{flag_id} is not a claim of innocence", f"add a flag of {INNOCENCE_CLAIM} first")
    if status is not ClaimStatus.UNVERIFIED and not source.strip():
        raise PipelineError("a source is missing", "say in a few words where this is known from")
    claim = Claim(recording, flag_id, status, source.strip(), user.id, utc_now())
    with store.transaction():
        store.add_claim(claim)
        record(store, "claim.stated", user.id, flag_id, document_sha256("claim", to_json(claim)))
        if status is ClaimStatus.FALSE:
            for clip in clips_that_hold(store, recording, flag):
                recall(store, user, clip.id, "a claim of innocence in it turned out to be false")
    return claim
