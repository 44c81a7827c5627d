"""A site's people see their site's rows only: said a second time by PostgreSQL itself (row-level security).

The pages filter by site on their own. Should one of them forget it, the database still gives no row of another site:
before a request reads, its connection is told whose rows it may see, and every table with rows of sites has a policy
that asks for it. The policies bind the owner of the tables too (FORCE); only a superuser or a role with BYPASSRLS gets
past them, and ``trialwright serve`` says so. The command line, ``verify``, snapshots, the roles of the whole study and
the unit of work, which decides from the whole study's state, see all rows. SQLite has no such thing.

To add a table with rows of sites, give it a line in ``RULES``; one without goes into ``WHOLE`` of the test.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakSet

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper

ALL = ""
NOBODY = "-"
"""No site has this name: the rows of none."""
SETTING = "trialwright.site"
SEE_ALL = f"SELECT set_config('{SETTING}', '', true)"
"""Inside a transaction, to its end."""

_FUNCTION = "trialwright_site"
_FUNCTION_BODY = f" SELECT coalesce(current_setting('{SETTING}', true), '') "
_MINE = f"(SELECT {_FUNCTION}())"
_BY_SITE = f"{_MINE} = '' OR site = {_MINE}"
# The policy on participant holds inside the subquery too, so what it finds is of the own site.
_BY_PARTICIPANT = f"{_MINE} = '' OR EXISTS (SELECT 1 FROM participant p WHERE p.code = {{table}}.participant)"

_bound: "WeakSet[psycopg.Connection[tuple[Any, ...]]]" = WeakSet()
"""The connections that were told to see less than all."""

RULES = {
    "participant": _BY_SITE,
    # By the participant too, because entries from before a transfer carry the site of then.
    "ledger_entry": f"{_BY_SITE} OR EXISTS (SELECT 1 FROM participant p WHERE p.code = ledger_entry.participant)",
    **{
        table: _BY_PARTICIPANT.format(table=table)
        for table in ("form_state", "dose_state", "deviation_state", "appointment")
    },
    # A draft about nobody (a screening, a reading) is its person's, and so of that person's site.
    "draft": f"{_BY_PARTICIPANT.format(table='draft')} OR (participant = '' AND EXISTS "
    f"(SELECT 1 FROM account WHERE account.person = draft.person AND account.site = {_MINE}))",
    "import_upload": _BY_SITE,
    "import_mapping": _BY_SITE,
    "allocation_slot": f"{_MINE} = ''",
    # A notice without a site is every site's, but not that of who has not signed in.
    "notice": f"{_BY_SITE} OR (site = '' AND {_MINE} <> '{NOBODY}')",
    "notice_delivery": f"{_MINE} = '' OR EXISTS (SELECT 1 FROM notice WHERE notice.id = notice_delivery.notice_id)",
    "notice_address": f"{_MINE} = '' OR EXISTS "
    f"(SELECT 1 FROM account WHERE account.person = notice_address.person AND account.site = {_MINE})",
}
"""Which rows of each table a site may see, and write."""


def install_rules(connection: BaseDatabaseWrapper) -> None:
    """Put the policies on the tables that there are, also over altered ones; nothing on SQLite."""
    if connection.vendor != "postgresql":
        return
    there = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS text LANGUAGE sql STABLE AS $site${_FUNCTION_BODY}$site$"
        )
        for table in sorted(RULES.keys() & there):
            cursor.execute(f"DROP POLICY IF EXISTS {_name(table)} ON {table}")
            cursor.execute(f"CREATE POLICY {_name(table)} ON {table} USING ({RULES[table]})")
            cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")


def show_site(connection: BaseDatabaseWrapper, site: str) -> None:
    """From now on this connection sees the rows of one site (``ALL``: of all, ``NOBODY``: of none)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, %s, false)", (SETTING, site))
        (_bound.discard if site == ALL else _bound.add)(connection.connection)


def is_bound(raw: "psycopg.Connection[tuple[Any, ...]]") -> bool:
    """Whether a connection was told to see less than all."""
    return raw in _bound


@contextmanager
def see_all(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """A block that reads what belongs to the whole study, for a page whose person sees one site."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true)", (SETTING,))
        before = cursor.fetchone()[0] or ALL
    if before == ALL:
        yield
        return
    show_site(connection, ALL)
    try:
        yield
    finally:
        show_site(connection, before)


def find_bypass(connection: BaseDatabaseWrapper) -> str:
    """The role of this connection where the policies do not bind it; '' where they do, and on SQLite."""
    if connection.vendor != "postgresql":
        return ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls)")
        row = cursor.fetchone()
    return row[0] if row else ""


def _name(table: str) -> str:
    return f"{table}_of_site"


# --- what verify asks -------------------------------------------------------------------------------------------------


def expect_rules(connection: BaseDatabaseWrapper) -> dict[str, object]:
    """What ``find_rules`` finds in a database as it should be."""
    there = set(connection.introspection.table_names())
    found: dict[str, object] = {_FUNCTION: (_FUNCTION_BODY, "s")}
    return found | {_name(table): (True, True, "*", True, _plain(RULES[table])) for table in RULES.keys() & there}


def find_rules(connection: BaseDatabaseWrapper) -> dict[str, object]:
    """The policies as they stand in the catalogue: enabled, forced, for which statements, permissive, and the rule."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT prosrc, provolatile::text FROM pg_proc WHERE proname = %s AND pronamespace = 'public'::regnamespace",
            (_FUNCTION,),
        )
        found: dict[str, object] = dict.fromkeys([_FUNCTION], cursor.fetchone())
        cursor.execute(
            """SELECT p.polname, c.relrowsecurity, c.relforcerowsecurity, p.polcmd::text, p.polpermissive,
                      pg_get_expr(p.polqual, p.polrelid)
               FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE c.relname = ANY(%s)""",
            (list(RULES),),
        )
        return found | {row[0]: (*row[1:5], _plain(row[5])) for row in cursor.fetchall()}


def _plain(rule: str) -> str:
    """A rule without what PostgreSQL writes differently from us: blanks, parentheses, casts, names of columns."""
    text = rule.replace("::text", "").replace(f"AS {_FUNCTION}", "").replace("participant p", "participant")
    for word in ("p.", "account.", *(f"{table}." for table in RULES)):
        text = text.replace(word, "")
    return "".join(text.replace("(", " ").replace(")", " ").split()).lower()
