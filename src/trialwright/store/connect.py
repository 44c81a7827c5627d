"""How a process comes to its database: from one URL to a configured Django, and from one database to another."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import django
import django.conf
from django.core.management import call_command
from django.db import connections

_APPS = ["trialwright.store"]
# secure_delete: what is taken out of a row or thrown away with a draft is overwritten on disk.
# FULL: an acknowledged entry survives a power cut. WAL: readers and the one writer do not wait for each other.
_SQLITE_START = """
PRAGMA journal_mode=WAL;
PRAGMA synchronous=FULL;
PRAGMA foreign_keys=ON;
PRAGMA secure_delete=ON;
"""
_BUSY_SECONDS = 30


def configure(database_url: str, extra: Mapping[str, Any] | None = None) -> None:
    """Set Django up for this process; a second call only switches to another database.

    Parameters
    ----------
    database_url : str
        ``sqlite:///relative``, ``sqlite:////absolute`` or ``postgresql://user:password@host:port/name?host=socket``.
    extra : mapping, optional
        Django settings of the web application, with its ``INSTALLED_APPS`` in addition to the store.
    """
    if django.conf.settings.configured:
        switch_database(database_url)
        return
    more = dict(extra or {})
    django.conf.settings.configure(
        DATABASES={"default": parse_database_url(database_url)},
        INSTALLED_APPS=[*_APPS, *more.pop("INSTALLED_APPS", [])],
        USE_TZ=True,
        TIME_ZONE="UTC",
        **{"DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField", **more},
    )
    django.setup()


def switch_database(database_url: str) -> None:
    """Point this process, and the connection of this thread, at another database; the old connection is closed.

    Other threads keep the connection they have; switching is for the command line and for tests.
    """
    connections["default"].close()
    del connections["default"]
    databases = connections.configure_settings({"default": parse_database_url(database_url)})
    connections.databases["default"] = databases["default"]


def migrate() -> None:
    """Bring the database to the present tables, with its guards."""
    call_command("migrate", verbosity=0, interactive=False)


def parse_database_url(url: str) -> dict[str, Any]:
    """Django's settings for the database that ``url`` names; ValueError for another kind of database.

    >>> parse_database_url("sqlite:///trial.sqlite3")["NAME"]
    'trial.sqlite3'
    >>> parse_database_url("postgresql://ann@/trial?host=/run/postgresql")["HOST"]
    '/run/postgresql'
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite" and not parts.netloc and len(parts.path) > 1:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path[1:]),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE", "timeout": _BUSY_SECONDS, "init_command": _SQLITE_START,
            },
        }  # fmt: skip
    if parts.scheme in ("postgresql", "postgres") and len(parts.path) > 1:
        query = dict(parse_qsl(parts.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": query.pop("host", unquote(parts.hostname or "")),
            "PORT": query.pop("port", str(parts.port or "")),
            "OPTIONS": query,
        }
    raise ValueError(f"{parts.scheme or url!r} is no database for a ledger; write sqlite:///file or postgresql://…")
