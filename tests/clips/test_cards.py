"""Cards: exact in length, drawn in every script, the line where the text leaves it room."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import clips.looks
from clips.cards import line_position, make_background, make_card
from clips.geometry import shape_of
from clips.looks import CARD, CardLook, card_look, read_template
from pipeline.domain import Aspect, Card
from pipeline.errors import PipelineError
from pipeline.ffmpeg import open_media
from subtitles.cards import write_card_ass

Frames = list[NDArray[np.uint8]]


def frames_of(path: Path) -> Frames:
    with open_media(path) as container:
        return [f.to_ndarray(format="rgb24") for f in container.decode(container.streams.video[0])]


@pytest.mark.parametrize("rate", [Fraction(25), Fraction(30_000, 1001)])
def test_a_card_has_exactly_its_frames(tmp_path: Path, rate: Fraction) -> None:
    """As many frames as the plan counts, at the clip's rate."""
    card = Card("Why I left", "A former member", 1_500)
    made = make_card(card, shape_of(Aspect.WIDE, 240), 37, rate, tmp_path, "o")
    with open_media(made) as container:
        assert container.streams.video[0].average_rate == rate
    assert len(frames_of(made)) == 37


def test_a_card_comes_out_of_the_dark_and_goes_back(tmp_path: Path) -> None:
    """Text and picture fade together."""
    shape = shape_of(Aspect.SQUARE, 240)
    frames = frames_of(make_card(Card("Why I left", "", 1_600), shape, 40, Fraction(25), tmp_path, "o"))
    brightness = [float(f.max()) for f in frames]
    assert brightness[0] < 30
    assert brightness[20] > 200
    assert brightness[-1] < 80
    assert brightness[5] < brightness[10]


@pytest.mark.parametrize("text", ["Я ушла оттуда", "لماذا غادرت هذا المكان", "Pse u largova"])
def test_every_script_is_drawn(tmp_path: Path, text: str) -> None:
    """The same card with and without this text differs in many bright pixels."""
    shape = shape_of(Aspect.WIDE, 240)
    frames = frames_of(make_card(Card(text, "", 2_000), shape, 30, Fraction(25), tmp_path, "o"))
    assert (frames[24] > 200).all(axis=2).sum() > 250


def test_a_letter_that_the_font_lacks_is_refused(tmp_path: Path) -> None:
    """No boxes instead of letters."""
    with pytest.raises(PipelineError, match="cannot draw"):
        make_card(Card("为什么", "", 1_000), shape_of(Aspect.WIDE, 240), 25, Fraction(25), tmp_path, "o")


@pytest.mark.parametrize("aspect", list(Aspect))
def test_the_line_never_crosses_the_text(tmp_path: Path, aspect: Aspect) -> None:
    """Between title and text, where no letter is; the same place for one line or four."""
    for text in ("2017", "A former member, interviewed in 2017 somewhere in the north of the country"):
        shape, card = shape_of(aspect, 240), Card("Why I left them all behind", text, 1_280)
        y = line_position(write_card_ass(card, aspect, shape.width, shape.height, Fraction(25)), shape)
        frame = frames_of(make_card(card, shape, 32, Fraction(25), tmp_path, "o"))[23].astype(int)
        rows = frame[round(y) - 1 : round(y) + 2]
        assert np.abs(rows - np.array(card_look().accent)).sum(axis=2).min() < 90
        assert not (rows > 200).all(axis=2).any()


def test_the_background_has_the_cards_colours(tmp_path: Path) -> None:
    """One frame, dark at the edges, a little lighter in the middle, and no bright place."""
    (frame,) = frames_of(make_background(shape_of(Aspect.TALL, 240), Fraction(25), tmp_path, "b"))
    assert np.abs(frame[2, 2].astype(int) - np.array(card_look().background)).max() <= 4
    assert 30 < frame[frame.shape[0] * 42 // 100, frame.shape[1] // 2].mean() < 90
    assert frame.max() < 100


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("accent = ", "colour = "), "accent"),
        (("[44, 58, 78]", '"blue"'), "glow"),
        (("= [16", "= 16"), "cannot be read"),
        (("[16, 20, 28]", "[16, 20, 280]"), "background"),
        (("[16, 20, 28]", "[16, 20, -1]"), "background"),
        (("[44, 58, 78]", "[144, 158, 178]"), "glow"),
        (("line_wide = 0.10", "line_wide = nan"), "line_wide"),
        (("line_grows_ms = 900", "line_grows_ms = 0"), "line_grows_ms"),
    ],
    ids=["another name", "no colour", "not TOML", "over 255", "negative", "bright behind text", "nan", "no time"],
)
def test_a_designers_mistake_is_named(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    """The figure that is wrong, in the file that was changed."""
    file = tmp_path / "card.toml"
    file.write_text(CARD.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    with pytest.raises(PipelineError, match=told):
        read_template(file, CardLook)


def test_what_a_designer_changed_is_signed_with_the_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing for the files that came along, whatever their comments say; another colour is another plan."""
    file = tmp_path / "card.toml"
    monkeypatch.setattr(clips.looks, "CARD", file)
    said = []
    for change in (("# ", "# other "), ("[214, 158, 92]", "[92, 158, 214]")):
        file.write_text(CARD.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
        said.append(clips.looks.changed_looks.__wrapped__())
    assert (said[0], len(said[1])) == ("", 64)
