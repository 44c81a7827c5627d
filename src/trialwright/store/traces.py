"""What a database keeps on disk of rows that were overwritten: gone from the file once this has run.

SQLite overwrites what it frees (``secure_delete``, set for every connection), but the log beside the file keeps pages
until it is emptied. PostgreSQL keeps dead rows until its own VACUUM, and archived logs as long as somebody keeps them.
"""

from django.db.backends.base.base import BaseDatabaseWrapper


def empty_log(connection: BaseDatabaseWrapper) -> bool:
    """Empty SQLite's log; whether nothing of overwritten rows is left in the files. False on PostgreSQL."""
    if connection.vendor != "sqlite":
        return False
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        row = cursor.fetchone()
    return row is not None and row[0] == 0
