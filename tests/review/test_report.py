"""The picture of the collection: right counts, gaps, days; no formula ever runs from it."""

import csv
import io
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from pipeline.domain import Consent, LedgerEntry, LegalStatus, Profile, Publication, Reach, Standing
from review.report import Collection, Interview, Released, Table, make_report
from review.report_files import report_csv, report_xlsx
from review.report_picture import report_svg

TODAY = date(2026, 11, 22)
CONSENT = Consent(True, True, False, ("youtube",), ("*",), date(2027, 1, 1))
FIRM = Profile("K-1", CONSENT, LegalStatus.RELEASED, Standing.FIRM, "KG", date(2026, 12, 1), withdrawn=False)
GONE = Profile("K-2", CONSENT, LegalStatus.SERVING, Standing.FIRM, "FR", None, withdrawn=True)
CLIP = Released("c-1", ("K-1",), frozenset({"narrative.corruption"}), ("ar", "en"), ("tiktok",), ("spring",),
                has_consequence=True, is_unharmed=False, is_out_of_use=False)  # fmt: skip
ONLINE = Publication("o-1", "c-1", "tiktok", "https://example.org", "2026-10-01", None, "u-1", "2026")

REACH = Reach("o-1", "2026-11-01", 1000, 0.4, 12, "u-1", "2026")


def entry(seq: int, at: str, kind: str, name: str) -> LedgerEntry:
    return LedgerEntry(seq, "", at, "u-1", kind, name, "", "")


@pytest.fixture
def collection() -> Collection:
    told = {"narrative.corruption": 3, "narrative.brutality": 1}
    interviews = (
        Interview("r-1", "K-1", FIRM, {"role": "cook"}, 3_600_000, told, 2),
        Interview("r-2", "K-1", FIRM, {"role": "cook"}, 1_800_000, {}, 0),
        Interview("r-3", "K-2", GONE, {}, 900_000, {"narrative.exit": 5}, 0),
    )
    entries = (
        entry(1, "2026-09-30T10:00:00.000Z", "recording.taken_in", "r-1"),
        entry(2, "2026-10-01T08:00:00.000Z", "plan.made", "p-1"),
        entry(3, "2026-10-01T20:00:00.000Z", "plan.signed", "p-1"),
        entry(4, "2026-10-02T08:00:00.000Z", "plan.signed", "p-1"),
        entry(5, "2026-11-12T08:00:00.000Z", "plan.made", "p-2"),
    )
    unharmed = replace(CLIP, clip="c-2", told=frozenset(), has_consequence=False, is_unharmed=True, campaigns=())
    recalled = replace(CLIP, clip="c-3", is_out_of_use=True)
    names = ("narrative.corruption", "narrative.brutality", "narrative.exit", "victims.women")
    return Collection(
        names, interviews, (CLIP, unharmed, recalled), (ONLINE,), (REACH,), {"o-1": ONLINE}, entries, TODAY
    )


def rows(collection: Collection, name: str) -> list[dict[str, object]]:
    table = next(t for t in make_report(collection) if t.name == name)
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def test_narratives_without_material_and_without_a_clip_are_different_gaps(collection: Collection) -> None:
    """What a person who withdrew tells of is no material any more."""
    found = {row["narrative"]: row for row in rows(collection, "narratives")}
    assert (found["narrative.corruption"]["passages"], found["narrative.corruption"]["clips"]) == (3, 1)
    assert [row["gap"] for row in found.values()] == ["", "no clip", "no material", "no material"]


def test_coverage_counts_each_language_and_platform_and_shows_the_gaps(collection: Collection) -> None:
    """A platform that somebody agreed to and nothing is on is a gap; a recalled clip counts nowhere."""
    found = {(row["narrative"], row["language"]): row for row in rows(collection, "coverage")}
    corruption = found["narrative.corruption", "ar"]
    assert (corruption["clips"], corruption["tiktok"], corruption["youtube"], corruption["gaps"]) == (1, 1, 0, 1)
    assert found["narrative.brutality", "en"]["gaps"] == 2


def test_people_are_counted_once_however_many_recordings_they_have(collection: Collection) -> None:
    """By what was stated, and what nobody has said is counted as that."""
    found = {(row["what"], row["value"]): row["people"] for row in rows(collection, "interviewees")}
    assert found["jurisdiction", "KG"] == 1
    assert found["legal status", "serving"] == 1
    assert found["consent", "withdrawn"] == 1
    assert found["role", "cook"] == found["role", "not said"] == 1


def test_the_share_of_clips_with_a_consequence_is_shown_for_each_campaign(collection: Collection) -> None:
    """Rule 7: a campaign shows its share."""
    everything, spring = rows(collection, "consequence")
    assert (everything["clips"], everything["coming home unharmed"], everything["share with a consequence"]) == (
        2,
        1,
        0.5,
    )
    assert (spring["campaign"], spring["share with a consequence"]) == ("spring", 1.0)


def test_reach_is_joined_to_what_the_clips_tell(collection: Collection) -> None:
    """By platform, by narrative, and by whether it tells what it cost; the share watched is weighed by views."""
    other = replace(ONLINE, id="o-2", clip="c-2")
    reaches = (REACH, replace(REACH, publication="o-2", views=3000, retention=0.8, comments=None))
    joined = replace(collection, reaches=reaches, reached={"o-1": ONLINE, "o-2": other})
    found = {(row["what"], row["value"]): list(row.values())[2:] for row in rows(joined, "reach")}
    assert found["platform", "tiktok"] == [2, 4000, 12, 0.7]
    assert found["narrative", "narrative.corruption"] == [1, 1000, 12, 0.4]
    assert found["what it cost", "not told"] == [1, 3000, 0, 0.8]


def test_throughput_is_counted_by_month_and_waiting_in_hours(collection: Collection) -> None:
    """From the ledger: acts by month, a day from the plan to its last signature, ten days unsigned."""
    assert [(row["month"], row["plans"], row["signatures"]) for row in rows(collection, "throughput")] == [
        ("2026-09", 0, 0), ("2026-10", 1, 2), ("2026-11", 1, 0),
    ]  # fmt: skip
    assert [row["value"] for row in rows(collection, "waiting")] == [1, 24.0, 1, 10]


def test_holdings_say_since_when_and_until_when(collection: Collection) -> None:
    """One row for each recording, withdrawn ones too: they are still kept."""
    first, _, withdrawn = rows(collection, "holdings")
    assert (first["kept since"], first["consent until"], first["embargo until"]) == (
        "2026-09-30",
        "2027-01-01",
        "2026-12-01",
    )
    assert (first["consent"], withdrawn["consent"]) == ("given", "withdrawn")


@pytest.mark.parametrize(
    ("today", "clip", "review_by", "to_do"),
    [
        (TODAY, CLIP, None, ""),
        (TODAY, CLIP, "2026-11-22", "look at it again"),
        (date(2027, 1, 1), CLIP, None, "take it down"),
        (TODAY, replace(CLIP, is_out_of_use=True), None, "take it down"),
    ],
)
def test_what_is_online_says_what_to_do(
    collection: Collection, today: date, clip: Released, review_by: str | None, to_do: str
) -> None:
    """Recalled, or the consent has ended: down with it. The day of a new look has come: look."""
    online = (replace(ONLINE, review_by=review_by),)
    (row,) = rows(replace(collection, today=today, clips=(clip,), publications=online), "exposure")
    assert row["to do"] == to_do


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(begin: str) -> None:
    """Codes and descriptions are free text: what a spreadsheet would run is text in CSV and in XLSX."""
    evil = f"{begin}HYPERLINK(0)"
    tables = [Table("one", "One", ("what", evil), ((evil, 7),))]
    cells = [cell for line in csv.reader(io.StringIO(report_csv(tables), newline="")) for cell in line]
    assert not [cell for cell in cells if cell.startswith(begin)]
    sheet = openpyxl.load_workbook(io.BytesIO(report_xlsx(tables)))["one"]
    assert {cell.data_type for row in sheet.iter_rows(max_col=1) for cell in row} == {"s"}
    assert not str(sheet["A2"].value).startswith(begin)
    assert sheet["B2"].value == 7


def test_the_picture_is_an_svg_that_is_the_same_each_time(collection: Collection) -> None:
    """Texts stay texts, and an empty collection has a picture too."""
    drawn = report_svg(make_report(collection))
    assert drawn == report_svg(make_report(collection))
    texts = [e.text for e in ET.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314 - our own
    assert "What was done, by month" in texts
    empty = Collection(("narrative.exit",), (), (), (), (), {}, (), TODAY)
    assert "<svg" in report_svg(make_report(empty))
