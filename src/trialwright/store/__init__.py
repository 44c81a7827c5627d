"""The ledger on disk, SQLite or PostgreSQL: one database is one ledger of one study.

What comes in: envelopes from ``service`` (the only importer of ``append``), a function that says which cached rows an
entry changes, and questions. What goes out: envelopes, rows and the verdict of ``verify``.
What never happens here: a decision about a trial, an opened payload, an UPDATE of an entry (but the one path that
blanks a redacted payload), a signal that changes state.
To add a read, copy ``position_at`` of ``read.py``; to add a cached table, copy ``FormState`` of ``models.py`` and its
row in ``projections.py``.
"""

from trialwright.store.connect import configure, migrate, switch_database

__all__ = ["configure", "migrate", "switch_database"]
