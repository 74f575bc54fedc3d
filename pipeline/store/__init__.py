"""The store: domain nouns in, domain nouns out. Tables, SQL and SQLAlchemy stay in this folder."""

from pipeline.store.assigning import Assigning, Assignment
from pipeline.store.entries import Entries
from pipeline.store.figures import Figures
from pipeline.store.jobs import ATTEMPTS, Job, Jobs, JobState
from pipeline.store.judgements import CheckRun, Judgements
from pipeline.store.opening import holds_anything, open_engine
from pipeline.store.people import DESCRIBED, STATEMENT_FIELDS, People, Statement
from pipeline.store.searching import Found, Hit, Searching, Wanted
from pipeline.store.visits import Session, Visits

__all__ = [
    "ATTEMPTS",
    "DESCRIBED",
    "STATEMENT_FIELDS",
    "Assignment",
    "CheckRun",
    "Found",
    "Hit",
    "Job",
    "JobState",
    "Session",
    "Statement",
    "Store",
    "Wanted",
    "holds_anything",
    "open_store",
]


class Store(People, Assigning, Visits, Searching, Judgements, Figures, Jobs, Entries):
    """Everything a workspace remembers. Each call is one transaction; `transaction()` joins several."""


def open_store(url: str) -> Store:
    """The store at an SQLAlchemy URL, its tables made when it is new.

    Raises StoreError when it cannot be reached, is no store, or a newer program wrote it.
    """
    return Store(open_engine(url))
