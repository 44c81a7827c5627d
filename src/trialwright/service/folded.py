"""A whole ledger folded once: what the snapshot and the section on the conduct of safety are both made from.

Stretches of the ledger are read and taken apart in several processes; their parts are folded in this one, in the order
of positions. So the result does not depend on how many processes there were.
"""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from django.db.backends.base.base import BaseDatabaseWrapper

from trialwright.snapshot import Folded, LedgerRow, Part, fold_parts, take_apart
from trialwright.store.stretches import Access, Size, access_of, read_stretch, run_stretches


def fold_ledger(connection: BaseDatabaseWrapper, upto: int, processes: int = 1) -> Folded:
    """What the connected ledger adds up to at a position.

    Parameters
    ----------
    connection : connection
        Django's; what it has written and not committed is not seen.
    upto : int
        The last position.
    processes : int
        How many may work at a time, 0 for one a core; a short ledger is read by this one.
    """
    work = partial(_take_stretch, access_of(connection))
    with collecting_no_cycles():
        return fold_parts(run_stretches(work, Size(upto, upto), processes or os.cpu_count() or 1))


def _take_stretch(access: Access, after: int, upto: int) -> Part:
    with collecting_no_cycles():
        return take_apart(map(LedgerRow._make, read_stretch(access, after, upto, LedgerRow._fields)))


@contextmanager
def collecting_no_cycles() -> Iterator[None]:
    """While millions of small objects that make no cycle are built: without the search for cycles, which halves the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
