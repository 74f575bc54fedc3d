"""A person who did not agree to be heard: from consent to a silent clip, on paper, in the terminal and in the file."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from office import DATA, Office

import pipeline.jobs.revoice
from clips.handoff import MEDIA
from clips.samples import read_clip_sound
from pipeline.canonical import file_sha256, to_json
from pipeline.domain import Consent, CutPlan, Span, Transcript, Voice, Word
from pipeline.errors import AuthenticationError, PipelineError, RefusedError
from pipeline.ffmpeg import file_url, run
from pipeline.jobs.cut import cut_plan
from pipeline.jobs.gate import ask_gate
from pipeline.jobs.handoff import FORMATS, hand_over
from pipeline.jobs.plan import Wish, change_plan
from pipeline.jobs.revoice import revoice
from review.policy import Refusal

UNHEARD = Consent(face=True, voice=False, name=False, platforms=("*",), languages=("*",), expires=None)


@pytest.fixture(name="unheard")
def unheard_(office: Office) -> CutPlan:
    """A plan that only signatures would be missing from, of someone who wants his voice out of it."""
    plan = office.ready_plan()
    office.state_everything(consent=to_json(UNHEARD))
    return plan


def codes(office: Office, plan: CutPlan) -> set[str]:
    verdict = ask_gate(office.workspace, office.store, plan)
    return {r.code for r in verdict.reasons} if isinstance(verdict, Refusal) else set()


def change(office: Office, plan: CutPlan, **wishes: object) -> CutPlan:
    return change_plan(office.workspace, office.store, office.team.edo, plan, replace(Wish(), **wishes))  # type: ignore[arg-type]


def shown_by(office: Office, plan: CutPlan) -> str:
    argv = [Path(sys.executable).with_name("counterclip"), "-w", office.workspace.root, "plan", "show", plan.id]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


def test_the_voice_is_taken_out_and_the_clip_may_be_cut(office: Office, unheard: CutPlan, weights_base: Path) -> None:
    """Refused with the voice and with a disguise; cut without it, silent, and the manifest says so."""
    assert "consent.no_voice" in codes(office, unheard)
    assert "consent.no_voice" in codes(office, change(office, unheard, voice=Voice.DISGUISED))
    plan = change(office, office.store.plan(unheard.id), voice=Voice.REMOVED)
    assert "voice removed: nothing is heard" in shown_by(office, plan)
    office.sign(plan)
    clip = cut_plan(office.workspace, office.store, plan.id)
    home = office.workspace.clips / clip.id
    assert np.abs(read_clip_sound(home / clip.renditions[0].file_name)).max() < 1e-5
    assert '"voice": "removed"' in (home / "manifest.json").read_text(encoding="utf-8")


def test_what_was_chosen_stays_with_the_next_version(office: Office, unheard: CutPlan) -> None:
    """An edit of the title does not bring the voice back."""
    plan = change(office, unheard, voice=Voice.REMOVED)
    assert change(office, plan, title="Another").voice is Voice.REMOVED


@pytest.fixture(scope="module", name="reader")
def reader_(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same words by a higher voice that reads a little faster."""
    out = tmp_path_factory.mktemp("reader") / "reader.wav"
    higher = "aresample=16000,asetrate=17600,aresample=16000"
    run(["-v", "error", "-i", file_url(DATA / "jfk.flac"), "-t", "2.6", "-af", higher, "-ar", "16000", file_url(out)])
    return out


@pytest.fixture(name="deaf")
def deaf_(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that misses words in the middle of what is said."""
    real = pipeline.jobs.revoice.transcribe_recording

    def missing(*given: Any, **named: Any) -> Transcript:
        heard = real(*given, **named)
        segments = [replace(s, words=tuple(w for w in s.words if not is_missed(w))) for s in heard.segments]
        return replace(heard, segments=tuple(segments))

    monkeypatch.setattr(pipeline.jobs.revoice, "transcribe_recording", missing)


def is_missed(word: Word) -> bool:
    return word.text.strip(",. ").lower() in ("my", "fellow")


def test_another_reader_takes_the_place_of_the_voice(
    office: Office, unheard: CutPlan, reader: Path, weights_base: Path
) -> None:
    """Understood by the product's own engine, kept, signed, cut; the recorded voice is nowhere."""
    plan = revoice(office.workspace, office.store, office.team.edo, unheard, reader)
    assert plan.revoicing is not None
    assert (plan.voice, plan.revoicing.missing) == (Voice.REVOICED, ())
    assert plan.revoicing.sha256 == file_sha256(reader) == file_sha256(office.workspace.reading(plan.revoicing.id))
    assert not {code for code in codes(office, plan) if code.startswith(("consent", "voice"))}
    assert plan.revoicing.id in shown_by(office, plan)
    office.sign(plan)
    clip = cut_plan(office.workspace, office.store, plan.id)
    checks = {c.name for c in clip.renditions[0].verification.checks}
    assert {"reader", "recorded voice", "kept words"} <= checks


def test_an_editor_outside_hears_the_reader(
    office: Office, unheard: CutPlan, reader: Path, tmp_path: Path, weights_base: Path
) -> None:
    """Marked, verified like a clip; silent where the language is not agreed to or the subtitles are others now."""
    plan = revoice(office.workspace, office.store, office.team.edo, unheard, reader)
    assert loudest_outside(office, plan, tmp_path / "fits") > 0.1
    office.state_everything(consent=to_json(replace(UNHEARD, languages=("fr",))))
    assert loudest_outside(office, plan, tmp_path / "not agreed to") < 1e-4
    office.state_everything(consent=to_json(UNHEARD))
    change(office, plan, kept=(replace(plan.kept[0], span=Span(0, 2_300)),))
    assert loudest_outside(office, plan, tmp_path / "stale") < 1e-4


def loudest_outside(office: Office, plan: CutPlan, folder: Path) -> float:
    """Of what an editor outside gets of the plan's newest version."""
    made = hand_over(office.workspace, office.store, office.team.xen, plan.id, folder, FORMATS, 500)
    (reel,) = made.reels
    return float(np.abs(read_clip_sound(folder / MEDIA / reel.file_name)).max())


def test_a_reading_that_does_not_fit_any_more_is_refused(
    office: Office, unheard: CutPlan, reader: Path, weights_base: Path
) -> None:
    """Other subtitles, or another recording under the same name."""
    plan = revoice(office.workspace, office.store, office.team.edo, unheard, reader)
    kept = (replace(plan.kept[0], span=Span(0, 2_300)),)
    assert "voice.stale" in codes(office, change(office, plan, kept=kept))
    assert plan.revoicing is not None
    copy = office.workspace.reading(plan.revoicing.id)
    copy.chmod(0o600)
    copy.write_bytes(copy.read_bytes()[:-2] + b"\0\1")
    assert "voice.changed" in codes(office, office.store.plan(plan.id))


def test_who_may_not_edit_the_plan_is_told_so_before_anything_is_read(office: Office, unheard: CutPlan) -> None:
    """Nothing is kept of what he brought; the file is not even looked for."""
    with pytest.raises(AuthenticationError):
        revoice(office.workspace, office.store, office.team.bea, unheard, Path("nowhere.wav"))
    assert not office.workspace.revoicings.exists()


def test_a_language_that_is_not_burned_in_is_not_read_aloud(office: Office, unheard: CutPlan, reader: Path) -> None:
    """Nobody would have to sign what is heard."""
    plan = change(office, unheard, burn=())
    with pytest.raises(PipelineError, match="not burned"):
        revoice(office.workspace, office.store, office.team.edo, plan, reader)


def test_a_voice_without_words_inside_a_cue_is_refused_and_nothing_is_kept(
    office: Office, unheard: CutPlan, reader: Path, deaf: None, weights_base: Path
) -> None:
    """Somebody speaks there, and the engine does not say what."""
    with pytest.raises(RefusedError, match="not understood") as caught:
        revoice(office.workspace, office.store, office.team.edo, unheard, reader)
    assert caught.value.reasons == ("in cue 1: a voice without words",)
    assert list_readings(office) == []


def test_a_reading_goes_again_when_the_plan_cannot_be_kept(
    office: Office, unheard: CutPlan, reader: Path, weights_base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No recording lies in the workspace that no plan knows."""

    def refuse(*_: object) -> CutPlan:
        assert len(list_readings(office)) == 1
        raise RefusedError("changed meanwhile", (), "")

    monkeypatch.setattr(pipeline.jobs.revoice, "change_plan", refuse)
    with pytest.raises(RefusedError, match="meanwhile"):
        revoice(office.workspace, office.store, office.team.edo, unheard, reader)
    assert list_readings(office) == []


def list_readings(office: Office) -> list[Path]:
    return [p for p in office.workspace.revoicings.glob("*") if p.name.startswith("v-")]
