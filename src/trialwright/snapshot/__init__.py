"""Entries up to a position become frames: the one bridge from the ledger to analysis.

What comes in: a ``Definition`` and the entries of a ledger in their order, as ``Stamped`` entries or as rows with the
payload's text (much the faster way for a large ledger). What goes out: a ``Snapshot``, frames in which only the
latest revision of each form stands, and the SHA-256 of its content. What never happens here: a file
(``store.snapshots`` writes them), a judgement about the data, a CDISC name. To add a frame, copy ``acts.py``'s doses:
a schema in ``frames.py``, a function that lists rows, and its place in ``Snapshot``.
"""

from trialwright.snapshot.compute import compute_snapshot, compute_snapshot_of, compute_snapshot_of_rows
from trialwright.snapshot.fold import Folded, fold_parts
from trialwright.snapshot.frames import Meta, Snapshot
from trialwright.snapshot.identity import compute_snapshot_hash, render_parquet
from trialwright.snapshot.parts import LedgerRow, Part, compute_row, take_apart
from trialwright.snapshot.values import list_begun

__all__ = [
    "Folded",
    "LedgerRow",
    "Meta",
    "Part",
    "Snapshot",
    "compute_row",
    "compute_snapshot",
    "compute_snapshot_hash",
    "compute_snapshot_of",
    "compute_snapshot_of_rows",
    "fold_parts",
    "list_begun",
    "render_parquet",
    "take_apart",
]
