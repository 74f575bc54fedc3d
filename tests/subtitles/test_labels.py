"""What stands in the picture about the voice: drawable in every language, inside the safe area of every shape."""

import pytest

from pipeline.domain import Aspect, NoteKind, Voice
from subtitles.ass import escape_ass
from subtitles.labels import TEXTS, note_title, place_label, voice_text, with_writing
from subtitles.style import SAFE_AREAS

SIZES = {Aspect.WIDE: (640, 360), Aspect.SQUARE: (360, 360), Aspect.TALL: (240, 426)}
LANGUAGES = [line.split(":")[0].strip() for line in TEXTS.read_text(encoding="utf-8").splitlines() if line[:2] == "  "]


@pytest.mark.parametrize("aspect", list(Aspect))
@pytest.mark.parametrize("voice", [Voice.DISGUISED, Voice.REMOVED, Voice.REVOICED])
def test_every_language_fits_every_shape(aspect: Aspect, voice: Voice) -> None:
    """No letter is missing, no box leaves the safe area."""
    width, height = SIZES[aspect]
    area = SAFE_AREAS[aspect]
    for language in set(LANGUAGES):
        label = place_label(voice_text(voice, language), aspect, width, height, language, 0, 1_000)
        box = label.box
        assert box.x >= area.left * width - 2
        assert box.y >= area.top * height - 2
        assert box.x + box.width <= area.right * width + 2
        assert escape_ass(label.text.split()[0]) in with_writing("", [label], width, height)


def test_a_language_without_a_text_of_its_own_gets_one() -> None:
    """A region gets its language's, an unknown language English."""
    assert voice_text(Voice.DISGUISED, "fr-CA") == voice_text(Voice.DISGUISED, "fr") != "Voice altered"
    assert voice_text(Voice.DISGUISED, "sw") == "Voice altered"


def test_serbian_readers_get_the_letters_that_they_asked_for() -> None:
    """Subtitles in Latin letters do not stand under a Cyrillic title."""
    assert note_title(NoteKind.CONTENT, "sr-Latn-RS") == "Napomena o sadržaju"
    assert note_title(NoteKind.CONTENT, "sr") == "Напомена о садржају"
