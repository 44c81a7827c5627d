"""Writers of an SQLite file take turns: in one line, across threads and processes.

SQLite lets one write at a time, and who finds it busy sleeps and asks again, longer each time, so that under load some
wait for seconds while others pass by. A lock on a file beside the database wakes the next one at once. It guards
nothing: SQLite's own lock does, and whoever writes without a turn is only slower.
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper

_own = threading.local()


def take_turn(path: str) -> int | None:
    """Wait for the turn to write to an SQLite file; what ``end_turn`` wants, None where there is no line."""
    if not path or path.startswith(("file:", ":")):
        return None  # in memory: nobody else is there
    known, file = getattr(_own, "line", ("", -1))
    if known != path:
        if known:
            os.close(file)
        file = os.open(f"{path}.turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        _own.line = (path, file)
    fcntl.flock(file, fcntl.LOCK_EX)
    return int(file)


def end_turn(turn: int | None) -> None:
    """Let the next one write."""
    if turn is not None:
        fcntl.flock(turn, fcntl.LOCK_UN)


@contextmanager
def turn_of(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """A block that writes beside the ledger, in its turn; nothing to wait for on PostgreSQL."""
    turn = take_turn(str(connection.settings_dict["NAME"])) if connection.vendor == "sqlite" else None
    try:
        yield
    finally:
        end_turn(turn)
