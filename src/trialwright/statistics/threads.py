"""One thread for the linear algebra of a fit.

A fit is thousands of products of small matrices. Threads of the linear algebra gain nothing there, and on a busy
machine each product waits for the slowest of them: 5 s in place of 0.3 for 1,000 participants with ten visits.
"""

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from threadpoolctl import ThreadpoolController


@dataclass(slots=True)
class _Use:
    """How many fits are under way in this process, and what the last of them has to restore."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    fits: int = 0
    limit: Any = None


_USE = _Use()


@contextmanager
def use_one_thread() -> Iterator[None]:
    """The linear algebra of this process uses one thread until the last fit that asked for it has ended."""
    with _USE.lock:
        _USE.fits += 1
        if _USE.fits == 1:
            _USE.limit = _find_libraries().limit(limits=1, user_api="blas")
            _USE.limit.__enter__()
    try:
        yield
    finally:
        with _USE.lock:
            _USE.fits -= 1
            if _USE.fits == 0:
                _USE.limit.__exit__(None, None, None)


@functools.cache
def _find_libraries() -> ThreadpoolController:
    return ThreadpoolController()
