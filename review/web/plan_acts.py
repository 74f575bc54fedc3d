"""Making, changing and signing plans on the pages."""

from dataclasses import replace

from starlette.responses import Response

from pipeline.domain import Aspect, CutPlan, Faces, Kept, Picture, Voice
from pipeline.errors import AuthenticationError, PipelineError, RefusedError
from review.decisions import override, sign, take_back_sign_off
from review.framings import framings_typed
from review.signing import StaleError, difference, require_seen
from review.typed import LONGEST_LOWER_THIRDS, LONGEST_MIDDLES, LONGEST_NOTE, LONGEST_SOUNDS
from review.web.auth import prove_again
from review.web.pages import see, show
from review.web.places import kept_of, places, require_words_state
from review.web.plan_facts import quick_facts
from review.web.plan_page import plan_answer, plan_values, visible_plan
from review.web.services import PlanWish
from review.web.visit import Visit


def new_plan(visit: Visit) -> Response:
    """A plan of the words chosen on the transcript page; or those words at the end of a plan there is."""
    found, form = visit.recording(), visit.form
    require_words_state(visit, found.id)
    passage = kept_of(found.id, places(visit, found.id))
    known = form.text("plan", 40)
    if known:
        before = visible_plan(replace(visit, params={"plan": known}))
        made = visit.services.change_plan(visit.me, before, PlanWish(kept=(*before.kept, passage)))
    else:
        made = visit.services.make_plan(visit.me, PlanWish(kept=(passage,), title=form.needed("title", 120)))
    return see(f"/plans/{made.id}")


def change_plan(visit: Visit) -> Response:
    """The form of the plan page: texts, shapes, order. Also takes in every decision made since."""
    before = visible_plan(visit)
    if visit.form.text("version", 10) != str(before.version):
        fault = f"version {before.version} is there already: nothing of yours was saved, look at it first"
        return plan_answer(visit, before, status=409, fault=fault)
    try:
        visit.services.change_plan(visit.me, before, _wish(visit, before))
    except RefusedError as error:
        return plan_answer(visit, before, status=422, fault=error.message, changed=error.reasons)
    return see(f"/plans/{before.id}")


def sign_plan(visit: Visit) -> Response:
    """A signature on exactly what the page showed, with one's own password; stale ones get the difference."""
    found = visible_plan(visit)
    shown = quick_facts(visit.services, found)
    try:
        prove_again(visit)
        require_seen(shown.facts, visit.form.text("seen", 64))
        sign(visit.store, visit.services.workspace, visit.me, shown.facts)
    except StaleError as error:
        return plan_answer(visit, found, status=409, fault=f"{error.message}. Nothing was signed.",
                           changed=difference(visit.store, shown.facts, visit.form.text("seen", 64)))  # fmt: skip
    except AuthenticationError as error:
        return plan_answer(visit, found, status=403, fault=f"{error.message}. Nothing was signed.")
    except RefusedError as error:
        return plan_answer(visit, found, status=422, fault=f"{error.message}. Nothing was signed.",
                           changed=error.reasons)  # fmt: skip
    return see(f"/plans/{found.id}")


def unsign_plan(visit: Visit) -> Response:
    """One takes back what one signed; no password: it only closes."""
    found = visible_plan(visit)
    take_back_sign_off(visit.store, visit.services.workspace, visit.me, found)
    return see(f"/plans/{found.id}")


def override_flag(visit: Visit) -> Response:
    """One person's word that a blocked flag may stay in this plan; a second person's is needed."""
    found = visible_plan(visit)
    try:
        prove_again(visit)
        override(visit.store, visit.me, found, visit.form.needed("flag", 40), visit.form.needed("reason", 300))
    except AuthenticationError as error:
        return plan_answer(visit, found, status=403, fault=error.message)
    except PipelineError as error:
        return plan_answer(visit, found, status=422, fault=error.message)
    return see(f"/plans/{found.id}")


def dossier(visit: Visit) -> Response:
    """Everything about a plan on paper, for counsel."""
    found = visible_plan(visit)
    shown = quick_facts(visit.services, found)
    comments = [
        c for k in found.kept for c in visit.store.comments(k.recording) if k.span.start_ms <= c.at_ms < k.span.end_ms
    ]
    head = visit.store.head()
    return show(visit, "dossier.html", comments=comments, head=head, **plan_values(visit, found, shown))


def _wish(visit: Visit, before: CutPlan) -> PlanWish:
    form = visit.form
    if "title" not in form.fields:
        return PlanWish(kept=_moved(before.kept, form.text("move", 20)))
    try:
        aspects = tuple(Aspect(a) for a in form.texts("aspect"))
        picture = Picture(form.text("picture", 10)) if form.text("picture", 10) else None
        faces = Faces(form.text("faces", 10)) if form.text("faces", 10) else None
        voice = Voice(form.text("voice", 10)) if form.text("voice", 10) else None
    except ValueError:
        raise PipelineError("there is no such choice", "go back and choose one that the page offers") from None
    return PlanWish(
        kept=_moved(before.kept, form.text("move", 20)),
        title=form.needed("title", 120),
        context=form.text("context", 200),
        aspects=aspects or None,
        burn=tuple(form.text("burn", 200).replace(",", " ").split()),
        picture=picture,
        faces=faces,
        shown_faces=tuple(form.texts("show_face")) if form.text("faces_listed", 1) else None,
        voice=voice,
        lower_thirds=tuple(form.text("lower_thirds", LONGEST_LOWER_THIRDS).splitlines()),
        middles=_middles(visit, before),
        sdh=bool(form.text("sdh", 1)),
        sounds=tuple(form.text("sounds", LONGEST_SOUNDS).splitlines()),
        content_note=_said(visit, "content_note"),
        translators_note=_said(visit, "translators_note"),
        sources=_said(visit, "sources"),
    )


def _said(visit: Visit, name: str) -> str | None:
    """None where the form has no such field: what stands there stays."""
    return visit.form.text(name, LONGEST_NOTE) if name in visit.form.fields else None


def _middles(visit: Visit, before: CutPlan) -> tuple[str, ...] | None:
    """What was typed; None where nothing else was: faces are not looked for again."""
    typed = visit.form.text("middle", LONGEST_MIDDLES)
    pictures = {k.recording: visit.store.recording(k.recording).probe.picture for k in before.kept}
    known = framings_typed(before.framings, pictures)
    return None if typed == known else tuple(text.strip() for text in typed.split(";"))


def _moved(kept: tuple[Kept, ...], move: str) -> tuple[Kept, ...]:
    """`2.up`, `2.down`, `2.out`: one passage moved or taken out; anything else leaves the order."""
    number, _, where = move.partition(".")
    if not number.isdecimal() or not 0 < int(number) <= len(kept):
        return kept
    order, at = list(kept), int(number) - 1
    passage = order.pop(at)
    if where != "out":
        order.insert(max(0, at - 1) if where == "up" else at + 1, passage)
    if not order:
        raise PipelineError("the clip would be empty", "keep at least one passage")
    return tuple(order)
