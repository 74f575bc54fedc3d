"""What a person does on the transcript page. Each act names what was on the page; stale ones change nothing."""

import logging
from functools import partial

from starlette.background import BackgroundTask
from starlette.responses import Response

from pipeline.domain import Choice, ClaimStatus, Decision, RedactionKind, Role, Speaker
from pipeline.errors import PipelineError
from pipeline.naming import voice_turns
from pipeline.times import parse_span
from review.claims import state_claim
from review.correcting import comment, correct_words
from review.decisions import read_segments
from review.signing import StaleError, take_back
from review.voices import name_voice
from review.web.pages import tell
from review.web.places import places, require_words_state, words_text
from review.web.recording_page import decision_json
from review.web.services import Services
from review.web.visit import Visit

log = logging.getLogger(__name__)


def read(visit: Visit) -> Response:
    """The person says that these segments were read in full."""
    found = visit.recording()
    require_words_state(visit, found.id)
    made = read_segments(visit.store, visit.me, found.id, visit.form.texts("segment"))
    return tell({"read": [r.segment for r in made]})


def decide(visit: Visit) -> Response:
    """One verdict on one flag; refused when somebody else decided it meanwhile."""
    store, flag_id = visit.store, visit.params["flag"]
    recording_id, _ = store.flag(flag_id)
    visit.require_seeing(recording_id)
    choice, sound = _choice(visit), _sound(visit)
    with store.transaction():
        _require_seen(visit, recording_id, flag_id)
        made = visit.services.decide(
            visit.me, flag_id, choice, visit.form.needed("reason", 300), visit.form.text("note"), sound, None
        )
    return tell({"decision": decision_json(visit, made, _names(visit))})


def undo(visit: Visit) -> Response:
    """One's own decision is taken back; the one before it holds again."""
    store, flag_id = visit.store, visit.params["flag"]
    recording_id, _ = store.flag(flag_id)
    visit.require_seeing(recording_id)
    with store.transaction():
        _require_seen(visit, recording_id, flag_id)
        take_back(store, visit.me, flag_id)
        standing = next((d for d in store.decisions(recording_id) if d.flag == flag_id), None)
    return tell({"decision": decision_json(visit, standing, _names(visit))})


def add_flag(visit: Visit) -> Response:
    """A flag the machine missed, on each chosen place or on none; with `choice=redact` decided at once."""
    found, form, services = visit.recording(), visit.form, visit.services
    require_words_state(visit, found.id)
    item, reason = form.needed("item", 100), form.needed("reason", 300)
    redact = form.text("choice", 20) == Choice.REDACT and Role.EDITOR not in visit.within(found.id).me.roles
    sound, chosen_places, made = _sound(visit), places(visit, found.id), []
    with visit.store.transaction():
        for chosen in chosen_places:
            words = words_text(chosen)
            flag = services.flag(visit.me, found.id, chosen[0].id, item, reason, words)
            if redact:
                services.decide(visit.me, flag.id, Choice.REDACT, reason, form.text("note"), sound, words)
            made.append(flag.id)
    return tell({"flags": made})


def cover(visit: Visit) -> Response:
    """A box over a place in the picture, between two moments or throughout, that stays or moves."""
    found, form = visit.recording(), visit.form
    at = parse_span(form.text("at", 40)) if form.text("at", 40) else None
    moves = [text.strip() for text in form.text("moves", 2_000).split(";") if text.strip()]
    made = visit.services.cover(
        visit.me, found.id, at, form.needed("box", 60), form.needed("reason", 300), form.text("note"), moves
    )
    return tell({"flag": made.flag})


def claim(visit: Visit) -> Response:
    """What is known about a claim of innocence, and from where."""
    store, flag_id = visit.store, visit.params["flag"]
    recording_id, _ = store.flag(flag_id)
    visit.require_seeing(recording_id)
    try:
        status = ClaimStatus(visit.form.needed("status", 20))
    except ValueError:
        raise PipelineError("there is no such status", f"choose from {', '.join(ClaimStatus)}") from None
    made = state_claim(store, visit.me, flag_id, status, visit.form.text("source", 300))
    return tell({"claim": {"status": made.status, "source": made.source, "by": visit.me.name}})


def correct(visit: Visit) -> Response:
    """Other words, or another speaker, laid over the words; flags are raised again afterwards."""
    found, form = visit.recording(), visit.form
    require_words_state(visit, found.id)
    text = form.text("text", 400) if form.text("text", 400) or form.text("nothing", 5) else None
    named = form.text("nothing", 5)
    speaker = _speaker(form.text("speaker", 20))
    with visit.store.transaction():
        if speaker and form.text("everywhere", 5):
            _name_voices(visit, found.id, speaker)
            speaker = None
            if text is None:
                return _corrected(visit, found.id)
        for segment, start, end in places(visit, found.id):
            numbers = range(start, end + 1) if text is not None else range(len(segment.words))
            words = "" if named else text
            correct_words(visit.store, visit.me, found.id, segment.id, numbers, text=words, speaker=speaker)
    return _corrected(visit, found.id)


def _name_voices(visit: Visit, recording_id: str, speaker: Speaker) -> None:
    """Whose voice it is that is heard in the chosen segments, wherever else it is heard."""
    store = visit.store
    voices = store.voices(recording_id)
    if voices is None:
        raise PipelineError("no voices were told apart here", "say it of the segment: take the mark away")
    chosen = [segment for segment, _, _ in places(visit, recording_id)]
    heard = {turn.voice for turns in voice_turns(chosen, voices) for turn in turns}
    if len(heard) != 1:
        raise PipelineError("it is not one voice that is heard here", "choose words of one voice, or only this segment")
    name_voice(store, visit.me, recording_id, heard.pop(), speaker)


def _corrected(visit: Visit, recording_id: str) -> Response:
    done = tell({"corrected": True})
    done.background = BackgroundTask(partial(_recheck, visit.services, recording_id))
    return done


def add_comment(visit: Visit) -> Response:
    found, form = visit.recording(), visit.form
    at = form.text("at_ms", 12)
    if not at.isdecimal():
        raise PipelineError("a comment needs a moment", "click a word first")
    made = comment(visit.store, visit.me, found.id, form.text("segment", 40), int(at), form.needed("text"))
    return tell({"comment": made.id})


def _recheck(services: Services, recording_id: str) -> None:
    """The gate refuses until this has been done, so a failure is seen there as well."""
    try:
        services.recheck(recording_id)
    except PipelineError as error:
        log.warning("recheck of %s: %s", recording_id, error.message)


def _require_seen(visit: Visit, recording_id: str, flag_id: str) -> None:
    """Raises StaleError when another decision stands than the one on the page."""
    standing: Decision | None = next((d for d in visit.store.decisions(recording_id) if d.flag == flag_id), None)
    if (standing.id if standing else "") != visit.form.text("seen", 40):
        what = f"it is now decided: {standing.choice}, {standing.reason}" if standing else "the decision was taken back"
        raise StaleError("somebody decided this flag meanwhile", (what,), "look at it, then decide again")


def _choice(visit: Visit) -> Choice:
    try:
        return Choice(visit.form.needed("choice", 20))
    except ValueError:
        raise PipelineError("there is no such decision", f"choose from {', '.join(Choice)}") from None


def _sound(visit: Visit) -> RedactionKind | None:
    given = visit.form.text("sound", 20)
    try:
        return RedactionKind(given) if given else None
    except ValueError:
        raise PipelineError("there is no such redaction", "silence, tone or room") from None


def _speaker(given: str) -> Speaker | None:
    try:
        return Speaker(given) if given else None
    except ValueError:
        raise PipelineError("there is no such speaker", f"choose from {', '.join(Speaker)}") from None


def _names(visit: Visit) -> dict[str, str]:
    return {u.id: u.name for u in visit.store.users()}
