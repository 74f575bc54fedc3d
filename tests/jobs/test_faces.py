"""A person who did not agree to be seen gets a cover without anyone asking for it."""

import subprocess
import sys
from pathlib import Path

import portrait
import pytest
from office import DATA, KENNEDY, Office

from pipeline.canonical import to_json
from pipeline.domain import Consent, CutPlan, Faces, Kept, Picture, RedactionKind
from pipeline.ffmpeg import file_url
from pipeline.jobs.cut import cut_plan
from pipeline.jobs.gate import ask_gate
from pipeline.jobs.plan import Wish, change_plan, make_plan
from review.policy import Refusal


@pytest.fixture(scope="module", name="footage")
def footage_(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The speech, said by a face that drifts a little."""
    frames = [portrait.shot((200 + number // 4, 80), number) for number in range(275)]
    return portrait.film(tmp_path_factory.mktemp("footage") / "film.mkv", frames, ["-i", file_url(DATA / "jfk.flac")])


@pytest.fixture(name="filmed")
def filmed_(office: Office, footage: Path) -> str:
    """Taken in and read; no consent to be seen."""
    consent = Consent(face=False, voice=True, name=False, platforms=("*",), languages=("*",), expires=None)
    office.state_everything(consent=to_json(consent))
    recording = office.ingest(footage)
    office.read_and_keep(recording)
    return recording


def planned(office: Office, recording: str, **wishes: object) -> CutPlan:
    wish = Wish((Kept(recording, KENNEDY),), "A speech", "1961", None, ("en",), Picture.SOURCE, **wishes)  # type: ignore[arg-type]
    return make_plan(office.workspace, office.store, office.team.edo, wish)


def codes(office: Office, plan: CutPlan) -> set[str]:
    verdict = ask_gate(office.workspace, office.store, plan)
    return {r.code for r in verdict.reasons} if isinstance(verdict, Refusal) else set()


def test_the_cover_comes_by_itself_and_stands_in_the_clip(office: Office, filmed: str, weights_base: Path) -> None:
    """From consent to the file."""
    plan = planned(office, filmed)
    assert plan.faces is Faces.COVER
    assert [(r.kind, r.id) for r in plan.redactions] == [(RedactionKind.FACE, plan.searches[0].found[0])]
    office.sign(plan)
    clip = cut_plan(office.workspace, office.store, plan.id)
    names = {c.name for c in clip.renditions[0].verification.checks}
    assert {"face covers", "faces"} <= names


def test_showing_the_face_is_refused_until_he_agrees(office: Office, filmed: str) -> None:
    """And taking the cover away from the only face, too."""
    shown = planned(office, filmed, faces=Faces.SHOW)
    assert "consent.no_face" in codes(office, shown)
    plan = planned(office, filmed)
    bare = change_plan(
        office.workspace, office.store, office.team.edo, plan, Wish(shown_faces=(plan.redactions[0].id,))
    )
    assert bare.redactions == ()
    assert "faces.none" in codes(office, bare)


def test_the_terminal_says_what_becomes_of_each_face(office: Office, filmed: str) -> None:
    """Which are covered and how, and which stay uncovered."""
    plan = planned(office, filmed, faces=Faces.BLUR)
    face, before = plan.redactions[0].id, shown_by(office, plan)
    assert "faces blur" in before
    assert face in before
    assert "it follows what it covers" in before
    change_plan(office.workspace, office.store, office.team.edo, plan, Wish(shown_faces=(face,)))
    assert f"a face stays uncovered: {face} in {filmed}" in shown_by(office, plan)


def shown_by(office: Office, plan: CutPlan) -> str:
    argv = [Path(sys.executable).with_name("counterclip"), "-w", office.workspace.root, "plan", "show", plan.id]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


def test_consent_that_ended_brings_the_cover_with_the_next_version(office: Office, filmed: str) -> None:
    """What was planned with the face shown is refused, and the next edit covers it."""
    office.state_everything()
    plan = planned(office, filmed)
    assert plan.faces is Faces.SHOW
    assert plan.searches == ()
    consent = Consent(face=False, voice=True, name=False, platforms=("*",), languages=("*",), expires=None)
    office.state_everything(consent=to_json(consent))
    assert "consent.no_face" in codes(office, plan)
    changed = change_plan(office.workspace, office.store, office.team.edo, plan, Wish())
    assert changed.faces is Faces.COVER
    assert not codes(office, changed) & {"consent.no_face", "faces.not_searched", "faces.uncovered", "faces.none"}
