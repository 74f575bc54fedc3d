"""The full-text index: FTS5 on SQLite, tsvector on PostgreSQL. Given folded words, it answers with row numbers.

It is made from transcripts and can be made again from them at any time, so its tables are not
among those that are copied or migrated. Words are folded and separated by `lookup` on both sides:
neither database's own parser, which knows other alphabets less well, decides what a word is.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TextClause,
    UniqueConstraint,
    insert,
    inspect,
    select,
    text,
)

from pipeline.store.lookup import FOLDING, Term, folded_words

search_metadata = MetaData()

passages = Table(
    "passages",
    search_metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("recording", String, nullable=False),
    Column("segment", String, nullable=False),
    Column("start_ms", Integer, nullable=True),
    Column("end_ms", Integer, nullable=True),
    Column("said", Text, nullable=False),
    Column("translation", Text, nullable=True),
    UniqueConstraint("recording", "segment"),
)

Index("passages_in_time", passages.c.recording, passages.c.start_ms)

indexed = Table(
    "indexed",
    search_metadata,
    Column("recording", String, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("corrections", Integer, nullable=False),
)
"""What the passages of a recording were made from; anything else is known now: they are made again."""

folding = Table("folding", search_metadata, Column("version", Integer, primary_key=True))

LEXEMES_APART = 100
"""Words between what was said and its translation on PostgreSQL, so that no phrase reaches across."""

MOST_POSITIONS = 16_383
"""PostgreSQL's highest word position."""


SHORT_LETTERS = 5
"""Words up to this length stand in many passages (Zipf: what is said often is short). On PostgreSQL two of them in a
row are a word of the index as well: a phrase of common words is found without reading every passage that has them."""

MOST_JUDGED = 120
"""So many passages are compared with each other; who finds more has asked for something said everywhere."""

MOST_IN_ANY_ORDER = 400
"""On SQLite so many with all the words are looked at, so that those with the words in order are among them: to find
these first takes 70 to 160 ms of 20 million words where the words are common."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index holds of one passage."""

    id: int
    recording: str
    said: str
    translation: str | None


def prepare_search(connection: Connection) -> None:
    """Make the index where there is none, or an older folding made it; it is filled when it is first used."""
    if inspect(connection).has_table(folding.name):
        if connection.execute(select(folding.c.version)).scalar() == FOLDING:
            return
        connection.execute(text("DROP TABLE passage_words"))
        search_metadata.drop_all(connection)
    search_metadata.create_all(connection)
    connection.execute(insert(folding).values(version=FOLDING))
    if connection.dialect.name == "postgresql":
        connection.execute(text("CREATE TABLE passage_words (id integer PRIMARY KEY, words tsvector NOT NULL)"))
        connection.execute(text("CREATE INDEX passage_words_gin ON passage_words USING gin (words)"))
    else:
        connection.execute(
            text(
                "CREATE VIRTUAL TABLE passage_words USING fts5(said, translation, place,"
                " content='', columnsize=0, prefix='2 3',"
                " tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* M*'\")"
            )
        )


def put_words(connection: Connection, entries: Sequence[Entry]) -> None:
    if not entries:
        return
    if connection.dialect.name == "postgresql":
        rows = [{"id": e.id, "words": _lexemes(e)} for e in entries]
        connection.execute(text("INSERT INTO passage_words VALUES (:id, CAST(:words AS tsvector))"), rows)
    else:
        said = text(
            "INSERT INTO passage_words(rowid, said, translation, place) VALUES (:id, :said, :translation, :place)"
        )
        connection.execute(said, [_columns(e) for e in entries])


def remove_words(connection: Connection, entries: Sequence[Entry]) -> None:
    """Take passages out; on SQLite they have to be as they were put in."""
    if not entries:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(text("DELETE FROM passage_words WHERE id = :id"), [{"id": e.id} for e in entries])
    else:
        gone = text(
            "INSERT INTO passage_words(passage_words, rowid, said, translation, place)"
            " VALUES ('delete', :id, :said, :translation, :place)"
        )
        connection.execute(gone, [_columns(e) for e in entries])


def matching(
    dialect: str,
    terms: Sequence[Term],
    only: Sequence[str] | None,
    never: Sequence[str],
    ids: Sequence[int] | None,
    most: int,
) -> TextClause:
    """A query for the ids of passages that have all terms, the earliest first, at most so many.

    `only` and `never` name recordings, `ids` the passages that may be found; None means any.
    """
    given: dict[str, object] = {}
    if dialect == "postgresql":
        sql = "SELECT id FROM passage_words WHERE words @@ CAST(:looked_for AS tsquery)"
        sql += " AND id = ANY(:ids)" if ids is not None else ""
        looked_for = _tsquery(terms, only, never)
        given = {"ids": list(ids)} if ids is not None else given
        if rows := [_in_a_row(term) for term in terms if not _is_in_index(term)]:
            # "is true" keeps PostgreSQL from reading the places of every common word in it from the index
            sql += " AND (words @@ CAST(:in_a_row AS tsquery)) IS TRUE"
            given |= {"in_a_row": " & ".join(f"({row})" for row in rows)}
    else:
        sql = "SELECT rowid AS id FROM passage_words WHERE passage_words MATCH :looked_for"
        # the plus keeps SQLite from looking into the index once for each id
        sql += " AND +rowid IN (SELECT value FROM json_each(:ids))" if ids is not None else ""
        looked_for = _fts5(terms, only, never)
        given = {"ids": json.dumps(list(ids))} if ids is not None else given
    return text(f"{sql} LIMIT :most").bindparams(looked_for=looked_for, most=most, **given)


def most_judged(dialect: str, terms: Sequence[Term]) -> int:
    """How many passages are fetched; of more than MOST_JUDGED the likeliest are compared."""
    return MOST_JUDGED if dialect == "postgresql" or len(terms) == 1 else MOST_IN_ANY_ORDER


def chosen_passages(dialect: str, ids: Sequence[int]) -> TextClause:
    """A query for these passages and whose they are; all ids in one value, however many there are."""
    if dialect == "postgresql":
        return text(f"{_WHOSE} WHERE passages.id = ANY(:ids)").bindparams(ids=list(ids))
    among = "(SELECT value FROM json_each(:ids))"
    return text(f"{_WHOSE} WHERE passages.id IN {among}").bindparams(ids=json.dumps(list(ids)))


_WHOSE = "SELECT passages.*, recordings.interviewee FROM passages JOIN recordings ON recordings.id = passages.recording"


def _columns(entry: Entry) -> dict[str, object]:
    return {
        "id": entry.id, "said": " ".join(folded_words(entry.said)),
        "translation": " ".join(folded_words(entry.translation or "")), "place": _place(entry.recording),
    }  # fmt: skip


def _place(recording: str) -> str:
    return "".join(folded_words(recording))


def _fts5(terms: Sequence[Term], only: Sequence[str] | None, never: Sequence[str]) -> str:
    """Every word is quoted, and words are letters and digits only: nothing of it is read as syntax."""
    wanted = " ".join(f'"{" ".join(t.tokens)}"{"*" if t.begins else ""}' for t in terms)
    query = f"({{said translation}} : ({wanted}))"
    if only is not None:
        query = f"({query} AND place : ({_any_place(only)}))"
    return f"{query} NOT place : ({_any_place(never)})" if never else query


def _any_place(recordings: Sequence[str]) -> str:
    return " OR ".join(f'"{_place(r)}"' for r in recordings) or '"nowhere"'


def _lexemes(entry: Entry) -> str:
    """A tsvector as text: each word with its position, and the recording as a word that nobody can type."""
    said, translated = folded_words(entry.said), folded_words(entry.translation or "")
    placed = [*enumerate(said, 1), *enumerate(translated, len(said) + LEXEMES_APART)]
    words = [f"'{word}':{at}" if at <= MOST_POSITIONS else f"'{word}'" for at, word in placed]
    pairs = dict.fromkeys((*_pairs(said), *_pairs(translated)))
    return " ".join([*words, *pairs, f"'@{_place(entry.recording)}'"])


def _pairs(words: Sequence[str]) -> list[str]:
    """Short words in a row as one: no word has a space in it."""
    return [f"'{words[at]} {words[at + 1]}'" for at in _short_pairs(words)]


def _short_pairs(words: Sequence[str]) -> list[int]:
    return [n for n, (a, b) in enumerate(pairwise(words)) if max(len(a), len(b)) <= SHORT_LETTERS]


def _tsquery(terms: Sequence[Term], only: Sequence[str] | None, never: Sequence[str]) -> str:
    """What the index answers: single words, and pairs of short ones; their order is for `_in_a_row`."""
    parts = [" & ".join(_indexed_words(term)) for term in terms]
    if only is not None:
        parts.append(" | ".join(f"'@{_place(r)}'" for r in only) or "'@nowhere'")
    parts += [f"!'@{_place(r)}'" for r in never]
    return " & ".join(f"({part})" for part in parts)


def _indexed_words(term: Term) -> list[str]:
    """Pairs where there are any, and every word that is in none of them: the words of a pair are in it already."""
    whole = term.tokens[:-1] if term.begins else term.tokens
    paired = {n for at in _short_pairs(whole) for n in (at, at + 1)}
    words = [f"'{word}'" for n, word in enumerate(whole) if n not in paired]
    return [*_pairs(whole), *words, *([f"'{term.tokens[-1]}':*"] if term.begins else [])]


def _is_in_index(term: Term) -> bool:
    """One word, or two that the index has as a pair: nothing is left to be looked at."""
    size = len(term.tokens)
    return size == 1 or (size == 2 and not term.begins and bool(_pairs(term.tokens)))


def _in_a_row(term: Term) -> str:
    words = [f"'{token}'" for token in term.tokens]
    return " <-> ".join([*words[:-1], f"{words[-1]}:*" if term.begins else words[-1]])
