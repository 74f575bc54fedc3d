"""Who did it, and whether it is said to have happened."""

import pytest

from pipeline.domain import Agent, Modality
from review.language.events import Event, find_events
from review.language.parsing import parse


def event(text: str, lemma: str) -> Event:
    """The event of this verb in the text."""
    (doc,) = parse([text])
    return next(e for e in find_events(doc) if e.lemma == lemma)


@pytest.mark.parametrize(
    ("text", "lemma", "agent"),
    [
        ("I shot him.", "shoot", Agent.SELF),
        ("We killed two men.", "kill", Agent.GROUP),
        ("My unit burned the village.", "burn", Agent.GROUP),
        ("One of us killed him.", "kill", Agent.GROUP),
        ("The man next to me shot an old man.", "shoot", Agent.OTHER),
        ("He took the gun and shot her.", "shoot", Agent.OTHER),
        ("I took the gun and shot her.", "shoot", Agent.SELF),
        ("They made me shoot him.", "shoot", Agent.SELF),
        ("The village was burned.", "burn", Agent.UNKNOWN),
        ("The village was burned by us.", "burn", Agent.GROUP),
        ("The village was burned by them.", "burn", Agent.OTHER),
        ("The man who shot him was from Tunis.", "shoot", Agent.OTHER),
    ],
)
def test_who_did_it(text: str, lemma: str, agent: Agent) -> None:
    """The doer is found through conjunctions, passives, relative clauses and force; nobody known stays unknown."""
    assert event(text, lemma).agent is agent


@pytest.mark.parametrize(
    ("text", "lemma", "modality"),
    [
        ("I killed him.", "kill", Modality.ASSERTED),
        ("I never killed anyone.", "kill", Modality.DENIED),
        ("I did not kill him.", "kill", Modality.DENIED),
        ("I refused to kill him.", "kill", Modality.DENIED),
        ("I would have killed him.", "kill", Modality.HYPOTHETICAL),
        ("If I stayed, I would kill somebody.", "kill", Modality.HYPOTHETICAL),
        ("I wanted to kill him.", "kill", Modality.HYPOTHETICAL),
        ("They say I killed him.", "kill", Modality.REPORTED),
        ("I told the judge that I killed him.", "kill", Modality.ASSERTED),
        ("I had to kill him.", "kill", Modality.ASSERTED),
        ("I used to beat them.", "beat", Modality.ASSERTED),
    ],
)
def test_whether_it_happened(text: str, lemma: str, modality: Modality) -> None:
    """Denied, imagined and merely told acts are kept apart from those that are said to have happened."""
    assert event(text, lemma).modality is modality
