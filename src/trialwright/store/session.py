"""A thin hand on the driver's connection under Django's: the hot path counts every statement and every round trip.

Django keeps the connection (settings, opening, closing); the statements of a unit go straight to ``sqlite3`` or
``psycopg``. On PostgreSQL the BEGIN travels with the first statement, and all writes with the COMMIT, in one round trip
each (libpq's pipeline mode).
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Protocol

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper

from trialwright.store.pipeline import Connection, Statement, send_together
from trialwright.store.site_rows import SEE_ALL, is_bound
from trialwright.store.turn import end_turn, take_turn

Parameters = Sequence[Any]

_FEW = 64
"""Up to so many statements go through libpq's pipeline by hand; psycopg's, made for many, takes more."""


class Session(Protocol):
    """What a unit of work needs of a database. Statements are written with ``%s`` for each parameter."""

    lock: str
    """What a SELECT ends with to lock its row and wait for it."""
    lock_or_fail: str
    """The same, failing at once where another transaction has the row."""
    errors: tuple[type[Exception], ...]

    def begin(self) -> None: ...

    def commit(self) -> None: ...

    def rollback(self) -> None: ...

    def snapshot(self, distrust: bool = False) -> AbstractContextManager[object]:
        """A block whose reads all see the database as it is at the first, while others go on writing.

        With ``distrust``, texts that are no UTF-8 are read too; somebody else put them there.
        """
        ...

    def batch(self) -> AbstractContextManager[object]:
        """A block whose statements travel together; their errors may come at its end."""
        ...

    def rows(self, statement: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]: ...

    def ask(self, *questions: Statement) -> list[list[tuple[Any, ...]]]:
        """The rows of each of a few statements of the hot path, asked together; each returns a row or two."""
        ...

    def run(self, statement: str, parameters: Parameters = ()) -> None: ...

    def run_many(self, statement: str, parameters: Sequence[Parameters]) -> None: ...

    def is_contention(self, error: Exception) -> bool:
        """Whether the error only means that somebody else was faster: rolled back, the work can be done anew."""
        ...


def open_session(connection: BaseDatabaseWrapper) -> "SqliteSession | PostgresqlSession":
    """The session on Django's connection, opened where it is not open yet."""
    if connection.vendor == "postgresql" and connection.connection is not None and connection.connection.closed:
        connection.close()  # the server went away; Django would keep the dead connection
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        return PostgresqlSession(connection.connection)
    return SqliteSession(connection.connection, str(connection.settings_dict["NAME"]))


def decode_any(data: bytes) -> str:
    """The text that SQLite gave, with what is no UTF-8 as halves of surrogate pairs (PEP 383)."""
    return data.decode("utf-8", "surrogateescape")


class SqliteSession:
    """SQLite: BEGIN IMMEDIATE takes the one write lock, so rows need no locks of their own."""

    lock = ""
    lock_or_fail = ""
    errors: tuple[type[Exception], ...] = (sqlite3.Error,)

    def __init__(self, raw: sqlite3.Connection, path: str = "") -> None:
        self._raw, self._path = raw, path
        self._turn: int | None = None

    def begin(self) -> None:
        self._turn = take_turn(self._path)
        self._execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        self._execute("COMMIT")
        self._end_turn()

    def rollback(self) -> None:
        if self._raw.in_transaction:
            self._execute("ROLLBACK")
        self._end_turn()

    def _end_turn(self) -> None:
        turn, self._turn = self._turn, None
        end_turn(turn)

    @contextmanager
    def snapshot(self, distrust: bool = False) -> Iterator[None]:
        self._execute("BEGIN DEFERRED")
        try:
            if distrust:
                self._raw.text_factory = decode_any
            yield
        finally:
            self._raw.text_factory = str
            self.rollback()

    def batch(self) -> AbstractContextManager[object]:
        return nullcontext()

    def rows(self, statement: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
        return self._execute(statement.replace("%s", "?"), parameters).fetchall()

    def ask(self, *questions: Statement) -> list[list[tuple[Any, ...]]]:
        return [self.rows(statement, parameters) for statement, parameters in questions]

    def run(self, statement: str, parameters: Parameters = ()) -> None:
        self._execute(statement.replace("%s", "?"), parameters)

    def run_many(self, statement: str, parameters: Sequence[Parameters]) -> None:
        sqlite3.Cursor(self._raw).executemany(statement.replace("%s", "?"), parameters)

    def is_contention(self, error: Exception) -> bool:
        return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)

    def _execute(self, statement: str, parameters: Parameters = ()) -> sqlite3.Cursor:
        return sqlite3.Cursor(self._raw).execute(statement, parameters)


class PostgresqlSession:
    """PostgreSQL: rows are locked with FOR UPDATE, statements that return at once are prepared by the server."""

    lock = " FOR UPDATE"
    lock_or_fail = " FOR UPDATE NOWAIT"
    errors: tuple[type[Exception], ...] = (psycopg.Error,)

    def __init__(self, raw: Connection) -> None:
        self._raw = raw
        self._begin_due = False
        self._queue: list[tuple[str, Sequence[Parameters]]] | None = None

    def begin(self) -> None:
        self._begin_due = True

    def commit(self) -> None:
        if self._begin_due:
            self._begin_due = False
        else:
            self.run("COMMIT")

    def rollback(self) -> None:
        self._begin_due = False
        if not self._raw.closed and self._raw.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            # Not by psycopg, which after a ROLLBACK has the server forget what it prepared.
            self._raw.pgconn.exec_(b"ROLLBACK")

    @contextmanager
    def snapshot(self, distrust: bool = False) -> Iterator[None]:
        self.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            yield
        finally:
            self.rollback()

    @contextmanager
    def batch(self) -> Iterator[None]:
        self._queue = self._begun()
        try:
            yield
            queue = self._queue
        finally:
            self._queue = None
        if sum(len(parameters) for _, parameters in queue) <= _FEW:
            send_together(self._raw, [(text, one) for text, parameters in queue for one in parameters])
        else:
            self._send_many(queue)

    def rows(self, statement: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
        self._send_many(self._begun())
        return psycopg.Cursor(self._raw).execute(statement, parameters).fetchall()

    def ask(self, *questions: Statement) -> list[list[tuple[Any, ...]]]:
        begun = [(text, ()) for text, _ in self._begun()]
        return send_together(self._raw, [*begun, *questions])[len(begun) :]

    def run(self, statement: str, parameters: Parameters = ()) -> None:
        self.run_many(statement, [parameters])

    def run_many(self, statement: str, parameters: Sequence[Parameters]) -> None:
        if self._queue is not None:
            self._queue.append((statement, parameters))
        else:
            self._send_many([*self._begun(), (statement, parameters)])

    def is_contention(self, error: Exception) -> bool:
        return isinstance(
            error,
            psycopg.errors.LockNotAvailable
            | psycopg.errors.DeadlockDetected
            | psycopg.errors.SerializationFailure
            | psycopg.errors.UniqueViolation
            | psycopg.errors.InvalidSqlStatementName,  # the server forgot what it prepared, and prepares it anew
        )

    def _begun(self) -> list[tuple[str, Sequence[Parameters]]]:
        due, self._begin_due = self._begin_due, False
        whole = [(SEE_ALL, [()])] if is_bound(self._raw) else []
        return [("BEGIN", [()]), *whole] if due else []

    def _send_many(self, queue: Sequence[tuple[str, Sequence[Parameters]]]) -> None:
        for statement, parameters in queue:
            if len(parameters) == 1:
                psycopg.Cursor(self._raw).execute(statement, parameters[0] or None)
            else:
                psycopg.Cursor(self._raw).executemany(statement, parameters)
