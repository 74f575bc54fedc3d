"""Cards between the opening card and the speech: seen for their time, before anything is heard."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from clips.samples import read_clip_sound
from pipeline.domain import Card, Note, NoteKind
from pipeline.ffmpeg import open_media

OPENING = Card("Why I left", "", 800)
NOTES = (
    Note(NoteKind.CONTENT, Card("Content note", "He speaks of prison.", 1_200)),
    Note(NoteKind.TRANSLATION, Card("Translator’s note", "Emir: a commander.", 1_000)),
)


def test_notes_stand_before_the_speech_each_for_its_time(
    make_recording: Callable[..., Path], studio: Callable[..., Any], numbers: Callable[[Path], list[int]]
) -> None:
    """Dark, bright with text, dark again for each card; then the recording's own frames, and only then its sound."""
    where = studio(make_recording("cfr.mp4"))
    plan = replace(where.plan((0, 1_000, 3_000), opening=OPENING), notes=NOTES)
    (rendition,) = where.render(plan)
    clip = where.folder / rendition.file_name
    assert plan.opening_frames == 75
    assert numbers(clip)[75 + 6] == 25 + 6
    with open_media(clip) as container:
        lightest = [float(f.to_ndarray(format="gray").max()) for f in container.decode(container.streams.video[0])][:75]
    fades = [number for number in range(1, 75) if lightest[number] < 100 <= lightest[number - 1]]
    assert [round(number / 10) for number in fades] == [2, 5, 7]
    sound = np.abs(read_clip_sound(clip)).max(axis=1)
    assert sound[: 48_000 * 3 - 2_048].max() < 1e-3 < sound[48_000 * 3 + 2_048 :].max()
