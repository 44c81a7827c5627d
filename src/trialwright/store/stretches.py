"""A long ledger read in stretches, on every core, each process with a connection of its own; and its inspection.

This file imports neither Django's settings nor its models: a process that reads a stretch starts in a moment.
"""

import multiprocessing
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeAlias, TypeVar

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper

from trialwright.ledger.envelope import COLUMNS
from trialwright.ledger.inspection import Stretch, check_stretch, join_stretches
from trialwright.ledger.seal import ORIGIN
from trialwright.store.session import decode_any

R = TypeVar("R")
Rows: TypeAlias = list[Sequence[Any]]
Progress: TypeAlias = Callable[[int, int], None]
"""Called with how many entries are done and how many there are."""

_CHUNK = 2_000
_STRETCH = 40_000
_ALONE = 100_000
"""Below so many entries one process is done before a second has started."""
# No upper bound in the statement: without statistics PostgreSQL would sort the rest of the ledger for each chunk.
_ENTRIES = f"SELECT {{}} FROM ledger_entry WHERE position > {{}} ORDER BY position LIMIT {_CHUNK}"
_SEAL = "SELECT seal FROM ledger_entry WHERE position <= {} ORDER BY position DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class Access:
    """How another process reaches the database: the path of an SQLite file, or what libpq needs to know."""

    path: str = ""
    libpq: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Size:
    """How much is to be inspected: how many entries there are, and the last position."""

    entries: int
    last: int


def access_of(connection: BaseDatabaseWrapper) -> Access:
    """How to reach the database of Django's connection."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return Access(path=str(Path(known["NAME"]).resolve()))
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    return Access(libpq=tuple((name, known[key]) for key, name in names.items() if known[key]))


def inspect(access: Access, study: str, size: Size, processes: int, progress: Progress | None = None) -> Stretch:
    """The whole ledger, inspected.

    Parameters
    ----------
    access : Access
        Where the ledger is.
    study : str
        Whose it should be.
    size : Size
        How much to look at.
    processes : int
        How many may work at a time.
    progress : callable, optional
        Told after each stretch.
    """
    found: list[Stretch] = []
    for stretch in run_stretches(partial(inspect_stretch, access, study), size, processes):
        found.append(stretch)
        if progress is not None:
            progress(sum(one.entries for one in found), size.entries)
    return join_stretches(found)


def run_stretches(work: Callable[[int, int], R], size: Size, processes: int) -> Iterator[R]:
    """What ``work`` makes of each stretch (the entries above a position and up to another), in the order of the ledger.

    The answer is the same with any number of processes; a short ledger is read in this one. ``work`` goes to another
    process: it must be a function of a module, with arguments that can be sent.
    """
    # With holes in the numbering (somebody moved an entry to position two milliard) stretches would be mostly empty.
    step = _STRETCH if size.last <= 2 * size.entries + _STRETCH else max(size.last, 1)
    bounds = [(start, min(start + step, size.last)) for start in range(0, size.last, step)]
    if processes < 2 or size.entries < _ALONE:
        yield from (work(*bound) for bound in bounds)
        return
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        jobs = deque(pool.submit(work, *bound) for bound in bounds)
        while jobs:
            yield jobs.popleft().result()


def inspect_stretch(access: Access, study: str, after: int, upto: int) -> Stretch:
    """The entries with positions above ``after`` and up to ``upto``, inspected; entered with the seal stored before."""
    with closing(_open_reader(access)) as reader:
        before = reader.select(_SEAL.format(after)) if after else []
        entering = before[0][0] if before and isinstance(before[0][0], str) else ORIGIN
        return check_stretch(_read(reader, after, upto), study, entering)


def read_stretch(access: Access, after: int, upto: int, columns: Sequence[str] = COLUMNS) -> Iterator[Sequence[Any]]:
    """The entries above a position and up to another: some of their columns, of which ``position`` is the first."""
    with closing(_open_reader(access)) as reader:
        yield from _read(reader, after, upto, columns)


def _read(reader: "_Reader", after: int, upto: int, columns: Sequence[str] = COLUMNS) -> Iterator[Sequence[Any]]:
    names = ", ".join(columns)
    rows = reader.select(_ENTRIES.format(names, after))
    while rows and rows[-1][0] <= upto:
        yield from rows
        rows = reader.select(_ENTRIES.format(names, rows[-1][0])) if len(rows) == _CHUNK else []
    yield from (row for row in rows if row[0] <= upto)


class _Reader(Protocol):
    """A connection of its own that only reads."""

    def select(self, statement: str) -> Rows: ...

    def close(self) -> None: ...


def _open_reader(access: Access) -> _Reader:
    return _SqliteReader(access.path) if access.path else _PostgresqlReader(dict(access.libpq))


class _SqliteReader:
    def __init__(self, path: str) -> None:
        self._raw = sqlite3.connect(f"{Path(path).as_uri()}?mode=ro", uri=True)
        self.close = self._raw.close

    def select(self, statement: str) -> Rows:
        self._raw.text_factory = str
        try:
            return self._raw.execute(statement).fetchall()
        except sqlite3.OperationalError as trouble:
            if "decode" not in str(trouble):
                raise
        # Bytes that are no UTF-8 were not written by us; they are read as they are, so that the hash can say so.
        self._raw.text_factory = decode_any
        return self._raw.execute(statement).fetchall()


class _PostgresqlReader:
    def __init__(self, libpq: dict[str, Any]) -> None:
        self._raw = psycopg.connect(**libpq, autocommit=True)
        self.close = self._raw.close

    def select(self, statement: str) -> Rows:
        return [*self._raw.execute(statement.encode()).fetchall()]
