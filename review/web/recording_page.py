"""The transcript page: words in step with sound and picture, flags with their why, what people said."""

from threading import Lock

from markupsafe import Markup
from starlette.responses import Response

from pipeline.canonical import Json
from pipeline.domain import Decision, Flag, Recording, Redaction, Tier
from pipeline.media import PEAKS_PER_SECOND
from pipeline.naming import describe_voices
from review.assignments import parts_now, recordings_of
from review.web.choices import FLAG_REASONS, USUAL_REDACTION, VERDICTS
from review.web.covers import cover_json
from review.web.material import MOST_KEPT, Key, Material, is_right_to_left, material, state_of
from review.web.pages import for_data_block, for_script, show, tell
from review.web.visit import Visit
from review.web.words import Shown, transcript_html

_made: dict[tuple[Key, int], Markup] = {}
_lock = Lock()


def recording(visit: Visit) -> Response:
    """The page, with what people said about it as JSON; what they say later comes from `state`."""
    found, store = visit.recording(), visit.store
    visit = visit.within(found.id)
    shown = material(store, found.id)
    parts = parts_now(store)
    plans = [p for p in store.plans() if found.id in (of := recordings_of(p)) and parts.sees(visit.me, of)]
    return show(
        visit,
        "recording.html",
        recording=found,
        transcript=shown.transcript,
        words=_words(visit, found.id, shown),
        rtl=is_right_to_left(shown.transcript.language),
        language=shown.transcript.language,
        words_state=words_state(visit, found.id),
        verdicts=VERDICTS,
        flag_reasons=FLAG_REASONS,
        items=visit.services.checklist.items,
        plans=plans,
        settings_sound=visit.services.workspace.settings.redaction_sound,
        peaks_per_second=PEAKS_PER_SECOND,
        reasons=for_script({v.choice.value: v.reasons for v in VERDICTS}),
        state=for_data_block(_state(visit, found)),
    )


def _words(visit: Visit, recording_id: str, shown: Material) -> Markup:
    """The words as HTML, made again only when words or flags have changed."""
    store = visit.store
    flags = tuple(f for f in store.flags(recording_id) if f.suppressed is None)
    key = (state_of(store, recording_id), hash(flags))
    with _lock:
        if key in _made:
            return _made[key]
    voices = describe_voices(shown.transcript.segments, store.voices(recording_id))
    corrected = frozenset((c.segment, c.span.start_ms) for c in store.corrections(recording_id))
    made = transcript_html(shown.transcript, Shown(flags, corrected, voices))
    with _lock:
        while len(_made) >= MOST_KEPT:
            _made.pop(next(iter(_made)))
        _made[key] = made
    return made


def state(visit: Visit) -> Response:
    """Everything people said about a recording; `{"same": true}` while nothing happened since `since`."""
    found = visit.recording()
    return tell({"same": True} if visit.query.get("since") == _stamp(visit) else _state(visit, found))


def _stamp(visit: Visit) -> str:
    head = visit.store.head()
    return f"{head.seq if head else 0}"


def _state(visit: Visit, found: Recording) -> Json:
    store, stamp = visit.store, _stamp(visit)
    names = {u.id: u.name for u in store.users()}
    decisions = {d.flag: d for d in store.decisions(found.id)}
    flags = sorted((f for f in store.flags(found.id) if f.suppressed is None), key=_when)
    claims = {
        c.flag: {"status": c.status, "source": c.source, "by": names.get(c.by, c.by)} for c in store.claims(found.id)
    }
    return {
        "stamp": stamp,
        "words_state": words_state(visit, found.id),
        "flags": [_flag(visit, f, decisions.get(f.id), names) | {"claim": claims.get(f.id)} for f in flags],
        "read": _read(visit, material(store, found.id), found.id, names),
        "comments": [
            {"id": c.id, "segment": c.segment, "at_ms": c.at_ms, "text": c.text, "by": names.get(c.by, c.by),
             "at": c.at}
            for c in store.comments(found.id)
        ],
    }  # fmt: skip


def words_state(visit: Visit, recording_id: str) -> str:
    """Changes whenever the words do: acts that count words name it, so that none lands on other words."""
    _, _, version, said, voices = state_of(visit.store, recording_id)
    return f"{version}.{said}.{voices}"


def decision_json(visit: Visit, decision: Decision | None, names: dict[str, str]) -> Json:
    if decision is None:
        return None
    hidden = decision.redaction
    return {
        "id": decision.id, "choice": decision.choice, "reason": decision.reason, "note": decision.note,
        "by": names.get(decision.by, decision.by), "mine": decision.by == visit.me.id, "at": decision.at,
        "redaction": _hidden(visit, hidden) if hidden and hidden.kind.is_sound else None,
        "cover": cover_json(hidden, visit.store.recording(hidden.recording).probe.picture) if hidden else None,
    }  # fmt: skip


def _hidden(visit: Visit, redaction: Redaction) -> Json:
    """What is removed, and the starts of the first and the last word that it touches."""
    span = redaction.span
    first, last = material(visit.store, redaction.recording).touched(span)
    return {"start_ms": span.start_ms, "end_ms": span.end_ms, "first_ms": first, "last_ms": last,
            "kind": redaction.kind}  # fmt: skip


def _flag(visit: Visit, flag: Flag, decision: Decision | None, names: dict[str, str]) -> Json:
    item = visit.services.checklist.item(flag.item)
    return {
        "id": flag.id, "item": flag.item, "title": item.title if item else flag.item, "why": flag.why,
        "because": item.why if item else "", "severity": item.severity if item else "medium",
        "action": flag.action, "red": flag.tier is Tier.RED, "score": round(flag.score, 2), "agent": flag.agent,
        "modality": flag.modality, "segment": flag.segment,
        "start_ms": flag.span.start_ms if flag.span else None, "end_ms": flag.span.end_ms if flag.span else None,
        "usual": USUAL_REDACTION.get(flag.item, USUAL_REDACTION.get(flag.item.partition(".")[0], "")),
        "decision": decision_json(visit, decision, names),
    }  # fmt: skip


def _read(visit: Visit, shown: Material, recording_id: str, names: dict[str, str]) -> Json:
    """Segment → who read it as it is now; a corrected segment is unread again."""
    read: dict[str, list[Json]] = {}
    for reading in visit.store.readings(recording_id):
        if shown.digests.get(reading.segment) == reading.text_sha256:
            by = {"by": names.get(reading.by, reading.by), "mine": reading.by == visit.me.id}
            if by not in read.setdefault(reading.segment, []):
                read[reading.segment].append(by)
    return read


def _when(flag: Flag) -> tuple[int, str]:
    return (flag.span.start_ms if flag.span else 0), flag.id
