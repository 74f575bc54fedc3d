"""A paper edit in a real workspace: from search to a sheet and to plans, over several interviews."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from office import CODE, DATA, Office

from clips.paper import add_entries, parse_paper
from pipeline.domain import Choice, Picture
from pipeline.errors import NotFoundError, PipelineError, RefusedError
from pipeline.ffmpeg import file_url, run
from pipeline.jobs.decide import decide_and_redact, flag_by_hand
from pipeline.jobs.paper import change_paper, lay_out, paper_file, plan_paper, print_sheet, read_paper
from pipeline.jobs.plan import Wish
from pipeline.settings import Settings
from pipeline.workspace import Workspace
from review.interviewees import state

WISH = Wish((), None, None, None, None, Picture.OFF)


def call(office: Office, *words: str, piped: str = "", password: str = "") -> "subprocess.CompletedProcess[str]":
    argv = [str(Path(sys.executable).with_name("counterclip")), "-w", str(office.workspace.root), *words]
    if not password:
        return subprocess.run(argv, capture_output=True, text=True, input=piped)
    read, write = os.pipe()
    os.write(write, f"{password}\n".encode())
    os.close(write)
    argv += ["--password-fd", str(read)]
    done = subprocess.run(argv, capture_output=True, text=True, input=piped, pass_fds=(read,))
    os.close(read)
    return done


def second_recording(office: Office, tmp_path: Path) -> str:
    """Another interview of the same person: other bytes, heard a little later."""
    copy, heard = tmp_path / "second.wav", tmp_path / "second.json"
    run(["-v", "error", "-i", file_url(DATA / "jfk.flac"), file_url(copy)])
    transcript = json.loads((DATA / "jfk.json").read_text(encoding="utf-8"))
    transcript["segments"][0]["words"][0]["probability"] = 0.5
    transcript["segments"][0]["words"][-1]["end_ms"] += 10
    transcript["segments"][0]["end_ms"] += 10
    heard.write_text(json.dumps(transcript), encoding="utf-8")
    return office.ingest(copy, heard)


def test_from_search_to_plans_by_commands(office: Office, tmp_path: Path) -> None:
    """Passages of two interviews under two headings, moved, printed by code, and one plan for each heading."""
    office.state_everything()
    first, second = office.ingest(), second_recording(office, tmp_path)
    found = call(office, "search", "fellow", "--json").stdout
    assert len(found.splitlines()) == 2
    assert call(office, "paper", "add", "why", "--under", "Whose country", "--found", piped=found).returncode == 0
    added = call(office, "paper", "add", "why", "--under", "The end", "--keep", f"{first}:0:00-0:02.7")
    assert added.returncode == 0, added.stderr
    assert call(office, "paper", "move", "why", "1.2", "2.1").returncode == 0
    shown = [json.loads(line) for line in call(office, "paper", "show", "why", "--json").stdout.splitlines()]
    assert [[p["number"] for p in h["passages"]] for h in shown] == [["1.1"], ["2.1", "2.2"]]
    assert {p["recording"] for h in shown for p in h["passages"]} == {first, second}
    assert "fellow" in shown[1]["passages"][1]["turns"][0]["text"]
    assert call(office, "paper", "list").stdout == "why\n"
    password = dict(office.team.passwords)["edo"]
    argv = ("paper", "plan", "why", "--each", "--picture", "off", "--as", "edo", "--json")
    done = call(office, *argv, password=password)
    assert done.returncode == 0, done.stderr
    titles = [json.loads(line)["title"] for line in done.stdout.splitlines()]
    assert titles == ["Whose country", "The end"]


def test_the_order_of_the_lines_is_the_order_of_the_clip(office: Office, tmp_path: Path) -> None:
    """Over headings and interviews; a hand-edited file with segments counts like any other."""
    office.state_everything()
    first, second = office.ingest(), second_recording(office, tmp_path)
    file = paper_file(office.workspace, "mixed")
    change_paper(office.workspace, "mixed", lambda paper: add_entries(paper, "A", ()), make=True)
    file.write_text(f"# A\n{second} s1\n# B\n> short\n{first} 0:00-0:02.7\n", encoding="utf-8")
    (plan,) = plan_paper(office.workspace, office.store, office.team.edo, "mixed", WISH, None, each=False)
    assert [k.recording for k in plan.kept] == [second, first]
    (only,) = plan_paper(office.workspace, office.store, office.team.edo, "mixed", WISH, 2, each=False)
    assert (only.title, [k.recording for k in only.kept]) == ("B", [first])


def test_a_sheet_shows_codes_and_tokens_and_is_noted(office: Office, tmp_path: Path) -> None:
    """No removed word; the ledger has the digest of what was printed."""
    office.state_everything()
    recording = office.ingest()
    office.read_and_keep(recording)
    acts = (office.workspace, office.store, office.team.bea)
    flag = flag_by_hand(*acts, recording, "s1", "identity.person", "a name", "4-4")
    decide_and_redact(*acts, flag.id, Choice.REDACT, "a name")
    flag_by_hand(*acts, recording, "s1", "identity.location", "a place", "12-12")
    entries = parse_paper(f"# One\n{recording} s1\n")[0].entries
    change_paper(office.workspace, "why", lambda paper: add_entries(paper, "One", entries), make=True)
    for name in ("why.html", "why.md"):
        print_sheet(office.workspace, office.store, office.team.edo, "why", tmp_path / name)
        text = (tmp_path / name).read_text(encoding="utf-8").replace("\\", "")
        assert CODE in text
        assert "[name removed]" in text
        assert "[not decided yet]" in text
        assert "nobody has decided" in text
        assert "fellow" not in text
    assert sum(entry.kind == "paper.printed" for entry in office.store.entries()) == 2


@pytest.mark.parametrize("choice", [Choice.CUT, Choice.BLOCK, Choice.COUNSEL])
def test_what_is_decided_to_go_is_on_no_sheet(office: Office, choice: Choice) -> None:
    """Not only what is redacted: its words are left out, the others stay."""
    office.state_everything()
    recording = office.ingest()
    office.read_and_keep(recording)
    acts = (office.workspace, office.store, office.team.bea)
    flag = flag_by_hand(*acts, recording, "s1", "identity.person", "a name", "4-4")
    decide_and_redact(*acts, flag.id, choice, "a name")
    ((passage,),) = (h.passages for h in lay_out(office.store, parse_paper(f"# One\n{recording} s1\n")))
    (turn,) = passage.turns
    assert "[left out]" in turn.text
    assert "fellow" not in turn.text
    assert "country" in turn.text


def test_an_empty_paper_edit_is_no_plan(office: Office) -> None:
    """Neither as a whole nor one for each heading."""
    change_paper(office.workspace, "why", lambda _: parse_paper("# One\n"), make=True)
    for each in (False, True):
        with pytest.raises(PipelineError, match="nothing in it"):
            plan_paper(office.workspace, office.store, office.team.edo, "why", WISH, None, each=each)


def test_of_who_withdrew_nothing_is_shown_printed_or_planned(office: Office, tmp_path: Path) -> None:
    """The line stays in the file, so that people see what to take out."""
    office.state_everything()
    recording = office.ingest()
    entries = parse_paper(f"# One\n{recording} s1\n")[0].entries
    change_paper(office.workspace, "why", lambda paper: add_entries(paper, "One", entries), make=True)
    state(office.store, office.team.bea, CODE, {"withdrawn": True})
    ((passage,),) = (h.passages for h in lay_out(office.store, read_paper(office.workspace, "why")))
    assert passage.turns == ()
    assert "withdrawn" in passage.problems[0]
    with pytest.raises(RefusedError):
        print_sheet(office.workspace, office.store, office.team.edo, "why", tmp_path / "why.html")
    with pytest.raises(RefusedError):
        plan_paper(office.workspace, office.store, office.team.edo, "why", WISH, None, each=False)
    assert not (tmp_path / "why.html").exists()


def test_plans_are_made_all_or_none(office: Office) -> None:
    """The second heading keeps what was blocked: the first one's plan is not made either."""
    office.state_everything()
    recording = office.ingest()
    office.read_and_keep(recording)
    acts = (office.workspace, office.store, office.team.bea)
    flag = flag_by_hand(*acts, recording, "s1", "incrimination.violence", "no", "12-12")
    decide_and_redact(*acts, flag.id, Choice.BLOCK, "no")
    text = f"# One\n{recording} 0:00-0:02.7\n# Two\n{recording} s1\n"
    change_paper(office.workspace, "why", lambda _: parse_paper(text), make=True)
    problems = [p.problems for h in lay_out(office.store, read_paper(office.workspace, "why")) for p in h.passages]
    assert problems[0] == ()
    assert "was decided: block" in problems[1][0]
    with pytest.raises(RefusedError):
        plan_paper(office.workspace, office.store, office.team.edo, "why", WISH, None, each=True)
    assert office.store.plans() == ()


def test_a_faulty_file_is_named_with_its_line_and_left_alone(office: Office) -> None:
    """Whoever edited it by hand finds the place, and nothing of it is lost."""
    change_paper(office.workspace, "why", lambda paper: add_entries(paper, "One", ()), make=True)
    file = paper_file(office.workspace, "why")
    file.write_text("# One\nhe said it\n", encoding="utf-8")
    with pytest.raises(PipelineError, match=r"why\.txt, line 2"):
        change_paper(office.workspace, "why", lambda paper: add_entries(paper, "Two", ()))
    assert file.read_text(encoding="utf-8") == "# One\nhe said it\n"


@pytest.mark.parametrize("name", ["../store", "Mira", "", "a/b", "x" * 41])
def test_names_are_plain(name: str, tmp_path: Path) -> None:
    """They are file names."""
    with pytest.raises(PipelineError, match="small letters"):
        paper_file(Workspace(tmp_path, Settings()), name)


def test_what_is_not_there_is_said(office: Office) -> None:
    """An unknown paper edit, an unknown recording, words that are no passage."""
    with pytest.raises(NotFoundError):
        read_paper(office.workspace, "none")
    text = "# One\nr-0123456789 s1\n"
    change_paper(office.workspace, "why", lambda _: parse_paper(text), make=True)
    ((passage,),) = (h.passages for h in lay_out(office.store, read_paper(office.workspace, "why")))
    assert "no recording r-0123456789" in passage.problems[0]
    refused = call(office, "paper", "add", "why", "--under", "A", "--found", piped='{"recording": 1}\n')
    assert refused.returncode == 3
    assert "line 1 is no passage" in refused.stderr
