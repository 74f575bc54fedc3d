"""Figures of platforms are joined to publications by address; what cannot be joined is listed, never guessed."""

from datetime import date

import pytest
from office import Office

from pipeline.domain import Clip, Publication
from pipeline.errors import AuthenticationError, PipelineError
from pipeline.jobs.figures import take_in_figures
from pipeline.jobs.register import note_publication
from pipeline.jobs.report import gather_collection
from review.report import make_report

URL = "https://youtu.be/abc"


@pytest.fixture
def online(office: Office) -> Publication:
    """A clip, as the store keeps it, that somebody put online."""
    plan = office.signed_plan()
    office.store.save_clip(Clip("c-1", plan.id, plan.version, "0" * 64, "2026-11-22T10:00:00.000Z", ()))
    return note_publication(office.store, office.team.xen, "c-1", "youtube", URL, date(2026, 10, 1), None)


def test_the_newest_figures_of_a_publication_are_in_the_report(office: Office, online: Publication) -> None:
    """Whatever the order of the lines; per cent and shares are read, and a semicolon separates as well."""
    raw = f"URL;Day;Views;Retention;Comments\n{URL};2026-11-02;200;50%;3\n{online.id};2026-11-01;100;0.4;1\n"
    taken = take_in_figures(office.store, office.team.xen, b"\xef\xbb\xbf" + raw.encode())
    assert len(taken.reaches) == 2
    tables = {t.name: t for t in make_report(gather_collection(office.workspace, office.store))}
    assert ("platform", "youtube", 1, 200, 3, 0.5) in tables["reach"].rows
    assert "figures.taken_in" in {e.kind for e in office.store.entries()}


def test_lines_about_unknown_publications_are_skipped_and_listed(office: Office, online: Publication) -> None:
    """With their number in the file."""
    raw = f"url,day,views\nhttps://elsewhere.org,2026-11-01,5\n{URL},2026-11-01,7\n"
    taken = take_in_figures(office.store, office.team.xen, raw.encode())
    assert [number for number, _ in taken.skipped] == [2]
    assert [(r.publication, r.views) for r in taken.reaches] == [(online.id, 7)]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("url,views\nx,1\n", "no column 'day'"),
        (f"url,day,views\n{URL},2026-13-01,1\n", "line 2: the day"),
        (f"url,day,views\n{URL},2026-11-01,-4\n", "line 2: views"),
        (f"url,day,views\n{URL},2026-11-01,\n", "line 2: views are missing"),
        (f"url,day,views,retention\n{URL},2026-11-01,1,140%\n", "line 2: retention"),
        ("\xff", "no column"),
    ],
)
def test_what_cannot_be_read_names_its_line_and_keeps_nothing(
    office: Office, online: Publication, raw: str, said: str
) -> None:
    """No number is made up."""
    with pytest.raises(PipelineError, match=said):
        take_in_figures(office.store, office.team.xen, raw.encode())
    assert office.store.reaches() == ()


def test_only_those_who_publish_or_edit_take_figures_in(office: Office) -> None:
    """Admins approve nothing and count nothing."""
    with pytest.raises(AuthenticationError):
        take_in_figures(office.store, office.team.ana, b"url,day,views\n")
