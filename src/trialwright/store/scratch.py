"""A database for a moment, of the same kind and in the same place as another: a backup is tried in it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper

from trialwright.store.connect import switch_database


class NoScratch(Exception):
    """Why no such database can be made; the text says what to do."""


@contextmanager
def scratch_database(connection: BaseDatabaseWrapper, url: str, beside: Path) -> Iterator[str]:
    """The URL of an empty database that is gone when the block ends.

    Parameters
    ----------
    connection : BaseDatabaseWrapper
        To the database of ``url``. On PostgreSQL its role makes the other one, so it must be allowed to (NoScratch).
    url : str
        The database that it is to be like.
    beside : Path
        A SQLite file is made beside this one.
    """
    if connection.vendor == "postgresql":
        yield from _make_in_postgresql(connection, url)
        return
    scratch = beside.with_suffix(".check.sqlite3")
    try:
        yield f"sqlite:///{scratch.resolve()}"
    finally:
        switch_database(url)
        for path in scratch.parent.glob(f"{scratch.name}*"):
            path.unlink()


def _make_in_postgresql(connection: BaseDatabaseWrapper, url: str) -> Iterator[str]:
    name = f"trialwright_check_{os.getpid()}"
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    except DatabaseError as error:
        said = str(error).strip()
        raise NoScratch(f"{said}; let it, as a superuser: ALTER ROLE {_find_role(url)} CREATEDB") from error
    try:
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    finally:
        switch_database(url)
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _find_role(url: str) -> str:
    return urlsplit(url).username or "…"
