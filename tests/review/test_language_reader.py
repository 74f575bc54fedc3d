"""The second reader: it knows what no rule was written for, says where, and never contradicts itself."""

import json
from pathlib import Path

import numpy as np
import pytest

from pipeline.domain import Segment, Speaker, Tier, Transcript
from review.checklist import Checklist, load_checklist
from review.language.events import find_events
from review.language.findings import read_turns
from review.language.mentions import find_mentions_in
from review.language.parsing import parse
from review.language.reader import FOLDER, Opinion, Reader, load_reader
from review.language.turns import make_turns


def opinion(text: str, question: str = "") -> Opinion:
    """What the reader thinks of an answer."""
    segments = (
        Segment("s1", question, None, speaker=Speaker.INTERVIEWER),
        Segment("s2", text, None, speaker=Speaker.INTERVIEWEE),
    )
    turn = make_turns(Transcript("en", 0, "", "", segments))[-1]
    (doc,) = parse([turn.text])
    reader = load_reader()
    assert reader is not None
    (view,) = reader.encoder.read([turn])
    return reader.read(turn, doc, find_events(doc), find_mentions_in(turn.text, doc), view)


@pytest.mark.parametrize(
    ("item", "text", "clean"),
    [
        ("incrimination.violence", "I held the lamp while they cut the man's hand.", "I baked bread and sold it."),
        (
            "incrimination.weapons_training",
            "The pistol was under my pillow every night.",
            "The bread was under a cloth.",
        ),
        ("incrimination.travel", "A boy led us under the wire in the dark.", "We stayed at home that year."),
        ("legal.proceeding", "My lawyer says the judge decides in spring.", "My uncle says the rain comes in spring."),
    ],
)
def test_oblique_admissions_stand_above_harmless_answers(item: str, text: str, clean: str) -> None:
    """Sentences nobody wrote a rule for are read as more telling than harmless ones of the same shape."""
    assert opinion(text).probabilities[item] > 2 * opinion(clean).probabilities[item]


def test_the_question_counts() -> None:
    """The same short answer means more after a telling question."""
    item = "incrimination.weapons_training"
    asked = opinion("Every day.", "Did you carry a weapon?").probabilities[item]
    assert asked > opinion("Every day.", "Did you eat there?").probabilities[item]


def test_it_points_at_the_sentence() -> None:
    """Of three sentences the telling one is blamed, and the words that weighed most stand in it."""
    text = "My mother cried. We went over the wall at night with the other two. He gave us bread."
    sentences = [(0, 16), (17, 67), (68, 85)]
    assert opinion(text).blamed("incrimination.travel", sentences) == [(17, 67)]
    first, *_ = opinion(text).weightiest("incrimination.travel", 0, len(text))
    assert 17 <= first[0] < first[1] <= 67


def test_what_others_did_is_amber_at_most() -> None:
    """The reader alone makes nothing red that the grammar reads as somebody else's, denied or excluded."""
    violence = Checklist((next(i for i in load_checklist().items if i.id == "incrimination.violence"),), "")
    for text in (
        "The guards held the lamp and cut the man's hand.",
        "I never held the lamp for them.",
        "They beat him while I was at home.",
    ):
        segments = (Segment("s1", text, None, speaker=Speaker.INTERVIEWEE),)
        (found,) = read_turns(make_turns(Transcript("en", 0, "", "", segments)), violence)
        assert [f for f in found if f.tier is Tier.RED and f.suppressed is None] == []


def test_names_are_found_without_case() -> None:
    """In a recogniser's raw text the tokens of a name still stand out."""
    text = "and my cousin shpend krasniqi came with me from the village"
    runs = opinion(text).token_runs("identity.person", 0.3)
    assert any("krasniqi" in text[a:b] or "shpend" in text[a:b] for a, b, _ in runs)


def test_probabilities_are_probabilities_and_repeat() -> None:
    """Between nought and one, and the same each time."""
    text = "I joined them in the spring with Abu Talha."
    first, second = opinion(text), opinion(text)
    assert first.probabilities == second.probabilities
    assert all(0 <= p <= 1 for p in first.probabilities.values())
    assert np.array_equal(first.token_probabilities, second.token_probabilities)


def test_what_it_was_learned_from_stands_beside_it() -> None:
    """The weights come with their command, their writers and their scores on writers left out."""
    about = json.loads((FOLDER / "about.json").read_text(encoding="utf-8"))
    assert about["command"].startswith("python -m training.train")
    assert not {"dev", about["left_out"]} & set(about["learned_from"])
    assert set(about["thresholds"]) == set(about["left_out_precision_recall_turns"])


def test_a_folder_without_weights_is_no_reader(tmp_path: Path) -> None:
    """Missing weights are an error at loading, never a silent empty opinion."""
    with pytest.raises(FileNotFoundError):
        Reader(tmp_path)
