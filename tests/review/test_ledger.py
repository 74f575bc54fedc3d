"""Whatever is done to the ledger is seen, and named by the first entry that breaks."""

import random
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from stores import ON_POSTGRESQL, new_workspace

from pipeline.domain import LedgerEntry
from pipeline.errors import PipelineError, StoreError
from pipeline.settings import Settings
from pipeline.store import Store, open_store
from pipeline.workspace import Workspace
from review.checkpoints import Checkpoint, checkpoint_text, read_checkpoint, read_public_key
from review.ledger import (
    FIRST_PREV,
    entry_sha256,
    make_key,
    read_checkpoints,
    record,
    verify,
    verify_workspace,
    write_checkpoint,
)

SIZE = 60
SIGNED_AT = (25, SIZE)
SMALL = 18
"""Entries where thousands of forgeries are tried."""


@dataclass
class Kept:
    """A ledger of SIZE entries with checkpoints after 25 and after the last."""

    entries: list[LedgerEntry]
    checkpoints: tuple[str, ...]
    public_key: str

    def judge(self, entries: Sequence[LedgerEntry]) -> tuple[bool, int | None]:
        verdict = verify(entries, self.checkpoints, self.public_key)
        return verdict.ok, verdict.first_broken_seq


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = new_workspace(tmp_path / "w", Settings())
    make_key(made.keys)
    return made


@pytest.fixture
def store(workspace: Workspace) -> Iterator[Store]:
    opened = open_store(workspace.store_url)
    yield opened
    opened.close()


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    make_key(tmp_path)
    return kept_ledger(tmp_path, SIZE, SIGNED_AT)


def kept_ledger(folder: Path, size: int, signed_at: tuple[int, ...]) -> Kept:
    entries = chain([f"object {n}" for n in range(size)])
    notes = tuple(checkpoint_text(Checkpoint(n, entries[n - 1].sha256), folder) for n in signed_at)
    return Kept(entries, notes, read_public_key(folder))


def dice() -> random.Random:
    return random.Random(7)  # noqa: S311 (the same forgeries on every run)


def chain(objects: Sequence[str], start: Sequence[LedgerEntry] = ()) -> list[LedgerEntry]:
    """Entries made with the true functions, as anyone can make who has the program."""
    made = list(start)
    for name in objects:
        prev = made[-1].sha256 if made else FIRST_PREV
        bare = LedgerEntry(len(made) + 1, prev, "2026-11-22T10:00:00.000Z", "u-1", "kind", name, "", "")
        made.append(replace(bare, sha256=entry_sha256(bare)))
    return made


def edit(entries: list[LedgerEntry], n: int, draw: random.Random) -> list[LedgerEntry]:
    field = draw.choice(["at", "actor", "kind", "object", "content_sha256"])
    entries[n] = replace(entries[n], **{field: "changed"})
    return entries


def edit_and_rehash(entries: list[LedgerEntry], n: int, draw: random.Random) -> list[LedgerEntry]:
    changed = replace(entries[n], actor="u-2")
    entries[n] = replace(changed, sha256=entry_sha256(changed))
    return entries


def delete(entries: list[LedgerEntry], n: int, draw: random.Random) -> list[LedgerEntry]:
    del entries[n]
    return entries


def swap(entries: list[LedgerEntry], n: int, draw: random.Random) -> list[LedgerEntry]:
    other = draw.choice([m for m in range(len(entries)) if m != n])
    entries[n], entries[other] = entries[other], entries[n]
    return entries


def duplicate(entries: list[LedgerEntry], n: int, draw: random.Random) -> list[LedgerEntry]:
    entries.insert(n, entries[n])
    return entries


def insert(entries: list[LedgerEntry], n: int, draw: random.Random) -> list[LedgerEntry]:
    added = chain(["forged"], entries[:n])[-1]
    return [*entries[:n], added, *entries[n:]]


def write_anew(entries: list[LedgerEntry], n: int, draw: random.Random) -> list[LedgerEntry]:
    """Every later entry chained again behind a forged one: the chain itself is then whole."""
    return chain(["forged", *(e.object for e in entries[n + 1 :])], entries[:n])


def truncate(entries: list[LedgerEntry], n: int, draw: random.Random) -> list[LedgerEntry]:
    return entries[:n]


def truncate_and_extend(entries: list[LedgerEntry], n: int, draw: random.Random) -> list[LedgerEntry]:
    return chain([f"new {m}" for m in range(len(entries) - n + draw.randrange(5))], entries[:n])


MUTATIONS = [edit, edit_and_rehash, delete, swap, duplicate, insert, write_anew, truncate, truncate_and_extend]

Mutation = Callable[[list[LedgerEntry], int, random.Random], list[LedgerEntry]]


class TestVerify:
    def test_a_whole_ledger_is_whole(self, kept: Kept) -> None:
        """Untouched, nothing is said to be broken."""
        assert kept.judge(kept.entries) == (True, None)

    def test_ten_thousand_entries_are_verified_within_a_second(self, kept: Kept) -> None:
        """The processor's second: other work on this computer does not count."""
        entries = chain([f"object {n}" for n in range(10_000)])
        began = time.process_time()
        verdict = verify(entries, [], kept.public_key)
        assert time.process_time() - began <= 1
        assert verdict.ok

    def test_an_empty_ledger_is_whole(self, kept: Kept) -> None:
        """Before the first entry there is nothing to break."""
        assert verify([], [], kept.public_key).ok

    @pytest.mark.parametrize("mutation", MUTATIONS)
    def test_every_mutation_at_every_place_is_seen(self, tmp_path: Path, mutation: Mutation) -> None:
        """Each kind of forgery, at each entry again and again with other dice: 10,000 in all."""
        make_key(tmp_path)
        small, draw = kept_ledger(tmp_path, SMALL, (7, SMALL)), dice()
        tries = [n % SMALL for n in range(-(-10_000 // len(MUTATIONS)))]
        missed = [n for n in tries if small.judge(mutation(list(small.entries), n, draw))[0]]
        assert missed == []

    @pytest.mark.parametrize(("mutation", "broken"), [(edit, 31), (delete, 31), (duplicate, 32), (insert, 32)])
    def test_the_first_broken_entry_is_named(self, kept: Kept, mutation: Mutation, broken: int) -> None:
        """What is done at entry 31 is named there, or where the next one no longer follows."""
        assert kept.judge(mutation(list(kept.entries), 30, dice())) == (False, broken)

    def test_truncation_is_not_seen_without_a_checkpoint(self, kept: Kept) -> None:
        """The reason why checkpoints lie outside the database."""
        assert verify(kept.entries[:40], [], kept.public_key).ok
        assert not verify(kept.entries[:40], kept.checkpoints, kept.public_key).ok

    def test_entries_after_the_checkpoint_are_welcome(self, kept: Kept) -> None:
        """A ledger that goes on is the same ledger."""
        assert kept.judge(chain(["one more"], kept.entries)) == (True, None)


class TestCheckpoints:
    def test_a_note_says_what_was_signed(self, kept: Kept) -> None:
        """Size and head come back from the text."""
        assert read_checkpoint(kept.checkpoints[0], kept.public_key) == Checkpoint(25, kept.entries[24].sha256)

    def test_a_note_has_the_shape_others_can_check(self, kept: Kept) -> None:
        """Origin, size, base64 of the head, an empty line, a signature line."""
        lines = kept.checkpoints[0].split("\n")
        assert lines[:2] == ["counterclip.ledger/chain/v1", "25"]
        assert lines[3] == ""
        assert lines[4].startswith("— counterclip.ledger ")

    def test_every_changed_byte_of_a_note_is_refused_or_says_the_same(self, kept: Kept) -> None:
        """No edit of the text yields another checkpoint."""
        text = kept.checkpoints[0]
        read = {
            read_checkpoint(text[:n] + c + text[n + 1 :], kept.public_key) for n in range(len(text)) for c in "07A\n"
        }
        assert read <= {None, Checkpoint(25, kept.entries[24].sha256)}

    def test_another_key_does_not_vouch(self, kept: Kept, tmp_path: Path) -> None:
        """A checkpoint signed by someone else's key breaks the verdict."""
        other = tmp_path / "other"
        other.mkdir()
        make_key(other)
        forged = checkpoint_text(Checkpoint(SIZE, kept.entries[-1].sha256), other)
        verdict = verify(kept.entries, [*kept.checkpoints, forged], kept.public_key)
        assert (verdict.ok, verdict.first_broken_seq) == (False, None)

    def test_the_private_key_is_for_its_owner_only_and_made_once(self, tmp_path: Path) -> None:
        """0600, and a second key is refused."""
        make_key(tmp_path)
        assert stat.S_IMODE((tmp_path / "ledger.key").stat().st_mode) == 0o600
        with pytest.raises(PipelineError, match="already"):
            make_key(tmp_path)

    def test_a_missing_key_is_said_in_a_sentence(self, kept: Kept, tmp_path: Path) -> None:
        """Without the private key nothing is signed."""
        (tmp_path / "ledger.key").unlink()
        with pytest.raises(PipelineError, match="missing or damaged"):
            checkpoint_text(Checkpoint(0, FIRST_PREV), tmp_path)


class TestWorkspaceLedger:
    def test_a_checkpoint_is_named_by_size_and_verifies(self, store: Store, workspace: Workspace) -> None:
        """Signing the same head twice leaves one file, and the whole verifies."""
        record(store, "plan.made", "u-1", "p-1", "a" * 64)
        first = write_checkpoint(store, workspace)
        assert write_checkpoint(store, workspace) == first
        assert first.name == "000000000001.txt"
        verdict, count = verify_workspace(store, workspace)
        assert (verdict.ok, count) == (True, 1)

    def test_a_ledger_that_lost_its_end_is_never_signed_again(self, store: Store, workspace: Workspace) -> None:
        """A new signature would cover up the loss."""
        for n in range(3):
            record(store, "kind", "u-1", f"o-{n}")
        write_checkpoint(store, workspace)
        with store._engine.begin() as connection:
            connection.exec_driver_sql(f"DROP TRIGGER ledger_no_delete{' ON ledger' if ON_POSTGRESQL else ''}")
            connection.exec_driver_sql("DELETE FROM ledger WHERE seq = 3")
        record(store, "kind", "u-1", "another third")
        with pytest.raises(StoreError, match="not whole"):
            write_checkpoint(store, workspace)
        assert verify_workspace(store, workspace)[0].first_broken_seq == 3
        assert len(read_checkpoints(workspace)) == 1

    def test_an_entry_belongs_to_what_it_tells_about(self, store: Store) -> None:
        """When the act fails, its entry is gone too."""
        with pytest.raises(PipelineError), store.transaction():
            fail_after_recording(store)
        assert store.entries() == ()


def fail_after_recording(store: Store) -> None:
    record(store, "kind", "u-1", "o-1")
    raise PipelineError("the act failed")
