"""Lower thirds as editors type them: read, looked at for names, and part of what is signed."""

import pytest
from office import Office

from pipeline.domain import Span
from pipeline.errors import PipelineError
from pipeline.jobs.faces import parse_middles
from pipeline.jobs.gate import seen_now
from pipeline.jobs.lower_thirds import named_thirds, parse_third, parse_thirds
from pipeline.jobs.plan import Wish, change_plan
from review.typed import LONGEST_LOWER_THIRDS, MOST_LOWER_THIRDS, MOST_MIDDLES


def test_times_text_and_language_are_read() -> None:
    """The language is in front when there is one."""
    plain, arabic = parse_third("0:03-0:08 A former recruiter"), parse_third("ar 1-2.5 مجند سابق")
    assert (plain.text, plain.span, plain.language) == ("A former recruiter", Span(3_000, 8_000), "")
    assert (arabic.text, arabic.span, arabic.language) == ("مجند سابق", Span(1_000, 2_500), "ar")


@pytest.mark.parametrize("text", ["A former recruiter", "0:03-0:08", "0:08-0:03 late", "0:03-0:08 " + "x" * 81])
def test_what_cannot_be_read_is_refused(text: str) -> None:
    """No times, no text, backwards, too long."""
    with pytest.raises(PipelineError):
        parse_third(text)


def test_a_name_is_found_and_every_change_is_another_plan_to_sign(office: Office) -> None:
    """A role names nobody; a person's name is noticed; what signers saw is not what is there now."""
    plan = office.ready_plan()
    before = seen_now(office.workspace, office.store, plan.id)
    thirds = tuple(parse_third(text) for text in ("3-4 A former recruiter", "4-5 Daniel Brooks"))
    changed = change_plan(office.workspace, office.store, office.team.edo, plan, Wish(lower_thirds=thirds))
    assert [third.is_name for third in changed.lower_thirds] == [False, True]
    assert seen_now(office.workspace, office.store, plan.id) != before
    again = change_plan(office.workspace, office.store, office.team.edo, changed, Wish(title="Another"))
    assert again.lower_thirds == changed.lower_thirds


@pytest.mark.parametrize("text", ["ar 1-2 مجند سابق", "1-2 Халид", "1-2 A recruiter, خالد"])
def test_letters_that_are_not_read_count_as_a_name(office: Office, text: str) -> None:
    """Nobody has looked for one in them."""
    (third,) = named_thirds(office.workspace, [parse_third(text)])
    assert third.is_name


@pytest.mark.parametrize("text", ["1-2 Born 3 March 1991", "1-2 Call 0170 1234567", "1-2 @amir_k"])
def test_what_tells_who_somebody_is_is_refused(office: Office, text: str) -> None:
    """Dates and ways to reach him say as much as a name."""
    with pytest.raises(PipelineError, match="identity"):
        named_thirds(office.workspace, [parse_third(text)])


def test_what_the_command_line_takes_the_form_saves() -> None:
    """As many as may be given have room in it, at their longest; more are refused."""
    longest = "pt-BR 100:00.000-100:59.999 " + "x" * 80
    assert len("\r\n".join([longest] * MOST_LOWER_THIRDS)) <= LONGEST_LOWER_THIRDS
    with pytest.raises(PipelineError, match="at most"):
        parse_thirds([longest] * (MOST_LOWER_THIRDS + 1))
    with pytest.raises(PipelineError, match="at most"):
        parse_middles(["35%"] * (MOST_MIDDLES + 1))
