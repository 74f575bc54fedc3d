"""Looking for words across all interviews: what was said as corrected, and its translations, best first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, TextClause, delete, func, insert, or_, select, text, tuple_

from pipeline.canonical import from_text
from pipeline.corrections import apply_corrections
from pipeline.domain import Flag, Kept, Segment, Span, TextMatch, Tier, Transcript
from pipeline.errors import NotFoundError
from pipeline.store import tables, tables_people
from pipeline.store.fulltext import (
    MOST_JUDGED,
    Entry,
    chosen_passages,
    indexed,
    matching,
    most_judged,
    passages,
    put_words,
    remove_words,
)
from pipeline.store.lookup import Term, closeness, parse_query, places_of
from pipeline.store.recordings import Recordings

MOST_KEYS = 500
"""Passages named in one query."""

_SUMS = select(
    select(func.count()).select_from(tables.transcripts).scalar_subquery().label("said"),
    select(func.count()).select_from(tables.corrections).scalar_subquery().label("corrected"),
    func.coalesce(func.sum(indexed.c.version), 0).label("indexed_said"),
    func.coalesce(func.sum(indexed.c.corrections), 0).label("indexed_corrected"),
)
"""Versions and corrections that there are, and those that the index was made from."""

INDEX_LOCK = 7_205_003
"""PostgreSQL's advisory lock of those who number new passages; on SQLite the write transaction is the lock."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found."""

    recording: str
    interviewee: str | None
    segment: str
    span: Span | None
    said: str
    translation: str | None
    matches: tuple[TextMatch, ...]
    """Where the words stand in what was said."""
    translation_matches: tuple[TextMatch, ...]
    score: float
    """Of use for comparing hits of one search only."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave."""

    hits: tuple[Hit, ...]
    total: int
    """Passages that have all the words."""
    more: bool
    """There are more than `total`: only the first were compared."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for."""

    query: str
    narrative: str | None = None
    """A checklist item that has to be flagged in the passage."""
    interviewee: str | None = None
    kept: tuple[Kept, ...] | None = None
    """Only what sounds in one of these."""
    limit: int = 20
    hidden: tuple[str, ...] = ()
    """Recordings that who asks may not see."""


class Searching(Recordings):
    """The full-text index, brought up to date whenever a transcript is saved and before every search."""

    def save_transcript(self, recording_id: str, transcript: Transcript) -> int:
        """Keep a transcript as the newest, and its words for searching.

        Raises NotFoundError for an unknown recording.
        """
        with self.transaction():
            version = super().save_transcript(recording_id, transcript)
            self._index(recording_id)
        return version

    def search(self, wanted: Wanted) -> Found:
        """Passages that have all the words of the query; of people who withdrew nothing is ever found.

        Raises PipelineError when the query has no word in it, NotFoundError for an unknown interviewee.
        """
        terms = parse_query(wanted.query)
        self.index_words()
        with self.snapshot():
            only = self._recordings_of(wanted.interviewee) if wanted.interviewee is not None else None
            never = [*self._withdrawn(), *wanted.hidden]
            found = self._candidates(terms, only, never, self._ids(wanted))
            most = most_judged(self._engine.dialect.name, terms)
            rows = [row for row in self._passages(found[:most]) if row.recording not in never]
        judged = sorted(((_score(row, terms), row) for row in _likeliest(rows, terms)), key=_best_first)
        hits = tuple(_hit(row, terms, score) for score, row in judged[: wanted.limit])
        return Found(hits, len(rows), len(found) > most)

    def index_words(self) -> None:
        """Bring the index up to date: only recordings whose words changed are read again."""
        if self._is_indexed():
            return
        for recording in self._changed():
            self._index(recording)

    def _is_indexed(self) -> bool:
        """Asked before every search, so in one row: versions count from 1 and corrections only grow in number."""
        row = self._row(_SUMS)
        return row is not None and (row.said, row.corrected) == (row.indexed_said, row.indexed_corrected)

    def _changed(self) -> list[str]:
        """Recordings with another transcript, or more corrections, than the index was made from."""
        spoken, corrected = tables.transcripts, tables.corrections
        newest = select(spoken.c.recording, func.max(spoken.c.version).label("version")).group_by(spoken.c.recording)
        count = select(corrected.c.recording, func.count().label("made")).group_by(corrected.c.recording)
        now, said = newest.subquery(), count.subquery()
        joined = now.outerjoin(said, said.c.recording == now.c.recording)
        joined = joined.outerjoin(indexed, indexed.c.recording == now.c.recording)
        other = or_(
            indexed.c.version.is_(None),
            indexed.c.version != now.c.version,
            indexed.c.corrections != func.coalesce(said.c.made, 0),
        )
        return [row.recording for row in self._rows(select(now.c.recording).select_from(joined).where(other))]

    def _index(self, recording_id: str) -> None:
        """Put what changed in a recording in place of what the index has of it."""
        with self._writing() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": INDEX_LOCK})
            transcript, corrections = self.heard_transcript(recording_id), self.corrections(recording_id)
            version = self.transcript_version(recording_id)
            if transcript:
                transcript = apply_corrections(transcript, corrections)
            wanted = {s.id: _row(recording_id, s) for s in transcript.segments} if transcript else {}
            mine = self._rows(select(passages).where(passages.c.recording == recording_id))
            known = {row.segment: row for row in mine}
            same = {name for name, row in known.items() if wanted.get(name) == _without_id(row)}
            _remove(connection, [row for name, row in known.items() if name not in same])
            _add(connection, [row for name, row in wanted.items() if name not in same])
            connection.execute(delete(indexed).where(indexed.c.recording == recording_id))
            made_from = {"recording": recording_id, "version": version, "corrections": len(corrections)}
            connection.execute(insert(indexed).values(made_from))

    def _candidates(
        self, terms: Sequence[Term], only: Sequence[str] | None, never: Sequence[str], ids: Sequence[int] | None
    ) -> list[int]:
        """Those to be compared, and one more if there are more.

        With pairs of words in its index PostgreSQL gives those with the words in this order first: of a common
        question they are what was meant. On SQLite finding them takes longer than looking at more of them.
        """
        dialect, most = self._engine.dialect.name, most_judged(self._engine.dialect.name, terms)
        asked = [terms]
        if dialect == "postgresql" and len(terms) > 1 and not any(t.begins for t in terms[:-1]):
            asked.insert(0, [Term(tuple(w for t in terms for w in t.tokens), terms[-1].begins)])
        found: dict[int, None] = {}
        for one in asked:
            if len(found) <= most:
                found |= dict.fromkeys(self._ids_of(matching(dialect, one, only, never, ids, most + 1)))
        return list(found)[: most + 1]

    def _ids_of(self, query: TextClause) -> list[int]:
        return [int(row.id) for row in self._rows(query)]

    def _passages(self, ids: Sequence[int]) -> Sequence[Row[Any]]:
        return self._rows(chosen_passages(self._engine.dialect.name, ids)) if ids else ()

    def _recordings_of(self, code: str) -> list[str]:
        table = tables.recordings
        mine = [str(row.id) for row in self._rows(select(table.c.id).where(table.c.interviewee == code))]
        if not mine:
            raise NotFoundError(f"no recording of an interviewee {code}", "counterclip status lists them")
        return mine

    def _withdrawn(self) -> list[str]:
        """Recordings of people whose latest word is that they withdraw."""
        said, of = tables_people.statements.c, tables.recordings.c
        told = self._rows(select(said.code, said.value).where(said.field == "withdrawn").order_by(said.seq))
        gone = [code for code, value in {row.code: row.value for row in told}.items() if value == "true"]
        return [str(row.id) for row in self._rows(select(of.id).where(of.interviewee.in_(gone)))] if gone else []

    def _ids(self, wanted: Wanted) -> list[int] | None:
        chosen: list[set[int]] = []
        if wanted.narrative is not None:
            chosen.append(self._flagged(wanted.narrative))
        if wanted.kept is not None:
            chosen.append({i for kept in wanted.kept for i in self._sounding(kept)})
        return sorted(set.intersection(*chosen)) if chosen else None

    def _flagged(self, item: str) -> set[int]:
        """Passages in which this item stands. The pattern is only a sieve: the flags themselves are read."""
        table = tables.flags
        likely = select(table.c.recording, table.c.body).where(table.c.body.contains(item, autoescape=True))
        places = {
            (row.recording, flag.segment)
            for row in self._rows(likely)
            for flag in (from_text(Flag, row.body),)
            if flag.item == item and flag.suppressed is None and flag.tier is Tier.RED
        }
        keys, ids = sorted(places), set()
        for n in range(0, len(keys), MOST_KEYS):
            place = tuple_(passages.c.recording, passages.c.segment)
            ids |= {row.id for row in self._rows(select(passages.c.id).where(place.in_(keys[n : n + MOST_KEYS])))}
        return ids

    def _sounding(self, kept: Kept) -> list[int]:
        table = passages.c
        inside = (table.start_ms < kept.span.end_ms) & (table.end_ms > kept.span.start_ms)
        found = self._rows(select(table.id).where(table.recording == kept.recording, inside))
        return [row.id for row in found]


Values = Mapping[str, Any]


def _row(recording: str, segment: Segment) -> dict[str, object]:
    span = segment.span
    return {
        "recording": recording, "segment": segment.id, "start_ms": span.start_ms if span else None,
        "end_ms": span.end_ms if span else None, "said": segment.text, "translation": segment.translation,
    }  # fmt: skip


def _without_id(row: Row[Any]) -> dict[str, object]:
    return {name: value for name, value in row._mapping.items() if name != "id"}


def _remove(connection: Connection, rows: Sequence[Row[Any]]) -> None:
    remove_words(connection, [Entry(row.id, row.recording, row.said, row.translation) for row in rows])
    for row in rows:
        connection.execute(delete(passages).where(passages.c.id == row.id))


def _add(connection: Connection, rows: Sequence[Values]) -> None:
    first = (connection.execute(select(func.max(passages.c.id))).scalar() or 0) + 1
    if rows:
        connection.execute(insert(passages), [{"id": first + n, **row} for n, row in enumerate(rows)])
        put_words(connection, [_entry(first + n, row) for n, row in enumerate(rows)])


def _entry(number: int, row: Values) -> Entry:
    return Entry(number, row["recording"], row["said"], row["translation"])


def _likeliest(rows: Sequence[Row[Any]], terms: Sequence[Term]) -> Sequence[Row[Any]]:
    """Those to be compared word by word: of too many, first those that say the words as they were typed."""
    if len(rows) <= MOST_JUDGED:
        return rows
    typed = " ".join(word for term in terms for word in term.tokens)
    return sorted(rows, key=lambda row: typed not in f"{row.said} {row.translation or ''}".casefold())[:MOST_JUDGED]


def _score(row: Row[Any], terms: Sequence[Term]) -> float:
    """What he said himself comes before the machine's draft of it."""
    translated = 0.9 * closeness(terms, row.translation) if row.translation else 0.0
    return max(closeness(terms, row.said), translated)


def _hit(row: Row[Any], terms: Sequence[Term], score: float) -> Hit:
    return Hit(
        recording=row.recording,
        interviewee=row.interviewee,
        segment=row.segment,
        span=Span(row.start_ms, row.end_ms) if row.start_ms is not None else None,
        said=row.said,
        translation=row.translation,
        matches=places_of(terms, row.said),
        translation_matches=places_of(terms, row.translation or ""),
        score=score,
    )


def _best_first(judged: tuple[float, Row[Any]]) -> tuple[float, int]:
    score, row = judged
    return -score, row.id
