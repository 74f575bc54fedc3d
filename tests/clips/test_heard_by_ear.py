"""Engines spell names as they hear them: what is heard where a name was removed is compared by ear, too."""

from types import SimpleNamespace
from typing import Any

import pytest

from clips.expected import normalised
from clips.verify_words import HeardWord, check_words
from pipeline.domain import Passage, Redaction, RedactionKind, Segment, Span, Transcript, Voice, Word

KEPT, REMOVED = Span(0, 400), Span(500, 900)


def leaks(kept: str, removed: str, written: str, at: Span) -> bool:
    """Of a passage of two words, whose second one is removed, when an engine hears one word."""
    words = (Word(kept, KEPT, 0.9), Word(removed, REMOVED, 0.9))
    segment = Segment("s1", f"{kept} {removed}", Span(0, 900), words)
    gone = Redaction("x-1", "r-1", RedactionKind.TONE, REMOVED)
    expected: Any = SimpleNamespace(
        plan=SimpleNamespace(redactions=(gone,), voice=Voice.SOURCE),
        takes=[SimpleNamespace(passage=Passage("r-1", Span(0, 1_000), 0, 25, 0, 1_000))],
        transcripts={"r-1": Transcript("en", 1_000, "engine", "model", (segment,), ())},
    )
    check = check_words(expected, {0: [HeardWord(normalised(written), at, written)]})[0]
    assert check.name == "removed words"
    return not check.passed


@pytest.mark.parametrize(
    ("kept", "removed"),
    [("Hussein", "Hassan"), ("Ahmed", "Hamed"), ("crime", "Karim"), ("Turkey", "Tariq"), ("Махмуд", "Мохаммад")],
)
def test_a_kept_word_that_sounds_alike_excuses_no_removed_one(kept: str, removed: str) -> None:
    """The removed name is heard as it was said, and the kept word as it was."""
    assert leaks(kept, removed, removed, REMOVED)
    assert not leaks(kept, removed, kept, KEPT)


@pytest.mark.parametrize(("removed", "written"), [("Karim", "Kareem"), ("Raqqa", "Rakka"), ("Khalid", "Haled")])
def test_a_removed_name_is_noticed_as_an_engine_spells_it(removed: str, written: str) -> None:
    """Beside a word that is nothing like it."""
    assert leaks("with", removed, written, REMOVED)
