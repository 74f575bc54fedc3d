"""Looking for words in all interviews. The words travel in the body, so that no address and no history holds them."""

from collections.abc import Sequence

from markupsafe import Markup, escape
from starlette.responses import Response

from pipeline.domain import Kept, TextMatch
from pipeline.errors import PipelineError
from pipeline.store import Found, Wanted
from review.assignments import parts_now
from review.suggest import TELLS
from review.web.pages import show
from review.web.plan_facts import quick_facts
from review.web.visit import Visit

LONGEST_QUERY = 500
SHOWN = 50


def search_form(visit: Visit) -> Response:
    return _page(visit)


def search(visit: Visit) -> Response:
    """Passages with all the words, best first, each leading to its moment."""
    query, narrative = visit.form.text("query", LONGEST_QUERY), visit.form.text("narrative", 80)
    approved = bool(visit.form.text("approved", 5))
    try:
        kept = _approved(visit) if approved else None
        found = visit.store.search(Wanted(query, narrative or None, None, kept, SHOWN, _hidden(visit)))
    except PipelineError as problem:
        return _page(visit, query, narrative, approved=approved, problem=f"{problem.message}; {problem.hint}")
    return _page(visit, query, narrative, approved=approved, found=found)


def _page(
    visit: Visit, query: str = "", narrative: str = "", *, approved: bool = False, problem: str = "",
    found: Found | None = None,
) -> Response:  # fmt: skip
    hits = [
        (hit, _marked(hit.said, hit.matches), _marked(hit.translation or "", hit.translation_matches))
        for hit in (found.hits if found else ())
    ]
    narratives = [item for item in visit.services.checklist.items if item.id.startswith(TELLS)]
    return show(visit, "search.html", query=query, narrative=narrative, approved=approved, problem=problem,
                found=found, hits=hits, narratives=narratives)  # fmt: skip


def _hidden(visit: Visit) -> tuple[str, ...]:
    """Interviews that are other people's."""
    parts = parts_now(visit.store)
    return tuple(r for r in sorted(parts.restricted) if not parts.sees(visit.me, [r]))


def _approved(visit: Visit) -> tuple[Kept, ...]:
    """What the plans keep that are in order and signed, as things stand."""
    facts = [(plan, quick_facts(visit.services, plan)) for plan in visit.store.plans()]
    return tuple(k for plan, f in facts if f.approval.is_complete and not f.content for k in plan.kept)


def _marked(text: str, matches: Sequence[TextMatch]) -> Markup:
    """The text with the words that were found marked; everything in it is escaped."""
    made, cursor = Markup(""), 0
    for match in matches:
        made += escape(text[cursor : match.start])
        made += Markup("<mark>{}</mark>").format(text[match.start : match.end])
        cursor = match.end
    return made + escape(text[cursor:])
