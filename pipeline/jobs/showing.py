"""What may stand for a clip on its poster and in its title, from what its people agreed to and signed."""

from clips.contact_sheet import Texts
from clips.faces.detector import count_faces
from clips.thumbnails import Look
from pipeline.domain import CutPlan, Permit
from pipeline.jobs.cut import signed_cues
from pipeline.store import Store
from review.gate_texts import any_alike
from review.policy import GateFacts
from subtitles.handover import removed_words


def look_of(store: Store, facts: GateFacts, permit: Permit) -> Look:
    """Where subtitles are burned in, and whether a face may be seen."""
    cues = {
        (aspect, language): shown
        for language, by_aspect in signed_cues(store, facts.plan, permit).items()
        for aspect, shown in by_aspect.items()
    }
    return Look(cues, faces_allowed=1 if shows_faces(facts) else 0, count_faces=count_faces)


def shows_faces(facts: GateFacts) -> bool:
    """True when everyone in the plan agreed to his face being seen."""
    people = [facts.profile(source) for source in facts.sources]
    return bool(people) and all(p is not None and p.consent is not None and p.consent.face for p in people)


def texts_of(plan: CutPlan) -> Texts:
    """What its opening and closing cards say: it is in the picture and was signed."""
    opening = plan.opening
    lines = [card.text for card in (plan.opening, *(n.card for n in plan.notes), plan.closing) if card and card.text]
    if plan.closing and plan.closing.title:
        lines.append(plan.closing.title)
    return Texts(opening.title if opening else "", "\n".join(lines))


def naming_reasons(store: Store, plan: CutPlan) -> list[str]:
    """A reason when a card, and so the title, names what the plan removes from the speech."""
    transcripts = {k.recording: t for k in plan.kept if (t := store.transcript(k.recording))}
    if len(transcripts) < len({k.recording for k in plan.kept}):
        return []  # the gate refuses what has no words
    texts = texts_of(plan)
    if any_alike(f"{texts.title} {texts.text}".split(), removed_words(plan, transcripts)):
        return ["its title or the text on a card names what was removed: plan edit --title"]
    return []
