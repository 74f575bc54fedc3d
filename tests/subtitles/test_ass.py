"""Burned-in text, drawn by the same ffmpeg that makes clips, and looked at as pixels."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from pipeline import ffmpeg
from pipeline.domain import Aspect, Card, Cue
from pipeline.errors import PipelineError
from subtitles.formats import escape_ass, fonts_folder, write_ass, write_card_ass
from subtitles.limits import limits_for
from subtitles.style import LINE_HEIGHT, PLATFORM_AREAS, SAFE_AREAS

SIZES = {Aspect.WIDE: (960, 540), Aspect.SQUARE: (540, 540), Aspect.TALL: (540, 960)}


def drawn(tmp_path: Path, ass: str, aspect: Aspect) -> np.ndarray:
    """The brightness of a green picture with this text on it, one second in (cards fade)."""
    width, height = SIZES[aspect]
    (tmp_path / "t.ass").write_text(ass)
    out = tmp_path / "frame.mkv"
    ffmpeg.run(
        ["-v", "error", "-y", "-f", "lavfi", "-i", f"color=0x00A000:s={width}x{height}:r=25:d=0.04",
         "-vf", f"setpts=PTS+1/TB,ass={tmp_path / 't.ass'}:fontsdir={fonts_folder()},format=gray",
         "-c:v", "ffv1", str(out)]
    )  # fmt: skip
    with av.open(str(out)) as container:
        return next(container.decode(video=0)).to_ndarray(format="gray")


def text_frame(
    tmp_path: Path, lines: tuple[str, ...], aspect: Aspect = Aspect.WIDE, language: str = "en"
) -> np.ndarray:
    return drawn(tmp_path, write_ass([Cue(0, 2000, lines)], aspect, *SIZES[aspect], language), aspect)


def letters(frame: np.ndarray) -> np.ndarray:
    return frame > 200


def touched(frame: np.ndarray) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of everything that is not the green background."""
    background = int(frame[0, 0])
    rows, columns = np.where(abs(frame.astype(int) - background) > 12)
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


@pytest.mark.parametrize("aspect", list(Aspect))
@pytest.mark.parametrize("filling", ["W", "n", "Ж", "م", "ے"])
def test_text_and_its_box_stay_inside_the_safe_area(tmp_path, aspect, filling) -> None:
    """The longest lines the guidelines allow, in wide and narrow letters, in every shape."""
    limits = limits_for("en", aspect)
    line = (filling * 5 + " ") * 10
    frame = text_frame(tmp_path, (line[: limits.line_length].strip(),) * limits.max_lines, aspect)
    left, top, right, bottom = touched(frame)
    area, (width, height) = SAFE_AREAS[aspect], SIZES[aspect]
    assert letters(frame).sum() > 500
    assert left >= area.left * width - 1
    assert top >= area.top * height - 1
    assert right <= area.right * width + 1
    assert bottom <= area.bottom * height + 1


def test_the_tall_safe_area_is_free_on_every_platform() -> None:
    """One picture serves them all: no platform's buttons cover its text."""
    area = SAFE_AREAS[Aspect.TALL]
    for free in PLATFORM_AREAS.values():
        assert (free.left <= area.left, free.top <= area.top) == (True, True)
        assert (area.right <= free.right, area.bottom <= free.bottom) == (True, True)


@pytest.mark.parametrize("aspect", list(Aspect))
def test_lines_are_as_high_as_the_guideline_says(tmp_path, aspect) -> None:
    """A second line makes the box one line height taller: 7-8 % of the height, 3.9-4.5 % in 9:16."""
    one, two = (touched(text_frame(tmp_path, ("Hxg",) * n, aspect)) for n in (1, 2))
    grown = (two[3] - two[1]) - (one[3] - one[1])
    assert grown == pytest.approx(LINE_HEIGHT[aspect] * SIZES[aspect][1], abs=1.5)
    low, high = (0.039, 0.045) if aspect is Aspect.TALL else (0.07, 0.08)
    assert low <= LINE_HEIGHT[aspect] <= high


def test_letters_are_white_on_a_dark_box(tmp_path) -> None:
    """Contrast of at least 4.5 to 1 (WCAG 1.4.3), on a bright picture too."""
    frame = text_frame(tmp_path, ("Hello",))
    left, top, _, _ = touched(frame)
    box = frame[top + 2, left + 2]
    assert frame.max() > 245
    assert box < 60


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        (r"{\alpha&HFF&}Not hidden", "Not hidden"),
        (r"{\pos(0,0)}Not moved", "Not moved"),
        (r"<font size=200>Not large</font>", "Not large"),
        (r"{\p1}m 0 0 l 100 0 100 100{\p0}", "m 0 0 l 100 0 100 100"),
        (r"one\Ntwo\hthree", "one two three"),
    ],
)
def test_speech_that_looks_like_a_command_is_shown_as_it_is(tmp_path, said, plain) -> None:
    """Braces, backslashes and tags are letters: more of them is drawn, in one line, where text belongs."""
    shown, usual = text_frame(tmp_path, (said,)), text_frame(tmp_path, (plain,))
    assert letters(shown).sum() > letters(usual).sum()
    assert touched(shown)[1] == pytest.approx(touched(usual)[1], abs=2)
    assert touched(shown)[3] == pytest.approx(touched(usual)[3], abs=2)


def test_escaped_text_holds_no_command() -> None:
    """Every brace is escaped and no backslash stands before a letter."""
    escaped = escape_ass("{\\b1}a\\Nb\nc")
    assert "\n" not in escaped
    assert "\\b" not in escaped
    assert "\\N" not in escaped
    assert escaped.count("{") == escaped.count("\\{")


def widths(frame: np.ndarray) -> list[tuple[int, int]]:
    """Runs of columns that hold letters."""
    columns = letters(frame).any(axis=0)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], columns, [False])).astype(int)))
    return list(zip(edges[::2], edges[1::2], strict=True))


def test_arabic_letters_are_joined(tmp_path) -> None:
    """Shaped, a word is one run of ink; its letters kept apart are several."""
    assert len(widths(text_frame(tmp_path, ("سسسسس",), language="ar"))) == 1
    assert len(widths(text_frame(tmp_path, ("س\u200cس\u200cس\u200cس\u200cس",), language="ar"))) == 5


def test_arabic_runs_from_right_to_left(tmp_path) -> None:
    """The first word of a line is its rightmost ink, and its full stop the leftmost."""
    frame = text_frame(tmp_path, ("سسسسسسس ا.",), language="ar")
    runs = widths(frame)
    longest = max(runs, key=lambda run: run[1] - run[0])
    assert longest == runs[-1]
    dot = letters(frame)[:, runs[0][0] : runs[0][1]]
    assert dot.any(axis=1).sum() < letters(frame).any(axis=1).sum() / 2


def test_an_arabic_line_that_opens_in_latin_still_runs_from_the_right(tmp_path) -> None:
    """`Telegram` stands at the right where the sentence begins."""
    frame = text_frame(tmp_path, ("IIIIIIIIII سسسس",), language="ar")
    heights = [letters(frame)[:, a:b].any(axis=1).sum() for a, b in widths(frame)]
    assert heights[-1] == max(heights)
    assert len(widths(frame)) == 11


ALPHABETS = {
    "pl": "Zażółć gęślą jaźń",
    "tr": "Ümit ğüşöç",
    "ru": "Съешь ещё этих булок",
    "ar": "ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأؤإئىة،؛؟",
    "fa": "پچژگکیۀ«»؟",
    "ur": "ٹڈڑںےہھۓۂۃگچکی۔",
    "ps": "ټډړږښګڼېۍځڅۀ",
    "ckb": "ڕڵۆێەڤ",
    "he": "אבגדהוזחטיכךלמםנןסעפףצץקרשת",
}


@pytest.mark.parametrize(("language", "text"), ALPHABETS.items())
def test_the_letters_of_our_languages_are_drawn(tmp_path, language, text) -> None:
    """Each alphabet leaves ink."""
    assert letters(text_frame(tmp_path, (text,), language=language)).sum() > 200


def test_letters_that_only_the_second_font_has_are_no_boxes(tmp_path) -> None:
    """The empty box of a missing glyph would look the same for each of them."""
    seen = {letters(text_frame(tmp_path, (letter,), language="ur")).tobytes() for letter in "ےہۂۃۍ"}
    assert len(seen) == 5


RIGHT_TO_LEFT = {"ur": "سسسےے ہ ا۔", "ps": "ښښښښۍ ا.", "fa": "سسسسگ گ ا.", "he": "ששששש א."}


@pytest.mark.parametrize(("language", "text"), RIGHT_TO_LEFT.items())
def test_other_right_to_left_languages_run_from_the_right_too(tmp_path, language, text) -> None:
    """The rightmost ink is the first word's, the leftmost the full stop's."""
    frame = text_frame(tmp_path, (text,), language=language)
    word = text_frame(tmp_path, (text.split()[0],), language=language)
    wide, ink, runs = widths(word)[-1][1] - widths(word)[0][0], letters(frame), widths(frame)
    first = ink[:, runs[-1][1] - wide : runs[-1][1]]
    assert first.sum() == pytest.approx(letters(word).sum(), rel=0.1)
    stop = ink[:, slice(*runs[0])].any(axis=1).nonzero()[0]
    rest = ink.any(axis=1).nonzero()[0]
    assert stop.min() > (rest.min() + rest.max()) / 2


@pytest.mark.parametrize("letter", ["ہ", "ښ"])
def test_urdu_and_pashto_letters_are_joined(tmp_path, letter) -> None:
    """The second font is shaped as the first: one run of ink, and several when the letters are kept apart."""
    assert len(widths(text_frame(tmp_path, (letter * 5,), language="ur"))) == 1
    assert len(widths(text_frame(tmp_path, ("\u200c".join(letter * 5),), language="ur"))) == 5


def test_latin_inside_urdu_stands_where_it_is_said(tmp_path) -> None:
    """Letters of two fonts in one line: the Latin word lies between the Urdu ones."""
    frame = text_frame(tmp_path, ("ےےےے IIII ےےےے",), language="ur")
    runs = widths(frame)
    tall = [n for n, (a, b) in enumerate(runs) if b - a < 6]
    assert len(tall) >= 4
    assert 0 < tall[0] <= tall[-1] < len(runs) - 1


def test_a_missing_letter_is_an_error_and_not_a_box() -> None:
    """The message names the code points and what to do, not the text."""
    with pytest.raises(PipelineError, match=r"U\+4E2D, U\+6587"):
        write_ass([Cue(0, 1000, ("中文 ok",))], Aspect.WIDE, 1920, 1080, "zh")


def test_each_bundled_font_has_its_licence_beside_it() -> None:
    """And nothing else lies there: libass would take it."""
    assert {path.name for path in fonts_folder().iterdir()} == {
        "DejaVuSans.ttf", "LICENSE_DEJAVU", "CounterclipNaskh.ttf", "LICENSE_NASKH"
    }  # fmt: skip


@pytest.mark.parametrize("aspect", list(Aspect))
@pytest.mark.parametrize("text", ["", "Half a sentence. " * 12, "كان في التاسعة عشرة من عمره " * 6, "x" * 90])
def test_cards_keep_their_text_inside_the_safe_area(tmp_path, aspect, text) -> None:
    """Long texts are wrapped, and set smaller when they must be."""
    card = Card("Why I left them after three years", text, 3000)
    frame = drawn(tmp_path, write_card_ass(card, aspect, *SIZES[aspect], Fraction(25)), aspect)
    left, top, right, bottom = touched(frame)
    area, (width, height) = SAFE_AREAS[aspect], SIZES[aspect]
    assert letters(frame).sum() > 150
    assert left >= area.left * width - 2
    assert right <= area.right * width + 2
    assert top >= area.top * height - 2
    assert bottom <= area.bottom * height + 2
