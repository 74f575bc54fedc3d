"""The store keeps what it is given, durably, and refuses what would rewrite history."""

import multiprocessing
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from sqlalchemy.exc import DatabaseError
from stores import ON_POSTGRESQL, new_url

from pipeline.domain import (
    Action,
    Agent,
    Aspect,
    Bundle,
    Card,
    Check,
    Choice,
    Clip,
    Consent,
    CutPlan,
    Decision,
    Fingerprint,
    Flag,
    Kept,
    LedgerEntry,
    LegalStatus,
    Modality,
    Override,
    Picture,
    PictureStream,
    Probe,
    Profile,
    Publication,
    Reach,
    Reading,
    Recording,
    Redaction,
    RedactionKind,
    Region,
    Rendition,
    Role,
    Segment,
    SignOff,
    SoundStream,
    Span,
    Speaker,
    Standing,
    TextMatch,
    Tier,
    Transcript,
    User,
    Verification,
    Word,
)
from pipeline.errors import NotFoundError, PipelineError, StoreError
from pipeline.store import Store, open_store

sqlite_only = pytest.mark.skipif(ON_POSTGRESQL, reason="about SQLite")

NOW = "2026-11-22T10:00:00.000Z"
HISTORY = ("ledger", "decisions", "readings", "sign_offs", "overrides", "statements", "publications", "figures")

RECORDING = Recording(
    "r-1",
    "a" * 64,
    5_000_000_000,
    Probe(
        "mov",
        0,
        60_000,
        SoundStream(1, "aac", 48_000, 2),
        PictureStream(0, "h264", 1920, 1080, Fraction(30000, 1001), 90, Fraction(4, 3)),
    ),
    "K-17",
)
TRANSCRIPT = Transcript(
    "en",
    60_000,
    "engine",
    "model",
    (
        Segment("s1", "I left.", Span(0, 1000), (Word("I", Span(0, 200), 0.5, Speaker.INTERVIEWEE),)),
        Segment("s2", "Я ушёл.", None, (), None, "ru", "I left."),
    ),
    (Span(0, 900),),
)


def flag(flag_id: str, **changes: object) -> Flag:
    made = Flag(flag_id, "identity.person", "s1", TextMatch(0, 1), Span(0, 200), Agent.OTHER,
                Modality.ASSERTED, Tier.RED, 0.5, "names", "A private person is named.", Action.REDACT)  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def plan(**changes: object) -> CutPlan:
    redaction = Redaction("x-1", "r-1", RedactionKind.BOX, Span(0, 100), Region(1, 2, 3, 4), "[removed]", "f-1")
    made = CutPlan(
        "p-1", 1, "One", (Kept("r-1", Span(0, 1000)),), (redaction,), (Aspect.WIDE, Aspect.TALL), ("en",),
        Fraction(25), Picture.SOURCE, Card("One", "", 2000), None, "standard", "u-ed", (), "ab" * 16,
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return new_url(tmp_path)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = open_store(url)
    yield opened
    opened.close()


@pytest.fixture
def filled(store: Store) -> Store:
    """A store with one recording, its transcript and two flags."""
    store.add_recording(RECORDING, "name of a file.mp4")
    store.save_transcript("r-1", TRANSCRIPT)
    store.replace_flags("r-1", (flag("f-1"), flag("f-2", item="identity.date")), "c" * 64)
    return store


class TestOpening:
    def test_what_was_written_is_there_when_opened_again(self, url: str, store: Store) -> None:
        """A closed store, opened again, knows what it knew."""
        store.add_recording(RECORDING, "a.mp4")
        store.close()
        again = open_store(url)
        assert again.recording("r-1") == RECORDING
        again.close()

    @sqlite_only
    def test_sqlite_is_told_to_be_durable(self, store: Store) -> None:
        """WAL, an fsync at every commit, and foreign keys."""
        with store._engine.connect() as connection:
            said = [
                connection.exec_driver_sql(f"PRAGMA {p}").scalar()
                for p in ("journal_mode", "synchronous", "foreign_keys")
            ]
        assert said == ["wal", 2, 1]

    def test_a_newer_schema_is_refused(self, url: str, store: Store) -> None:
        """A store that a newer program wrote is not guessed at."""
        with store._engine.begin() as raw:
            raw.exec_driver_sql("UPDATE meta SET value = '99' WHERE key = 'schema'")
        store.close()
        with pytest.raises(StoreError, match="schema 99"):
            open_store(url)

    @sqlite_only
    def test_a_table_or_guard_that_is_missing_is_made_again(self, tmp_path: Path, url: str, filled: Store) -> None:
        """Whatever schema was stamped before migrations were; a table without its guards gets them, its rows stay."""
        fill_history(filled)
        filled.close()
        with sqlite3.connect(tmp_path / "store.sqlite3") as raw:
            raw.execute("DROP TABLE figures")
            raw.execute("DROP TABLE alembic_version")
            raw.execute("DROP TRIGGER publications_no_delete")
        healed = open_store(url)
        healed.add_reach(Reach("o-1", "2026-11-22", 7, None, None, "u-1", NOW))
        healed.close()
        with sqlite3.connect(tmp_path / "store.sqlite3") as raw:
            for table in ("figures", "publications"):
                with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                    raw.execute(f"DELETE FROM {table}")  # noqa: S608 (a literal of this file)
                assert raw.execute(f"SELECT count(*) FROM {table}").fetchone() == (1,)  # noqa: S608 (the same)

    @pytest.mark.parametrize("bad", ["no url", "sqlite:////nowhere/at/all/store.sqlite3"])
    def test_a_store_that_cannot_be_opened_is_said_in_a_sentence(self, bad: str) -> None:
        """A wrong URL or a missing folder is a StoreError with a hint."""
        with pytest.raises(StoreError) as caught:
            open_store(bad)
        assert caught.value.hint

    def test_a_file_that_is_no_database_is_refused(self, tmp_path: Path) -> None:
        """Some other file under the store's name stays as it is."""
        path = tmp_path / "store.sqlite3"
        path.write_bytes(b"not a database, but somebody's notes" * 100)
        with pytest.raises(StoreError):
            open_store(f"sqlite:///{path}")
        assert path.read_bytes().startswith(b"not a database")


class TestTransactions:
    def test_joined_calls_happen_together_or_not_at_all(self, store: Store) -> None:
        """An error inside a transaction takes back everything inside it."""
        with pytest.raises(StoreError, match="already"):
            add_twice(store)
        assert store.recordings() == ()

    def test_a_snapshot_sees_one_moment(self, filled: Store, url: str) -> None:
        """What others write meanwhile is not seen inside, and nothing can be written there."""
        other = open_store(url)
        with filled.snapshot():
            before = filled.decisions("r-1")
            other.add_decision(Decision("d-1", "r-1", "f-1", Choice.KEEP, "r", "", "u-1", NOW))
            assert filled.decisions("r-1") == before == ()
            with pytest.raises(StoreError, match="snapshot"):
                filled.set_warning("r-1", 5)
        assert len(filled.decisions("r-1")) == 1
        other.close()

    def test_a_refused_row_is_told_without_its_values(self, filled: Store) -> None:
        """An error of the database never carries what was to be written."""
        decision = Decision("d-1", "r-1", "f-nowhere", Choice.KEEP, "r", "a secret note", "u-1", NOW)
        with pytest.raises(StoreError) as caught:
            filled.add_decision(decision)
        assert "secret" not in str(caught.value) + caught.value.hint


class TestPeople:
    def test_users_come_back_by_name_and_id(self, store: Store) -> None:
        """Names are found without regard to case and form, ids exactly."""
        user = User("u-1", "Zoë", (Role.REVIEWER, Role.COUNSEL))
        store.add_user(user, "hash")
        assert store.user_by_name(" zoe\u0308 ") == store.user_by_id("u-1") == user
        assert store.users() == (user,)
        assert store.password_of("u-1") == "hash"
        assert store.user_by_name("Zo") is None

    def test_a_name_is_taken_once(self, store: Store) -> None:
        """Two people can not share a name in different case."""
        store.add_user(User("u-1", "Bea", ()), "h")
        with pytest.raises(StoreError, match="already"):
            store.add_user(User("u-2", "BEA", ()), "h")

    def test_profile_is_the_latest_of_each_statement(self, store: Store) -> None:
        """Later statements replace earlier ones of the same field, and history stays."""
        consent = Consent(False, True, False, ("youtube",), ("en",), date(2027, 1, 1))
        store.add_statement("K-17", "standing", Standing.WAVERING, "u-1", NOW)
        store.add_statement("K-17", "consent", consent, "u-1", NOW)
        store.add_statement("K-17", "standing", "firm", "u-2", NOW)
        store.add_statement("K-17", "embargo_until", date(2027, 3, 1), "u-2", NOW)
        assert store.profile("K-17") == Profile("K-17", consent, None, Standing.FIRM, None, date(2027, 3, 1), False)
        assert next((s.field, s.by) for s in store.statements("K-17")) == ("standing", "u-1")
        assert store.interviewees() == ("K-17",)

    def test_a_statement_can_be_taken_back(self, store: Store) -> None:
        """None as the latest statement leaves the field unknown again."""
        store.add_statement("K-17", "legal_status", LegalStatus.SERVING, "u-1", NOW)
        store.add_statement("K-17", "legal_status", None, "u-1", NOW)
        assert store.profile("K-17").legal_status is None

    @pytest.mark.parametrize(("field", "value"), [("remorse", 7), ("standing", "glowing"), ("embargo_until", "soon")])
    def test_a_statement_that_does_not_fit_is_refused(self, store: Store, field: str, value: object) -> None:
        """Unknown fields and values never reach a profile, and the code stays unknown."""
        with pytest.raises(PipelineError):
            store.add_statement("K-17", field, value, "u-1", NOW)
        assert store.interviewees() == ()

    def test_an_interviewee_may_be_known_before_anything_is_said(self, store: Store) -> None:
        """A bare code has a profile in which everything is unknown."""
        store.add_interviewee("K-1", "u-1", NOW)
        assert store.profile("K-1") == Profile("K-1", None, None, Standing.UNKNOWN, None, None, False)

    def test_an_unknown_interviewee_is_not_invented(self, store: Store) -> None:
        """No profile for a code nobody added."""
        with pytest.raises(NotFoundError, match="K-9"):
            store.profile("K-9")


class TestRecordings:
    def test_a_recording_comes_back_whole(self, filled: Store) -> None:
        """By id and by digest, with exact frame rate, and its file's name apart."""
        assert filled.recording("r-1") == filled.recording_by_sha256("a" * 64) == RECORDING
        assert filled.recordings() == (RECORDING,)
        assert filled.recording_name("r-1") == "name of a file.mp4"

    def test_one_file_is_one_recording(self, filled: Store) -> None:
        """The same sha256 again is refused."""
        with pytest.raises(StoreError, match="already"):
            filled.add_recording(replace(RECORDING, id="r-2"), "b.mp4")

    def test_what_is_said_later_about_a_recording_is_kept(self, filled: Store) -> None:
        """Whose interview it is and when the warning was given can be set."""
        filled.set_interviewee("r-1", "K-2")
        filled.set_warning("r-1", 0)
        assert filled.recording("r-1") == replace(RECORDING, interviewee="K-2", warning_at_ms=0)
        with pytest.raises(NotFoundError):
            filled.set_warning("r-9", 0)

    def test_a_stage_is_known_by_its_latest_digest(self, filled: Store) -> None:
        """Unfinished stages are None."""
        filled.finish_stage("r-1", "sound", "1")
        filled.finish_stage("r-1", "sound", "2")
        assert (filled.stage("r-1", "sound"), filled.stage("r-1", "transcript")) == ("2", None)

    def test_transcripts_are_versioned(self, filled: Store) -> None:
        """The newest counts; saving the same one again adds no version."""
        assert filled.transcript("r-1") == TRANSCRIPT
        assert filled.save_transcript("r-1", TRANSCRIPT) == 1
        assert filled.save_transcript("r-1", replace(TRANSCRIPT, language="und")) == 2
        assert filled.transcript_version("r-1") == 2
        assert filled.transcript("r-1") == replace(TRANSCRIPT, language="und")


class TestFlags:
    def test_flags_come_back_in_order_with_what_raised_them(self, filled: Store) -> None:
        """Flags, the recording they belong to, and the check they come from."""
        assert filled.flags("r-1") == (flag("f-1"), flag("f-2", item="identity.date"))
        assert filled.flag("f-2") == ("r-1", flag("f-2", item="identity.date"))
        assert filled.checklist_sha256("r-1") == "c" * 64
        run = filled.check_run("r-1")
        assert run is not None
        assert run.transcript_sha256 == filled.transcript_sha256("r-1")

    def test_the_same_flag_keeps_its_id_and_so_its_decision(self, filled: Store) -> None:
        """A new check with new ids changes nothing about flags that are the same."""
        filled.add_decision(Decision("d-1", "r-1", "f-2", Choice.KEEP, "why", "", "u-1", NOW))
        again = (flag("f-8", item="identity.date", score=0.9), flag("f-9", item="identity.family"))
        filled.replace_flags("r-1", again, "d" * 64)
        assert [f.id for f in filled.flags("r-1")] == ["f-2", "f-9"]
        assert filled.flags("r-1")[0].score == 0.9
        assert filled.checklist_sha256("r-1") == "d" * 64

    def test_a_flag_on_changed_text_is_another_flag(self, filled: Store) -> None:
        """A decision about other words does not carry over."""
        changed = replace(TRANSCRIPT.segments[0], text="I stayed.")
        filled.save_transcript("r-1", replace(TRANSCRIPT, segments=(changed,)))
        filled.replace_flags("r-1", (flag("f-7"),), "c" * 64)
        assert [f.id for f in filled.flags("r-1")] == ["f-7"]

    def test_a_judged_flag_never_vanishes(self, filled: Store) -> None:
        """What the checklist no longer raises stays, suppressed, when a person decided or overrode it."""
        filled.add_decision(Decision("d-1", "r-1", "f-1", Choice.CUT, "why", "", "u-1", NOW))
        filled.replace_flags("r-1", (), "d" * 64)
        (left,) = filled.flags("r-1")
        assert left.id == "f-1"
        assert left.suppressed
        filled.replace_flags("r-1", (flag("f-5"),), "d" * 64)
        assert filled.flags("r-1") == (flag("f-1"),)

    def test_a_flag_added_by_a_person_stays(self, filled: Store) -> None:
        """No check removes what a person saw."""
        seen = flag("f-p", rule="person")
        filled.add_flag("r-1", seen, "u-1")
        filled.replace_flags("r-1", (flag("f-5", rule="person"),), "d" * 64)
        assert [f.id for f in filled.flags("r-1")] == ["f-5", "f-p"]

    def test_two_equal_flags_keep_two_ids(self, filled: Store) -> None:
        """One rule that fires twice at one place is two flags, before and after."""
        filled.replace_flags("r-1", (flag("f-1"), flag("f-3")), "c" * 64)
        filled.replace_flags("r-1", (flag("f-4"), flag("f-5")), "c" * 64)
        assert [f.id for f in filled.flags("r-1")] == ["f-1", "f-3"]


class TestJudgements:
    def test_the_latest_decision_counts_and_history_stays(self, filled: Store) -> None:
        """One verdict per flag, all of them kept."""
        redaction = Redaction("x-1", "r-1", RedactionKind.TONE, Span(0, 300), flag="f-1")
        first = Decision("d-1", "r-1", "f-1", Choice.KEEP, "why", "note", "u-1", NOW)
        second = Decision("d-2", "r-1", "f-1", Choice.REDACT, "why", "", "u-2", NOW, redaction)
        filled.add_decision(first)
        filled.add_decision(second)
        assert filled.decisions("r-1") == (second,)
        assert filled.decision_history("r-1") == (first, second)

    def test_readings_and_overrides_are_kept(self, filled: Store) -> None:
        """Each as it was given."""
        reading = Reading("r-1", "s1", "e" * 64, "u-1", NOW)
        override = Override("f-1", "p-1", "because", "u-1", NOW)
        filled.add_reading(reading)
        filled.add_override(override)
        assert (filled.readings("r-1"), filled.overrides("p-1")) == ((reading,), (override,))

    @sqlite_only
    @pytest.mark.parametrize("table", HISTORY)
    @pytest.mark.parametrize("change", ["UPDATE {} SET seq = seq + 100", "DELETE FROM {}"])
    def test_the_database_itself_refuses_to_rewrite_history(
        self, filled: Store, tmp_path: Path, table: str, change: str
    ) -> None:
        """Another program on the same file cannot change or delete a row either."""
        fill_history(filled)
        with sqlite3.connect(tmp_path / "store.sqlite3") as raw:
            everything = f"SELECT * FROM {table}"  # noqa: S608 (a literal of this file)
            before = raw.execute(everything).fetchall()
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                raw.execute(change.format(table))
            assert before
            assert raw.execute(everything).fetchall() == before

    def test_postgresql_refuses_it_too_also_after_another_opening(self, new_postgresql: Callable[[], str]) -> None:
        """Its guards are other ones; an opening that finds them leaves them alone."""
        url = new_postgresql()
        open_store(url).close()
        store = open_store(url)
        store.append_entry("a", "u-1", "o", "", simple_hash)
        for change in ("UPDATE ledger SET seq = 7", "DELETE FROM ledger"):
            with pytest.raises(DatabaseError, match="append-only"), store._engine.begin() as raw:
                raw.exec_driver_sql(change)
        assert [entry.seq for entry in store.entries()] == [1]
        store.close()


class TestPlans:
    def test_versions_follow_each_other(self, filled: Store) -> None:
        """The newest is given unless another is named."""
        second = plan(version=2, title="Two", edited_by=("u-2",))
        filled.save_plan(plan())
        filled.save_plan(second)
        assert filled.plan("p-1") == second
        assert filled.plan("p-1", 1) == plan()
        assert filled.plans() == (second,)

    @pytest.mark.parametrize("version", [0, 1, 3])
    def test_a_version_that_does_not_follow_is_refused(self, filled: Store, version: int) -> None:
        """Two people who edit at once: the second is told, nobody's work is overwritten."""
        filled.save_plan(plan())
        with pytest.raises(StoreError, match="does not follow"):
            filled.save_plan(plan(version=version))

    @pytest.mark.parametrize("changes", [{"made_by": "u-x"}, {"edited_by": ()}])
    def test_a_version_cannot_forget_who_worked_on_it(self, filled: Store, changes: dict[str, object]) -> None:
        """Otherwise its maker could sign it."""
        filled.save_plan(plan(edited_by=("u-2",)))
        with pytest.raises(StoreError, match="forgets"):
            filled.save_plan(plan(**{"version": 2, "edited_by": ("u-2",)} | changes))

    def test_unknown_ids_are_not_found(self, filled: Store) -> None:
        """Plans, versions and clips that are not there."""
        filled.save_plan(plan())
        for ask in (lambda: filled.plan("p-9"), lambda: filled.plan("p-1", 7), lambda: filled.clip("c-9")):
            with pytest.raises(NotFoundError):
                ask()

    def test_signoffs_clips_and_bundles_come_back(self, filled: Store) -> None:
        """Whole, in order, by plan."""
        filled.save_plan(plan())
        signed = SignOff("p-1", "core", "f" * 64, "u-1", Role.COUNSEL, NOW)
        shape = Rendition(Aspect.TALL, None, "c-1-tall.mp4", "9" * 64, 9, 1080, 1920, 3000,
                          Verification((Check("spans", True, "0 ms off"),)))  # fmt: skip
        clip = Clip("c-1", "p-1", 1, "f" * 64, NOW, (shape,), ("c-1.en.srt",))
        bundle = Bundle("b-1", "camp", ("c-1",), ("youtube",), NOW, "8" * 64)
        filled.add_signoff(signed)
        filled.save_clip(clip)
        filled.save_bundle(bundle)
        assert filled.signoffs("p-1") == (signed,)
        assert filled.clip("c-1") == clip
        assert (filled.clips(), filled.clips("p-1"), filled.clips("p-2")) == ((clip,), (clip,), ())
        assert filled.bundles() == (bundle,)
        kept = Fingerprint("c-1", "9" * 64, (1, 4_294_967_295), ("ff",))
        filled.add_fingerprint(kept)
        filled.add_fingerprint(kept)
        assert (filled.fingerprints(), filled.fingerprints("c-2")) == ((kept,), ())


class TestEntries:
    def test_entries_follow_the_head(self, store: Store) -> None:
        """Each names the one before; the hash is made from the entry without it."""
        first = store.append_entry("a", "u-1", "o", "", lambda e: f"hash of {e.seq}{e.sha256}")
        second = store.append_entry("b", "u-1", "o", "c", lambda e: f"hash of {e.seq}{e.sha256}")
        assert (first.seq, first.prev, first.sha256) == (1, "0" * 64, "hash of 1")
        assert (second.seq, second.prev, second.sha256) == (2, "hash of 1", "hash of 2")
        assert store.entries() == (first, second)
        assert store.head() == second

    def test_six_processes_never_fork_the_chain(self, url: str, store: Store) -> None:
        """Appends from several processes come one behind the other, none lost."""
        store.close()
        with multiprocessing.get_context("spawn").Pool(6) as pool:
            pool.map(append_many, [url] * 6)
        again = open_store(url)
        entries = again.entries()
        again.close()
        assert [e.seq for e in entries] == list(range(1, 151))
        assert [e.prev for e in entries[1:]] == [e.sha256 for e in entries[:-1]]


def add_twice(store: Store) -> None:
    with store.transaction():
        store.add_recording(RECORDING, "a.mp4")
        store.add_recording(RECORDING, "a.mp4")


def fill_history(store: Store) -> None:
    """One row in each append-only table."""
    store.add_statement("K-17", "standing", "firm", "u-1", NOW)
    store.add_decision(Decision("d-1", "r-1", "f-1", Choice.CUT, "why", "", "u-1", NOW))
    store.add_reading(Reading("r-1", "s1", "e" * 64, "u-1", NOW))
    store.add_override(Override("f-1", "p-1", "because", "u-1", NOW))
    store.save_plan(plan())
    store.add_signoff(SignOff("p-1", "core", "f" * 64, "u-1", Role.REVIEWER, NOW))
    store.save_clip(Clip("c-1", "p-1", 1, "0" * 64, NOW, ()))
    store.add_publication(Publication("o-1", "c-1", "youtube", "https://example.org", "2026-11-01", None, "u-1", NOW))
    store.add_reach(Reach("o-1", "2026-11-22", 7, None, None, "u-1", NOW))
    store.append_entry("a", "u-1", "o", "", simple_hash)


def simple_hash(entry: LedgerEntry) -> str:
    return f"{entry.seq}-{entry.prev[:8]}-{entry.at}"


def append_many(url: str) -> None:
    store = open_store(url)
    for _ in range(25):
        store.append_entry("a", "u-1", "o", "", simple_hash)
    store.close()
