"""A store of any age becomes one of today, with everything that was in it."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

from pipeline.errors import StoreError
from pipeline.store import open_store, opening, tables, tables_people

STORES = Path(__file__).parents[1] / "data" / "stores"
AGES = sorted(path.stem for path in (STORES / "sqlite").glob("*.sql"))
"""One for each set of tables that ever was, as the program of its time made it; each file adds to the one before."""
FILLED = "users interviewees statements recordings transcripts flags decisions plans sign_offs clips ledger"

Rows = dict[str, list[tuple[object, ...]]]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with nothing in it."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.sqlite3'}"
    new: Callable[[], str] = request.getfixturevalue("new_postgresql")
    return new()


def make_old(url: str, age: str) -> Rows:
    """A store as it was then, with a row in every table that matters; the rows."""
    kind = url.split("+")[0].split(":")[0]
    scripts = [STORES / kind / f"{name}.sql" for name in AGES[: AGES.index(age) + 1]]
    stamp = f"INSERT INTO meta VALUES ('schema', '{age[-1]}');"  # noqa: S608 (digits of a file name)
    script = "\n".join([*(path.read_text() for path in scripts), (STORES / "rows.sql").read_text(), stamp])
    engine = create_engine(url)
    with closing(engine.raw_connection()) as raw:
        if kind == "sqlite":
            raw.driver_connection.executescript(script)  # type: ignore[union-attr]
        else:
            raw.cursor().execute(script)
        raw.commit()
    engine.dispose()
    return rows_in(url)


def rows_in(url: str) -> Rows:
    engine = create_engine(url)
    with engine.connect() as connection:
        queries = {name: text(f"SELECT * FROM {name}") for name in FILLED.split()}  # noqa: S608 (names from above)
        found = {name: [tuple(row) for row in connection.execute(query)] for name, query in queries.items()}
    engine.dispose()
    return found


@pytest.mark.parametrize(
    ("empty", "age"),
    [*(("sqlite", age) for age in AGES), *(("postgresql", age) for age in AGES[::5])],
    indirect=["empty"],
)
def test_a_store_of_any_age_keeps_its_rows_and_gets_todays_tables(empty: str, age: str) -> None:
    """Every row is there as it was, the ledger ends where it ended, and nothing of today's schema is missing."""
    before = make_old(empty, age)
    with closing(open_store(empty)) as store:
        head = store.head()
        assert head is not None
        assert (head.seq, head.sha256) == (2, "second")
        assert store.recording_name("r-1") == "a.mp4"
        assert differences(empty) == []
        with pytest.raises(StoreError, match="may not change"), store._writing() as connection:
            connection.execute(text("DELETE FROM sign_offs"))
    assert rows_in(empty) == before


def test_a_new_store_has_exactly_the_tables_that_the_program_knows(empty: str) -> None:
    """What the migrations make one after the other is what the tables say, and the last one has the schema's number."""
    open_store(empty).close()
    assert differences(empty) == []
    engine = create_engine(empty)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT value FROM meta")).scalars().all() == [str(tables.SCHEMA)]
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == f"{tables.SCHEMA:04}"
    engine.dispose()


def test_a_migration_that_fails_leaves_the_store_as_it_was(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """All or nothing: the program that wrote it can still open it."""
    before = make_old(empty, AGES[0])
    had = names_in(empty)

    def fail(_: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(opening, "protect_history", fail)
    with pytest.raises(StoreError, match="disk"):
        open_store(empty)
    assert names_in(empty) == had
    assert rows_in(empty) == before


def test_a_migration_that_nobody_knows_is_not_guessed_at(empty: str) -> None:
    """A store whose numbers contradict each other is refused with a hint."""
    open_store(empty).close()
    engine = create_engine(empty)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'elsewhere'"))
    engine.dispose()
    with pytest.raises(StoreError, match="does not know") as caught:
        open_store(empty)
    assert caught.value.hint


def names_in(url: str) -> set[str]:
    engine = create_engine(url)
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    return names


def differences(url: str) -> list[object]:
    """What the tables in the database and in the program do not share; the index for searching is not among them."""
    assert tables_people.metadata is tables.metadata
    engine = create_engine(url)
    with engine.connect() as connection:
        of_search = ("passage", "indexed", "folding")
        context = MigrationContext.configure(
            connection,
            opts={"include_name": lambda name, kind, _: kind != "table" or not name.startswith(of_search)},
        )
        found = list(compare_metadata(context, tables.metadata))
    engine.dispose()
    return found
