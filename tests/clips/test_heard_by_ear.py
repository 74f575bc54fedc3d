"""Engines spell names as they hear them: what is heard where a name was removed is compared by ear, too."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from clips.expected import normalised
from clips.verify_words import HeardWord, check_words, listen
from pipeline.domain import Passage, Redaction, RedactionKind, Segment, Span, Transcript, Voice, Word
from pipeline.engines.engine import Heard
from pipeline.sound import Samples

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


class Bilingual:
    """Writes one name in the letters of the language that it is asked for."""

    def transcribe(self, samples: Samples, language: str, *, translate: bool = False) -> tuple[Heard, ...]:
        written = {"en": "Daniel", "ar": "دانيال"}[language]
        return (Heard(written, Span(800, 1_200), (Word(written, Span(800, 1_200), 0.9),)),)


def test_a_passage_of_several_languages_is_listened_to_in_each() -> None:
    """A removed English name in a recording that began in Arabic; the kept word counts in its own language, too."""
    segments = (
        Segment("s1", "دانيال", KEPT, (Word("دانيال", KEPT, 0.9),)),
        Segment("s2", "Daniel", REMOVED, (Word("Daniel", REMOVED, 0.9),), language="en"),
    )
    gone = Redaction("x-1", "r-1", RedactionKind.TONE, REMOVED)
    expected: Any = SimpleNamespace(
        plan=SimpleNamespace(redactions=(gone,), voice=Voice.SOURCE, revoicing=None),
        takes=[SimpleNamespace(passage=Passage("r-1", Span(0, 1_000), 0, 25, 0, 1_000))],
        transcripts={"r-1": Transcript("ar", 1_000, "engine", "model", segments, ())},
        clock=SimpleNamespace(samples=lambda frames: frames * 1_920),
    )
    engine: Any = Bilingual()
    heard = listen(np.zeros((48_000, 2), np.float32), expected, engine)
    assert {word.language for word in heard[0]} == {"ar", "en"}
    removed, kept = check_words(expected, heard)
    assert not removed.passed
    assert kept.detail.startswith("1 of 1")
