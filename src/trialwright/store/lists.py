"""Concealed allocation lists: written once, read by allocation, bound by the commitment in the ledger."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

_INSERT = "INSERT INTO allocation_slot (stratum, slot, arm) VALUES (%s, %s, %s)"
_SELECT = "SELECT stratum, slot, arm FROM allocation_slot ORDER BY stratum, slot"


class ListExists(Exception):
    """The database holds allocation lists already."""


def write_lists(connection: BaseDatabaseWrapper, lists: Mapping[str, Sequence[str]], nonce: str) -> None:
    """Put the lists and the nonce of their commitment in place; ListExists where there are some."""
    rows = [("", 0, nonce)] + [
        (stratum, slot, arm) for stratum, arms in lists.items() for slot, arm in enumerate(arms, start=1)
    ]
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM allocation_slot LIMIT 1")
        if cursor.fetchone():
            raise ListExists("this database holds allocation lists already")
        cursor.executemany(_INSERT, rows)


def read_lists(connection: BaseDatabaseWrapper) -> tuple[dict[str, list[str]], str]:
    """The lists by stratum, and the nonce of their commitment; empty where there are none."""
    lists: dict[str, list[str]] = {}
    nonce = ""
    with connection.cursor() as cursor:
        cursor.execute(_SELECT)
        for stratum, slot, arm in cursor.fetchall():
            if slot == 0:
                nonce = arm
            else:
                lists.setdefault(stratum, []).append(arm)
    return lists, nonce
