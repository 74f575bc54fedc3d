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
from review.recalls import out_of_use


def note_publication(
    store: Store, person: User, clip_id: str, platform: str, url: str, published_on: date, review_by: date | None
) -> Publication:
    """Keep that a clip is online at an address since a day.

    Raises NotFoundError for an unknown clip, RefusedError for one that is recalled or whose person withdrew (it is
    kept before refusing: what is online all the same has to come down), PipelineError for what is no address.
    """
    require_role(person, Role.EXPORTER)
    if platform not in PLATFORMS:
        raise PipelineError(f"unknown platform {platform!r}", f"known: {', '.join(PLATFORMS)}")
    _require_address(url)
    made = Publication(
        new_id("o"), clip_id, platform, url, published_on.isoformat(),
        review_by.isoformat() if review_by else None, person.id, utc_now(),
    )  # fmt: skip
    with store.transaction():
        store.add_publication(made)
        record(store, "clip.published", person.id, clip_id, document_sha256("publication", to_json(made)))
    if why := out_of_use(store).get(clip_id):
        raise RefusedError(
            f"{clip_id} is {why} and is noted as online all the same, as {made.id}",
            ("it has to come down; to get a new takedown sheet, withdraw the person or recall the clip again",),
            f"when it is gone: counterclip register gone {made.id}",
        )
    return made


def _require_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:  # brackets that are no IPv6 address
        whole = False
    if not whole or not url.isprintable() or " " in url:
        raise PipelineError("that is no address", "copy it from the browser: https://…")


def note_removal(store: Store, person: User, publication_id: str) -> Removal:
    """Keep that a publication is gone. Raises NotFoundError for an unknown one, PipelineError for one gone already."""
    require_role(person, Role.EXPORTER, Role.REVIEWER, Role.COUNSEL)
    if any(r.publication == publication_id for r in store.removals()):
        raise PipelineError(f"{publication_id} is noted as gone already", "counterclip register list")
    made = Removal(publication_id, person.id, utc_now())
    with store.transaction():
        store.add_removal(made)
        clip = store.publication(publication_id).clip
        record(store, "clip.gone", person.id, clip, document_sha256("removal", to_json(made)))
    return made
