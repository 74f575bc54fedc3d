"""The table of jobs: leases, attempts, and what becomes of those that nobody is at."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from stores import new_url

from pipeline.store import ATTEMPTS, JobState, Store, open_store
from pipeline.store.jobs import in_seconds

HERE, OTHER = "here", "other"


def lives(_: str) -> bool:
    return False


def dead(holder: str) -> bool:
    return holder == HERE


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = open_store(new_url(tmp_path))
    made.ask_job("j-1", "cut", {"plan": "p-1"}, "p-1", in_seconds(60), lives)
    return made


def test_a_job_is_taken_by_one(store: Store) -> None:
    """The second gets nothing as long as the lease runs."""
    assert store.take_job("j-1", HERE, in_seconds(60), lives) == {"plan": "p-1"}
    assert store.take_job("j-1", OTHER, in_seconds(60), lives) is None
    assert store.job("j-1").holder == HERE


@pytest.mark.parametrize(("until", "is_gone"), [(-1, lives), (60, dead)], ids=["expired", "gone"])
def test_the_job_of_a_dead_process_is_taken_again_and_is_lost_to_it(store: Store, until: int, is_gone) -> None:  # type: ignore[no-untyped-def]
    """What it says afterwards is not heard."""
    store.take_job("j-1", HERE, in_seconds(until), lives)
    assert store.take_job("j-1", OTHER, in_seconds(60), is_gone) is not None
    assert not store.renew_job("j-1", HERE, in_seconds(60), "late", 1, 2)
    assert not store.end_job("j-1", HERE, JobState.DONE, {"from": HERE})
    assert store.end_job("j-1", OTHER, JobState.DONE, {"from": OTHER})
    assert store.job("j-1").result == {"from": OTHER}


def test_a_job_fails_after_so_many_deaths(store: Store) -> None:
    """And says so."""
    for _ in range(ATTEMPTS):
        assert store.take_job("j-1", HERE, in_seconds(-1), lives) is not None
    assert store.take_job("j-1", HERE, in_seconds(60), lives) is None
    assert store.job("j-1").state is JobState.FAILED
    assert "died" in store.job("j-1").reason


def test_what_was_asked_is_forgotten_when_a_job_is_over(store: Store) -> None:
    """A payload may hold a file's name; asked for again, it is there again."""
    store.take_job("j-1", HERE, in_seconds(60), lives)
    store.end_job("j-1", HERE, JobState.DONE, {}, subject="p-1")
    store.ask_job("j-1", "cut", {"plan": "p-2"}, "p-1", in_seconds(60), lives)
    assert store.job("j-1").state is JobState.WAITING
    assert store.take_job("j-1", HERE, in_seconds(60), lives) == {"plan": "p-2"}


def test_asking_for_a_job_that_is_under_way_changes_nothing(store: Store) -> None:
    """Two people who want the same get the same."""
    store.take_job("j-1", HERE, in_seconds(60), lives)
    store.ask_job("j-1", "cut", {"plan": "p-1"}, "p-1", in_seconds(60), lives)
    assert (store.job("j-1").state, store.job("j-1").attempts) == (JobState.RUNNING, 1)


@pytest.mark.parametrize("held", [True, False])
def test_a_job_that_nobody_is_at_and_nobody_waits_for_has_failed(store: Store, held: bool) -> None:
    """One whose process lives goes on to its end."""
    store.watch_job("j-1", in_seconds(-1))
    if held:
        store.take_job("j-1", HERE, in_seconds(60), lives)
    store.fail_forgotten_jobs(lives)
    assert store.job("j-1").state is (JobState.RUNNING if held else JobState.FAILED)


def test_the_time_left_follows_from_the_stage(store: Store) -> None:
    """A quarter done in ten seconds: thirty more."""
    store.take_job("j-1", HERE, in_seconds(60), lives)
    assert store.job("j-1").left_ms(datetime.now(UTC)) is None
    store.renew_job("j-1", HERE, in_seconds(60), "listening", 25, 100)
    job = store.job("j-1")
    assert job.left_ms(datetime.fromisoformat(job.stage_at) + timedelta(seconds=10)) == 30_000
