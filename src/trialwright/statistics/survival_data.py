"""Times with their events as every survival method wants them: checked, sorted, counted at each distinct time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from trialwright.statistics.arrays import FloatArray, IntArray, drop_incomplete


@dataclass(frozen=True, slots=True)
class Follow:
    """Follow-up of participants without missing rows.

    Parameters
    ----------
    time : ndarray, shape (n,)
        Time from the origin to the event or the end of follow-up; not negative.
    event : ndarray of int, shape (n,)
        0 censored, otherwise the number of the event.
    group : ndarray of int, shape (n,)
        Index of the group in ``labels``.
    stratum : ndarray of int, shape (n,)
        Index of the stratum; zeros without strata.
    labels : tuple
        The groups' labels, ascending; arms not coded are one group.
    warnings : tuple of str
        What was left out.
    wrong : str
        Why nothing can be computed; empty when something can.
    """

    time: FloatArray
    event: IntArray
    group: IntArray
    stratum: IntArray
    labels: tuple[object, ...]
    warnings: tuple[str, ...]
    wrong: str


def prepare(
    time: ArrayLike, event: ArrayLike, group: ArrayLike | None = None, strata: ArrayLike | None = None
) -> Follow:
    """The follow-up without rows that lack time, event, group or stratum; ``wrong`` tells what cannot be analysed.

    An infinite time means never: it is kept as censored after everybody else only when its event is 0. Times that differ
    by less than a billionth of the longest are one time, as 0.3 and 0.1 + 0.2 are (R's ``timefix``).

    Raises
    ------
    ValueError
        When the columns differ in length.
    """
    times = _join_times(np.atleast_1d(np.asarray(time, dtype=np.float64)).ravel())
    labels, codes = _encode(group, times.size)
    _, blocks = _encode(strata, times.size)
    (kept, events, groups, stratum), warnings = drop_incomplete(times, event, codes, blocks)
    wrong = ""
    if kept.size == 0:
        wrong = "no participants"
    elif (kept < 0).any():
        wrong = "a time is negative"
    elif (np.isinf(kept) & (events != 0)).any():
        wrong = "an event at an infinite time"
    elif np.isinf(events).any() or (events != np.rint(events)).any() or (events < 0).any():
        wrong = "an event code is not a whole number from 0"
    codes_kept = np.zeros(kept.size, dtype=np.int64) if wrong else events.astype(np.int64)
    return Follow(kept, codes_kept, groups.astype(np.int64), stratum.astype(np.int64), labels, warnings, wrong)


def _encode(labels: ArrayLike | None, rows: int) -> tuple[tuple[object, ...], FloatArray]:
    """The distinct labels, ascending, and the index of each row's label; NaN where there is none (None or NaN)."""
    if labels is None:
        return (0,), np.zeros(rows)
    given = np.asarray(labels).ravel()
    missing = np.array([one is None or one != one for one in given.tolist()], dtype=bool)
    codes = np.full(given.size, np.nan)
    distinct, codes[~missing] = np.unique(np.array(given[~missing].tolist()), return_inverse=True)
    return tuple(distinct.tolist()), codes


def _join_times(times: FloatArray) -> FloatArray:
    """The times with those that differ by rounding only made equal to the least of them."""
    finite = np.unique(times[np.isfinite(times)])
    if finite.size < 2:
        return times
    gaps = np.diff(finite) > 1e-9 * max(abs(float(finite[0])), abs(float(finite[-1])))
    firsts = finite[np.concatenate(([True], gaps))]
    place = np.maximum(np.searchsorted(firsts, times, side="right") - 1, 0)
    return np.where(np.isfinite(times), firsts[place], times)


def count_at_times(
    time: FloatArray, event: IntArray, grid: FloatArray, causes: int = 1
) -> tuple[FloatArray, FloatArray]:
    """At risk just before each time of ``grid``, shape (k,), and events of each cause at it, shape (causes, k)."""
    ordered = np.sort(time)
    at_risk = (time.size - np.searchsorted(ordered, grid, side="left")).astype(np.float64)
    events = np.zeros((causes, grid.size))
    for cause in range(1, causes + 1):
        mine = np.sort(time[event == cause])
        events[cause - 1] = np.searchsorted(mine, grid, side="right") - np.searchsorted(mine, grid, side="left")
    return at_risk, events
