"""What a person saw when he signed, and what has changed since (pure but for what is given the store)."""

import json
from collections.abc import Iterator, Mapping

from pipeline.canonical import Json, document_sha256, to_json
from pipeline.domain import Cue, Decision, User
from pipeline.errors import PipelineError, RefusedError
from pipeline.store import Store
from review.approval import SIGNERS, core_document
from review.assignments import require_part
from review.gate import GateFacts
from review.ledger import record

SHORTEST_SEEN = 8
"""Characters of a digest that are enough to name what was seen; people type them."""

MOST_CHANGES = 40
"""More than this nobody reads; the page says how many there are."""


class StaleError(RefusedError):
    """What was on the page is not what is there now; nothing was done. The reasons are the changes."""


def shown_document(facts: GateFacts, cues: Mapping[str, tuple[Cue, ...]]) -> Json:
    """Everything a plan page shows, as canonical JSON."""
    core = core_document(facts.plan, facts.sources, facts.profiles, facts.overrides)
    return {"core": core, "cues": {language: [to_json(c) for c in shown] for language, shown in cues.items()}}


def seen_sha256(facts: GateFacts) -> str:
    """One digest of everything a sign-off would be bound to: the core and every language version."""
    return document_sha256("seen", [facts.core_sha256, [[v.language, v.sha256] for v in facts.languages]])


def shown_cues(facts: GateFacts) -> dict[str, tuple[Cue, ...]]:
    """Cues by language in the plan's first shape; a language whose cues cannot be made is a reason of the gate."""
    return {v.language: v.cues[facts.plan.aspects[0]] for v in facts.languages if v.sha256}


def require_seen(facts: GateFacts, seen: str) -> None:
    """Raises StaleError when the digest that was shown, or its beginning, is not that of now; PipelineError
    when it is too short to tell."""
    if len(seen) < SHORTEST_SEEN:
        raise PipelineError(
            f"what did you see? {SHORTEST_SEEN} characters of its digest at least",
            f"counterclip plan show {facts.plan.id} ends with it",
        )
    if not seen_sha256(facts).startswith(seen.lower()):
        raise StaleError(f"{facts.plan.id} has changed since you looked at it", (), "read what changed, then sign")


def keep_shown(store: Store, facts: GateFacts, cues: Mapping[str, tuple[Cue, ...]]) -> Json:
    """Keep what is shown now under its digests, so that a later change can be told; the document shown."""
    document = shown_document(facts, cues)
    body = json.dumps(document, ensure_ascii=False)
    store.keep_document(seen_sha256(facts), body)
    store.keep_document(facts.core_sha256, body)
    return document


def difference(store: Store, facts: GateFacts, seen: str) -> tuple[str, ...]:
    """What changed since the state whose digest is `seen`, in words."""
    before = store.document(seen)
    if before is None:
        return ("what you saw is not known here any more",)
    return changes(json.loads(before), shown_document(facts, shown_cues(facts))) or ("who said or signed what",)


def changes(before: Json, now: Json) -> tuple[str, ...]:
    """What differs between two shown documents, in words, one line for each leaf."""
    found = tuple(dict.fromkeys(_changes((), before, now)))
    more = len(found) - MOST_CHANGES
    return (*found[:MOST_CHANGES], f"and {more} more") if more > 0 else found


def take_back(store: Store, user: User, flag_id: str) -> Decision | None:
    """Undo the standing decision on a flag; the one before it holds again. None when there is none.

    Raises AuthenticationError when the person may not decide, NotFoundError for an unknown flag,
    RefusedError for a decision of somebody else: that one is answered with a decision, not undone.
    """
    recording, _ = store.flag(flag_id)
    require_part(store, user, [recording], *SIGNERS)
    standing = next((d for d in store.decisions(recording) if d.flag == flag_id), None)
    if standing is None:
        return None
    if standing.by != user.id:
        raise RefusedError("this decision is another person's", (), "decide the flag yourself instead")
    with store.transaction():
        store.retract_decision(standing.id, user.id)
        record(store, "decision.taken_back", user.id, flag_id, document_sha256("decision", to_json(standing)))
    return standing


IGNORED = frozenset({"salt", "version", "edited_by", "made_by"})
"""They change with every edit and say nothing by themselves."""


def _changes(path: tuple[str, ...], before: Json, now: Json) -> Iterator[str]:
    if before == now or (path and path[-1] in IGNORED):
        return
    if isinstance(before, dict) and isinstance(now, dict):
        for key in sorted({*before, *now}):
            yield from _changes((*path, key), before.get(key), now.get(key))
    elif isinstance(before, list) and isinstance(now, list) and not _is_word(before, now):
        yield from _list_changes(path, before, now)
    else:
        yield f"{_where(path)}: {_said(before)} → {_said(now)}"


def _list_changes(path: tuple[str, ...], before: list[Json], now: list[Json]) -> Iterator[str]:
    if len(before) == len(now):
        for number, (old, new) in enumerate(zip(before, now, strict=True), start=1):
            yield from _changes((*path, str(number)), old, new)
        return
    for gone in (b for b in before if b not in now):
        yield f"{_where(path)}: no longer {_said(gone)}"
    for come in (n for n in now if n not in before):
        yield f"{_where(path)}: now also {_said(come)}"


def _is_word(before: list[Json], now: list[Json]) -> bool:
    """A word in the document is `[start, end, text, speaker]`."""
    return all(len(side) == 4 and isinstance(side[0], int) and isinstance(side[2], str) for side in (before, now))


def _where(path: tuple[str, ...]) -> str:
    named = [p for p in path if p not in ("core", "plan", "sources")]
    return " ".join(named).replace("_ms", "").replace("_", " ") or "the plan"


def _said(value: Json) -> str:
    if isinstance(value, list) and len(value) == 4 and isinstance(value[2], str):
        return f"“{value[2]}”" + (f" ({value[3]})" if value[3] else "")
    if isinstance(value, dict):
        told = [
            value[k] for k in ("choice", "reason", "item", "title", "text", "lines", "kind", "recording") if k in value
        ]
        span = value.get("span")
        place = f" at {_time(span['start_ms'])}–{_time(span['end_ms'])}" if isinstance(span, dict) else ""
        return (", ".join(" ".join(t) if isinstance(t, list) else str(t) for t in told) or "an entry") + place
    if isinstance(value, list):
        return ", ".join(_said(v) for v in value) or "nothing"
    return "nothing" if value in (None, "") else f"“{value}”"


def _time(ms: int) -> str:
    return f"{ms // 60000}:{ms // 1000 % 60:02}.{ms % 1000 // 100}"
