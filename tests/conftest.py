"""Fixtures that more than one room's tests use."""

from collections.abc import Iterator

import pytest

from tests.databases import database, fresh_url, postgres_template, sqlite_template
from tests.postgres import PostgresMissing, find_binaries, start_postgres

# Registered here and nowhere else: a second import would make a second template on the same server.
__all__ = ["database", "fresh_url", "postgres_server", "postgres_template", "sqlite_template"]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The libpq URL of a PostgreSQL server, one a pytest worker; skipped with the reason where none can start.

    A test that writes takes its own database from ``tests.postgres.temporary_database``.
    """
    try:
        find_binaries()
    except PostgresMissing as reason:
        pytest.skip(str(reason))
    with start_postgres() as url:
        yield url
