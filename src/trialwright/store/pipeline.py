"""A few prepared statements in one round trip, by libpq's own pipeline.

psycopg's pipeline is made for thousands of statements and costs a short transaction more than the round trips it saves
(measured: 250 of 600 microseconds). For the handful that an act needs, this file talks to libpq through psycopg's thin
wrapper of it (PostgreSQL documentation, chapter "libpq", section "Pipeline Mode").
"""

import itertools
from collections.abc import Sequence
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGresult
from psycopg.waiting import Wait

Connection: TypeAlias = "psycopg.Connection[tuple[Any, ...]]"
Statement: TypeAlias = tuple[str, Sequence[Any]]

_prepared: "WeakKeyDictionary[Connection, dict[str, bytes]]" = WeakKeyDictionary()
"""The statements that the server has prepared for a connection, by their text."""
_numbers = itertools.count()
"""Names are never used again: after an error nobody knows which of the new ones the server has kept."""
_INTEGERS = (20, 21, 23)
_BAD = (ExecStatus.FATAL_ERROR, ExecStatus.BAD_RESPONSE)


def send_together(raw: Connection, statements: Sequence[Statement]) -> list[list[tuple[Any, ...]]]:
    """The rows of each statement, all having been sent at once; the first error stops those after it.

    Parameters
    ----------
    raw : psycopg.Connection
        In autocommit mode; transactions are begun and ended by statements.
    statements : sequence of (str, sequence)
        Text with ``%s`` for each parameter, and the parameters: texts and integers.

    Raises
    ------
    psycopg.Error
        The server's first error. The transaction is then to be rolled back.
    """
    known = _prepared.setdefault(raw, {})
    new = {text: b"trialwright_%d" % next(_numbers) for text in _unknown(known, statements)}
    results = _exchange(raw, new, [(known.get(text) or new[text], parameters) for text, parameters in statements])
    failed = next((result for result in results if result.status in _BAD), None)
    if failed is not None:
        error = psycopg.errors.error_from_result(failed)
        if isinstance(error, psycopg.errors.InvalidSqlStatementName):
            del _prepared[raw]
        raise error
    known.update(new)
    return [_load(result) for result in results[len(new) :]]


def _exchange(
    raw: Connection, new: dict[str, bytes], statements: Sequence[tuple[bytes, Sequence[Any]]]
) -> list[PGresult]:
    libpq = raw.pgconn
    libpq.enter_pipeline_mode()
    is_complete = False
    try:
        for text, name in new.items():
            libpq.send_prepare(name, _numbered(text))
        for name, parameters in statements:
            libpq.send_query_prepared(name, [_dump(value) for value in parameters])
        libpq.pipeline_sync()
        results = raw.wait(_receive(raw))
        is_complete = True
    finally:
        if is_complete:
            libpq.exit_pipeline_mode()
        else:  # interrupted: nobody can tell which answers are still on their way
            raw.close()
    return results


def _unknown(known: dict[str, bytes], statements: Sequence[Statement]) -> list[str]:
    return list(dict.fromkeys(text for text, _ in statements if text not in known))


def _numbered(text: str) -> bytes:
    first, *rest = text.split("%s")
    return (first + "".join(f"${number}{part}" for number, part in enumerate(rest, 1))).encode()


def _dump(value: str | int) -> bytes:
    return value.encode() if isinstance(value, str) else b"%d" % value


def _receive(raw: Connection) -> PQGen[list[PGresult]]:
    """Every result up to the end of the pipeline, those of failed statements too.

    Waiting is left to psycopg: libpq itself would wait with Python's lock held, and no other thread could go on.
    """
    results: list[PGresult] = []
    while True:
        while raw.pgconn.is_busy():
            yield Wait.R
            raw.pgconn.consume_input()
        result = raw.pgconn.get_result()
        if result is None:  # the end of one statement's results
            if raw.pgconn.status != ConnStatus.OK:
                raise psycopg.OperationalError(raw.pgconn.get_error_message())
            continue
        if result.status == ExecStatus.PIPELINE_SYNC:
            return results
        results.append(result)


def _load(result: PGresult) -> list[tuple[Any, ...]]:
    loaders = [int if result.ftype(column) in _INTEGERS else bytes.decode for column in range(result.nfields)]
    return [
        tuple(_value(loader, result.get_value(row, column)) for column, loader in enumerate(loaders))
        for row in range(result.ntuples)
    ]


def _value(loader: Any, data: bytes | None) -> Any:
    return None if data is None else loader(data)
