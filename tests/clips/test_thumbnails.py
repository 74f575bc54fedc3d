"""The poster: a frame that may be shown, or a card; and the pages that partners look at first."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clips.contact_sheet import Texts, contact_sheet, titles_sheet
from clips.thumbnails import Look, choose_thumbnails, frames_of, showable_frames, write_jpeg
from pipeline.domain import Aspect, Card, Cue, Picture, Redaction, RedactionKind, Region, Rendition, Span

RATE_MS = 40
CUES = (Cue(500, 1_200, ("I left", "because of this.")), Cue(1_320, 2_600, ("Nobody told us.",)))
"""Three frames of quiet between them, at 1200, 1240 and 1280 ms."""

Numbers = Callable[[Path], list[int]]


@pytest.fixture(scope="module")
def made(
    make_recording: Callable[..., Path], make_studio: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Rendition, Any]:
    """A clip with cards and burned subtitles, whose frames say their number."""
    where = make_studio(make_recording("cfr.mp4"), folder=tmp_path_factory.mktemp("made"))
    plan = where.plan(
        (0, 1_000, 3_400), burn=("en",), opening=Card("Why I left", "A former member", 400),
        closing=Card("The centre", "", 400),
    )  # fmt: skip
    (rendition,) = where.render(plan, cues={"en": list(CUES)})
    return where.folder / rendition.file_name, rendition, plan


def manifest_of(plan: Any, *redactions: Redaction) -> dict[str, Any]:
    """The part of a clip's manifest that a thumbnail is chosen by."""
    (passage,) = plan.passages()
    offset = passage.clip_start_ms - passage.span.start_ms
    return {
        "frame_rate": "25/1",
        "picture": plan.picture.value,
        "spans": [{"clip_start_ms": passage.clip_start_ms, "clip_end_ms": passage.clip_end_ms}],
        "redactions": [
            {"kind": r.kind.value, "clip_start_ms": r.span.start_ms + offset, "clip_end_ms": r.span.end_ms + offset}
            for r in redactions
        ],
    }


def box(start_ms: int, end_ms: int) -> Redaction:
    return Redaction("x-1", "r-0", RedactionKind.BOX, Span(start_ms, end_ms), Region(0, 0, 40, 40))


def look(faces_allowed: int = 1, **other: Any) -> Look:
    return Look({(Aspect.WIDE, "en"): CUES}, faces_allowed=faces_allowed, **other)


def number_of(file: Path, picture: np.ndarray[Any, Any], among: range) -> int:
    """Which frame of a file a picture is."""
    found = [n for n, frame in frames_of(file, list(among)) if np.array_equal(frame, picture)]
    return found[0]


def test_the_poster_shows_no_subtitle_no_card_and_no_dip(made: tuple[Path, Rendition, Any]) -> None:
    """Here only frames between the cues are left, and what is before the first and after the last."""
    file, rendition, plan = made
    numbers = showable_frames(manifest_of(plan), CUES)
    times = {n * RATE_MS for n in numbers}
    assert {1_240, 1_280} <= times
    assert 1_200 not in times  # the frame on which a cue ends may still show it
    assert not any(c.clip_start_ms <= t < c.clip_end_ms for c in CUES for t in times)
    assert min(times) >= 400
    assert max(times) < 2_800
    chosen = choose_thumbnails(file, rendition, manifest_of(plan), look())
    assert chosen.origin == "picture"
    assert number_of(file, chosen.poster, range(rendition.duration_ms // RATE_MS)) in numbers
    for picture in (chosen.poster, *chosen.strip):
        assert (picture[270:].min(axis=2) > 238).sum() < 20  # no white letters


def test_where_subtitles_leave_no_frame_the_card_stands_for_the_clip(made: tuple[Path, Rendition, Any]) -> None:
    """Its title has come and has not gone."""
    file, rendition, plan = made
    whole = Look({(Aspect.WIDE, "en"): (Cue(400, 2_800, ("All the time.",)),)}, faces_allowed=1)
    chosen = choose_thumbnails(file, rendition, manifest_of(plan), whole)
    assert chosen.origin == "opening card"
    assert number_of(file, chosen.poster, range(15)) < 10
    assert (chosen.poster.min(axis=2) > 180).sum() > 100  # its letters


def test_no_frame_is_taken_from_the_uncovered_time_of_a_box(made: tuple[Path, Rendition, Any]) -> None:
    """What the box hides may be in the picture a moment before."""
    _, _, plan = made
    covered = showable_frames(manifest_of(plan, box(1_500, 2_000)), ())
    assert covered
    assert all(900 <= n * RATE_MS < 1_400 for n in covered)
    assert showable_frames(manifest_of(plan, box(1_000, 1_400), box(2_000, 2_400)), ()) == []


def test_without_consent_to_a_face_only_a_frame_without_one_is_shown(made: tuple[Path, Rendition, Any]) -> None:
    """And while nobody can look for faces, none at all."""
    file, rendition, plan = made
    blind = choose_thumbnails(file, rendition, manifest_of(plan), look(faces_allowed=0))
    assert blind.origin == "opening card"
    seen = choose_thumbnails(file, rendition, manifest_of(plan), look(faces_allowed=0, count_faces=lambda _: 1))
    assert (seen.origin, seen.strip) == ("opening card", ())
    free = choose_thumbnails(file, rendition, manifest_of(plan), look(faces_allowed=0, count_faces=lambda _: 0))
    assert free.origin == "picture"


def test_a_second_face_is_nobodys_to_show(made: tuple[Path, Rendition, Any]) -> None:
    """One agreed; who sits beside him did not."""
    file, rendition, plan = made
    crowd = choose_thumbnails(file, rendition, manifest_of(plan), look(count_faces=lambda _: 2))
    assert crowd.origin == "opening card"


def test_a_voice_without_a_picture_is_shown_by_its_card(made: tuple[Path, Rendition, Any]) -> None:
    """Or by a drawn background where there is none."""
    file, rendition, plan = made
    off = manifest_of(replace(plan, picture=Picture.OFF))
    assert choose_thumbnails(file, rendition, off, look()).origin == "opening card"
    length = rendition.duration_ms
    off["spans"] = [{"clip_start_ms": 0, "clip_end_ms": length}]
    drawn = choose_thumbnails(file, rendition, off, look())
    assert drawn.origin == "drawn"
    assert drawn.poster.shape == (rendition.height, rendition.width, 3)


def test_the_sharpest_frame_is_chosen(tmp_path: Path, made: tuple[Path, Rendition, Any]) -> None:
    """Of those that may be shown, and neither black nor white."""
    file, rendition, plan = made
    found = dict(frames_of(file, showable_frames(manifest_of(plan), CUES)))
    chosen = choose_thumbnails(file, rendition, manifest_of(plan), look())
    edges = {n: float(np.abs(np.diff(f[..., 1].astype(float), axis=1)).mean()) for n, f in found.items()}
    mine = number_of(file, chosen.poster, range(rendition.duration_ms // RATE_MS))
    assert edges[mine] >= sorted(edges.values())[len(edges) // 2]
    write_jpeg(chosen.poster, tmp_path / "p.jpg")
    assert (tmp_path / "p.jpg").read_bytes()[:2] == b"\xff\xd8"


ENTRY = {
    "clip": "c-1", "platform": "youtube", "file": "clips/c-1/16x9.mp4", "burned_subtitles": None, "width": 1920,
    "height": 1080, "duration_ms": 41_000, "sidecars": ["clips/c-1/16x9.en.srt"], "poster": "clips/c-1/16x9.jpg",
}  # fmt: skip


def test_titles_are_those_of_the_cards_and_say_when_they_do_not_fit() -> None:
    """Nothing is shortened, nothing runs in a spreadsheet; X has no title, so it begins the post."""
    texts = {"c-1": Texts("=WHY(I left)", "A former member. " * 20)}
    entries = [ENTRY, {**ENTRY, "platform": "x"}]
    youtube, post = csv.DictReader(io.StringIO(titles_sheet(entries, texts)))
    assert youtube["title"] == "'=WHY(I left)"
    assert (youtube["title characters"], youtube["title allowed"], youtube["fits"]) == ("12", "100", "yes")
    assert (post["title"], post["description allowed"], post["fits"]) == ("", "280", "TOO LONG")
    assert post["description"].startswith("'=WHY(I left)\n\nA former member.")


def test_the_contact_sheet_shows_every_picture_and_runs_nothing() -> None:
    """One page, printable; texts are escaped; who gets no subtitles is told so."""
    texts = {"c-1": Texts("<script>alert(1)</script>", "لماذا غادرت")}
    telegram = {**ENTRY, "platform": "telegram", "sidecars": []}
    page = contact_sheet(
        "spring", "2026-11-22T12:00:00Z", [ENTRY, telegram], texts, {"c-1": ["clips/c-1/16x9-frame1.jpg"]}
    )
    assert page.count('<img src="clips/c-1/16x9.jpg"') == 1
    assert '<img src="clips/c-1/16x9-frame1.jpg"' in page
    assert "<script" not in page
    assert "لماذا غادرت" in page
    assert "@media print" in page
    assert "takes no subtitle file" in page
