"""The round trip with translators, in a workspace with people, through the jobs and the real command."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pysrt
import pytest
from office import DATA, KENNEDY, Office

from pipeline.domain import Aspect, Choice, CutPlan, Kept, Origin, Permit, Picture, Span
from pipeline.errors import PipelineError, RefusedError
from pipeline.jobs.cut import cut_plan, sidecar_texts, signed_cues
from pipeline.jobs.decide import decide_and_redact, flag_by_hand
from pipeline.jobs.gate import ask_gate, fresh_facts, read_versions
from pipeline.jobs.plan import Wish, change_plan, make_plan
from pipeline.jobs.translate import hand_out, plan_of, prepare, take_in
from review.correcting import correct_words
from review.decisions import sign
from review.policy import approval_of, unsigned_drafts
from review.web.bilingual import bilingual
from subtitles.handover import Line
from subtitles.sheet import write_csv

COUNTERCLIP = Path(sys.executable).with_name("counterclip")
FRENCH = "Et ainsi, mes chers compatriotes,"


def french_plan(office: Office, span: Span = KENNEDY, burn: tuple[str, ...] = ("en", "fr")) -> CutPlan:
    """A plan with burned French that nobody has translated yet; everything else is settled."""
    office.state_everything()
    recording = office.ingest()
    office.read_and_keep(recording)
    shapes = (Aspect.WIDE, Aspect.TALL)
    wish = Wish((Kept(recording, span),), "A speech", "1961", shapes, burn, Picture.OFF)
    return make_plan(office.workspace, office.store, office.team.edo, wish)


def srt(folder: Path, office: Office, plan: CutPlan, *texts: str, language: str = "fr") -> Path:
    """What a translator sends back: the exported SRT with other texts, and his editor's rounding of times."""
    content = hand_out(office.store, office.team.edo, prepare(office.store, plan, language), ".srt")
    items = pysrt.from_string(content.decode())
    assert len(items) == len(texts)
    for item, text in zip(items, texts, strict=True):
        item.text = text
        item.shift(milliseconds=40)
    file = folder / f"back.{language}.srt"
    items.save(str(file), encoding="utf-8")
    return file


def bring(office: Office, plan: CutPlan, file: Path, accepted: str = "", language: str = "fr"):
    handover = prepare(office.store, plan, language)
    return take_in(office.workspace, office.store, office.team.edo, handover, file, accepted)


def missing(office: Office, plan: CutPlan) -> tuple[str, ...]:
    return approval_of(fresh_facts(office.workspace, office.store, office.store.plan(plan.id))).missing


def test_a_translation_is_what_is_read_signed_and_delivered(office: Office, tmp_path: Path) -> None:
    """In every shape; before it came the language could not be made."""
    plan = french_plan(office)
    verdict = ask_gate(office.workspace, office.store, plan)
    assert "language.unavailable" in {r.code for r in verdict.reasons}
    bring(office, plan, srt(tmp_path, office, plan, FRENCH))
    office.sign(plan)
    permit = ask_gate(office.workspace, office.store, plan)
    assert isinstance(permit, Permit)
    texts = sidecar_texts(plan, plan.aspects, signed_cues(office.store, plan, permit))
    for name in ("16x9.fr.srt", "9x16.fr.srt", "16x9.fr.vtt", "9x16.fr.vtt"):
        assert FRENCH in " ".join(texts[name].split())


def test_a_burned_translation_is_cut_and_verified(office: Office, tmp_path: Path, weights_base: Path) -> None:
    """Urdu in the picture and beside it; the manifest says that a person translated it."""
    plan = french_plan(office, burn=("ur",))
    urdu = "اور اس لیے میرے ہم وطنو،"
    bring(office, plan, srt(tmp_path, office, plan, urdu, language="ur"), language="ur")
    office.sign(plan)
    clip = cut_plan(office.workspace, office.store, plan.id)
    assert {(r.aspect, r.burn, r.verification.passed) for r in clip.renditions} == {
        (Aspect.WIDE, "ur", True), (Aspect.TALL, "ur", True)
    }  # fmt: skip
    home = office.workspace.clips / clip.id
    assert urdu in (home / "16x9.ur.srt").read_text(encoding="utf-8")
    manifest = json.loads((home / "manifest.json").read_text(encoding="utf-8"))
    assert {"language": "ur", "from": "translation"} in manifest["subtitles"]


def test_it_says_where_its_words_come_from_and_who_brought_them(office: Office, tmp_path: Path) -> None:
    """Kept in the store with person and time, named in the ledger without words."""
    plan = french_plan(office)
    made = bring(office, plan, srt(tmp_path, office, plan, FRENCH)).translation
    french = next(v for v in fresh_facts(office.workspace, office.store, plan).languages if v.language == "fr")
    assert (french.origin, french.brought_by, french.brought_at) == (Origin.PERSON, office.team.edo.id, made.at)
    assert [e.kind for e in office.store.entries(plan.id)][-2:] == ["translation.handed_out", "translation.taken_in"]


def test_a_new_translation_opens_its_own_signatures_and_no_others(office: Office, tmp_path: Path) -> None:
    """The core and the other language stay signed."""
    plan = french_plan(office)
    bring(office, plan, srt(tmp_path, office, plan, FRENCH))
    office.sign(plan)
    assert missing(office, plan) == ()
    bring(office, plan, srt(tmp_path, office, plan, "Donc, mes chers compatriotes,"))
    assert missing(office, plan) == ("2 of 2 people for the subtitles in fr",)


def test_what_nobody_translated_is_not_taken_in(office: Office, tmp_path: Path) -> None:
    """The file as it went out, other marks and capitals make no difference."""
    plan = french_plan(office)
    with pytest.raises(PipelineError, match="not in fr: 1 of 1 lines came back as they went out"):
        bring(office, plan, srt(tmp_path, office, plan, "and so, my fellow\nAmericans"))
    assert office.store.translations(plan.id) == ()


def test_the_same_translation_again_opens_nothing(office: Office, tmp_path: Path) -> None:
    """A signature is bound to the text, not to the moment it came."""
    plan = french_plan(office)
    file = srt(tmp_path, office, plan, FRENCH)
    bring(office, plan, file)
    office.sign(plan)
    bring(office, plan, file)
    assert missing(office, plan) == ()


def test_who_brought_it_in_does_not_sign_it(office: Office, tmp_path: Path) -> None:
    """He signs the rest; for this language two others are needed."""
    plan = french_plan(office)
    handover = prepare(office.store, plan, "fr")
    take_in(office.workspace, office.store, office.team.bea, handover, srt(tmp_path, office, plan, FRENCH))
    office.sign(plan)
    assert missing(office, plan) == ("1 of 2 people for the subtitles in fr",)
    facts = fresh_facts(office.workspace, office.store, plan)
    with pytest.raises(PipelineError, match="no subtitles in fr"):
        sign(office.store, office.workspace, office.team.bea, facts, languages=("fr",))
    sign(office.store, office.workspace, office.team.lea, facts)
    assert missing(office, plan) == ()


def test_a_translation_of_other_words_does_not_fit_any_more(office: Office, tmp_path: Path) -> None:
    """A word of the speech is corrected: the language asks for a new translation."""
    plan = french_plan(office)
    bring(office, plan, srt(tmp_path, office, plan, FRENCH))
    (kept,) = plan.kept
    correct_words(office.store, office.team.edo, kept.recording, "s1", [4], text="Europeans,")
    french = next(v for v in fresh_facts(office.workspace, office.store, plan).languages if v.language == "fr")
    assert french.sha256 is None
    assert "has changed since it was translated" in french.problem
    assert "because of a card before it" in french.problem


def redacted_plan(office: Office) -> CutPlan:
    """The same, with the fifth word removed."""
    plan = french_plan(office)
    (kept,) = plan.kept
    bea = office.team.bea
    flag = flag_by_hand(office.workspace, office.store, bea, kept.recording, "s1", "identity.person", "a name", "5")
    decide_and_redact(office.workspace, office.store, office.team.bea, flag.id, Choice.REDACT, "a name")
    return change_plan(office.workspace, office.store, office.team.edo, plan, Wish())


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Et ainsi, mes chers Américains,", "removed from the sound"),
        ("Et ainsi, mes chers compatriotes,", "token"),
    ],
)
def test_what_was_removed_does_not_come_back_in_translation(
    office: Office, tmp_path: Path, text: str, why: str
) -> None:
    """Refused with the number of the cue, without the word; nothing is kept."""
    plan = redacted_plan(office)
    file = srt(tmp_path, office, plan, text)
    with pytest.raises(RefusedError) as caught:
        bring(office, plan, file)
    assert any(why in reason and reason.startswith("cue 1:") for reason in caught.value.reasons)
    assert not any("ricain" in reason for reason in caught.value.reasons)
    assert office.store.translations(plan.id) == ()


def test_removed_words_do_not_go_out(office: Office) -> None:
    """Neither in the SRT nor in the sheet with its context."""
    plan = redacted_plan(office)
    handover = prepare(office.store, plan, "fr")
    for kind in (".srt", ".csv"):
        content = hand_out(office.store, office.team.edo, handover, kind).decode()
        assert "Americans" not in content
        assert "[" in content


def test_what_the_checklist_finds_needs_a_reason_that_signers_see(office: Office, tmp_path: Path) -> None:
    """A telephone number that nobody said."""
    plan = french_plan(office)
    file = srt(tmp_path, office, plan, "Appelez le +33 6 12 34 56 78.")
    with pytest.raises(RefusedError, match="was not taken in") as caught:
        bring(office, plan, file)
    assert any("identity.contact" in reason for reason in caught.value.reasons)
    taken = bring(office, plan, file, accepted="a public help line")
    assert [f.item for f in taken.findings] == ["identity.contact"]
    french = next(v for v in fresh_facts(office.workspace, office.store, plan).languages if v.language == "fr")
    assert french.accepted == "a public help line"


def test_the_sheet_comes_back_with_the_translation_that_was_there(office: Office, tmp_path: Path) -> None:
    """For corrections; the machine's draft has a column of its own."""
    plan = french_plan(office)
    bring(office, plan, srt(tmp_path, office, plan, FRENCH))
    (line,) = prepare(office.store, plan, "fr").lines
    assert isinstance(line, Line)
    assert (line.translation, line.draft) == (FRENCH, "")
    sheet = tmp_path / "back.csv"
    sheet.write_text(write_csv([replace(line, translation="Donc, chers compatriotes,")]), encoding="utf-8")
    assert [c.lines for c in bring(office, plan, sheet).translation.cues] == [("Donc, chers compatriotes,",)]


def test_the_machine_s_english_is_a_draft_until_a_person_signs_it(office: Office, tmp_path: Path) -> None:
    """In what `plan show` prints and in the facts of the pages."""
    given = json.loads((DATA / "jfk.json").read_text(encoding="utf-8"))
    given["language"] = "fr"
    for segment in given["segments"]:
        segment["translation"] = "And so, my dear friends, ask what you can do."
    spoken = tmp_path / "fr.json"
    spoken.write_text(json.dumps(given), encoding="utf-8")
    office.state_everything()
    recording = office.ingest(transcript=spoken)
    office.read_and_keep(recording)
    plan = office.plan(recording, Span(0, 10_900))
    facts = fresh_facts(office.workspace, office.store, plan)
    assert unsigned_drafts(facts) == {"en"}
    titles = [title for title, _, _ in read_versions(facts)]
    assert "en, 16:9, machine translation, a draft that nobody has signed" in titles
    office.sign(plan)
    assert unsigned_drafts(fresh_facts(office.workspace, office.store, plan)) == frozenset()


def test_a_reviewer_sees_both_languages_side_by_side_with_what_is_wrong(office: Office, tmp_path: Path) -> None:
    """What was said, what is read, how much of the budget it takes, and every rule it breaks."""
    plan = french_plan(office)
    bring(office, plan, srt(tmp_path, office, plan, "Et ainsi, mes chers compatriotes américains, alors donc,"))
    facts = fresh_facts(office.workspace, office.store, plan)
    (row,) = bilingual(facts)["fr"]
    assert (row.spoken, row.read) == (
        ("And so my fellow Americans,",),
        ("Et ainsi, mes chers compatriotes américains, alors donc,",),
    )
    assert row.length > row.budget
    assert any(remark.startswith("reading_speed (hard)") for remark in row.remarks)
    faults = {title: found for title, _, found in read_versions(facts)}
    assert faults["en, 16:9"] == ()
    assert faults["fr, 16:9, translation"][0].startswith("cue 1: reading_speed (hard)")


def test_nothing_goes_to_translators_after_a_withdrawal(office: Office) -> None:
    """Neither by the plan's id nor by a clip's."""
    plan = french_plan(office)
    office.state_everything(withdrawn=True)
    with pytest.raises(RefusedError, match="withdrawn"):
        prepare(office.store, plan_of(office.store, plan.id), "fr")


@pytest.mark.parametrize("language", ["en", "en-GB", "French", "", "../fr"])
def test_a_language_that_makes_no_sense_is_refused(office: Office, language: str) -> None:
    """The spoken one, and what is no language tag."""
    plan = french_plan(office)
    with pytest.raises(PipelineError):
        prepare(office.store, plan, language)


def call(office: Office, name: str, *argv: object, cwd: Path) -> "subprocess.CompletedProcess[str]":
    reader, writer = os.pipe()
    os.write(writer, dict(office.team.passwords)[name].encode() + b"\n")
    os.close(writer)
    words = [str(COUNTERCLIP), "-w", str(office.workspace.root), *map(str, argv), "--as", name]
    try:
        return subprocess.run(
            [*words, "--password-fd", str(reader)], capture_output=True, text=True, pass_fds=(reader,), cwd=cwd
        )
    finally:
        os.close(reader)


def test_the_commands_go_the_whole_round(office: Office, tmp_path: Path) -> None:
    """Export makes both files; import says what hard rules are broken and what to do next."""
    plan = french_plan(office)
    done = call(office, "edo", "translate", "export", plan.id, "fr", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    file = tmp_path / f"{plan.id}.fr.srt"
    assert (tmp_path / f"{plan.id}.fr.xlsx").stat().st_size > 1000
    items = pysrt.open(str(file), encoding="utf-8")
    for item in items:
        item.text = FRENCH
    items.save(str(file), encoding="utf-8")
    done = call(office, "edo", "translate", "import", plan.id, "fr", file, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "1 cues in fr; 0 break a hard rule" in done.stdout
    assert f"counterclip review sign {plan.id} --seen … --as NAME" in done.stderr
    for item in items:
        item.text = " ".join([FRENCH] * 4)
    items.save(str(file), encoding="utf-8")
    done = call(office, "edo", "translate", "import", plan.id, "fr", file, cwd=tmp_path)
    assert done.returncode == 4, done.stderr
    assert "reading_speed (hard)" in done.stdout
