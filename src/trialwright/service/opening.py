"""Under which definition the connected ledger was opened."""

from django.db.backends.base.base import BaseDatabaseWrapper

from trialwright.definition.compiled import Definition
from trialwright.ledger.canonical import parse_canonical
from trialwright.ledger.entries import LedgerOpened, compute_entry
from trialwright.store.read import read_entry


def read_opening(connection: BaseDatabaseWrapper) -> LedgerOpened | None:
    """The first entry; None where there is no ledger."""
    first = read_entry(connection, 1)
    if first is None:
        return None
    entry = compute_entry(first.act, parse_canonical(first.payload))
    return entry if isinstance(entry, LedgerOpened) else None


def match_definition(definition: Definition, opened: LedgerOpened) -> Definition | None:
    """The definition under which the ledger works: this one, or this one scaled for a rehearsal; None for another."""
    if (opened.version, opened.digest) == (definition.version, definition.digest):
        return definition
    number = opened.version.removeprefix(f"{definition.version} for ").split()[0]
    if number.isdigit() and opened.version.startswith(f"{definition.version} for "):
        scaled = definition.scale(int(number))
        return scaled if scaled.digest == opened.digest else None
    return None
