"""Under which definition the connected ledger was opened."""

from django.db.backends.base.base import BaseDatabaseWrapper

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
