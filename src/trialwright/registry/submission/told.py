"""A published value together with the result rows that it comes from, until the value is written and the trace kept."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from trialwright.results import ResultRow


@dataclass(frozen=True, slots=True)
class Told:
    """A value as the registry wants it (a text, or a whole number for events) and the rows behind it.

    ``how`` is ``value`` (the row's value, rounded), ``n`` (how many the row is of), ``sum``, or ``sentence``.
    """

    value: str | int
    rows: tuple[ResultRow, ...]
    how: str = "value"


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a number of a results section comes from: its path, what is written there, the rows and how."""

    path: str
    value: str | int
    how: str
    rows: tuple[ResultRow, ...]


def split_traces(shape: Any, path: str = "") -> tuple[Any, list[Trace]]:
    """The shape with plain values, and the traces of all told ones in their order.

    >>> row = ResultRow("14.1.1", "", "14.1.1", "ENROLLED", "ALLOCATED", "count", 9.0)
    >>> plain, traces = split_traces({"numSubjects": Told("9", (row,))})
    >>> plain, traces[0].path, traces[0].rows[0].analysis
    ({'numSubjects': '9'}, 'numSubjects', '14.1.1')
    """
    traces: list[Trace] = []
    return _strip(shape, path, traces), traces


def _strip(shape: Any, path: str, traces: list[Trace]) -> Any:
    if isinstance(shape, Told):
        traces.append(Trace(path, shape.value, shape.how, shape.rows))
        return shape.value
    if isinstance(shape, dict):
        return {key: _strip(value, f"{path}.{key}".lstrip("."), traces) for key, value in _present(shape.items())}
    if isinstance(shape, list | tuple):
        return [_strip(value, f"{path}.{at}", traces) for at, value in enumerate(shape)]
    return shape


def _present(items: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """What is there: absent texts and empty lists are left out, False and 0 are answers."""
    return ((key, value) for key, value in items if value not in (None, "", [], {}, ()))
