"""The register: where clips went online, and what is gone again."""

from datetime import date
from urllib.parse import urlsplit

from pipeline.canonical import document_sha256, to_json
from pipeline.domain import Publication, Removal, Role, User, new_id, utc_now
from pipeline.errors import PipelineError, RefusedError
from pipeline.jobs.export import PLATFORMS
from pipeline.store import Store
from review.accounts import require_role
from review.ledger import record


def note_publication(
    store: Store, person: User, clip_id: str, platform: str, url: str, published_on: date, review_by: date | None
) -> Publication:
    """Keep that a clip is online at an address since a day.

    Raises NotFoundError for an unknown clip, RefusedError for one that was recalled (what is online all the
    same belongs on its takedown sheet, so it is kept before refusing), PipelineError for what is no address.
    """
    require_role(person, Role.EXPORTER)
    if platform not in PLATFORMS:
        raise PipelineError(f"unknown platform {platform!r}", f"known: {', '.join(PLATFORMS)}")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or any(c.isspace() for c in url):
        raise PipelineError("that is no address", "copy it from the browser: https://…")
    made = Publication(
        new_id("o"), clip_id, platform, url, published_on.isoformat(),
        review_by.isoformat() if review_by else None, person.id, utc_now(),
    )  # fmt: skip
    with store.transaction():
        store.add_publication(made)
        record(store, "clip.published", person.id, clip_id, document_sha256("publication", to_json(made)))
    if store.recalls(clip_id):
        raise RefusedError(
            f"{clip_id} was recalled and is noted as online all the same",
            (f"{made.id} is on its takedown sheet now",),
            f"take it down, then counterclip register gone {made.id}",
        )
    return made


def note_removal(store: Store, person: User, publication_id: str) -> Removal:
    """Keep that a publication is gone. Raises NotFoundError for an unknown one, StoreError for one gone already."""
    require_role(person, Role.EXPORTER, Role.REVIEWER, Role.COUNSEL)
    made = Removal(publication_id, person.id, utc_now())
    with store.transaction():
        store.add_removal(made)
        clip = store.publication(publication_id).clip
        record(store, "clip.gone", person.id, clip, document_sha256("removal", to_json(made)))
    return made
