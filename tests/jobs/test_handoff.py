"""A plan handed to an editor: marked until it is signed, redacted always, and asked back when the person withdraws."""

import io
import json
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import av
import opentimelineio as otio
import pytest
from office import CODE, Office

from pipeline.canonical import file_sha256
from pipeline.domain import Choice, CutPlan, Span
from pipeline.errors import AuthenticationError, PipelineError, RefusedError
from pipeline.jobs.decide import decide_and_redact, flag_by_hand
from pipeline.jobs.handoff import FORMATS, HandedOver, hand_over
from pipeline.jobs.plan import Wish, change_plan
from pipeline.jobs.withdraw import withdraw_person

TITLE = "A speech"


def hand(office: Office, plan: CutPlan, folder: Path, handles_ms: int = 1_000) -> HandedOver:
    return hand_over(office.workspace, office.store, office.team.xen, plan.id, folder, FORMATS, handles_ms)


def words_of(office: Office, recording: str) -> list[Span]:
    transcript = office.store.transcript(recording)
    return [w.span for s in transcript.segments for w in s.words] if transcript else []


def test_signed_media_are_clear_and_hold_no_unsigned_speech(office: Office, tmp_path: Path, weights_base: Path) -> None:
    """All lists name the file with the same frames; nothing tells whose interview it is or where it lay."""
    plan = office.signed_plan()
    made = hand(office, plan, tmp_path / "out")
    assert not made.is_marked
    (reel,) = made.reels
    media = tmp_path / "out" / "media" / reel.file_name
    with av.open(str(media)) as container:
        assert sum(1 for _ in container.decode(video=0)) == reel.media_frames
    (wide,) = (k.span for k in reel.plan.kept)
    (kept,) = (k.span for k in plan.kept)
    unsigned = [w for w in words_of(office, plan.kept[0].recording) if not kept.overlaps(w)]
    assert unsigned
    assert not any(w.overlaps(wide) for w in unsigned)
    assert read_back(tmp_path / "out", plan) == {(reel.in_frame, reel.in_frame + reel.frames)}
    document = json.loads((tmp_path / "out" / "handoff.json").read_text(encoding="utf-8"))
    assert document["files"][f"media/{reel.file_name}"] == file_sha256(media)
    assert not document["not_for_release"]
    entry = next(e for e in office.store.entries() if e.kind == "plan.handed_over")
    assert entry.content_sha256 == file_sha256(tmp_path / "out" / "handoff.json")
    forbidden = (CODE, "jfk", str(office.workspace.root), str(tmp_path), TITLE, plan.kept[0].recording, "fellow")
    for file in (f for f in (tmp_path / "out").rglob("*") if f.is_file()):
        content = file.read_bytes()
        assert not [text for text in forbidden if text.encode() in content or text.encode("utf-16-le") in content]


def read_back(folder: Path, plan: CutPlan) -> set[tuple[int, int]]:
    """In and out of every clip in every list, by OpenTimelineIO's adapters."""
    with redirect_stdout(io.StringIO()):
        timelines = [
            otio.adapters.read_from_file(str(folder / f"{plan.id}.otio")),
            otio.adapters.read_from_file(str(folder / f"{plan.id}.edl"), rate=float(plan.frame_rate)),
            otio.adapters.read_from_file(str(folder / f"{plan.id}.fcpxml")),
        ]
    clips = [clip for timeline in timelines for clip in timeline.find_clips()]
    assert len(clips) == 5  # picture and sound in two of them, both in one clip in the third
    ranges = (clip.source_range for clip in clips)
    return {(round(r.start_time.value), round(r.end_time_exclusive().value)) for r in ranges}


def test_unsigned_media_carry_the_mark_and_say_why(office: Office, tmp_path: Path, weights_base: Path) -> None:
    """The mark is in every frame; handles may hold speech that somebody has read."""
    plan = office.ready_plan()
    made = hand(office, plan, tmp_path / "out")
    assert made.is_marked
    assert any("is not signed yet" in reason for reason in made.reasons)
    (reel,) = made.reels
    (wide,) = (k.span for k in reel.plan.kept)
    assert wide.end_ms - plan.kept[0].span.end_ms > 900
    with av.open(str(tmp_path / "out" / "media" / reel.file_name)) as container:
        for frame in container.decode(video=0):
            grey = frame.to_ndarray(format="gray")
            high, wide_px = grey.shape
            band = grey[int(high * 0.8) : int(high * 0.93), wide_px // 4 : wide_px * 3 // 4]
            assert (band > 200).mean() > 0.05
    for name in (f"{plan.id}.edl", f"{plan.id}.fcpxml", "README.txt"):
        assert "NOT FOR RELEASE" in (tmp_path / "out" / name).read_text(encoding="utf-8")


def test_a_redaction_is_in_the_media_and_stops_the_handle(office: Office, tmp_path: Path, weights_base: Path) -> None:
    """The word beside the passage was redacted: the handle ends before it; the one inside is a marker."""
    plan = office.ready_plan()
    (recording,) = (k.recording for k in plan.kept)
    for word in ("4-4", "8-8"):
        person = (office.workspace, office.store, office.team.bea)
        flag = flag_by_hand(*person, recording, "s1", "identity.person", "a name", word)
        decide_and_redact(*person, flag.id, Choice.REDACT, "a name")
    plan = change_plan(office.workspace, office.store, office.team.edo, plan, Wish())
    hidden = [d.redaction.span for d in office.store.decisions(recording) if d.redaction]
    made = hand(office, plan, tmp_path / "out")
    (reel,) = made.reels
    assert len(reel.hidden) == 1
    (wide,) = (k.span for k in reel.plan.kept)
    inner, outer = sorted(hidden)
    assert wide.overlaps(inner)
    assert wide.end_ms < outer.start_ms
    assert wide.end_ms > plan.kept[0].span.end_ms


def test_what_nobody_decided_stays_in_the_house(office: Office, tmp_path: Path) -> None:
    """Not even with the mark: every reason is told, and no folder is left."""
    office.state_everything()
    recording = office.ingest()
    plan = office.plan(recording)
    with pytest.raises(RefusedError) as caught:
        hand(office, plan, tmp_path / "out")
    assert any("nobody has read" in reason for reason in caught.value.reasons)
    assert [p.name for p in tmp_path.iterdir()] == ["w"]


def test_who_withdraws_is_not_handed_over_and_copies_are_asked_back(
    office: Office, tmp_path: Path, weights_base: Path
) -> None:
    """The sheet for editors names the plan and the day, though no clip was ever cut."""
    plan = office.ready_plan()
    hand(office, plan, tmp_path / "out", 0)
    takedowns, sheets = withdraw_person(office.workspace, office.store, office.team.bea, CODE)
    assert takedowns == ()
    assert sheets is not None
    assert plan.id in (sheets / "editors.txt").read_text(encoding="utf-8")
    with pytest.raises(RefusedError):
        hand(office, plan, tmp_path / "again")


def test_only_who_lets_things_out_may_and_only_outside(office: Office, tmp_path: Path) -> None:
    """An editor of the house asks an exporter; the workspace itself and old folders are no place."""
    plan = office.ready_plan()
    with pytest.raises(AuthenticationError):
        hand_over(office.workspace, office.store, office.team.edo, plan.id, tmp_path / "out", FORMATS, 0)
    for place in (office.workspace.root / "out", tmp_path, tmp_path / "no" / "out"):
        with pytest.raises(PipelineError):
            hand(office, plan, place)
    with pytest.raises(PipelineError):
        hand_over(office.workspace, office.store, office.team.xen, plan.id, tmp_path / "out", ("aaf",), 0)


def test_the_command_has_an_example() -> None:
    """And says what the mark is."""
    argv = [Path(sys.executable).with_name("counterclip"), "plan", "handoff", "--help"]
    shown = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    assert "counterclip plan handoff p-1a2b3c4d5e --to" in " ".join(shown.split())


def test_what_is_flagged_beside_the_passage_while_it_is_rendered_stops_the_hand_off(
    office: Office, tmp_path: Path, weights_base: Path
) -> None:
    """The handle was planned before: nothing is published, and the ledger does not say so."""
    plan = office.ready_plan()
    (recording,) = (k.recording for k in plan.kept)

    def flag_meanwhile(_: str) -> None:
        acts = (office.workspace, office.store, office.team.bea)
        flag = flag_by_hand(*acts, recording, "s1", "identity.person", "a name", "8-8")
        decide_and_redact(*acts, flag.id, Choice.REDACT, "a name")

    flagged = iter((flag_meanwhile,))
    with pytest.raises(RefusedError):
        hand_over(
            office.workspace, office.store, office.team.xen, plan.id, tmp_path / "out", FORMATS, 1_000,
            lambda stage: next(flagged, lambda _: None)(stage),
        )  # fmt: skip
    assert not (tmp_path / "out").exists()
    assert not [e for e in office.store.entries() if e.kind == "plan.handed_over"]
